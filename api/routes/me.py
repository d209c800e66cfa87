"""Log-in and log-out, oneself, one's own password and sessions."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import cookies
from api import examples_users as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, authenticate, has_key
from api.log_in import Attempt, log_in, refuse_weak
from api.openapi import operation, plain
from api.pages import Page
from api.policy import ACTS, Act, bound
from api.problems import Code, Problem, invalid
from api.state import State, state_of
from api.times import text_of
from api.views_users import MeView, SessionView
from api.wire import Wire
from detect.nouns import Json
from registry.nouns import Person, Principal
from store.repositories.records import By, NoSuchObjectError, record
from store.repositories.sessions import Session, SessionRepository
from store.repositories.users import Account, UserRepository

public = APIRouter(prefix=PREFIX, tags=["users"])
"""Without a key: who comes here has none yet."""
router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["users"])

Secret = Annotated[str, Field(min_length=1, max_length=1000)]
Id = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]


class LogInIn(Wire):
    """Who wants to log in."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LOGIN_IN]})

    name: Annotated[str, Field(min_length=1, max_length=64)]
    """Key of the person."""
    password: Secret
    new_password: Secret | None = None
    """A password to have from now on; needed where somebody else chose the old one."""


class AcceptIn(Wire):
    """An invitation, and the password that is to be."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ACCEPT_IN]})

    token: Annotated[str, Field(min_length=1, max_length=200)]
    password: Secret


class PasswordIn(Wire):
    """The password that is, and the one that is to be."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PASSWORD_IN]})

    password: Secret
    new_password: Secret


@public.post(
    "/login",
    **plain(
        MeView, examples.ME, Code.LOGIN_FAILED, Code.INVALID, Code.MALFORMED, Code.CROSS_SITE, Code.PASSWORD_CHANGE_DUE,
        Code.TOO_MANY_ATTEMPTS, Code.BUSY,
    ),
)  # fmt: skip
async def log_in_with_password(request: Request, body: LogInIn) -> Response:
    """Open a session: the answer sets a cookie that scripts cannot read and other sites' pages cannot use.

    Whatever is wrong, the answer is the same. Wrong passwords lock the account for a while, which only the history says.
    """
    state = state_of(request)
    refuse_strange_pages(state, request)
    attempt = Attempt(body.name, body.password, body.new_password, address_of(request), _agent(request))
    secret = await log_in(state, attempt)
    principal = await state.principal_of_session(secret)
    if principal is None:  # ended in this very moment
        raise Problem(Code.LOGIN_FAILED)
    answer = JsonAnswer(await _me(state, principal, secret))
    cookies.give(answer, secret, state.services.public_url)
    return answer


