"""The page: what Vite has built of `web/`, served beside the API, with a policy that lets nothing in from outside.

Every address that is neither the API's nor a file of the page is answered with the page itself, which knows its views; so links into it
work. What lies below `/api/` and is not there stays a problem.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

import anyio
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from api.problems import Code, Problem, answer

CHECKOUT = Path(__file__).resolve().parents[1] / "web" / "dist"
PACKAGED = Path(__file__).resolve().parent / "built_page"
"""Where the page lies in an installed package."""
NONCE = "@NONCE@"
"""What stands in `index.html` where each answer has a number of its own: styles that are made in the browser carry it."""
_NOT_BUILT = (
    "The page has not been built; the API answers below /api/v1.\n"
    "In a checkout `make web/dist/index.html` builds it (`make up` and `make demo` do so, too).\n"
    "页面尚未构建；接口位于 /api/v1。在源码目录执行 make web/dist/index.html 即可构建。\n"
)
_TYPES = {
    ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json",
    ".webmanifest": "application/manifest+json", ".woff2": "font/woff2",
}  # fmt: skip
_PACKED = (("br", ".br"), ("gzip", ".gz"))
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'; img-src 'self' blob: data:; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_GUARDS = {
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(self)",
}
_FOREVER = "public, max-age=31536000, immutable"
"""Of files whose name changes with their contents."""
_ASK_AGAIN = "no-cache"
_READ = frozenset({"GET", "HEAD"})
_STRANGE = frozenset("\\:\0")
"""In no name of ours."""
_OURS = ("api", "docs", "openapi.json", "healthz", "readyz", "metrics")
"""First parts of addresses that are never the page's."""


@dataclass(frozen=True)
class Built:
    """A folder in which the page was built; it may be built anew at any time, so nothing of it is remembered."""

    folder: Path

    def file(self, address: str) -> Path | None:
        """The file that may be asked for by this address; None if there is none. No address reaches out of the folder."""
        parts = address.removeprefix("/").split("/")
        if any(not part or part.startswith(".") or _STRANGE & set(part) for part in parts):
            return None
        found = self.folder.joinpath(*parts)
        return found if found.suffix in _TYPES and found.is_file() else None

    def index(self) -> str | None:
        """The page itself; None while it is being built."""
        try:
            return (self.folder / "index.html").read_text("utf-8")
        except FileNotFoundError:
            return None


def find_built() -> Built | None:
    """The page of this checkout or package; None while it is not built."""
    return next((Built(folder) for folder in (CHECKOUT, PACKAGED) if (folder / "index.html").is_file()), None)


class PageRoute:
    """ASGI application for whatever no operation of the API answers."""

    def __init__(self) -> None:
        self._built: Built | None = None
        self._index = ""
        """The page as it was last read: it is shown while a new one is being built."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file, with the page, or that there is nothing here."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        await (await self._answer(request))(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.url.path.lstrip("/").partition("/")[0] in _OURS:
            return answer(request, Problem(Code.NOT_FOUND))
        if request.method not in _READ:
            return answer(request, Problem(Code.METHOD_NOT_ALLOWED))
        return await anyio.to_thread.run_sync(self._read, request)

    def _read(self, request: Request) -> Response:
        path = request.url.path
        self._built = self._built or find_built()
        if self._built is None:
            return PlainTextResponse(_NOT_BUILT, 200 if path == "/" else 404, {"Cache-Control": "no-store"})
        file = self._built.file(path)
        if file is not None:
            return _file(request, file)
        if path.startswith("/assets/") or Path(path).suffix in _TYPES:
            return answer(request, Problem(Code.NOT_FOUND))
        self._index = self._built.index() or self._index
        return _page(self._index)


def _page(index: str) -> Response:
    nonce = secrets.token_urlsafe(16)
    headers = {
        **_GUARDS,
        "Cache-Control": _ASK_AGAIN,
        "Content-Security-Policy": _POLICY.format(nonce=nonce),
    }
    return HTMLResponse(index.replace(NONCE, nonce), headers=headers)


def _file(request: Request, file: Path) -> Response:
    """The file as it is now. It is read whole: it may be taken away while it is sent."""
    kept = _FOREVER if request.url.path.startswith("/assets/") else _ASK_AGAIN
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    accepted = request.headers.get("accept-encoding", "")
    for encoding, suffix in _PACKED:
        if encoding in accepted and (packed := _contents(file.with_name(file.name + suffix))) is not None:
            return Response(packed, 200, {**headers, "Content-Encoding": encoding}, _TYPES[file.suffix])
    plain = _contents(file)
    return (
        answer(request, Problem(Code.NOT_FOUND))
        if plain is None
        else Response(plain, 200, headers, _TYPES[file.suffix])
    )


def _contents(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
