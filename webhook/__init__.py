"""The public container: verifies Meta's signature, deduplicates, publishes, answers in milliseconds.

main.py puts it together; routes.py is its HTTP; intake.py is the protocol that loses nothing; inbox.py its documents.
"""
