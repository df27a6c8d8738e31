"""The Prometheus endpoint, on a port of its own that Cloud Run does not expose.

The Managed Service for Prometheus sidecar scrapes it; each service declares its metrics in its own `metrics.py`.
"""

import logging

from prometheus_client import start_http_server

log = logging.getLogger(__name__)

# Seconds.  They hold the figures that are promised: 5 ms dedupe, 100 ms answer, Meta's 250 ms and 1 s.
FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)


def serve(port: int) -> None:
    """`/metrics` on `port`, in a thread of its own; 0 serves none."""
    if not port:
        return
    try:
        start_http_server(port)
    except OSError as error:
        # Two services on one machine, most likely; answering customers matters more than being observed.
        log.error(
            "no metrics: port %d is not free (%s); set METRICS_PORT to another, or to 0", port, error.strerror
        )
