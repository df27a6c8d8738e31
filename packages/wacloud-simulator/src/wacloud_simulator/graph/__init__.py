"""The Graph API's side: what Meta accepts, refuses and answers."""