@public.post(
    "/invitations/accept",
    **plain(None, None, Code.NOT_FOUND, Code.INVALID, Code.MALFORMED, Code.CROSS_SITE, Code.TOO_MANY_ATTEMPTS, Code.BUSY),
)  # fmt: skip
async def accept_invitation(request: Request, body: AcceptIn) -> Response:
    """Choose the password to which an invitation entitles; it is used up, and open sessions end. Then log in."""
    state = state_of(request)
    refuse_strange_pages(state, request)
    now_us, address = state.services.now_us(), address_of(request)
    wait_us = state.throttle.wait_us(address, now_us)
    if wait_us:
        raise Problem(Code.TOO_MANY_ATTEMPTS, {"wait_s": -(-wait_us // 1_000_000)})
    account, person = await state.read(_invited, body.token, now_us)
    if account is None or person is None:
        state.throttle.wrong(address, now_us)
        raise Problem(Code.NOT_FOUND)
    refuse_weak(body.password, person, None, "body/password")
    hash = await state.passwords.make(state.pool, body.password)

    def write(connection: Any) -> None:
        users = UserRepository(connection)
        if users.invited(body.token, now_us) is None:
            raise Problem(Code.NOT_FOUND)
        users.set_password(account.person, hash, By(f"person:{account.person}", now_us, "invitation"))

    await state.write(write)
    state.forget_keys()
    return Response(status_code=204)


@router.post("/logout", **operation(Act.OWN_ACCOUNT, status=204))
async def log_out(request: Request, asker: Asker) -> Response:
    """End this session. With a key there is none, and nothing happens."""
    state = state_of(request)
    answer = Response(status_code=204, headers={"Clear-Site-Data": '"cache"'})
    session = await _session(state, request)
    if session is not None:
        by = By(asker.name, state.services.now_us())
        await state.write(lambda c: SessionRepository(c).end(session.id, session.person, by, "logged_out"))
        state.forget_keys()
        cookies.take(answer, state.services.public_url)
    return answer


@router.get("/me", **operation(Act.OWN_ACCOUNT, MeView, examples.ME))
async def read_me(request: Request, asker: Asker) -> Response:
    """Who am I, in which role, for whom, and what may I do."""
    state = state_of(request)
    secret = "" if has_key(request) else cookies.secret_in(request, state.services.public_url)
    return JsonAnswer(await _me(state, asker, secret))


@router.put("/me/password", **operation(Act.OWN_ACCOUNT, status=204, problems=(Code.NOT_FOUND,)))
async def change_password(request: Request, asker: Asker, body: PasswordIn) -> Response:
    """Have another password from now on. All other sessions end; a key has no password (404)."""
    state = state_of(request)
    session = await _session(state, request)
    if session is None:
        raise Problem(Code.NOT_FOUND)
    await _refuse_wrong(state, request, asker, session.person, body.password)
    person = await state.read(lambda c: UserRepository(c).person(session.person))
    if person is None:
        raise Problem(Code.NOT_FOUND)
    refuse_weak(body.new_password, person, body.password, "body/new_password")
    hash = await state.passwords.make(state.pool, body.new_password)
    by = By(asker.name, state.services.now_us())
    await state.write(lambda c: UserRepository(c).set_password(session.person, hash, by, keep=session.id))
    state.forget_keys()
    return Response(status_code=204)


@router.get("/me/sessions", **operation(Act.OWN_ACCOUNT, Page[SessionView], examples.SESSIONS))
async def list_my_sessions(request: Request, asker: Asker) -> Response:
    """One's own open sessions, the newest first; a key has none."""
    state = state_of(request)
    current = await _session(state, request)
    if current is None:
        return JsonAnswer(Page([], None))
    now_us = state.services.now_us()
    found = await state.read(lambda c: SessionRepository(c).of(current.person, now_us))
    return JsonAnswer(Page([session_view(one, current.id) for one in found], None))


@router.delete("/me/sessions/{id}", **operation(Act.OWN_ACCOUNT, status=204, problems=(Code.NOT_FOUND,)))
async def end_my_session(request: Request, asker: Asker, id: Id) -> Response:
    """End one of one's own sessions: of a telephone that was lost."""
    state = state_of(request)
    current = await _session(state, request)
    if current is None:
        raise Problem(Code.NOT_FOUND)
    by = By(asker.name, state.services.now_us())

    def end(connection: Any) -> None:
        try:
            SessionRepository(connection).end(id, current.person, by)
        except NoSuchObjectError as error:
            raise Problem(Code.NOT_FOUND) from error

    await state.write(end)
    state.forget_keys()
    return Response(status_code=204)


def session_view(one: Session, current: str | None = None) -> SessionView:
    """A session as it is told."""
    return SessionView(
        one.id, one.id == current, text_of(one.created_us), text_of(one.seen_us), text_of(one.expires_us), one.agent
    )  # fmt: skip


async def _refuse_wrong(state: State, request: Request, asker: Principal, person: str, password: str) -> None:
    """Go on only with the right password; a wrong one counts as one at log-in.

    Raises:
        Problem: invalid, also while the account is locked.
    """
    now_us, address = state.services.now_us(), address_of(request)
    account = await state.read(lambda c: UserRepository(c).get(person))
    fits = await state.passwords.check(state.pool, account.hash if account else None, password)
    if account is None or (account.locked_until_us or 0) > now_us or not fits:
        state.throttle.wrong(address, now_us)
        await state.write(_note_wrong, person, By(asker.name, now_us), address)
        raise invalid("body/password", "password_wrong")


def _note_wrong(connection: Any, person: str, by: By, address: str) -> None:
    users = UserRepository(connection)
    account = users.get(person)
    if account is not None:
        told: dict[str, Json] = {
            "why": "wrong_password",
            "address": address,
            "locked_until_us": users.failed(account, by.time_us),
        }
        record(connection, by, "login_failed", f"user:{person}", None, told)


async def _me(state: State, principal: Principal, secret: str) -> MeView:
    def find(connection: Any) -> tuple[Person | None, Session | None]:
        person = UserRepository(connection).person(principal.person) if principal.person else None
        return person, SessionRepository(connection).of_secret(secret) if secret else None

    newest = None if bound(principal) else await state.newest_event()
    person, session = await state.read(find)
    return MeView(
        principal.name, principal.person, person.name if person else "", str(person.language) if person else "",
        str(principal.role), principal.customer, principal.gateway, principal.site, principal.carrier,
        session.id if session else None, sorted(ACTS[principal.role]), newest,
    )  # fmt: skip


async def _session(state: State, request: Request) -> Session | None:
    """The session with which this request came; None with a key."""
    secret = cookies.secret_in(request, state.services.public_url)
    if not secret or has_key(request) or await authenticate(state, request) is None:
        return None
    return await state.read(lambda c: SessionRepository(c).of_secret(secret))


def _invited(connection: Any, token: str, now_us: int) -> tuple[Account | None, Person | None]:
    users = UserRepository(connection)
    account = users.invited(token, now_us)
    return account, users.person(account.person) if account else None


def refuse_strange_pages(state: State, request: Request) -> None:
    """Nobody's page logs its visitors in as somebody else."""
    if cookies.from_elsewhere(request, state.services.public_url):
        raise Problem(Code.CROSS_SITE)


def address_of(request: Request) -> str:
    """From where a request comes; "" if nobody knows."""
    return request.client.host if request.client else ""


def _agent(request: Request) -> str:
    return "".join(c for c in request.headers.get("user-agent", "") if c.isprintable())
