"""The HTTP server around the application: what it listens on, and how it ends."""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI

_END_S = 3
"""How long open streams may delay an orderly end; their clients come again with Last-Event-ID."""


def server(app: FastAPI, host: str, port: int) -> uvicorn.Server:
    """A server for `app`, not yet started (`run()`, or `await serve()`); `should_exit` ends it."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_END_S,
        h11_max_incomplete_event_size=65_536,
    )
    return uvicorn.Server(config)
