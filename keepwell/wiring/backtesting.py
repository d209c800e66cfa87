"""Back-tests: a rule or model judges what is kept once more, beside what is active now; nothing of it is recorded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

import registry.plan
from detect.engine import Engine
from detect.history import History
from detect.models.hourly import stays
from detect.nouns import Checkpoint, Finding, Watch
from detect.tracks import FOREVER_US
from ingest.nouns import US_PER_DAY, US_PER_HOUR
from keepwell.wiring.trying import Asked, Half, Past, Plan, plan
from registry.nouns import RegistrySnapshot, uuid7
from tickets.comparing import Side, compared, is_breach
from tickets.outcomes import Note, Outcome
from tickets.places import RegistryPlaces
from tickets.raising import Raising
from tickets.rehearsal import Rehearsal, numbered, rehearse
from tickets.verdicts import Word

WARM_UP_US = 3 * US_PER_DAY
"""Before the window, so that what goes on when it begins is known; budgets get their window, at most MOST_WARM_UP_US."""
MOST_WARM_UP_US = 35 * US_PER_DAY
_COVERED_HOURS = 24 * 32


class _Run(NamedTuple):
    """What one side came to."""

    rehearsal: Rehearsal
    watches: list[Watch]
    readings: int


class Now(NamedTuple):
    """How it is without the rule: it need not be run again for another change of the same rule."""

    side: Side
    breaches: list[Finding]


def backtest(
    past: Past, asked: Asked, tell: Callable[[int, int], None], clock: Callable[[], float]
) -> Outcome:
    """Try a rule on what is kept; see `compare`."""
    return compare(past, asked, tell, clock)[0]


def compare(
    past: Past,
    asked: Asked,
    tell: Callable[[int, int], None],
    clock: Callable[[], float],
    now: Now | None = None,
) -> tuple[Outcome, Now]:
    """Try a rule on what is kept.

    Args:
        tell: told how much of how much is done; what it raises ends the back-test.
        clock: seconds, for how long it took.
        now: what an earlier comparison of the same rule over the same window said of how it is.

    Raises:
        NoSuchRule, InvalidFileError: the rule cannot be read; the message says what there is.
    """
    begun, tried = clock(), plan(past, asked)
    halves = [half for half in (tried.after, None if now else tried.before) if half is not None]
    watches = [_watches(past, half.snapshot) for half in halves]
    devices = _devices(tried, asked, [watch for own in watches for watch in own])
    runs = [
        _run(past, asked, tried, half, own, devices, _part(tell, number, len(halves)))
        for number, (half, own) in enumerate(zip(halves, watches, strict=True))
    ]
    after, latest = runs[0], runs[-1]
    new = _side(after.rehearsal, tried, asked)
    if now is None:
        harm = [f for f in latest.rehearsal.standing() if is_breach(f) and _touches(f, asked)]
        now = Now(_before(past, tried, asked, runs, new), harm)
    words = [w for w in past.words(asked.from_us, asked.to_us) if _concerns(w, tried, after.watches)]
    covered = _coverage(past, after.watches, asked)
    outcome = compared(now.side, new, now.breaches, words, covered)
    return Outcome(
        tried.name, asked.from_us, asked.to_us, len(devices), after.readings, *outcome,
        _notes(covered, words, tried), round(clock() - begun, 2),
    ), now  # fmt: skip


def _before(past: Past, tried: Plan, asked: Asked, runs: Sequence[_Run], new: Side) -> Side:
    """As it is now: a run of its own, the record, the same as with the rule, or nothing."""
    if tried.before is not None:
        return _side(runs[-1].rehearsal, tried, asked)
    if tried.kind is not None:
        return past.on_record(tried.kind, asked.from_us, asked.to_us)
    return Side([], {}, {}) if tried.model is not None else new


def _side(rehearsal: Rehearsal, tried: Plan, asked: Asked) -> Side:
    """What a run came to. A model looks once a day here, but says itself at which hour it would have spoken."""
    found = Side.of(rehearsal, asked.from_us)
    if tried.model is None:
        return found
    return replace(found, raised_us={finding.id: finding.received_us for finding in found.findings})


def _run(
    past: Past, asked: Asked, tried: Plan, half: Half, every: Sequence[Watch], devices: Collection[str],
    tell: Callable[[float], None],
) -> _Run:  # fmt: skip
    """Let one state of the installation judge the window."""
    watches = [watch for watch in every if watch.device in devices]
    from_us = asked.from_us - _warm_up_us(watches)
    rehearsal = Rehearsal(
        Raising(past.policies, RegistryPlaces(half.snapshot, past.policies.versions[-1].grades), uuid7),
        tried.selects,
    )
    if not watches:
        return _Run(rehearsal, watches, 0)
    history = History(past.readings, devices, from_us, asked.to_us, tried.step_us)
    looking = half.looking(history, rehearsal)
    engine = Engine(
        history, rehearsal, lambda: watches, Checkpoint(as_of_us=from_us), numbered(), looking, tried.streams
    )
    rehearse(history, rehearsal, engine, lambda at_us: tell((at_us - from_us) / (asked.to_us - from_us)))
    return _Run(rehearsal, watches, history.readings)


def _part(tell: Callable[[int, int], None], number: int, of: int) -> Callable[[float], None]:
    """Progress of one of several runs, in thousandths of all."""
    return lambda share: tell(round(1000 * (number + share) / of), 1000)


def _watches(past: Past, snapshot: RegistrySnapshot) -> list[Watch]:
    return [
        replace(watch, recorded_us=past.recorded_us.get((watch.device, watch.valid_from_us), 0))
        for watch in registry.plan.watches(snapshot)
    ]


def _devices(tried: Plan, asked: Asked, watches: Sequence[Watch]) -> set[str]:
    """The devices that have a say: for bands all in the zones where these hold, for a model those of its scope."""
    wanted = [
        watch
        for watch in watches
        if watch.valid_from_us < asked.to_us
        and (watch.valid_to_us is None or watch.valid_to_us > asked.from_us)
        and (not asked.zones or watch.zone in asked.zones)
    ]
    if tried.model is not None:
        return {*stays(wanted, tried.model.model.card.scope)}
    if not tried.bands:
        return {watch.device for watch in wanted}
    zones = {
        watch.zone
        for watch in wanted
        if any(limit.band.partition("@")[0] in tried.bands for limit in watch.limits)
    }
    return {watch.device for watch in wanted if watch.zone in zones}


def _warm_up_us(watches: Sequence[Watch]) -> int:
    longest = max((limit.window_us for watch in watches for limit in watch.limits), default=0)
    return max(WARM_UP_US, min(longest + US_PER_DAY, MOST_WARM_UP_US))


def _touches(finding: Finding, asked: Asked) -> bool:
    return finding.start_us < asked.to_us and (finding.end_us is None or finding.end_us > asked.from_us)


def _concerns(word: Word, tried: Plan, watches: Sequence[Watch]) -> bool:
    """Whether it was said of this rule, or of trouble in a zone where it is tried."""
    return tried.selects(word.finding) or word.finding.zone in {watch.zone for watch in watches}


def _coverage(past: Past, watches: Sequence[Watch], asked: Asked) -> dict[str, float]:
    """By zone, the share of its hours in which a device there was heard."""
    numbers: dict[str, list[int]] = {}
    for info in past.readings.series():
        numbers.setdefault(info.device, []).append(info.id)
    first, last = asked.from_us // US_PER_HOUR, asked.to_us // US_PER_HOUR
    heard: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]] = {}
    placed: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]] = {}
    hour_us = np.arange(first, last) * US_PER_HOUR
    for device in {watch.device for watch in watches}:
        spoke = _spoke(past, numbers.get(device, []), first, last)
        for watch in (one for one in watches if one.device == device):
            to_us = FOREVER_US if watch.valid_to_us is None else watch.valid_to_us
            here = (hour_us >= watch.valid_from_us) & (hour_us < to_us)
            placed[watch.zone] = placed.get(watch.zone, np.zeros(len(here), bool)) | here
            heard[watch.zone] = heard.get(watch.zone, np.zeros(len(here), bool)) | (here & spoke)
    return {zone: float(heard[zone].sum() / max(int(placed[zone].sum()), 1)) for zone in sorted(placed)}


def _spoke(
    past: Past, series: list[int], first: int, last: int
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether any of some series was heard in each hour (last - first,)."""
    out = np.zeros(last - first, bool)
    for begin in range(first, last, _COVERED_HOURS) if series else ():
        end = min(begin + _COVERED_HOURS, last)
        found = past.readings.aggregate(series, begin * US_PER_HOUR, end * US_PER_HOUR, end - begin)
        at = found.start_us // US_PER_HOUR - first
        inside = (at >= 0) & (at < len(out))
        out[at[inside]] |= found.count.sum(axis=0)[inside] > 0
    return out


def _notes(covered: dict[str, float], words: Sequence[Word], tried: Plan) -> list[Note]:
    """What this cannot know."""
    share = sum(covered.values()) / len(covered) if covered else 0.0
    notes = [
        Note("backtest.note.event_time", {"step_us": US_PER_HOUR if tried.model else tried.step_us}),
        Note("backtest.note.placements"),
        Note("backtest.note.tickets"),
        Note("backtest.note.coverage", {"share": round(share, 4)}),
    ]
    return [*notes, *([] if words else [Note("backtest.note.no_words")]), *tried.notes]
