"""What a conversation is worth to a dealer."""
