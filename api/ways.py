"""The ways in that need no key: a signed link, an inbound hook. Each makes a principal, and the same policy decides."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.guard import ACT, permit
from api.guesses import WINDOW_S
from api.policy import Act
from api.problems import Code, Problem
from api.state import State, state_of
from notify.webhooks import signing
from registry.nouns import Principal, Role
from store.repositories import hooks, links
from store.repositories.links import Link

LINK, HOOK = "link", "hook"
"""Names of the ways, as the OpenAPI document has them."""
IN_HEADER = "-"
"""Instead of the token in the path: it is in the header, where no log of addresses keeps it."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class LinkRoute(APIRoute):
    """A route that a signed link opens. A wrong token, an expired and a revoked one are answered alike: 404."""

    def get_route_handler(self) -> Handler:
        """The handler, behind the link."""
        handle = super().get_route_handler()
        act = Act((self.openapi_extra or {})[ACT])

        async def guarded(request: Request) -> Response:
            link = await _link(state_of(request), request)
            request.state.principal = link.principal()
            request.state.link = link
            permit(request.state.principal, act)
            answer = await handle(request)
            answer.headers["Referrer-Policy"] = "no-referrer"
            return answer

        return guarded


class HookRoute(APIRoute):
    """A route that the secret of an inbound hook opens: as a token, or by a signature (Standard Webhooks)."""

    def get_route_handler(self) -> Handler:
        """The handler, behind the secret."""
        handle = super().get_route_handler()
        act = Act((self.openapi_extra or {})[ACT])

        async def guarded(request: Request) -> Response:
            request.state.principal = await _reporter(state_of(request), request)
            permit(request.state.principal, act)
            return await handle(request)

        return guarded


async def _link(state: State, request: Request) -> Link:
    """The link that a request comes by.

    Raises:
        Problem: not_found, too_many_attempts.
    """
    address = request.client.host if request.client else ""
    if state.guesses.too_many(address):
        raise Problem(Code.TOO_MANY_ATTEMPTS, {"wait_s": round(WINDOW_S)})
    token = request.path_params.get("token", "")
    if token == IN_HEADER:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        token = value.strip() if scheme.lower() == "link" else ""
    found = await state.read(links.find, token, state.services.now_us())
    if found is None:
        state.guesses.wrong(address)
        raise Problem(Code.NOT_FOUND)
    return found


async def _reporter(state: State, request: Request) -> Principal | None:
    """Who reports; None without the hook's secret, and of a hook that is not there or switched off."""
    key = request.path_params.get("key", "")
    secret = await state.read(hooks.secret_of, key)
    if secret is None:
        return None
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    token = value.strip() if scheme.lower() == "bearer" else request.headers.get("x-hook-token", "").strip()
    by_token = hmac.compare_digest(secret.encode(), token.encode("utf-8", "replace"))
    given = {
        name: request.headers.get(name, "") for name in (signing.ID, signing.TIMESTAMP, signing.SIGNATURE)
    }
    if by_token or signing.verified(secret, given, await request.body(), state.services.now_us()):
        return Principal(f"hook:{key}", Role.INTEGRATOR, purpose=HOOK)
    return None


def _used_link(request: Request) -> Link:
    link = request.state.link
    assert isinstance(link, Link)  # LinkRoute put it there
    return link


UsedLink = Annotated[Link, Depends(_used_link)]
"""The link a request comes by, for routes."""
