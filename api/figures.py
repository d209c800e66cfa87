"""Figures about HTTP itself, as Prometheus reads them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class HttpFigures:
    """Requests by route and status, their duration, and the open live streams."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "keepwell_http_requests",
            "HTTP requests answered.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "keepwell_http_request_seconds",
            "Time from the request to the end of its answer; live streams are left out.",
            ("route",),
            buckets=_BUCKETS_S,
            registry=registry,
        )
        self.streams = Gauge("keepwell_http_streams", "Live streams open now.", registry=registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request answered. A method outside the standard is counted as OTHER."""
        self._requests.labels(method if method in _METHODS else "OTHER", route, str(status)).inc()
        if not route.endswith("/stream"):
            self._seconds.labels(route).observe(seconds)
