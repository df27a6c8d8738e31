"""The yardstick: a Flask endpoint that does nothing.  Served by gunicorn, one worker, threads."""

from flask import Flask

app = Flask(__name__)


@app.post("/webhook/whatsapp")
def webhook() -> dict[str, str]:
    """Reads nothing, keeps nothing."""
    return {"status": "ok"}


@app.get("/health")
def health() -> str:
    """It runs."""
    return "ok"
