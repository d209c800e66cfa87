"""Passwords hashed with argon2id, a few at a time: each takes 64 MiB and some 50 ms, on purpose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from api.pool import Pool
from api.problems import Code, Problem
from registry.passwords import LONGEST, normal

MOST_AT_ONCE = 2
MOST_WAITING = 40
"""More log-ins at once are told to come again: waiting, they would only time out."""

_DEFAULT = PasswordHasher()


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    """A hash to try passwords on where there is none; made before anybody asks, once a process."""
    return hasher.hash("nobody has this password")


class Passwords:
    """Makes and checks hashes. The defaults are RFC 9106's second choice (64 MiB, 3 passes), for machines that do other work."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or _DEFAULT
        self._nobodys = _nobodys(self._hasher)
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)
        self._waiting = 0

    def hash(self, password: str) -> str:
        """The hash of a password, with its parameters and a new salt."""
        return self._hasher.hash(normal(password))

    def fits(self, hash: str | None, password: str) -> bool:
        """Whether it is the password. Without a hash it takes as long, and is not."""
        try:
            return (
                self._hasher.verify(hash or self._nobodys, normal(password[: LONGEST + 1]))
                and hash is not None
            )
        except (Argon2Error, InvalidHashError):
            return False

    def outdated(self, hash: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hash)

    async def make(self, pool: Pool, password: str) -> str:
        """As `hash`, beside other requests."""
        async with self._turn():
            return await pool(self.hash, password)

    async def check(self, pool: Pool, hash: str | None, password: str) -> bool:
        """As `fits`, beside other requests."""
        async with self._turn():
            return await pool(self.fits, hash, password)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Waits for one's turn. Raises `busy` if too many wait."""
        if self._waiting >= MOST_WAITING:
            raise Problem(Code.BUSY)
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turns.release()
