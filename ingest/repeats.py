"""Memory of messages that carried no time, to recognise one that is delivered again."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterable
from hashlib import blake2b

from ingest.nouns import US_PER_MINUTE

HORIZON_US = 10 * US_PER_MINUTE
"""A message without a time is the same message only within this span (promise 2)."""

_RECORD = struct.Struct("<16sq")


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
        self, print_: bytes, received_us: int, *, dup: bool, reconnected_us: int
    ) -> int | None:
        """When the same message was delivered before, or None if this is no repetition.

        It is one if the broker says so (`dup`), or if the earlier delivery lies before the last reconnect and that is
        no longer ago than the horizon.
        """
        self._forget(received_us - HORIZON_US)
        seen = self._seen.get(print_)
        if not seen:
            return None
        after_reconnect = seen[0] < reconnected_us and received_us - reconnected_us <= HORIZON_US
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
