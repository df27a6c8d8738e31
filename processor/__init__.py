"""The private container: the push subscription calls it; it decides what to answer and answers through the Graph API.

main.py puts it together; routes.py is its HTTP, callers.py its door, push.py the envelope; answers.py is the protocol
that answers once, sending.py one send of it; outbox.py and conversations.py are its documents, plan.py what is in them;
records.py takes what is never answered; outcome.py names what became of a push; bot/ decides.
"""
