"""Which messages go out next: in order for each person and way, what is critical first, and no faster than a way takes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from notify.routes import per_minute
from store.messages import Channel, Message
from tickets.notices import Urgency

SECOND_US = 1_000_000
MINUTE_US, HOUR_US = 60 * SECOND_US, 3600 * SECOND_US


@dataclass(frozen=True, slots=True)
class Retry:
    """How failed messages are tried again."""

    first_us: int = 15 * SECOND_US
    most_us: int = 10 * MINUTE_US
    critical_first_us: int = 5 * SECOND_US
    critical_most_us: int = MINUTE_US
    written_for_us: int = 48 * HOUR_US
    """Chats and e-mail are tried for so long."""
    rung_for_us: int = 2 * HOUR_US
    """SMS and calls: later than that they are of no use."""


def queue_of(message: Message) -> tuple[str, str]:
    """Whose messages keep their order among each other."""
    return message.person, message.lane


def heads(
    waiting: Sequence[Message], busy: Collection[tuple[str, str]], sent: Mapping[str, int], now_us: int
) -> list[Message]:
    """The next message of each person and way, what is critical first.

    Args:
        waiting: All that is not out yet.
        busy: Queues of which one is under way.
        sent: Lane → how many went out, or are under way, within the last minute.
        now_us: A queue is tried as soon as one in it is due: what comes new makes what waits before it be tried, too.
    """
    queues: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for one in waiting:
        queues[queue_of(one)].append(one)
    found: list[Message] = []
    for name, queue in queues.items():
        first = _first(queue)
        free = first.lease_us is None or first.lease_us <= now_us
        if name not in busy and free and any(one.next_us <= now_us for one in queue):
            found.append(first)
    found.sort(key=lambda one: (one.urgency is not Urgency.CRITICAL, one.made_us, one.id))
    return _within_rates(found, dict(sent))


def again_us(
    message: Message, retry: Retry, now_us: int, random: float, asked_us: int | None = None
) -> int | None:
    """When a message is tried again that just failed; None = not any more.

    Args:
        message: Before the failure is counted.
        retry: The figures.
        now_us: Now.
        random: 0…1; the delay is between half and all of what doubling gives, so that not all come back at once.
        asked_us: For how long the provider asked to be left alone.
    """
    rings = message.channel in {Channel.SMS, Channel.VOICE}
    if now_us - message.made_us >= (retry.rung_for_us if rings else retry.written_for_us):
        return None
    critical = message.urgency is Urgency.CRITICAL
    first, most = (
        (retry.critical_first_us, retry.critical_most_us) if critical else (retry.first_us, retry.most_us)
    )
    delay = min(most, first << min(message.attempts, 20))
    wait = delay // 2 + int(delay // 2 * random)
    return now_us + max(wait, min(asked_us or 0, HOUR_US))


def _first(queue: list[Message]) -> Message:
    """What is critical overtakes what is not, but nothing of its own subject."""
    ordered = sorted(queue, key=lambda one: (one.made_us, one.id))
    passed: set[str] = set()
    for one in ordered:
        if one.urgency is Urgency.CRITICAL and one.subject not in passed:
            return one
        passed.add(one.subject)
    return ordered[0]


def _within_rates(found: list[Message], sent: dict[str, int]) -> list[Message]:
    taken: list[Message] = []
    for one in found:
        if sent.get(one.lane, 0) < per_minute(one.lane):
            sent[one.lane] = sent.get(one.lane, 0) + 1
            taken.append(one)
    return taken
