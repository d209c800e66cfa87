"""The pipeline: messages gather into one batch of columns, which is committed before anything is acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np

from ingest.decode import Kind, Limits, Topic, decode, parse_topic
from ingest.fields import conversions
from ingest.mapping.mapper import Mapper
from ingest.nouns import IMPORT_SOURCE, Batch, Decoded, Flag, LinkChange, Reason, Rejected
from ingest.repeats import Reconnect, Repeats, fingerprint
from ingest.series import SeriesNumbers
from ingest.tally import Tally
from ingest.watching import Arrived, Taken, Watcher

NO_GATEWAY = "-"
"""Stands in the ledger for messages whose topic names no valid gateway."""


class Message(Arrived, Protocol):
    """What the pipeline needs to know of an MQTT message."""

    @property
    def received_us(self) -> int: ...


class Journal(Protocol):
    """Where batches are committed."""

    def append(self, batch: Batch, fingerprints: bytes | None = None) -> int:
        """Commit; the batch is durable on return."""


class Due(StrEnum):
    """Why a batch is committed now."""

    FULL = "full"
    WAITED = "waited"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class PipelineSettings:
    """When a batch is committed."""

    max_messages: int = 2_000
    max_values: int = 60_000
    max_wait_us: int = 40_000
    heartbeat_us: int = 1_000_000
    """An idle, connected ingest commits an empty batch this often, so that as-of time goes on."""
    limits: Limits = field(default_factory=Limits)


class Pipeline:
    """Gathers one batch at a time. Not thread-safe: it belongs to the one thread of ingest."""

    def __init__(
        self,
        journal: Journal,
        series: SeriesNumbers,
        repeats: Repeats,
        clock: Callable[[], int],
        settings: PipelineSettings | None = None,
        mapper: Mapper | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self._journal = journal
        self._series = series
        self._repeats = repeats
        self._clock = clock
        self._settings = settings or PipelineSettings()
        self._mapper = mapper or Mapper()
        self._watcher = watcher or Watcher()
        self._taken: Taken | None = None
        """Where to note what becomes of a message that somebody looks at."""
        self._last_received_us = 0
        self._committed_us = clock()
        self._begin()

    def _begin(self) -> None:
        self._messages = 0
        self._since_us = 0
        self._tally = Tally()
        self._links: list[LinkChange] = []
        self._gateways: dict[str, int] = {}
        self._numbers: list[int] = []
        self._times: list[int] = []
        self._values: list[float] = []
        self._flags: list[int] = []
        self._sources: list[int] = []

    def take(self, messages: Sequence[Message], reconnect: Reconnect) -> None:
        """Decode messages into the batch under way; `reconnect` is when the session was last taken up."""
        if messages and not self._messages:
            self._since_us = self._clock()
        self._messages += len(messages)
        take_one = self._take_watched if self._watcher.gateways else self._take_one
        for message in messages:
            # Each message has a moment of its own: two without a time must not meet on one (series, time).
            received_us = max(message.received_us, self._last_received_us + 1)
            self._last_received_us = received_us
            take_one(message, received_us, reconnect)

    def _take_watched(self, message: Message, received_us: int, reconnect: Reconnect) -> None:
        """Take a message while somebody looks at a gateway, perhaps this one."""
        topic, watcher = parse_topic(message.topic), self._watcher
        named = None if isinstance(topic, Reason) else topic
        if named is not None and named.gateway not in watcher.gateways:
            self._take_one(message, received_us, reconnect)
            return
        taken = Taken(named.gateway, named.kind) if named else Taken(NO_GATEWAY, None)
        if not watcher.has_room(received_us):
            self._take_one(message, received_us, reconnect)
            watcher.passed_over(taken.gateway)
            return
        first, links = len(self._values), len(self._links)
        with conversions() as taken.said:
            self._taken = taken
            self._take_one(message, received_us, reconnect)
            self._taken = None
        if taken.gateway not in watcher.gateways:
            return
        taken.numbers, taken.times = self._numbers[first:], self._times[first:]
        taken.values, taken.flags = self._values[first:], self._flags[first:]
        taken.online = self._links[-1].online if len(self._links) > links else None
        watcher.note(message, received_us, taken, self._series)

    def _take_one(self, message: Message, received_us: int, reconnect: Reconnect) -> None:
        topic = parse_topic(message.topic)
        if isinstance(topic, Reason):
            self._take_foreign(topic, message, received_us, reconnect)
        elif topic.kind is Kind.STATUS:
            self._take_status(topic, message, received_us)
        elif topic.kind is Kind.IMPORT:
            self._take_import(topic.gateway, message, received_us)
        else:
            self._take_telemetry(topic.gateway, message, received_us, reconnect)

    def _take_status(self, topic: Topic, message: Message, received_us: int) -> None:
        if message.payload in {b"online", b"offline"}:
            self._links.append(LinkChange(topic.gateway, received_us, message.payload == b"online"))
        else:
            self._refuse(
                topic.gateway, message, received_us, Reason.WRONG_TYPE, "status: online or offline expected"
            )

    def _take_foreign(self, reason: Reason, message: Message, received_us: int, reconnect: Reconnect) -> None:
        """A message on a topic that is none of ours: what a mapping makes of it, if one reads the topic."""
        outcome = self._mapper.apply(message.topic, message.payload, received_us)
        if outcome is None:
            self._refuse(NO_GATEWAY, message, received_us, reason, message.topic[:200])
            return
        gateway, decoded = outcome.gateway, outcome.decoded
        if self._taken is not None:
            self._taken.gateway, self._taken.mapping = gateway, outcome.mapping
        if outcome.online is not None:
            self._links.append(LinkChange(gateway, received_us, outcome.online))
            if not decoded.values and not decoded.rejected:
                return
        self._take_read(gateway, decoded, message, received_us, reconnect)

    def _take_telemetry(self, gateway: str, message: Message, received_us: int, reconnect: Reconnect) -> None:
        decoded = decode(gateway, message.payload, received_us, self._settings.limits)
        self._take_read(gateway, decoded, message, received_us, reconnect)

    def _take_read(
        self, gateway: str, decoded: Decoded, message: Message, received_us: int, reconnect: Reconnect
    ) -> None:
        """What was read of a message, native or mapped."""
        if decoded.reason is not None:
            self._refuse(gateway, message, received_us, decoded.reason, decoded.detail)
            return
        if any(decoded.flags):
            if message.retain:
                self._refuse(gateway, message, received_us, Reason.RETAINED, "retained, and without a time")
                return
            decoded = self._settle_repeat(gateway, message, decoded, received_us, reconnect)
        self._take_decoded(gateway, gateway, decoded, message, received_us)

    def _take_import(self, gateway: str, message: Message, received_us: int) -> None:
        """A part of an uploaded file: a gateway's readings, on the account of imports and flagged as such."""
        decoded = decode(gateway, message.payload, received_us, self._settings.limits)
        reason, detail = decoded.reason, decoded.detail
        if any(decoded.flags):
            reason, detail = Reason.BAD_TIME, "an imported reading needs a time of its own"
        if reason is not None:
            self._refuse(IMPORT_SOURCE, message, received_us, reason, detail)
            return
        decoded.flags = [Flag.IMPORTED.value] * len(decoded.flags)
        self._take_decoded(gateway, IMPORT_SOURCE, decoded, message, received_us)

    def _take_decoded(
        self, gateway: str, account: str, decoded: Decoded, message: Message, received_us: int
    ) -> None:
        """Enter a gateway's values into the batch; `account` is who they are counted for."""
        numbers = list(
            map(self._series.of_gateway(gateway).get, zip(decoded.devices, decoded.quantities, strict=True))
        )
        if None in numbers:
            decoded, numbers = self._number(gateway, decoded)
        self._tally.message(account, received_us, len(numbers))
        if decoded.rejected:
            self._tally.refused_values(account, message.topic, message.payload, received_us, decoded.rejected)
            if self._taken is not None:
                self._taken.refused += decoded.rejected
        self._numbers += numbers  # type: ignore[arg-type]  # no None is left
        self._times += decoded.times
        self._values += decoded.values
        self._flags += decoded.flags
        source = self._gateways.setdefault(account, len(self._gateways))
        self._sources += [source] * len(numbers)

    def _settle_repeat(
        self, gateway: str, message: Message, decoded: Decoded, received_us: int, reconnect: Reconnect
    ) -> Decoded:
        """A message without a time: as it is, or with the time of its first delivery if it is a repetition."""
        mark = fingerprint(message.topic, message.payload)
        first_us = self._repeats.first_delivery(mark, received_us, dup=message.dup, reconnect=reconnect)
        self._repeats.remember(mark, first_us or received_us)
        if first_us is None:
            return decoded
        mapped = self._mapper.apply(message.topic, message.payload, first_us)
        return mapped.decoded if mapped else decode(gateway, message.payload, first_us, self._settings.limits)

    def _number(self, gateway: str, decoded: Decoded) -> tuple[Decoded, list[int | None]]:
        """Look every value up one by one, refusing those whose series may not be opened."""
        kept = Decoded(rejected=list(decoded.rejected))
        numbers: list[int | None] = []
        rows = zip(
            decoded.devices, decoded.quantities, decoded.times, decoded.values, decoded.flags, strict=True
        )
        for device, quantity, time_us, value, flag in rows:
            number = self._series.number(gateway, device, quantity)
            if isinstance(number, Reason):
                kept.rejected.append(Rejected(number, f"{device}: {quantity}"))
                continue
            numbers.append(number)
            kept.times.append(time_us)
            kept.values.append(value)
            kept.flags.append(flag)
        return kept, numbers

    def _refuse(self, gateway: str, message: Message, received_us: int, reason: Reason, detail: str) -> None:
        if self._taken is not None:
            self._taken.refused.append(Rejected(reason, detail, 0))
        self._tally.refused_message(gateway, message.topic, message.payload, received_us, reason, detail)

    def due(self, *, connected: bool) -> Due | None:
        """Why the batch should be committed now, or None."""
        now_us = self._clock()
        if self._messages >= self._settings.max_messages or len(self._values) >= self._settings.max_values:
            return Due.FULL
        if self._messages and now_us - self._since_us >= self._settings.max_wait_us:
            return Due.WAITED
        if connected and not self._messages and now_us - self._committed_us >= self._settings.heartbeat_us:
            return Due.IDLE
        return None

    def commit(self) -> None:
        """Commit the batch under way. If that raises, nothing is lost: the batch stays and may be committed again."""
        now_us = self._clock()
        self._journal.append(self._batch(max(now_us, self._last_received_us)), self._repeats.packed())
        self._series.settle()
        self._repeats.settle()
        self._committed_us = now_us
        self._begin()

    def _batch(self, received_us: int) -> Batch:
        series = np.array(self._numbers, np.int32)
        value = np.array(self._values, np.float64)
        flags = np.array(self._flags, np.uint8) | self._series.flags(series, value)
        return Batch(
            received_us=received_us,
            series=series.astype("<i4", copy=False).tobytes(),
            time_us=np.array(self._times, "<i8").tobytes(),
            value=value.astype("<f8", copy=False).tobytes(),
            flags=flags.tobytes(),
            source=np.array(self._sources, "<u2").tobytes(),
            gateways=list(self._gateways),
            new_series=self._series.fresh,
            counts=self._tally.counts(),
            dead_letters=self._tally.letters(),
            links=self._links,
        )


__all__ = ["Due", "Flag", "Journal", "Message", "Pipeline", "PipelineSettings"]
