"""The cars: what one is, which fit a wish, in which order and why.  Sources: the snapshot that ships, the marketplace."""
