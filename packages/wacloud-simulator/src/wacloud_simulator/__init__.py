"""Meta's side of the WhatsApp Cloud API, for development: phones in the browser, a Graph API, and signed webhooks.

Everything is kept in memory. Bound to 127.0.0.1; never part of a container that is deployed.
"""
