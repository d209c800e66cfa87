"""Users: invited by an admin, disabled, let in again; their sessions ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from api import examples_users as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem
from api.refusals import as_problems
from api.routes.me import session_view
from api.routes.registry import Reason
from api.state import State, state_of
from api.times import text_of, text_of_optional
from api.views_users import InvitationView, SessionView, UserView
from api.wire import Key as ObjectKey
from api.wire import Wire
from ingest.nouns import US_PER_HOUR
from registry.nouns import KEY_PATTERN, Person, Principal
from store.repositories.records import By
from store.repositories.sessions import SessionRepository
from store.repositories.users import Account, Invited, UserRepository

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["users"])

INVITED_US = 72 * US_PER_HOUR
"""How long an invitation holds: a weekend fits in."""

PersonKey = Annotated[str, Path(pattern=f"^{KEY_PATTERN}$")]


class InviteIn(Wire):
    """Who is to have an account."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.INVITE_IN]})

    person: ObjectKey


@router.post(
    "/users", **operation(Act.MANAGE_USERS, InvitationView, examples.INVITATION, status=201, problems=(Code.KEY_TAKEN,))
)  # fmt: skip
async def invite_user(request: Request, asker: Asker, body: InviteIn, reason: Reason = "") -> Response:
    """Give a person of the registry an account: the token in this answer lets them choose a password, once, for 72 hours."""
    return await _invite(request, _by(request, asker, reason), body.person, make=True)


@router.post(
    "/users/{key}/invitation",
    **operation(
        Act.MANAGE_USERS, InvitationView, examples.INVITATION, status=201, problems=(Code.NOT_FOUND,)
    ),
)
async def invite_user_again(request: Request, asker: Asker, key: PersonKey, reason: Reason = "") -> Response:
    """Let somebody who has an account choose a (new) password; earlier invitations end."""
    return await _invite(request, _by(request, asker, reason), key, make=False)


@router.get(
    "/users", **operation(Act.MANAGE_USERS, Page[UserView], examples.USERS, problems=(Code.BAD_CURSOR,))
)
async def list_users(request: Request, asker: Asker, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """All accounts by key of their persons."""
    state = state_of(request)
    after = read_cursor(request, cursor, str) or ""
    rows = await state.read(lambda connection: UserRepository(connection).all())
    shown, last = cut([row for row in rows if row[0].person > after][: limit + 1], limit)
    following = write_cursor(request, last[0].person) if last else None
    views = [user_view(account, person) for account, person in shown]
    return JsonAnswer(Page(views, following), headers=next_link(request, following))


@router.get(
    "/users/{key}", **operation(Act.MANAGE_USERS, UserView, examples.USER, problems=(Code.NOT_FOUND,))
)
async def read_user(request: Request, asker: Asker, key: PersonKey) -> Response:
    """One account."""
    return JsonAnswer(await state_of(request).read(_view, key))


@router.post(
    "/users/{key}/disable", **operation(Act.MANAGE_USERS, UserView, examples.USER, problems=(Code.NOT_FOUND,))
)
async def disable_user(request: Request, asker: Asker, key: PersonKey, reason: Reason = "") -> Response:
    """Nobody comes in with it from now on; open sessions end, and keys given out for the person open nothing."""
    by = _by(request, asker, reason)
    return await _change(request, lambda users: users.disable(key, by), key)


@router.post(
    "/users/{key}/enable", **operation(Act.MANAGE_USERS, UserView, examples.USER, problems=(Code.NOT_FOUND,))
)
async def enable_user(request: Request, asker: Asker, key: PersonKey, reason: Reason = "") -> Response:
    """Let the person in again, with the password that was."""
    by = _by(request, asker, reason)
    return await _change(request, lambda users: users.enable(key, by), key)


@router.get(
    "/users/{key}/sessions",
    **operation(Act.MANAGE_USERS, Page[SessionView], examples.SESSIONS, problems=(Code.NOT_FOUND,)),
)
async def list_sessions(request: Request, asker: Asker, key: PersonKey) -> Response:
    """The open sessions of somebody, the newest first."""
    state = state_of(request)
    await state.read(_view, key)
    now_us = state.services.now_us()
    found = await state.read(lambda connection: SessionRepository(connection).of(key, now_us))
    return JsonAnswer(Page([session_view(one) for one in found], None))


@router.post(
    "/users/{key}/sessions/end",
    **operation(Act.MANAGE_USERS, UserView, examples.USER, problems=(Code.NOT_FOUND,)),
)
async def end_sessions(request: Request, asker: Asker, key: PersonKey, reason: Reason = "") -> Response:
    """End all open sessions of somebody."""
    by, state = _by(request, asker, reason), state_of(request)
    await state.read(_view, key)
    await state.write(lambda connection: SessionRepository(connection).revoke_all(key, by))
    state.forget_keys()
    return JsonAnswer(await state.read(_view, key))


def user_view(account: Account, person: Person) -> UserView:
    """An account as it is told."""
    return UserView(
        account.person, person.name, str(person.role), person.customer, person.site, person.carrier, state_name(account),
        text_of(account.created_us), text_of_optional(account.changed_us), text_of_optional(account.invited_until_us),
        text_of_optional(account.disabled_us), text_of_optional(account.locked_until_us),
    )  # fmt: skip


def state_name(account: Account) -> str:
    """How an account stands, in one word."""
    if account.disabled_us is not None:
        return "disabled"
    if account.hash is not None:
        return "active"
    return "invited" if account.invited_until_us is not None else "without"


async def _invite(request: Request, by: By, key: str, *, make: bool) -> Response:
    state = state_of(request)

    def write(connection: Any) -> Invited:
        users = UserRepository(connection)
        with as_problems():
            if make:
                users.make(key, by)
            return users.invite(key, by.time_us + INVITED_US, by)

    if not make:
        await state.read(_view, key)
    _, token = await state.write(write)
    address = state.services.public_url
    link = f"{address}/invitation#{token}" if address else ""
    view = InvitationView(await state.read(_view, key), token, link, text_of(by.time_us + INVITED_US))
    return JsonAnswer(view, 201)


async def _change(request: Request, act: Callable[[UserRepository], Account], key: str) -> Response:
    state = state_of(request)

    def write(connection: Any) -> UserView:
        _view(connection, key)
        act(UserRepository(connection))
        return _view(connection, key)

    view = await state.write(write)
    state.forget_keys()
    return JsonAnswer(view)


def _view(connection: Any, key: str) -> UserView:
    users = UserRepository(connection)
    account, person = users.get(key), users.person(key)
    if account is None or person is None:
        raise Problem(Code.NOT_FOUND)
    return user_view(account, person)


def _by(request: Request, asker: Principal, reason: str) -> By:
    state: State = state_of(request)
    return By(asker.name, state.services.now_us(), reason)
