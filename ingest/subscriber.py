"""The MQTT client of ingest: one thread, a persistent session, and an acknowledgement only when the caller says so."""

from __future__ import annotations

import select
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from ingest.broker_url import BrokerUrl
from ingest.link import REFUSALS, Backoff, Cause, EventKind, Link, LinkEvent, LinkState
from ingest.session import Session, SessionSettings
from ingest.tls import context_of
from ingest.wire import Message, Room

_EVENTS_HELD = 256


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is taken in before something has to be acknowledged."""

    max_in_flight: int = 20_000
    """Messages handed out and not yet acknowledged; at the bound we stop reading, and so the broker stops sending."""
    max_in_flight_bytes: int = 64 * 1024 * 1024
    """The same in bytes of payload; the last message may go beyond."""
    max_messages_per_poll: int = 5_000


@dataclass(slots=True)
class Counters:
    """What has happened since the start, for metrics."""

    messages: int = 0
    redelivered_in_flight: int = 0
    """Delivered again while the first delivery was still unacknowledged: neither handed out nor counted elsewhere."""
    acknowledged: int = 0
    stale_acknowledgements: int = 0
    """Of messages whose connection is gone: not sent, the broker delivers them again."""
    connects: int = 0
    losses: int = 0
    refusals: int = 0


class Subscriber:
    """`poll`, commit, `acknowledge`, in the one thread that owns it."""

    def __init__(
        self,
        url: BrokerUrl,
        client_id: str,
        now_us: Callable[[], int],
        settings: SessionSettings | None = None,
        bounds: Bounds | None = None,
        monotonic_s: Callable[[], float] = time.monotonic,
        rand: Random | None = None,
    ) -> None:
        """`client_id` names the session at the broker: generated once per installation and kept.

        Raises:
            OSError: the CA file of `url` cannot be read.
        """
        self.url = url
        self.state = LinkState(Link.WAITING, Cause.NOT_YET)
        self.counters = Counters()
        self.last_connected_us: int | None = None
        """When the last good connection was begun (wall clock). Whatever was received before may come again."""
        self.resumed = False
        """Whether the broker still had our session then."""
        self.in_flight = 0
        self.in_flight_bytes = 0
        self._client_id = client_id
        self._now_us = now_us
        self._settings = settings or SessionSettings()
        self._bounds = bounds or Bounds()
        self._monotonic_s = monotonic_s
        self._backoff = Backoff(rand or Random())
        context_of(url)  # files that cannot be read end the start, not only every connection
        self._events: deque[LinkEvent] = deque(maxlen=_EVENTS_HELD)
        self._connections = 0
        self._session: Session | None = None
        self._extra: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
        self._refused_extra: set[str] = set()
        self._mids: set[int] = set()
        self._due_s = 0.0
        self._began_us = 0
        self._connected_s: float | None = None

    def poll(self, timeout_s: float) -> list[Message]:
        """Messages that are there, or arrive within `timeout_s`; [] when there are none or no connection.

        Reconnects when that is due; only then it may take longer, at most by the connect timeout. Never raises for
        what the broker or the network does.
        """
        session = self._session
        if session is None:
            self._connect_when_due(timeout_s)
            return []
        room = self._room()
        self._wait(session, timeout_s, room)
        messages = self._admit(session.wire.read(room, self._now_us()))
        if session.wire.more:
            session.wire.heard_s = self._monotonic_s()  # what waits unread cannot be called silent
        session.serve()
        self._note(session)
        return messages

    def acknowledge(self, messages: Iterable[Message]) -> None:
        """Tell the broker that these messages are kept. Call it once per message, after the commit.

        Acknowledgements for an earlier connection are not sent: their packet ids may by now mean other messages.
        """
        session = self._session
        current = session.connection if session else 0
        mids: list[int] = []
        for message in messages:
            self.in_flight -= 1
            self.in_flight_bytes -= len(message.payload)
            if message.qos and message.connection == current:
                mids.append(message.mid)
            elif message.qos:
                self.counters.stale_acknowledgements += 1
        if session is None or not mids:
            return
        self._mids.difference_update(mids)
        self.counters.acknowledged += len(mids)
        try:
            session.wire.acknowledge(mids)
        except OSError as error:
            session.wire.ended = (Cause.CLOSED, str(error))  # the next poll sees to it

    def want(self, extra: Iterable[str], retired: Iterable[str] = ()) -> None:
        """Read these filters too, from now on and after every reconnect.

        `retired` are those once wanted, perhaps by an earlier process: a persistent session would deliver them for ever.
        """
        wanted = frozenset(extra)
        self._extra = (wanted, frozenset(retired) - wanted)
        if self._session is not None:
            self._session.want(*self._extra)

    def take_events(self) -> list[LinkEvent]:
        """What happened to the link since the last call, oldest first."""
        taken = list(self._events)
        self._events.clear()
        return taken

    def close(self) -> None:
        """Leave the broker in good order; the session stays, so that unacknowledged messages come again."""
        if self._session is not None:
            self._session.leave()
        self._forget(LinkState(Link.WAITING, Cause.STOPPED))

    def _room(self) -> Room:
        return Room(
            min(self._bounds.max_messages_per_poll, self._bounds.max_in_flight - self.in_flight),
            self._bounds.max_in_flight_bytes - self.in_flight_bytes,
        )

    def _admit(self, delivered: list[Message]) -> list[Message]:
        """Enter messages as in flight, without those that already are."""
        fresh: list[Message] = []
        mids, size = self._mids, 0
        for message in delivered:
            if message.qos:
                if message.mid in mids:
                    continue
                mids.add(message.mid)
            size += len(message.payload)
            fresh.append(message)
        self.in_flight += len(fresh)
        self.in_flight_bytes += size
        self.counters.messages += len(fresh)
        self.counters.redelivered_in_flight += len(delivered) - len(fresh)
        return fresh

    def _wait(self, session: Session, timeout_s: float, room: Room) -> None:
        """Until the socket is ready for what we want of it."""
        wire = session.wire
        if wire.closed or (wire.more and room):
            return
        wanted = (0 if wire.more else select.POLLIN) | (select.POLLOUT if wire.has_output else 0)
        poller = select.poll()
        poller.register(wire, wanted)
        ready = poller.poll(max(timeout_s, 0.0) * 1000)
        if wire.more and any(what & (select.POLLHUP | select.POLLERR) for _, what in ready):
            wire.ended = (Cause.CLOSED, "the broker closed the connection while we were not reading")

    def _connect_when_due(self, timeout_s: float) -> None:
        left_s = self._due_s - self._monotonic_s()
        if left_s > 0:
            time.sleep(min(left_s, max(timeout_s, 0.0)))
        if self._monotonic_s() < self._due_s:
            return
        self._connections += 1
        self._began_us = self._now_us()
        self.state = LinkState(Link.CONNECTING, self.state.cause, self.state.detail)
        try:
            self._session = Session(
                self.url,
                context_of(self.url),
                self._client_id,
                self._settings,
                self._connections,
                self._monotonic_s,
            )
            self._session.want(*self._extra)
        except ssl.SSLError as error:
            self._lost(Cause.CERTIFICATE, str(error))
        except (OSError, ValueError) as error:
            self._lost(Cause.UNREACHABLE, str(error))

    def _note(self, session: Session) -> None:
        """Bring state, times and events in line with what the session has become."""
        if session.failure is not None:
            self._lost(*session.failure)
            return
        if session.answered:
            # Messages may come before the subscriptions are answered.
            self.last_connected_us, self.resumed = self._began_us, session.session_present
        if not session.ready:
            return
        if self._connected_s is None:
            self._connected_s = self._monotonic_s()
            self.counters.connects += 1
            self._happened(EventKind.CONNECTED, Cause.NONE, str(self.url))
            if not session.session_present:
                self._happened(EventKind.SESSION_NEW, Cause.NONE, self._client_id)
        self._judge_subscriptions(session)

    def _judge_subscriptions(self, session: Session) -> None:
        """A refused subscription leaves the connection as it is: the other topics go on, and it is asked again."""
        if session.refused_extra - self._refused_extra:
            self._happened(EventKind.REFUSED, Cause.SUBSCRIPTION, ", ".join(sorted(session.refused_extra)))
        self._refused_extra = set(session.refused_extra)
        before = self.state
        self.state = LinkState(Link.CONNECTED, Cause.NONE)
        if session.refused_topics:
            self.state = LinkState(Link.REFUSED, Cause.SUBSCRIPTION, ", ".join(session.refused_topics))
        if self.state != before and self.state.link is Link.REFUSED:
            self.counters.refusals += 1
            self._happened(EventKind.REFUSED, Cause.SUBSCRIPTION, self.state.detail)

    def _lost(self, cause: Cause, detail: str) -> None:
        refused = cause in REFUSALS
        now_s = self._monotonic_s()
        lasted_s = now_s - self._connected_s if self._connected_s is not None else 0.0
        self._due_s = now_s + self._backoff.wait_s(cause, lasted_s)
        self.counters.refusals += refused
        self.counters.losses += self._connected_s is not None
        self._happened(EventKind.REFUSED if refused else EventKind.LOST, cause, detail)
        self._forget(LinkState(Link.REFUSED if refused else Link.WAITING, cause, detail))

    def _forget(self, state: LinkState) -> None:
        if self._session is not None:
            self._session.wire.close()
        self._session = None
        self._connected_s = None
        self._mids.clear()
        self.state = state

    def _happened(self, kind: EventKind, cause: Cause, detail: str) -> None:
        self._events.append(LinkEvent(kind, self._now_us(), cause, detail))


__all__ = ["Bounds", "Counters", "Message", "SessionSettings", "Subscriber"]
