"""The page: what Vite has built of `web/`, served beside the API, with a policy that lets nothing in from outside.

Every address that is neither the API's nor a file of the page is answered with the page itself, which knows its views; so links into it
work. What lies below `/api/` and is not there stays a problem.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import anyio
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
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
_OURS = ("api", "docs", "openapi.json", "healthz", "readyz", "metrics")
"""First parts of addresses that are never the page's."""


@dataclass(frozen=True)
class Built:
    """A folder in which the page was built."""

    folder: Path

    @cached_property
    def files(self) -> Mapping[str, Path]:
        """Every file that may be asked for, by its address; found once, so that no address reaches anything else."""
        found = (path for path in self.folder.rglob("*") if path.is_file() and path.suffix in _TYPES)
        addresses = ((path.relative_to(self.folder), path) for path in found)
        return {
            f"/{where.as_posix()}": path for where, path in addresses if not where.parts[0].startswith(".")
        }

    @cached_property
    def index(self) -> str:
        """The page itself."""
        return (self.folder / "index.html").read_text("utf-8")


def find_built() -> Built | None:
    """The page of this checkout or package; None while it is not built."""
    return next((Built(folder) for folder in (CHECKOUT, PACKAGED) if (folder / "index.html").is_file()), None)


class PageRoute:
    """ASGI application for whatever no operation of the API answers."""

    def __init__(self) -> None:
        self._built: Built | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file, with the page, or that there is nothing here."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        await (await self._answer(request))(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        if path.lstrip("/").partition("/")[0] in _OURS:
            return answer(request, Problem(Code.NOT_FOUND))
        if request.method not in _READ:
            return answer(request, Problem(Code.METHOD_NOT_ALLOWED))
        if self._built is None:
            self._built = await anyio.to_thread.run_sync(find_built)
        if self._built is None:
            return PlainTextResponse(_NOT_BUILT, 200 if path == "/" else 404, {"Cache-Control": "no-store"})
        file = self._built.files.get(path)
        if file is not None:
            return _file(request, path, file)
        if path.startswith("/assets/") or Path(path).suffix in _TYPES:
            return answer(request, Problem(Code.NOT_FOUND))
        return _page(self._built)


def _page(built: Built) -> Response:
    nonce = secrets.token_urlsafe(16)
    headers = {
        **_GUARDS,
        "Cache-Control": _ASK_AGAIN,
        "Content-Security-Policy": _POLICY.format(nonce=nonce),
    }
    return HTMLResponse(built.index.replace(NONCE, nonce), headers=headers)


def _file(request: Request, path: str, file: Path) -> Response:
    headers = {
        "Cache-Control": _FOREVER if path.startswith("/assets/") else _ASK_AGAIN,
        "Vary": "Accept-Encoding",
    }
    accepted = request.headers.get("accept-encoding", "")
    for encoding, suffix in _PACKED:
        packed = file.with_name(file.name + suffix)
        if encoding in accepted and packed.is_file():
            return FileResponse(
                packed, media_type=_TYPES[file.suffix], headers={**headers, "Content-Encoding": encoding}
            )
    return FileResponse(file, media_type=_TYPES[file.suffix], headers=headers)
