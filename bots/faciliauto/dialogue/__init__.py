"""The dialogue: what is known of a person's search, what is asked next, what is said."""
