"""A seat in PostgreSQL: an advisory lock of a session of its own, which the server frees when that session ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg

from store.service_postgres import parameters

LOCK = 0x6B65_6570_6465_736B
"""`keepdesk` in ASCII; advisory locks are counted per database."""
ASK_S = 1.0


class AdvisorySeat:
    """(`store.seats.Seat`)"""

    def __init__(self, url: str, now_s: Callable[[], float] = time.monotonic) -> None:
        self._url, self._now_s = url, now_s
        self._session: psycopg.Connection[Any] | None = None
        self._asked_s = 0.0

    def take(self) -> bool:
        """Whether the lock is ours; a session that did not get it is kept to ask again."""
        try:
            if self._session is None:
                self._session = psycopg.connect(**parameters(self._url), autocommit=True)
            (ours,) = self._session.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() or (False,)
        except psycopg.Error:
            self.leave()
            return False
        self._asked_s = self._now_s()
        return bool(ours)

    def held(self) -> bool:
        """The lock lasts as long as its session."""
        if self._session is None:
            return False
        if self._now_s() - self._asked_s < ASK_S:
            return True
        self._asked_s = self._now_s()
        try:
            self._session.execute("SELECT 1")
        except psycopg.Error:
            self.leave()
            return False
        return True

    def leave(self) -> None:
        """End the session."""
        if self._session is not None:
            self._session.close()
            self._session = None
