"""The sender: whom to tell is found out, what to tell now is planned, and messages go out on all ways side by side.

Everything is in the database before anything goes out, and what came of it is there after; killed in between, a message
goes out again under the same id. A way that is slow or dead holds up nothing but itself. One sender per installation.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from random import random as real_random
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from notify.channels.nouns import Outcome, Outgoing, Result, failed
from notify.picking import Retry, again_us, heads, queue_of
from notify.planning import DIGEST, HOUR_US, MINUTE_US, Bundle, Past, Plan, Policy, Way, plan
from notify.recipients import Directory
from notify.rendering import MOST_LISTED, Reader, write
from notify.routes import AT_ONCE, Routes, crowded_lanes, place_of
from registry.nouns import uuid7
from store.messages import DESK, Channel, Message, MessageState, Telling, TellingState
from store.repositories import outbox_sending as outbox
from store.repositories.outbox import Put
from store.repositories.outbox_sending import Made, TellingChange
from store.repositories.records import By, record
from tickets.notices import Notice, Urgency
from tickets.nouns import SYSTEM

LEASE_US = MINUTE_US
"""A message that somebody took and then died over is taken again after this."""
_DIRECTORY_US = 5_000_000
_IDLE_S = 0.5
_BATCH, _AT_MOST = 1000, 20_000
_log = logging.getLogger(__name__)

AckLink = Callable[[Notice, str], str]
"""(what is told, whom) → where that person can acknowledge it, or a customer's contact answer; "" = nowhere."""


class Database(Protocol):
    """The service database."""

    def reading(self) -> AbstractContextManager[Connection]: ...
    def writing(self) -> AbstractContextManager[Connection]: ...


@dataclass(frozen=True, slots=True)
class _UnderWay:
    message: Message
    place: str
    future: Future[Result]


