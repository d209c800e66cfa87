"""Memory of messages that carried no time, to recognise one that is delivered again."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from ingest.nouns import US_PER_MINUTE

HORIZON_US = 10 * US_PER_MINUTE
"""A message without a time is the same message only within this span (promise 2)."""

_RECORD = struct.Struct("<16sq")


class Reconnect(NamedTuple):
    """The last time the broker took us up."""

    at_us: int = 0
    resumed: bool = False
    """The broker still had our session, and in it what gateways may send once more: it may have died before it could tell
    them that it has it."""


def fingerprint(topic: str, payload: bytes) -> bytes:
    """16 bytes that stand for topic and payload."""
    return blake2b(payload, digest_size=16, key=topic.encode("utf-8", "surrogatepass")[:64]).digest()


class Repeats:
    """Which messages without a time came lately, and when.

    A message that is recognised as a repetition takes the time of receipt of the first delivery, so that its readings
    meet the kept ones and are counted as duplicates. Each delivery stands for one repetition only: a sensor that says
    the same value every minute is not mistaken for an echo for longer than necessary.
    """

    def __init__(self, earlier: Iterable[bytes] = ()) -> None:
        self._seen: dict[bytes, deque[int]] = {}
        self._order: deque[tuple[int, bytes]] = deque()
        self._fresh: list[bytes] = []
        for packed in earlier:
            for print_, received_us in _RECORD.iter_unpack(packed):
                self._remember(print_, received_us)

    def first_delivery(
        self, print_: bytes, received_us: int, *, dup: bool, reconnect: Reconnect
    ) -> int | None:
        """When the same message was delivered before, or None if this is no repetition.

        It is one if the broker says so (`dup`); and as long after a reconnect as the horizon reaches, if the earlier
        delivery lies before it, or if the session was resumed.
        """
        self._forget(received_us - HORIZON_US)
        seen = self._seen.get(print_)
        if not seen:
            return None
        may_repeat = reconnect.resumed or seen[0] < reconnect.at_us
        after_reconnect = may_repeat and received_us - reconnect.at_us <= HORIZON_US
        return seen.popleft() if dup or after_reconnect else None

    def remember(self, print_: bytes, received_us: int) -> None:
        """Note a delivery; it becomes durable with the batch that takes `packed`."""
        self._remember(print_, received_us)
        self._fresh.append(_RECORD.pack(print_, received_us))

    def packed(self) -> bytes | None:
        """What was noted since the last `settle`, for the journal."""
        return b"".join(self._fresh) or None

    def settle(self) -> None:
        """The batch is committed."""
        self._fresh.clear()

    def _remember(self, print_: bytes, received_us: int) -> None:
        self._seen.setdefault(print_, deque()).append(received_us)
        self._order.append((received_us, print_))

    def _forget(self, before_us: int) -> None:
        while self._order and self._order[0][0] < before_us:
            received_us, print_ = self._order.popleft()
            seen = self._seen.get(print_)
            if seen and seen[0] == received_us:
                seen.popleft()
            if not seen:
                self._seen.pop(print_, None)
