"""The private container: the push subscription calls it; it decides what to answer and answers through the Graph API.

main.py puts it together; routes.py is its HTTP, callers.py its door, push.py the envelope; answers.py is the protocol
that answers once; outbox.py and conversations.py its documents, plan.py what is in them; bot/ decides.
"""
