"""The Flask application: the page, the HTTP API, the Graph API. Serving it is said in server.py."""

from flask import Flask, Response, abort, render_template, request
from werkzeug.routing import BaseConverter

from wacloud_simulator.api.controls import state
from wacloud_simulator.api.routes import api_blueprint
from wacloud_simulator.faults import SEND_FAULTS
from wacloud_simulator.graph.codes import CODES
from wacloud_simulator.graph.routes import graph_blueprint
from wacloud_simulator.simulation import Simulation

UPLOAD_MOST = 105 * 1024 * 1024
LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


class GraphVersion(BaseConverter):
    """v25.0 and its like."""

    regex = r"v\d{1,2}\.\d"


def create_app(simulation: Simulation) -> Flask:
    """The application around a simulation."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = UPLOAD_MOST
    # Everything in its own order, in answers and in the page.
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the default provider
    app.jinja_env.policies["json.dumps_kwargs"] = {"sort_keys": False}
    app.url_map.converters["regex_version"] = GraphVersion
    app.register_blueprint(api_blueprint(simulation))
    app.register_blueprint(graph_blueprint(simulation))

    @app.before_request
    def only_this_machine() -> None:
        """A name that leads here by way of another site's DNS is not ours, and no other site's page may ask."""
        name = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
        if name not in (*LOCAL_NAMES, *simulation.configuration.allowed_hosts):
            abort(
                Response(
                    "The simulator answers to 127.0.0.1, localhost and the names given with --allow-host only.",
                    421,
                    mimetype="text/plain",
                )
            )

        origin = request.headers.get("Origin")
        if origin is not None and origin.rstrip("/") != request.host_url.rstrip("/"):
            abort(
                Response('{"error": "requests of other sites are refused"}', 403, mimetype="application/json")
            )

    @app.get("/")
    def page() -> str:
        """The phones."""
        return render_template("page.html", state=state(simulation), send_faults=SEND_FAULTS, codes=CODES)

    @app.get("/health")
    def health() -> dict[str, str]:
        """Whether the simulator runs."""
        return {"status": "ok"}

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' data: blob: https:; media-src 'self' blob: https:; style-src 'self'; "
            "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        )
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response

    return app
