"""The WhatsApp Cloud API: what its webhooks bring, what can be sent, the client, the errors, the pace.

Nothing is imported here: the webhook needs `signature` and `notification` alone, and starts without the rest.
"""
