"""Meta's side of the WhatsApp Cloud API, for development: phones in the browser, a Graph API, and signed webhooks.

Everything is kept in memory. Listens on 127.0.0.1 by default; never part of a deployment.
"""

__version__ = "1.0.0"
