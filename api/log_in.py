"""Logging in: one answer for every kind of failure, the same time for known and unknown names, all of it on record."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from api.problems import Code, Problem, invalid
from api.state import State
from registry.nouns import Person
from registry.passwords import Weak, weakness
from store.repositories.records import By, record
from store.repositories.sessions import SessionRepository
from store.repositories.users import Account, UserRepository

NOBODY = "nobody"
"""Who tries to log in, before we know."""


class Why(StrEnum):
    """Why somebody does not come in: for the history alone."""

    UNKNOWN = "unknown"
    """No such account, or none with a password yet. What was typed is not kept: it may be a password."""
    WRONG = "wrong_password"
    LOCKED = "locked"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came in."""

    name: str
    password: str
    new_password: str | None
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class _Hashed:
    """What argon2 said, outside every transaction."""

    of: str | None
    """The hash that was looked at."""
    fits: bool
    newer: str | None
    """The hash that is to stand from now on."""


async def log_in(state: State, attempt: Attempt) -> str:
    """The secret of a new session.

    Raises:
        Problem: login_failed, whatever is wrong; too_many_attempts; password_change_due; invalid, for a weak new password.
    """
    wait_us = state.throttle.wait_us(attempt.address, state.services.now_us())
    if wait_us:
        raise Problem(Code.TOO_MANY_ATTEMPTS, {"wait_s": -(-wait_us // 1_000_000)})
    account, person = await state.read(_known, attempt.name)
    hashed = await _hashed(state, attempt, account, person)
    secret = await state.write(_settle, state, attempt, hashed)
    if secret is None:
        if state.throttle.wrong(attempt.address, state.services.now_us()):
            await state.write(_closed, attempt.address, state.services.now_us())
        raise Problem(Code.LOGIN_FAILED)
    return secret


async def _hashed(state: State, attempt: Attempt, account: Account | None, person: Person | None) -> _Hashed:
    """Whether the password is right, and what is to be kept of it."""
    stored = account.hash if account else None
    fits = await state.passwords.check(state.pool, stored, attempt.password)
    if (
        not fits
        or account is None
        or person is None
        or stored is None
        or not _may(account, state.services.now_us())
    ):
        return _Hashed(stored, fits, None)
    if attempt.new_password is not None:
        refuse_weak(attempt.new_password, person, attempt.password, "body/new_password")
        return _Hashed(stored, True, await state.passwords.make(state.pool, attempt.new_password))
    if account.must_change:
        raise Problem(Code.PASSWORD_CHANGE_DUE)
    outdated = state.passwords.outdated(stored)
    return _Hashed(
        stored, True, await state.passwords.make(state.pool, attempt.password) if outdated else None
    )


def refuse_weak(password: str, person: Person, old: str | None, where: str) -> None:
    """Go on only with a password that this person may have.

    Raises:
        Problem: invalid, with the reason.
    """
    weak = Weak.SAME if password == old else weakness(password, person)
    if weak is not None:
        raise invalid(where, str(weak))


def _known(connection: Any, name: str) -> tuple[Account | None, Person | None]:
    users = UserRepository(connection)
    account = users.get(name)
    return account, users.person(name) if account else None


def _may(account: Account, now_us: int) -> bool:
    return account.disabled_us is None and (account.locked_until_us or 0) <= now_us


def _settle(connection: Any, state: State, attempt: Attempt, hashed: _Hashed) -> str | None:
    """Let them in or not, by what the account is now, and put it on record."""
    now_us = state.services.now_us()
    users = UserRepository(connection)
    account = users.get(attempt.name)
    why = _why_not(account, hashed, now_us)
    if account is None or why is not None:
        _refused(connection, users, account, why or Why.UNKNOWN, attempt.address, now_us)
        return None
    by = By(f"person:{account.person}", now_us)
    users.came_in(account.person)
    if hashed.newer is not None and attempt.new_password is not None:
        users.set_password(account.person, hashed.newer, by)
    elif hashed.newer is not None and account.hash is not None:
        users.hash_anew(account.person, account.hash, hashed.newer)
    return SessionRepository(connection).open(account.person, attempt.agent, attempt.address, by)[1]


def _why_not(account: Account | None, hashed: _Hashed, now_us: int) -> Why | None:
    if account is None or account.hash is None:
        return Why.UNKNOWN
    if account.disabled_us is not None:
        return Why.DISABLED
    if (account.locked_until_us or 0) > now_us:
        return Why.LOCKED
    return None if hashed.fits and hashed.of == account.hash else Why.WRONG


def _refused(
    connection: Any, users: UserRepository, account: Account | None, why: Why, address: str, now_us: int
) -> None:
    told: dict[str, Any] = {"why": str(why), "address": address}
    if account is not None and why is Why.WRONG:
        told["locked_until_us"] = users.failed(account, now_us)
    subject = f"user:{account.person}" if account else "user:?"
    record(connection, By(NOBODY, now_us), "login_failed", subject, None, told)


def _closed(connection: Any, address: str, now_us: int) -> None:
    record(connection, By(NOBODY, now_us), "login_throttled", "user:?", None, {"address": address})
