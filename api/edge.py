"""The outermost layer: limits bodies, counts requests, and turns what nobody expected into a problem."""

from __future__ import annotations

import logging
import time
from collections.abc import MutableMapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.figures import HttpFigures
from api.problems import Code, Problem, answer

MAX_BODY_BYTES = 1024 * 1024
MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_BULK_BYTES = 8 * 1024 * 1024
BULK = "/api/v1/bulk/"
"""Below this, many objects are pushed at once."""
TICKETS, PHOTOS = "/api/v1/tickets/", "/photos"
"""What stands between these is a ticket that gets a photo."""
UPLOADS = frozenset({"/api/v1/logger-files", "/api/v1/imports"})
"""Where files are uploaded, as they are."""

_log = logging.getLogger("keepwell.api")


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, figures: HttpFigures) -> None:
        self._app = app
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; whatever happens, it is counted and answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, exchange = time.perf_counter(), _Exchange(send)
        request = Request(scope)
        try:
            body = await _whole_body(request, receive)
            await self._app(scope, _replay(body, receive), exchange.send)
        except Problem as problem:
            await answer(request, problem)(scope, receive, exchange.send)
        except ClientDisconnect:
            exchange.status = exchange.status or 499
        except Exception:  # noqa: BLE001 - the last resort: logged here, never shown
            _log.exception("unexpected error", extra={"method": request.method, "route": _template(scope)})
            if not exchange.status:
                await answer(request, Problem(Code.INTERNAL))(scope, receive, exchange.send)
        finally:
            self._figures.count(
                request.method, _template(scope), exchange.status, time.perf_counter() - began
            )


class _Exchange:
    """Passes an answer on and remembers its status; adds the headers every answer has."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", []), (b"x-content-type-options", b"nosniff")]
        await self._send(message)


async def _whole_body(request: Request, receive: Receive) -> bytes:
    """The body, at most MAX_BODY_BYTES of it (of a file or a push of many objects more).

    Raises:
        Problem: too_large, before more than the limit has been taken in.
    """
    most = _most(request.url.path)
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared[:20]) > most:
        raise Problem(Code.TOO_LARGE, {"limit_bytes": most})
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        size += len(message.get("body", b""))
        if size > most:
            raise Problem(Code.TOO_LARGE, {"limit_bytes": most})
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _most(path: str) -> int:
    """How large a body may be."""
    if path in UPLOADS:
        return MAX_FILE_BYTES
    if path.startswith(TICKETS) and path.endswith(PHOTOS):
        return MAX_BULK_BYTES
    return MAX_BULK_BYTES if path.startswith(BULK) else MAX_BODY_BYTES


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that first hands out the body already read."""
    first: list[MutableMapping[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return first.pop() if first else await receive()

    return replayed


def _template(scope: Scope) -> str:
    """The route as documented (`/api/v1/tickets/{number}`), so that metrics do not grow with keys."""
    return str(getattr(scope.get("route"), "path", "unmatched"))
