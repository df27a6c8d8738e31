"""What both services ask of Google Cloud: documents, topics, logs, metrics, traces, settings.

Nothing here knows WhatsApp.
"""
