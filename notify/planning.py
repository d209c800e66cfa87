"""What is told to a person now, what waits and why: a function of what is due, what was told lately, and the clock.

Every message goes out once per person and cause. Critical ones never wait; the others keep quiet hours, and when more
come than a person reads, the rest comes in one digest.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from store.messages import Channel, Habits, Held, Telling
from tickets.notices import Urgency

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_MIN = 24 * 60
DIGEST, SEVERAL = "digest", "several"
"""The codes of messages about more than one thing: the rest of a storm, and critical things that came together."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RANK = {urgency: rank for rank, urgency in enumerate(Urgency)}
_TO_DIGEST = frozenset({Held.STORM, Held.BUDGET, Held.CROWDED, Held.NEXT_DIGEST})


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a person."""

    channel: Channel
    lane: str
    """Its name without its secrets: chat and phone number as a digest."""
    address: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is told: the ways there are, how they want it, and on which clocks they live."""

    to: str
    ways: tuple[Way, ...]
    habits: Habits
    time_zone: str
    """IANA name."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How much a person is told; figures of our own, as EEMUA 191 counts alarms (one in ten minutes is acceptable)."""

    storm_most: int = 10
    """More messages than this within `storm_us` are a storm."""
    storm_us: int = 10 * MINUTE_US
    digest_gap_us: int = 10 * MINUTE_US
    """Between two digests."""
    urgent_gap_us: int = 2 * MINUTE_US
    """The same, if something of high urgency waits for it."""
    digest_at_min: tuple[int, ...] = (8 * 60, 16 * 60)
    """Local minutes of the day at which what is of low urgency is told."""
    per_hour: int = 20
    repeat_us: Mapping[Urgency, int] = field(
        default_factory=lambda: {
            Urgency.CRITICAL: 5 * MINUTE_US, Urgency.HIGH: 15 * MINUTE_US, Urgency.NORMAL: 4 * HOUR_US,
        }
    )  # fmt: skip
    repeat_most: Mapping[Urgency, int] = field(
        default_factory=lambda: {Urgency.CRITICAL: 12, Urgency.HIGH: 6, Urgency.NORMAL: 3}
    )
    """How often at most; then it is for the escalation."""
    calls_per_hour: int = 4
    """Providers let a number be called once a minute and five times an hour."""
    call_gap_us: int = MINUTE_US
    no_way_again_us: int = HOUR_US
    no_way_most_us: int = 24 * HOUR_US


@dataclass(frozen=True, slots=True)
class Past:
    """What a person was told lately."""

    direct_us: tuple[int, ...] = ()
    """When messages that were not critical were made within the last hour, digests not counted."""
    digest_us: int | None = None
    """When the last digest was made."""
    calls_us: tuple[int, ...] = ()
    """When the telephone rang within the last hour."""
    crowded: frozenset[str] = frozenset()
    """Ways that take no more messages at the moment."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes out now in one message on each of these ways."""

    tellings: tuple[Telling, ...]
    ways: tuple[Way, ...]
    code: str
    subject: str
    urgency: Urgency
    again_us: Mapping[str, int | None] = field(default_factory=dict)
    """Telling → when it is told again unless it is answered; None = never."""