class Sender:
    """Tells people what lies in the outbox."""

    def __init__(
        self,
        database: Database,
        directory: Callable[[Connection], Directory],
        routes: Routes,
        *,
        ack_link: AckLink | None = None,
        policy: Policy | None = None,
        retry: Retry | None = None,
        random: Callable[[], float] = real_random,
    ) -> None:
        """`directory` is read anew every few seconds; `ack_link` is called once per telling, outside of a transaction."""
        self._database, self._read_directory, self._routes = database, directory, routes
        self._ack_link = ack_link
        self._policy, self._retry, self._random = policy or Policy(), retry or Retry(), random
        self._directory: tuple[int, Directory] | None = None
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._under_way: dict[str, _UnderWay] = {}

    def step(self, now_us: int) -> int:
        """Note what came of attempts, plan what is due, and begin what can be sent; return how much of that there was."""
        done = self._note_results(now_us)
        done += self._resolve(now_us)
        done += self._plan(now_us)
        return done + self._begin(now_us)

    def settle(self, now_us: int, within_s: float) -> int:
        """Wait for the attempts that are under way, so long at most, and note what came of them; return how many."""
        wait([one.future for one in self._under_way.values()], within_s)
        return self._note_results(now_us)

    def run(
        self, stopping: Callable[[], bool], now_us: Callable[[], int], sleep: Callable[[float], None]
    ) -> None:
        """Step until `stopping()`. A database that is away is tried again; nothing is lost by it."""
        try:
            while not stopping():
                if not self._try(now_us()):
                    sleep(_IDLE_S)
        finally:
            self.close()

    def close(self) -> None:
        """Begin nothing more; what is under way ends by itself, and goes out again if nobody noted that it did."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)

    def _try(self, now_us: int) -> int:
        try:
            return self.step(now_us)
        except SQLAlchemyError as error:
            _log.warning("the outbox cannot be worked on: %s", type(error).__name__)
            return 0

    # Whom to tell

    def _resolve(self, now_us: int) -> int:
        done = 0
        while done < _AT_MOST:  # what goes on coming must not keep us from telling
            with self._database.reading() as connection:
                found = outbox.unresolved(connection, _BATCH)
            if not found:
                break
            directory = self._known(now_us)
            made = [
                _telling(one, person, now_us + number)
                for number, (one, person) in enumerate(
                    (one, person) for one in found for person in directory.resolve(one.notice.to)
                )
            ]
            with self._database.writing() as connection:
                outbox.resolve(connection, made, [one.sequence for one in found], now_us)
            done += len(found)
        return done

    def _known(self, now_us: int) -> Directory:
        if self._directory is None or now_us - self._directory[0] >= _DIRECTORY_US:
            with self._database.reading() as connection:
                self._directory = (now_us, self._read_directory(connection))
        return self._directory[1]

    # What to tell now

    def _plan(self, now_us: int) -> int:
        with self._database.reading() as connection:
            if not outbox.anything_due(connection, now_us):
                return 0
        directory = self._known(now_us)
        with self._database.writing() as connection:
            due: dict[str, list[Telling]] = defaultdict(list)
            for one in outbox.due_tellings(connection, now_us):
                due[one.person].append(one)
            made = outbox.made_since(connection, due, now_us - HOUR_US)
            crowded = crowded_lanes(outbox.lane_counts(connection, now_us - MINUTE_US))
            for person, tellings in due.items():
                past = past_of(made.get(person, []), crowded)
                planned = plan(directory.addressee(person), tellings, past, self._policy, now_us)
                self._keep(connection, person, planned, now_us)
        return sum(map(len, due.values()))

    def _keep(self, connection: Connection, person: str, planned: Plan, now_us: int) -> None:
        made: list[Message] = []
        changes: list[TellingChange] = []
        for bundle in planned.bundles:
            made += _messages(person, bundle, now_us, len(made))
            changes += [
                TellingChange(
                    one.id, TellingState.TOLD, None, bundle.again_us[one.id], one.rounds + 1, now_us
                )
                for one in bundle.tellings
            ]
        changes += [
            TellingChange(one.telling.id, one.telling.state, one.held, one.until_us, one.telling.rounds, one.telling.told_us)
            for one in planned.waits
        ]  # fmt: skip
        changes += [
            TellingChange(one.id, TellingState.DEAD, one.held, None, one.rounds, one.told_us)
            for one in planned.dead
        ]
        outbox.keep_plan(connection, made, changes)
        if person != DESK:
            instead = [_instead(one, now_us + number) for number, one in enumerate(planned.unreachable)]
            outbox.resolve(connection, instead, (), now_us)

    # Sending

    def _begin(self, now_us: int) -> int:
        with self._database.reading() as connection:
            waiting = outbox.open_messages(connection)
            if not waiting:
                return 0
            counts = outbox.lane_counts(connection, now_us - MINUTE_US)
        busy = {queue_of(one.message) for one in self._under_way.values()}
        sent = Counter({lane: gone for lane, (_, gone) in counts.items()})
        sent.update(one.message.lane for one in self._under_way.values())
        directory = self._known(now_us)
        room = Counter(one.place for one in self._under_way.values())
        ready: dict[str, tuple[Way | None, str]] = {}
        for one in heads(waiting, busy, sent, now_us):
            way = next((way for way in directory.addressee(one.person).ways if way.lane == one.lane), None)
            place = place_of(way) if way else ""
            if one.id in self._under_way or (way and room[place] >= AT_ONCE):
                continue
            room[place] += 1
            ready[one.id] = (way, place)
        if not ready:
            return 0
        with self._database.writing() as connection:
            claimed = outbox.claim(connection, list(ready), now_us, now_us + LEASE_US)
        for one in claimed:
            self._try_to_send(one, *ready[one.id], now_us)
        return len(claimed)

    def _try_to_send(self, one: Message, way: Way | None, place: str, now_us: int) -> None:
        """One message that cannot even be written is tried again later, and stops no other."""
        try:
            self._send(one, way, place, now_us)
        except Exception as error:
            if isinstance(error, SQLAlchemyError):
                raise
            _log.exception("message %s cannot be prepared", one.id)
            with self._database.writing() as connection:
                self._note(connection, one, failed(f"fault:{type(error).__name__}"), now_us)

    def _send(self, one: Message, way: Way | None, place: str, now_us: int) -> None:
        with self._database.reading() as connection:
            told = outbox.tellings_of(connection, one)
        wanted = [each for each in told if each.ended_us is None]
        channel = self._routes.of(way) if way else None
        if not wanted or way is None or channel is None:
            self._leave(one, told, now_us, gone=bool(wanted))
            return
        outgoing = self._outgoing(one, wanted, now_us)
        pool = self._pools.setdefault(place, ThreadPoolExecutor(AT_ONCE, f"notify {place.partition(':')[0]}"))
        future = pool.submit(channel.send, way.address, outgoing)
        self._under_way[one.id] = _UnderWay(one, place, future)

    def _leave(self, one: Message, told: list[Telling], now_us: int, *, gone: bool) -> None:
        """A message whose way is gone, or that nobody wants any more."""
        with self._database.writing() as connection:
            if gone:
                self._give_up(connection, one, "way_gone", now_us)
            else:
                answered = any(each.state is TellingState.ANSWERED for each in told)
                outbox.end(connection, one.id, MessageState.ANSWERED if answered else MessageState.DROPPED)

    def _outgoing(self, one: Message, wanted: list[Telling], now_us: int) -> Outgoing:
        directory = self._known(now_us)
        person = directory.addressee(one.person)
        reader = Reader(
            directory.language(one.person), directory.plain(one.person), person.time_zone, directory.name_of
        )
        words = write(wanted, one.code, reader, self._links(one, wanted))
        return Outgoing(
            one.id, words.title, words.body, reader.language, one.urgency, one.subject, words.number, words.what,
            words.place, words.todo,
        )  # fmt: skip

    def _links(self, one: Message, wanted: list[Telling]) -> dict[str, str]:
        """Telling → where it is acknowledged; asked for once, so that a repeated message says the same."""
        if self._ack_link is None or one.channel not in {Channel.CHAT, Channel.EMAIL}:
            return {}
        found: dict[str, str] = {}
        for told in wanted:
            led = told.until_answered or told.person.startswith("contact:")
            if led and told.link is None and len(found) < MOST_LISTED:
                found[told.id] = self._ack_link(_notice(told), told.person)
            elif told.link:
                found[told.id] = told.link
        new = {told.id for told in wanted if told.link is None} & found.keys()
        if new:
            with self._database.writing() as connection:
                for id in new:
                    outbox.keep_link(connection, id, found[id])
        return {id: link for id, link in found.items() if link}

    # What came of it

    def _note_results(self, now_us: int) -> int:
        done = [one for one in self._under_way.values() if one.future.done()]
        if not done:
            return 0
        with self._database.writing() as connection:
            for one in done:
                self._note(connection, one.message, _result(one.future), now_us)
        for one in done:
            del self._under_way[one.message.id]
        return len(done)

    def _note(self, connection: Connection, one: Message, result: Result, now_us: int) -> None:
        if result.outcome is Outcome.SENT:
            outbox.note_sent(connection, one.id, result.provider_id, now_us)
            return
        next_us = None
        if result.outcome is not Outcome.REFUSED:
            next_us = again_us(one, self._retry, now_us, self._random(), result.wait_us)
        if next_us is None:
            self._give_up(connection, one, result.why, now_us)
        else:
            outbox.note_failed(connection, one, result.why, next_us)

    def _give_up(self, connection: Connection, one: Message, why: str, now_us: int) -> None:
        outbox.note_failed(connection, one, why, None)
        told = {"person": one.person, "channel": str(one.channel), "lane": one.lane, "message": one.id}
        record(connection, By(SYSTEM, now_us, why), "not_told", one.subject, None, {**told})


def past_of(made: list[Made], crowded: frozenset[str]) -> Past:
    """What a person was told lately, from the messages made for it."""
    moments = {one.bundle: one for one in made if one.urgency is not Urgency.CRITICAL}
    direct = tuple(one.made_us for one in moments.values() if one.code != DIGEST)
    digests = [one.made_us for one in moments.values() if one.code == DIGEST]
    calls = tuple(one.made_us for one in made if one.channel is Channel.VOICE)
    return Past(direct, max(digests, default=None), calls, crowded)


def _result(future: Future[Result]) -> Result:
    """What a channel answered; one that raises is a fault of ours, and the message is tried again."""
    error = future.exception()
    if error is not None:
        _log.error("a channel failed: %s", type(error).__name__)
        return failed(f"fault:{type(error).__name__}")
    return future.result()


def _telling(one: Put, person: str, id_us: int) -> Telling:
    notice = one.notice
    return Telling(
        uuid7(id_us), one.sequence, person, notice.cause, notice.subject, notice.code, notice.params, notice.urgency,
        notice.until_answered, one.made_us, next_us=one.made_us,
    )  # fmt: skip


def _instead(one: Telling, id_us: int) -> Telling:
    """The same for the desk, in place of somebody who cannot be reached."""
    return replace(
        one, id=uuid7(id_us), person=DESK, state=TellingState.WAITING, held=None, rounds=0, link=None
    )


def _messages(person: str, bundle: Bundle, now_us: int, number: int) -> list[Message]:
    """One message on each way; ids of one moment sort as they were made."""
    group = uuid7(now_us + number)
    ids = tuple(one.id for one in bundle.tellings)
    return [
        Message(
            uuid7(now_us + number + place), group, person, bundle.subject, bundle.code, way.channel, way.lane,
            bundle.urgency, now_us, next_us=now_us, about=ids,
        )
        for place, way in enumerate(bundle.ways)
    ]  # fmt: skip


def _notice(told: Telling) -> Notice:
    return Notice(
        told.person, told.cause, told.subject, told.code, told.params, told.urgency, told.until_answered
    )
