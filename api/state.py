"""What one running application keeps beside its services: the pool, short-lived memories, the tail of events."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from prometheus_client import CollectorRegistry
from starlette.requests import Request

from api.answers import Answers
from api.collected import Collected
from api.conditions import Conditions
from api.figures import HttpFigures
from api.guesses import Guesses
from api.logger_jobs import LoggerJobs
from api.overview import weight
from api.ownership import Ownership
from api.passwords import Passwords
from api.planned import Plans
from api.policy import Resource
from api.pool import Pool
from api.selection import SeriesIndex
from api.services import Services
from api.subjects import owners_of
from api.throttle import Throttle
from api.whereabouts import Whereabouts
from registry.nouns import Principal, RegistrySnapshot
from store.repositories.open_work import LoudAlarm, loud_alarms
from store.repositories.sessions import SessionRepository

P = ParamSpec("P")
T = TypeVar("T")

_SERIES_S = 1.0
_AGAIN_S = 0.1
_NEWEST_S = 0.2
_KEY_S = 1.0
_MOST_KEYS = 10_000


class Memory(Generic[T]):
    """A value that is loaded again when it is older than `seconds`, once at a time however many ask."""

    def __init__(self, load: Callable[[], Awaitable[T]], seconds: float) -> None:
        self._load = load
        self._seconds = seconds
        self._value: T | None = None
        self._loaded_at = float("-inf")
        self._forgotten = 0
        self._lock = asyncio.Lock()

    async def get(self, not_older_than: float | None = None) -> T:
        """The value, at most `seconds` old; or loaded after `not_older_than` (monotonic seconds)."""
        async with self._lock:
            oldest = time.monotonic() - self._seconds if not_older_than is None else not_older_than
            if self._value is None or self._loaded_at <= oldest:
                begun, forgotten = time.monotonic(), self._forgotten
                self._value = await self._load()
                self._loaded_at = begun if forgotten == self._forgotten else float("-inf")
            return self._value

    def forget(self) -> None:
        """The value has changed: load it with the next question, also when it is being loaded just now."""
        self._forgotten += 1
        self._loaded_at = float("-inf")


class State:
    """One running application."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.pool = Pool()
        self.prometheus = CollectorRegistry()
        self.prometheus.register(Collected(services))
        self.figures = HttpFigures(self.prometheus)
        self.answers = Answers()
        self.logger_jobs = LoggerJobs(services)
        self.conditions = Conditions(services.readings)
        self.guesses = Guesses()
        self.plans = Plans(services, self.pool)
        self.streams = 0
        """Live streams that are open."""
        self.stopping = False
        self._ownership: Ownership | None = None
        self._ownership_lock = asyncio.Lock()
        self._looked_at = 0
        """The last event up to which nothing else changed in the registry."""
        self._loud: tuple[int, Sequence[LoudAlarm]] = (-1, ())
        """As of an event."""
        self._newest = Memory(self._load_newest, _NEWEST_S)
        self._principals: dict[tuple[str, str], tuple[float, Principal]] = {}
        """(key or session, hash of the secret) → until when (monotonic seconds) it is known whose it is."""
        self._used: dict[str, int] = {}
        """Principal → when its key was last used, not yet written down."""
        self._seen: dict[str, int] = {}
        """Hash of a session's secret → when it was last used, not yet written down."""
        self.passwords = Passwords()
        self.throttle = Throttle()
        self._series = Memory(self._load_series, _SERIES_S)

    async def read(self, ask: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a repository answers to `ask(connection, …)`, in a reading transaction."""

        def call() -> T:
            with self.services.database.reading() as connection:
                return ask(connection, *args, **kwargs)

        return await self.pool(call)

    async def write(self, act: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a repository does in `act(connection, …)`, in a writing transaction."""

        def call() -> T:
            with self.services.database.writing() as connection:
                return act(connection, *args, **kwargs)

        try:
            return await self.pool(call)
        finally:
            self._newest.forget()

    async def principal(self, secret: str) -> Principal | None:
        """Whose key this is, as it was at most a second ago; revoking is felt within that."""
        now_us, digest = self.services.now_us(), _digest(secret)
        found = await self._known("key", digest, lambda c: self.services.keys(c).authenticate(secret, now_us))
        if found is not None:
            self._used[found.name] = now_us
        return found

    async def principal_of_session(self, secret: str) -> Principal | None:
        """Whose session this is; as with keys. A person who was changed is another principal."""
        now_us, digest = self.services.now_us(), _digest(secret)
        found = await self._known(
            "session", digest, lambda c: SessionRepository(c).authenticate(secret, now_us)
        )
        if found is not None:
            self._seen[digest] = now_us
        return found

    async def _known(
        self, what: str, digest: str, ask: Callable[[Any], Principal | None]
    ) -> Principal | None:
        now = time.monotonic()
        until, known = self._principals.get((what, digest), (0.0, None))
        if known is not None and until >= now:
            return known
        known = await self.read(ask)
        if known is None:
            self._principals.pop((what, digest), None)
            return None
        if len(self._principals) >= _MOST_KEYS:
            self.forget_keys()
        self._principals[what, digest] = (now + _KEY_S, known)
        return known

    def forget_keys(self) -> None:
        """Ask for every key and session anew."""
        self._principals.clear()

    async def note_uses(self) -> None:
        """Write down when keys and sessions were last used."""
        used, self._used = self._used, {}
        seen, self._seen = self._seen, {}
        if used:
            await self.write(lambda connection: self.services.keys(connection).note_used(used))
        if seen:
            await self.write(self._note_seen, seen)

    def _note_seen(self, connection: Any, seen: dict[str, int]) -> None:
        sessions = SessionRepository(connection)
        sessions.note_seen(seen)
        sessions.forget(self.services.now_us())

    async def series_with(self, enough: Callable[[SeriesIndex], bool]) -> SeriesIndex:
        """All series; looked up anew if what is remembered is not enough."""
        index = await self._series.get()
        if not enough(index):
            index = await self._series.get(time.monotonic() - _AGAIN_S)
        return index

    async def series(self) -> SeriesIndex:
        """All series, as they were at most a second ago."""
        return await self._series.get()

    async def ownership(self) -> Ownership:
        """What is whose now; made anew when the registry has changed."""
        async with self._ownership_lock:
            self._ownership = await self.read(self._ownership_now)
            return self._ownership

    async def registry(self) -> RegistrySnapshot:
        """The registry as it is now; read anew when it has changed."""
        return (await self.ownership()).snapshot

    def loud_alarms(self, connection: Any) -> Sequence[LoudAlarm]:
        """All alarms that are loud, those that matter most first; read anew behind every event, for nothing changes of them without one."""
        sequence = self.services.events.last_sequence(connection)
        if self._loud[0] != sequence:
            self._loud = sequence, sorted(loud_alarms(connection), key=weight)
        return self._loud[1]

    async def whereabouts(self) -> Whereabouts:
        """Who was where, as known now."""
        return (await self.ownership()).where

    async def owners_of(self, subjects: Sequence[str]) -> dict[str, Resource]:
        """Whose the subjects of events are."""
        ownership = await self.ownership()
        return await self.read(owners_of, self.services, ownership, subjects)

    def _ownership_now(self, connection: Any) -> Ownership:
        registry, known = self.services.registry(connection), self._ownership
        if known is not None and not registry.changes_since(self._looked_at, 1):
            self._looked_at = self.services.events.last_sequence(connection)
            return known
        snapshot = registry.snapshot()
        self._looked_at = snapshot.sequence
        return Ownership(snapshot)

    async def newest_event(self) -> int:
        """The number of the newest event: of this process at once, of others as it was 0.2 s ago; all share one question."""
        return await self._newest.get()

    def close(self) -> None:
        """End the live streams, and wait for what runs."""
        self.stopping = True
        self.logger_jobs.close()
        self.services.imports.close()
        self.services.long_jobs.close()
        self.pool.close()

    async def _load_newest(self) -> int:
        return await self.read(self.services.events.last_sequence)

    async def _load_series(self) -> SeriesIndex:
        return await self.pool(lambda: SeriesIndex(self.services.readings.series()))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def state_of(request: Request) -> State:
    """The state of the application that answers `request`."""
    state = request.app.state.keepwell
    assert isinstance(state, State)  # create_app put it there
    return state
