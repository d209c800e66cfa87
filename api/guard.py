"""The gate every operation stands behind: who asks, and may they do this at all, before anything else is read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.policy import Act, Resource, Verdict, decide
from api.problems import Code, Problem
from api.state import State, state_of
from registry.nouns import Principal

PREFIX = "/api/v1"
ACT = "x-keepwell-act"
_CODES = {
    Verdict.NOBODY: Code.UNAUTHENTICATED,
    Verdict.NOT_THIS_ROLE: Code.FORBIDDEN,
    Verdict.NOT_YOURS: Code.NOT_FOUND,
}


class GuardedRoute(APIRoute):
    """A route that asks for the key and the policy before it parses anything; it must name its act."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind the gate."""
        handle = super().get_route_handler()
        act = Act((self.openapi_extra or {})[ACT])

        async def guarded(request: Request) -> Response:
            principal = await authenticate(state_of(request), request)
            permit(principal, act)
            request.state.principal = principal
            return await handle(request)

        return guarded


async def authenticate(state: State, request: Request) -> Principal | None:
    """The principal behind the key a request carries; None without a valid one."""
    secret = _secret(request)
    if not secret:
        return None
    return await state.principal(hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest(), secret)


def permit(principal: Principal | None, act: Act, resource: Resource | None = None) -> None:
    """Go on only if the policy allows it.

    Raises:
        Problem: unauthenticated, forbidden or not_found, as the verdict says.
    """
    verdict = decide(principal, act, resource)
    if verdict is not Verdict.ALLOWED:
        raise Problem(_CODES[verdict])


def may(principal: Principal, act: Act, resource: Resource | None = None) -> bool:
    """Whether the policy allows it: for leaving rows out of a list."""
    return decide(principal, act, resource) is Verdict.ALLOWED


def kinds_of(principal: Principal) -> list[str] | None:
    """Which kinds of objects it may write by lists; None: all."""
    return None if may(principal, Act.WRITE_REGISTRY) else ["calibration"]


def _secret(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return value.strip()
    return request.headers.get("x-api-key", "").strip()


def _principal(request: Request) -> Principal:
    principal = request.state.principal
    assert isinstance(principal, Principal)  # GuardedRoute put it there
    return principal


Asker = Annotated[Principal, Depends(_principal)]
"""The principal, for routes."""
