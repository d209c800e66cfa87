"""The figures of EEMUA 191 and ISA-18.2 for a stretch of time, made from what the event table says of alarms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.alarm_deadbands import Proposed
from api.times import text_of, text_of_optional, texts_of
from api.views_alarms import (
    ActionView,
    AlarmHourView,
    AlarmLoadView,
    AlarmQualityView,
    BadActorView,
    FloodsView,
    MixView,
    NightCallsView,
    ShelvedView,
)
from detect.nouns import GOODS_KINDS, Json, Severity
from ingest.nouns import US_PER_MINUTE
from store.repositories import alarm_history
from store.repositories.alarm_history import Action, Rows
from texts import Language, render
from tickets.alarming import figures
from tickets.alarming.advice import Advice, Cure, advise
from tickets.alarming.figures import Episode, History, Turn
from tickets.deeds import resolutions
from tickets.nouns import Alarm

_TURNS = {
    "raised": Turn.RAISED, "released": Turn.RAISED, "calmed": Turn.RAISED, "returned": Turn.RETURNED,
    "acknowledged": Turn.ACKED,
}  # fmt: skip
_NO_TURN = 9
_PERHAPS = frozenset({"released", "calmed"})
"""Acts after which an alarm calls only if it goes on."""
_SEVERITY = re.compile(r'"severity": ?"(\w+)"')
_ACTIVE = re.compile(r'"state": ?"active_unacked"')
_LEVELS = {Severity.ADVICE: 0, Severity.WARNING: 0, Severity.ALARM: 1, Severity.CRITICAL: 2}
_TARGETS = (0.80, 0.15, 0.05)
"""Of what comes, so much should be of low, of medium and of high priority (EEMUA 191)."""
_SECONDS = 1e6


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for."""

    from_us: int
    to_us: int
    site: str | None
    operators: int
    """Among how many people the alarms are shared."""
    time_zone: str
    lang: Language


def _no_deadband(_: Alarm) -> Proposed | None:
    return None


def quality(
    connection: Any,
    asked: Asked,
    belongs: Callable[[Alarm], bool],
    propose: Callable[[Alarm], Proposed | None] = _no_deadband,
) -> AlarmQualityView:
    """All figures.

    Args:
        belongs: whether an alarm is to be counted.
        propose: the deadband that an alarm lacks, asked of the worst alone.
    """
    rows = alarm_history.transitions(connection, asked.from_us, asked.to_us)
    known = {cause: one for cause, one in alarm_history.all_alarms(connection).items() if belongs(one)}
    names = list(known)
    history, levels = columns(rows, {cause: number for number, cause in enumerate(names)}, known)
    found = figures.episodes(history, asked.to_us)
    told_us = history.time_us[(history.turn == Turn.RAISED) & ~history.quiet]
    chatter = figures.chattering(history)
    brief = (found.returned_us - found.raised_us < figures.FLEETING_US) & ~found.open & ~found.quiet
    delays = figures.ack_delays_us(history)
    now_shelved = [one for one in known.values() if one.shelf is not None]
    return AlarmQualityView(
        text_of(asked.from_us),
        text_of(asked.to_us),
        asked.site,
        asked.operators,
        _load(told_us, asked),
        _hours(told_us, asked),
        _floods(told_us, asked),
        sorted(names[number] for number in chatter),
        int(brief.sum()),
        sorted(names[number] for number in figures.stale(found, asked.to_us)),
        figures.standing(found),
        _mix(levels),
        float(np.median(delays)) / _SECONDS if len(delays) else None,
        float(np.percentile(delays, 90)) / _SECONDS if len(delays) else None,
        _action(alarm_history.action(connection, asked.from_us, asked.to_us, asked.site)),
        [
            NightCallsView(person, night, n)
            for (person, night), n in sorted(
                alarm_history.calls(connection, asked.from_us, asked.to_us, asked.time_zone).items()
            )
        ],
        _worst(found, names, known, asked.lang, propose),
        sum(
            1
            for one in now_shelved
            if one.shelf is not None and one.shelving != "unshelved" and not one.shelf.reason
        ),
        [_shelved(one) for one in sorted(now_shelved, key=lambda one: one.cause)],
    )


def columns(
    rows: Rows, numbers: Mapping[str, int], known: Mapping[str, Alarm]
) -> tuple[History, NDArray[np.int8]]:
    """The transitions of the alarms that have a number as columns, and the level of each raising that was told (0, 1, 2).

    What was over when it was told came and went at once.
    """
    number = np.array([numbers.get(cause, -1) for cause in rows.cause], np.int32)
    turn = np.array([_TURNS.get(act, _NO_TURN) for act in rows.act], np.int8)
    quiet = np.array(['"quiet"' in told for told in rows.told], bool)
    over = np.array(['"over"' in told for told in rows.told], bool)
    keep = (number >= 0) & (turn != _NO_TURN) & _speaks(rows)
    level = _levels(rows, number, known)[keep & (turn == Turn.RAISED) & ~quiet]
    kept = np.flatnonzero(keep)
    twice = (turn[kept] == Turn.RAISED) & over[kept]
    at = np.repeat(kept, 1 + twice)
    turned = turn[at]
    turned[np.flatnonzero(twice) + np.cumsum(twice)[twice]] = Turn.RETURNED
    times = np.array(rows.time_us, np.int64)
    return History(times[at], number[at], turned, quiet[at]), level


def _speaks(rows: Rows) -> NDArray[np.bool_]:
    """False for what was released or calmed without calling anybody."""
    return np.array(
        [
            act not in _PERHAPS or _ACTIVE.search(told) is not None
            for act, told in zip(rows.act, rows.told, strict=True)
        ],
        bool,
    )


