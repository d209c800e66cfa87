"""The gate every operation stands behind: who asks, and may they do this at all, before anything else is read."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import Annotated, Any

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from api import cookies
from api.policy import Act, Resource, Verdict, decide, grants
from api.problems import Code, Problem, invalid
from api.state import State, state_of
from registry.nouns import Principal
from store.repositories.records import By, record

PREFIX = "/api/v1"
ACT = "x-keepwell-act"
_TABLE = "text/csv"
_MOST_QUERY = 2000
_CODES = {
    Verdict.NOBODY: Code.UNAUTHENTICATED,
    Verdict.NOT_THIS_ROLE: Code.FORBIDDEN,
    Verdict.NOT_YOURS: Code.NOT_FOUND,
}


class GuardedRoute(APIRoute):
    """A route that asks for the key or session and the policy before it parses anything; it must name its act."""

    @cached_property
    def _stem(self) -> str:
        """What every path of it begins with."""
        return self.path.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As any route; of the hundreds that are tried for a request, nearly all are seen at a glance not to be meant."""
        if not scope.get("root_path") and not scope["path"].startswith(self._stem):
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind the gate."""
        handle = super().get_route_handler()
        act = Act((self.openapi_extra or {})[ACT])

        async def guarded(request: Request) -> Response:
            state = state_of(request)
            principal = await authenticate(state, request)
            permit(principal, act)
            _refuse_forged(state, request)
            if "%00" in request.url.query:  # PostgreSQL has no such character
                raise invalid("query", "not_printable")
            request.state.principal = principal
            answer = await handle(request)
            if principal is not None and _takes_away(request, act, answer):
                await state.write(_note_export, state, principal, self.name, request.url.query)
            return answer

        return guarded


def _takes_away(request: Request, act: Act, answer: Response) -> bool:
    """Whether an answer is a table of data that somebody saves: who took what is on record. Lists of errors and forms are none."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    return (
        request.method == "GET"
        and answer.status_code == 200
        and kind == _TABLE
        and act is not Act.UPLOAD_LISTS
    )


def _note_export(connection: Any, state: State, principal: Principal, operation: str, query: str) -> None:
    by = By(principal.name, state.services.now_us())
    record(connection, by, "exported", f"export:{operation}", None, {"query": query[:_MOST_QUERY]})


async def authenticate(state: State, request: Request) -> Principal | None:
    """The principal behind the key or the session a request carries; None without a valid one. A key wins."""
    if has_key(request):
        return await state.principal(_secret(request))
    session = cookies.secret_in(request, state.services.public_url)
    return await state.principal_of_session(session) if session else None


def has_key(request: Request) -> bool:
    """Whether a request carries something as a key, valid or not."""
    return "authorization" in request.headers or "x-api-key" in request.headers


def _refuse_forged(state: State, request: Request) -> None:
    """What is changed with a cookie must come from our own pages; a key is never sent by a browser unasked.

    Raises:
        Problem: cross_site.
    """
    by_cookie = request.method not in cookies.SAFE and not has_key(request)
    if by_cookie and not cookies.from_our_pages(request, state.services.public_url):
        raise Problem(Code.CROSS_SITE)


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


def roles_of(principal: Principal) -> list[str] | None:
    """In which roles it may register people; None: all, and it may change them, too."""
    return None if may(principal, Act.MANAGE_USERS) else sorted(grants(principal))


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
