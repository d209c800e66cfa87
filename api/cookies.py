"""The cookie of a session, and whether a request that carries it was made by our own pages.

A browser sends the cookie along whoever makes it send a request, so what changes something must come from where the
pages come from. Browsers say so themselves: `Sec-Fetch-Site` (on HTTPS and on this machine), else `Origin`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from store.repositories.sessions import LONGEST_US

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, 9.2.1)."""
_PLAIN = "keepwell-session"
_SECURE = "__Host-keepwell-session"
"""A name that a browser takes over HTTPS only, from this host only (RFC 6265bis, 4.1.3.2)."""


def name_of(public_url: str) -> str:
    """What the cookie is called, in an installation that is seen from outside as `public_url` ("" = nowhere)."""
    return _SECURE if _secure(public_url) else _PLAIN


def secret_in(request: Request, public_url: str) -> str:
    """The secret of the session that a request carries; "" without one."""
    return request.cookies.get(name_of(public_url), "")


def give(response: Response, secret: str, public_url: str) -> None:
    """Have the browser keep the session: out of reach of scripts, and never sent along from other sites.

    `Strict` costs nothing here: a link from a message opens a page that needs no cookie, and the page's own requests carry it.
    """
    response.set_cookie(
        name_of(public_url), secret, max_age=LONGEST_US // 1_000_000, path="/", secure=_secure(public_url),
        httponly=True, samesite="strict",
    )  # fmt: skip


def take(response: Response, public_url: str) -> None:
    """Have the browser forget the session."""
    response.delete_cookie(
        name_of(public_url), path="/", secure=_secure(public_url), httponly=True, samesite="strict"
    )


def from_our_pages(request: Request, public_url: str) -> bool:
    """Whether the browser says that one of our own pages makes this request; without its word it is not."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and _is_ours(origin, request, public_url)


def from_elsewhere(request: Request, public_url: str) -> bool:
    """Whether the browser says that somebody else's page makes this request; programs say nothing."""
    told = "sec-fetch-site" in request.headers or "origin" in request.headers
    return told and not from_our_pages(request, public_url)


def _is_ours(origin: str, request: Request, public_url: str) -> bool:
    """By the public address if there is one; else by the host that was asked, whatever is in front of us."""
    if public_url and origin == _origin_of(public_url):
        return True
    return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower() != ""


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _secure(public_url: str) -> bool:
    return public_url.lower().startswith("https://")