def _levels(rows: Rows, number: NDArray[np.int32], known: Mapping[str, Alarm]) -> NDArray[np.int8]:
    """The level of each row's alarm then: as its last event before said, else as it is now."""
    named = np.array([_LEVELS[alarm.severity] for alarm in known.values()] or [0], np.int8)
    level = named[number]
    said = [(at, told) for at, told in enumerate(rows.told) if '"severity"' in told]
    for at, told in said:
        level[at] = _LEVELS[Severity(_SEVERITY.findall(told)[-1])]
    order = np.lexsort((np.arange(len(number)), number))
    own = np.zeros(len(number), bool)
    own[[at for at, _ in said]] = True
    first = np.r_[True, number[order][1:] != number[order][:-1]] if len(order) else np.empty(0, bool)
    source = np.maximum.accumulate(np.where(own[order] | first, np.arange(len(order)), 0))
    filled = np.empty_like(level)
    filled[order] = level[order][source]
    return filled


def _load(told_us: NDArray[np.int64], asked: Asked) -> AlarmLoadView:
    found = figures.load(np.sort(told_us), asked.from_us, asked.to_us)
    people = asked.operators
    return AlarmLoadView(
        found.alarms, found.per_hour / people, found.per_day / people, found.average / people, found.most,
        found.crowded_share,
    )  # fmt: skip


def _hours(told_us: NDArray[np.int64], asked: Asked) -> list[AlarmHourView]:
    found = figures.hourly(told_us, asked.from_us, asked.to_us)
    told = zip(texts_of(found.hour_us), found.alarms.tolist(), found.most.tolist(), strict=True)
    return [AlarmHourView(*hour) for hour in told]


def _floods(told_us: NDArray[np.int64], asked: Asked) -> FloodsView:
    found = figures.floods(np.sort(told_us), asked.from_us, asked.to_us)
    return FloodsView(found.floods, found.time_share, found.alarms, found.longest_us / _SECONDS)


def _mix(levels: NDArray[np.int8]) -> MixView:
    counts = np.bincount(levels, minlength=3)
    shares = counts / max(1, int(counts.sum()))
    low, medium, high = (float(share) for share in shares)
    return MixView(low, medium, high, *_TARGETS)


def _action(found: Action) -> ActionView:
    """What engineers judged counts first; of the others, what the code by which the work ended says."""
    codes = resolutions()
    ended = Counter({code: n for code, n in found.ended.items() if code in codes})
    judged, by_resolution = found.said.total(), ended.total()
    right = found.said["true"] + sum(n for code, n in ended.items() if codes[code].ours)
    every = judged + by_resolution
    return ActionView(
        found.tickets,
        found.withdrawn,
        found.cancelled,
        judged,
        right / every if every else None,
        by_resolution,
    )


def _worst(
    found: Episode,
    names: list[str],
    known: Mapping[str, Alarm],
    lang: Language,
    propose: Callable[[Alarm], Proposed | None],
) -> list[BadActorView]:
    """The alarms that came most often, and what would have kept them quiet."""
    every = Counter(found.alarm[~found.quiet].tolist()).total()
    out = []
    for number, times in figures.worst(found):
        own = (found.alarm == number) & ~found.open
        alarm = known[names[number]]
        advice = advise(
            found.raised_us[own], found.returned_us[own], delay_allowed=alarm.kind not in GOODS_KINDS
        )
        proposed = propose(alarm)
        if proposed is None or proposed.deadband.removed_share < advice.removed_share:
            out.append(_with_delay(alarm, times, times / every, advice, lang))
        else:
            out.append(_with_deadband(alarm, times, times / every, proposed, lang))
    return out


def _with_delay(alarm: Alarm, times: int, share: float, advice: Advice, lang: Language) -> BadActorView:
    said = render(f"alarm.advice.{advice.cure}", _params(advice), lang)
    return BadActorView(
        alarm.id, alarm.cause, times, share, str(advice.cure), advice.delay_us / _SECONDS, None, "",
        advice.removed_share, said,
    )  # fmt: skip


def _with_deadband(
    alarm: Alarm, times: int, share: float, proposed: Proposed, lang: Language
) -> BadActorView:
    """A value goes to and fro about its limit: nothing is told later, it counts as over only when it is well inside."""
    found, unit = proposed
    params: dict[str, Json] = {
        "width": f"{found.width:g} {unit}".strip(), "percent": round(100 * found.removed_share), "findings": found.findings,
    }  # fmt: skip
    return BadActorView(
        alarm.id, alarm.cause, times, share, "deadband", 0.0, found.width, unit, found.removed_share,
        render("alarm.advice.deadband", params, lang),
    )  # fmt: skip


def _params(advice: Advice) -> dict[str, Json]:
    if advice.cure is Cure.NONE:
        return {"transitions": advice.transitions}
    return {
        "transitions": advice.transitions, "percent": round(100 * advice.removed_share),
        "minutes": advice.delay_us // US_PER_MINUTE,
    }  # fmt: skip


def _shelved(alarm: Alarm) -> ShelvedView:
    shelf = alarm.shelf
    assert shelf is not None  # only these are listed
    return ShelvedView(
        alarm.id, alarm.cause, str(shelf.sort), shelf.by, shelf.reason, text_of(shelf.from_us), text_of(shelf.until_us),
        shelf.confirmed_by, shelf.second and shelf.confirmed_by is None, text_of_optional(alarm.returned_us),
    )  # fmt: skip