@dataclass(frozen=True, slots=True)
class Wait:
    """What is not told now."""

    telling: Telling
    until_us: int
    held: Held


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done with everything that was due."""

    bundles: tuple[Bundle, ...] = ()
    waits: tuple[Wait, ...] = ()
    unreachable: tuple[Telling, ...] = ()
    """Nobody can be told these this way, and somebody else must be at once."""
    dead: tuple[Telling, ...] = ()
    """Nobody said for a day how this person can be reached."""


def plan(person: Person, due: Sequence[Telling], past: Past, policy: Policy, now_us: int) -> Plan:
    """What becomes of everything that is due for one person; each telling is in exactly one place of the answer."""
    ordered = sorted(due, key=lambda one: (one.sequence, one.id))
    if not person.ways:
        return _nowhere(ordered, policy, now_us)
    critical = [one for one in ordered if one.urgency is Urgency.CRITICAL]
    rest = [one for one in ordered if one.urgency is not Urgency.CRITICAL]
    bundles = [_critical(person, critical, past, policy, now_us)] if critical else []
    awake, waits = _sorted_out(person, rest, policy, now_us)
    direct, later, why = _allotted(person, awake, past, policy, now_us)
    bundles += [_bundle(person, [one], policy, now_us) for one in direct]
    opens_us = _digest_opens(later, past, policy)
    if later and opens_us <= now_us:
        bundles.append(_bundle(person, later, policy, now_us))
    else:
        waits += [Wait(one, opens_us, why) for one in later]
    return Plan(tuple(bundles), tuple(waits))


def quiet_until(habits: Habits, time_zone: str, now_us: int) -> int | None:
    """When the quiet hours end in which it is now; None outside of them."""
    begin, end = habits.quiet_from_min, habits.quiet_to_min
    if begin is None or end is None or begin == end:
        return None
    local = _local(now_us, time_zone)
    minute = local.hour * 60 + local.minute
    if not (begin <= minute < end if begin < end else minute >= begin or minute < end):
        return None
    days = 1 if begin > end and minute >= begin else 0
    return max(_at(local, days, end), now_us + MINUTE_US)


def next_digest(person: Person, policy: Policy, now_us: int) -> int:
    """When what is of low urgency is told next."""
    local = _local(now_us, person.time_zone)
    moments = [_at(local, days, minute) for days in (0, 1, 2) for minute in policy.digest_at_min]
    return min(moment for moment in moments if moment > now_us)


def ways_for(person: Person, urgency: Urgency) -> tuple[Way, ...]:
    """The ways that a message of this urgency takes.

    Critical: all. High: chat and e-mail, SMS where there is neither. Others: chat, else e-mail, else SMS.
    """
    if urgency is Urgency.CRITICAL:
        return person.ways
    by_channel = {kind: tuple(way for way in person.ways if way.channel is kind) for kind in Channel}
    written = by_channel[Channel.CHAT] + by_channel[Channel.EMAIL]
    if urgency is Urgency.HIGH:
        return written or by_channel[Channel.SMS]
    return by_channel[Channel.CHAT] or by_channel[Channel.EMAIL] or by_channel[Channel.SMS]


def _nowhere(due: Sequence[Telling], policy: Policy, now_us: int) -> Plan:
    late = [one for one in due if now_us - one.made_us >= policy.no_way_most_us]
    new = [one for one in due if one not in late]
    pressing = [
        one for one in new if _RANK[one.urgency] <= _RANK[Urgency.HIGH] and one.held is not Held.NO_WAY
    ]
    waits = tuple(Wait(one, now_us + policy.no_way_again_us, Held.NO_WAY) for one in new)
    return Plan((), waits, tuple(pressing), tuple(late))


def _critical(person: Person, due: list[Telling], past: Past, policy: Policy, now_us: int) -> Bundle:
    """All that is critical at this moment, in one message on each way: the telephone rings once."""
    last_us = max(past.calls_us, default=None)
    too_soon = last_us is not None and now_us - last_us < policy.call_gap_us
    silent = too_soon or len(past.calls_us) >= policy.calls_per_hour
    ways = tuple(way for way in person.ways if not (silent and way.channel is Channel.VOICE))
    made = _bundle(person, due, policy, now_us, SEVERAL)
    rings = any(way.channel is Channel.VOICE for way in person.ways)
    if too_soon and rings and last_us is not None and len(past.calls_us) < policy.calls_per_hour:
        again = {
            id: None if at is None else min(at, last_us + policy.call_gap_us)
            for id, at in made.again_us.items()
        }
        return Bundle(made.tellings, ways or person.ways, made.code, made.subject, made.urgency, again)
    return Bundle(made.tellings, ways or person.ways, made.code, made.subject, made.urgency, made.again_us)


def _sorted_out(
    person: Person, rest: Iterable[Telling], policy: Policy, now_us: int
) -> tuple[list[Telling], list[Wait]]:
    """What may be told now, and what waits for the end of the quiet hours or for the next digest."""
    quiet_us = quiet_until(person.habits, person.time_zone, now_us)
    awake: list[Telling] = []
    waits: list[Wait] = []
    for one in rest:
        sleeps = quiet_us is not None and (one.urgency is not Urgency.HIGH or person.habits.high_waits)
        if one.urgency is Urgency.LOW and one.held is None and not one.rounds:
            waits.append(Wait(one, next_digest(person, policy, now_us), Held.NEXT_DIGEST))
        elif sleeps and quiet_us is not None:
            held = one.held if one.held in _TO_DIGEST else Held.QUIET_HOURS
            waits.append(Wait(one, quiet_us, held))
        else:
            awake.append(one)
    return awake, waits


def _allotted(
    person: Person, awake: Sequence[Telling], past: Past, policy: Policy, now_us: int
) -> tuple[list[Telling], list[Telling], Held]:
    """What is told each by itself, what comes in a digest, and why the latter does.

    Of one subject nothing overtakes what was caused before it.
    """
    in_storm = sum(now_us - at < policy.storm_us for at in past.direct_us)
    per_hour = policy.per_hour if person.habits.per_hour is None else person.habits.per_hour
    room, budget = policy.storm_most - in_storm, per_hour - len(past.direct_us)
    ways = [way for way in person.ways if way.channel in {Channel.CHAT, Channel.EMAIL}]
    crowded = bool(ways) and all(way.lane in past.crowded for way in ways)
    free = 0 if crowded else max(0, min(room, budget))
    why = Held.CROWDED if crowded else Held.BUDGET if budget < room else Held.STORM
    if len(awake) <= free and not any(one.held in _TO_DIGEST for one in awake):
        return list(awake), [], why
    queues: dict[str, deque[Telling]] = defaultdict(deque)
    for one in awake:
        queues[one.subject].append(one)
    direct: list[Telling] = []
    later: list[Telling] = []
    for one in sorted(awake, key=lambda one: (_RANK[one.urgency], *_order(one))):
        queue = queues[one.subject]
        if len(direct) < free and queue[0] is one and one.held not in _TO_DIGEST:
            direct.append(queue.popleft())
        else:
            later.append(one)
    return sorted(direct, key=_order), sorted(later, key=_order), why


def _digest_opens(later: Sequence[Telling], past: Past, policy: Policy) -> int:
    """When the next digest may go out."""
    if past.digest_us is None:
        return 0
    urgent = any(one.urgency is Urgency.HIGH for one in later)
    return past.digest_us + (policy.urgent_gap_us if urgent else policy.digest_gap_us)


def _bundle(person: Person, of: Sequence[Telling], policy: Policy, now_us: int, code: str = DIGEST) -> Bundle:
    """One message about these; about one alone it is that one's own."""
    urgency = min((one.urgency for one in of), key=_RANK.__getitem__)
    again = {one.id: _again(one, policy, now_us) for one in of}
    ways = ways_for(person, urgency) or person.ways
    if len(of) == 1:
        return Bundle(tuple(of), ways, of[0].code, of[0].subject, urgency, again)
    return Bundle(tuple(of), ways, code, f"{code}:{person.to}", urgency, again)


def _again(one: Telling, policy: Policy, now_us: int) -> int | None:
    """When it is told again, now that it is told once more."""
    most = policy.repeat_most.get(one.urgency, 0)
    if not one.until_answered or one.rounds + 1 >= most:
        return None
    return now_us + policy.repeat_us[one.urgency]


def _order(one: Telling) -> tuple[int, str]:
    return (one.sequence, one.id)


def _local(time_us: int, time_zone: str) -> datetime:
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    return (_EPOCH + timedelta(microseconds=time_us)).astimezone(zone)


def _at(local: datetime, days: int, minute: int) -> int:
    """µs UTC of a minute of the day, some days on; a minute that the change to summer time leaves out is the one after it."""
    day = (local.replace(tzinfo=None) + timedelta(days=days)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    moment = (day + timedelta(minutes=minute)).replace(tzinfo=local.tzinfo)
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)
