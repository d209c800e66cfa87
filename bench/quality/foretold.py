"""How well breaches are foretold: simulated rooms and trucks with seeds that were never tuned on, beside plain forecasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.quality.foretold_trucks import trucks
from bench.quality.metrics import at_most
from bench.quality.nouns import Table
from bench.quality.rooms import PER_HOUR, Sky, Told, issued, outdoors, simulate, sky
from bench.quality.scores import Score
from detect.forecasts.announcing import DOUBTFUL, IN_A_ROW, OVERDUE_US, is_likely
from detect.forecasts.course import courses, presents, train
from detect.forecasts.forecaster import BLUR_H, SOON_H
from detect.forecasts.lagging import lagged
from detect.forecasts.nouns import HISTORY_H, HORIZON_H, Air, Issue, Past
from detect.forecasts.passing import first_beyond, values
from detect.nouns import DEW_POINT_MARGIN, PRODUCT_TEMPERATURE, Limit, Severity
from detect.psychrometrics import dew_point_c
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE

Floats = NDArray[np.float64]
SEED = 70_411
ROOMS = 16
LEARNING_DAYS, RELEARNED_DAYS = 14, 4
"""The first two weeks are learned from; models are learned anew every four days here (every day in the service)."""
LOOKS_AN_HOUR = 6
AHEAD_H = 6.0
APART_H = 6.0
"""Breaches closer together are one."""
CHRONIC = 5.0
"""A zone with more breaches a month than this has the wrong profile, or nobody who acts: it is left out."""
MONTH_H = 730.0


class Kind(NamedTuple):
    """A limit that weather leads to."""

    name: str
    limit: Limit
    lag_h: float


def _limit(quantity: str, limit: float, deadband: float, delay_min: int) -> Limit:
    return Limit("x/x", quantity, "low", limit, deadband, delay_min * US_PER_MINUTE, 2, Severity.ALARM)


DAMP = (
    Kind("near the dew point (3 K)", _limit(DEW_POINT_MARGIN, 3.0, 0.5, 30), 3.6),
    Kind("condensation (0 K)", _limit(DEW_POINT_MARGIN, 0.0, 0.5, 30), 3.6),
)
COLD = (
    Kind("goods too cold (5 °C)", _limit(PRODUCT_TEMPERATURE, 5.0, 0.5, 30), 7.3),
    Kind("frost (4 °C)", _limit(PRODUCT_TEMPERATURE, 4.0, 0.5, 10), 7.3),
)  # fmt: skip
WORLDS: tuple[tuple[str, str, str, int, tuple[Kind, ...]], ...] = (
    ("guangzhou_2013_2014_hourly", "guangzhou", "2014-01-20T00:00:00+08:00", 90, DAMP),
    ("nyc_airports_2013_hourly", "LGA", "2013-04-01T00:00:00Z", 90, DAMP),
    ("shenyang_2013_2014_hourly", "shenyang", "2014-09-20T00:00:00+08:00", 80, COLD),
    ("nyc_airports_2013_hourly", "JFK", "2013-10-10T00:00:00Z", 80, COLD),
)


class Said(NamedTuple):
    """What a forecast said at one hour: hours from the first hour of all, inf = never."""

    soon: float
    probability: float
    p10: float
    p50: float
    p90: float


def measure() -> Table:
    """Play the rooms and the trucks, and score. Takes about two minutes."""
    rows: list[Sequence[str | float | int | None]] = []
    total = {name: Score(0, 0, 0, 0, 0, 0.0) for name in RULES}
    left_out = zones = 0
    for number, (file, station, begin, days, kinds) in enumerate(WORLDS):
        rng = np.random.default_rng(SEED + number)
        above = sky(file, station, begin, days)
        told = simulate(above, ROOMS, kinds is COLD, rng)
        for kind, found, chronic in _world(above, told, issued(above, rng), kinds):
            left_out, zones = left_out + chronic, zones + ROOMS
            for name, score in found.items():
                total[name] += score
            rows.append(_row(f"{station}: {kind.name}", "room model", found["room model"]))
    rows += [_row("all weather-driven", name, score) for name, score in total.items()]
    sudden = trucks()
    rows += [_row(f"sudden truck failure: {name}", name, score) for name, score in sudden.items()]
    weather, truck = total["room model"], sudden["relaxations"]
    return Table(
        "Foretold", ("what", "forecast", "breaches", "announced in time", "announced", "false per zone-month", "at most (95 %)", "P10–P90 holds"),
        rows, _NOTES.format(left_out=left_out, zones=zones),
        (
            ("weather-driven breaches announced >= 6 h ahead: at least 80 %", weather.ahead >= 0.8 * weather.breaches),
            ("false announcements of rooms: at most 0.3 per zone-month", _rate(weather) <= 0.3),
            ("P10–P90 of rooms holds 75–85 %", weather.announced > 0 and 0.75 <= weather.held / weather.announced <= 0.85),
            ("sudden truck failures announced >= 30 min ahead: at least 80 %", truck.ahead >= 0.8 * truck.breaches),
            ("false announcements of trucks: at most 0.3 per zone-month", _rate(truck) <= 0.3),
            ("P10–P90 of trucks holds 75–85 %", truck.announced > 0 and 0.75 <= truck.held / truck.announced <= 0.85),
        ),
    )  # fmt: skip


_NOTES = (
    "Simulated rooms under recorded weather, half of them heated (in the cold) or dried (in the damp), with weather forecasts made of the truth and errors that grow to 2.1 K, each issue wrong in its own way; how real "
    "the simulators and these errors are is unproven. In time: 6 h ahead for rooms, 30 min for trucks, counted to the first "
    "reading beyond the limit; what is expected within six hours is announced only if all but certain. Breaches closer together than 6 h are one. An announcement is false that is withdrawn, or not "
    "come true 6 h after its P90. {left_out} of {zones} zones with more than five breaches a month (chronic) are left out. "
    "P10–P90: of announcements that came true, at their first telling. Beside (persistence, what is now stays, announces nothing): the best guess "
    "of the same model as a point forecast, every hour announced, and announcements at random as often as the model's."
)


def _row(what: str, name: str, score: Score) -> Sequence[str | float | int | None]:
    n = max(score.breaches, 1)
    held = round(score.held / score.announced, 2) if score.announced else None
    bound = round(at_most(score.false, score.hours / MONTH_H), 2) if score.hours else None
    return (
        what, name, score.breaches, round(score.ahead / n, 2), round(score.announced / n, 2), round(_rate(score), 2),
        bound, held,
    )  # fmt: skip


def _rate(score: Score) -> float:
    return score.false / (score.hours / MONTH_H) if score.hours else 0.0


# ---------------------------------------------------------------------- rooms


def _world(
    above: Sky, told: Told, issues: Sequence[Issue], kinds: Sequence[Kind]
) -> Iterator[tuple[Kind, dict[str, Score], int]]:
    """Per kind of limit: the scores of each forecast, and how many zones were chronic."""
    scores = {kind.name: {name: Score(0, 0, 0, 0, 0, 0.0) for name in RULES} for kind in kinds}
    chronic = dict.fromkeys(scores, 0)
    hours, out = told.hours(), outdoors(above)
    for room in range(told.temp_c.shape[1]):
        members = _members(
            above.first_hour, Air(hours.temp_c[:, room], hours.dew_c[:, room]), out, issues, kinds
        )
        for kind in kinds:
            breaches = _breaches(kind, told.temp_c[:, room], told.rh_pct[:, room])
            span = len(hours.temp_c) - LEARNING_DAYS * 24 - HORIZON_H
            if len(breaches) > CHRONIC * span / MONTH_H:
                chronic[kind.name] += 1
                continue
            for name, rule in RULES.items():
                rng = np.random.default_rng(SEED + room)
                scores[kind.name][name] += _scored(members[kind.name], breaches, rule, rng)
    for kind in kinds:
        yield kind, scores[kind.name], chronic[kind.name]


def _members(
    first_hour: int, room: Air, out: Air, issues: Sequence[Issue], kinds: Sequence[Kind]
) -> dict[str, dict[int, Floats]]:
    """Kind → hour → when each member passes the limit, sorted; hours since the first."""
    found: dict[str, dict[int, Floats]] = {kind.name: {} for kind in kinds}
    for day in range(LEARNING_DAYS, len(room.temp_c) // 24 - HORIZON_H // 24, RELEARNED_DAYS):
        end = day * 24
        begin, to = max(end - HISTORY_H, 0), min(end + RELEARNED_DAYS * 24, len(room.temp_c) - HORIZON_H)
        known = [i for i in issues if i.issued_us >= (first_hour + begin - HORIZON_H) * US_PER_HOUR]
        trained = _past(first_hour, room, out, begin, end)
        early = [i for i in known if i.issued_us < (first_hour + end) * US_PER_HOUR]
        model = train(trained, early, day)
        if model is None:
            continue
        past = _past(first_hour, room, out, begin, to)
        at = np.arange(end - begin, to - begin)
        ahead = courses(model, presents(model.room, model.newest, past, at, known))
        for kind in kinds:
            goods = lagged(past.room.temp_c, kind.lag_h)[at]
            first = first_beyond(kind.limit, values(kind.limit.quantity, ahead, kind.lag_h, goods))
            for row, passes in enumerate(first):
                hour = begin + int(at[row])
                found[kind.name][hour] = np.sort(passes[ahead.counts[row]]) + hour + 0.5
    return found


def _past(first_hour: int, room: Air, out: Air, begin: int, to: int) -> Past:
    cut = slice(begin, to)
    plans = np.zeros((2, to - begin + HORIZON_H + 1))
    return Past(first_hour + begin, Air(*(x[cut] for x in room)), Air(*(x[cut] for x in out)), plans)


def _breaches(kind: Kind, temp_c: Floats, rh_pct: Floats) -> list[tuple[float, float]]:
    """From–to in hours, as the readings tell: beyond for the on-delay, until back inside by the deadband."""
    goods = _follow(temp_c, kind.lag_h * PER_HOUR)
    margin = goods - dew_point_c(temp_c, rh_pct)
    value = margin if kind.limit.quantity == DEW_POINT_MARGIN else goods
    over = value < kind.limit.limit
    inside = value >= kind.limit.limit + kind.limit.deadband
    found: list[tuple[float, float]] = []
    at = 0
    while at < len(value):
        start = at + int(np.argmax(over[at:])) if over[at:].any() else len(value)
        end = start + int(np.argmax(inside[start:])) if inside[start:].any() else len(value)
        if start < len(value) and (end - start) / PER_HOUR >= kind.limit.on_delay_us / US_PER_HOUR:
            one = ((start + 1) / PER_HOUR, end / PER_HOUR)
            near = bool(found) and one[0] - found[-1][1] < APART_H
            found[-1:] = [(found[-1][0], one[1])] if near else [*found[-1:], one]
        at = max(end, start + 1)
    return found


def _follow(series: Floats, tau: float) -> Floats:
    """First-order lag, step by step, independent of the code that is measured."""
    share, state, found = 1 - np.exp(-1 / tau), float(series[0]), np.empty_like(series)
    for i, value in enumerate(series.tolist()):
        state += share * (value - state)
        found[i] = state
    return found


# ---------------------------------------------------------------------- rules


def _said(members: Floats, now: float) -> Said:
    reached = members[np.isfinite(members)]
    if not len(reached):
        return Said(0.0, 0.0, np.inf, np.inf, np.inf)
    p10, p50, p90 = np.quantile(reached, (0.1, 0.5, 0.9)).tolist()
    soon = float((members <= now + SOON_H).mean())
    return Said(soon, len(reached) / len(members), p10 - BLUR_H, p50, p90 + BLUR_H)


def _room_model(members: Floats, now: float, rng: np.random.Generator) -> Said:
    return _said(members, now)


def _point(members: Floats, now: float, rng: np.random.Generator) -> Said:
    """The middle member alone, as if it were certain."""
    return _said(members[len(members) // 2 : len(members) // 2 + 1], now)


def _always(members: Floats, now: float, rng: np.random.Generator) -> Said:
    return Said(1.0, 1.0, now, now + HORIZON_H / 2, now + HORIZON_H)


def _random(members: Floats, now: float, rng: np.random.Generator) -> Said:
    """Now and then: about four times a month."""
    lucky = float(rng.random() < 4 / MONTH_H)
    return Said(lucky, max(lucky, 0.5), now, now + SOON_H / 2, now + SOON_H)


RULES: dict[str, Callable[[Floats, float, np.random.Generator], Said]] = {
    "room model": _room_model, "point forecast": _point, "always": _always, "random": _random
}  # fmt: skip


def _scored(
    members: dict[int, Floats], breaches: Sequence[tuple[float, float]],
    rule: Callable[[Floats, float, np.random.Generator], Said], rng: np.random.Generator,
) -> Score:  # fmt: skip
    """Announce hour by hour as the service does, which looks six times an hour."""
    hours = sorted(members)
    leads: dict[int, tuple[float, bool]] = {}
    false = 0
    standing: tuple[float, Said] | None = None
    doubts = 0
    for hour in hours:
        now = hour + 1.0
        here = next((i for i, (a, b) in enumerate(breaches) if a <= now and b > hour), None)
        if here is not None:
            if standing is not None:
                start = breaches[here][0]
                leads[here] = (float(start - standing[0]), bool(standing[1].p10 <= start <= standing[1].p90))
            standing = None
            continue
        said = rule(members[hour], now, rng)
        if standing is None:
            standing = (now, said) if is_likely(said.soon, (said.p50 - now) * US_PER_HOUR) else None
            doubts = 0
            continue
        doubts = doubts + LOOKS_AN_HOUR if said.probability < DOUBTFUL else 0
        if doubts >= IN_A_ROW or now > standing[1].p90 + OVERDUE_US / US_PER_HOUR:
            false, standing = false + 1, None
    counted = [i for i, (a, _) in enumerate(breaches) if hours[0] + 1 + AHEAD_H < a <= hours[-1]]
    known = [leads[i] for i in counted if i in leads]
    in_time, held = sum(lead >= AHEAD_H for lead, _ in known), sum(within for _, within in known)
    return Score(len(counted), in_time, len(known), false, held, float(len(hours)))
