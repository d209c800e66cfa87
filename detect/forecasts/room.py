"""The physical model of a room: how its temperature and its distance from saturation (temperature less dew point) follow the
outdoors, learned from its own hours.

Each of the two is a constant (machines, people, ground), plus shares of what the outdoors was, seen through lags of an
hour (air that leaks in) to ten days (structure, stock), plus a daily course. The shares are fitted by robust least squares
on hours and drawn towards a prior while there is little history. Near saturation water settles on the coldest surface and holds
the air back; a dryer holds it farther off, until it is too weak: so the distance is modelled on a scale that stretches as it
ends, and may bend in damp weather.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detect.forecasts.lagging import ahead, lagged
from detect.forecasts.nouns import Air, Bools, Floats, Ints, Past

TAUS_H = (0.0, 2.0, 8.0, 32.0, 120.0)
"""Lags through which a room sees the outdoors."""
PRIOR_SHARES = (0.05, 0.1, 0.15, 0.2, 0.2)
"""What an ordinary store takes over of each, before anything is known: nearly all of it, most of it slowly."""
TEMP, DEW = 0, 1
OPEN, OFF = 0, 1
PLANNED = (
    (OPEN, TEMP, 1.0),
    (OPEN, TEMP, 8.0),
    (OFF, TEMP, 8.0),
    (OFF, TEMP, 32.0),
    (OPEN, DEW, 1.0),
    (OPEN, DEW, 8.0),
)
"""What planned events let in: which plan, of what, through which lag."""
DRIVERS = 2 * len(TAUS_H) + len(PLANNED)
PRIOR_PLANNED = 0.25
"""The share of the difference between outdoors and room that each lets in, before it ever happened."""
SHARE_SD, CROSS_SD, DAILY_SD, CONSTANT_SD = 0.25, 0.1, 1.5, 8.0
INDEPENDENT_H = 8.0
"""Hours that lie closer together say nearly the same: this many count as one."""
ROUNDS = 4
"""Of robust weighing (Huber 1964, 1.345 scales)."""
LATELY_H = 6
LEAST_H = 24
"""A room of which less is known is not foretold."""


NEAR_K = 1.0
"""How close to saturation (K) a room's air must come before water that settles on its surfaces holds it back."""
LEAST_K = 0.1
"""Air that is closer to saturation cannot be told apart by humidity probes."""
KNOTS = (0.1, 0.3, 0.5)
"""Quantiles of what the model says of the distance from saturation at which the room's answer may bend."""
BEND_SD = 0.3
"""Prior standard deviation of how much the slope changes at each."""


def stretched(away_k: Floats) -> Floats:
    """The distance from saturation on a scale without an end, so that a linear model may speak of it; far off it is itself.

    Inverse of the softplus with `NEAR_K`.
    """
    away = np.maximum(away_k, LEAST_K)
    return np.asarray(away + NEAR_K * np.log(-np.expm1(-away / NEAR_K)))


def squeezed(x: Floats) -> Floats:
    """The distance from saturation, K, > 0, of what `stretched` made of it."""
    return np.asarray(np.maximum(x, 0.0) + NEAR_K * np.log1p(np.exp(-np.abs(x) / NEAR_K)))


class Room(NamedTuple):
    """What was learned of a room: temperature in column 0, distance from saturation, stretched, in column 1."""

    weights: Floats
    """(columns of `design`, 2)."""
    outdoors: bool
    """Whether something tells the weather there."""
    centre: Floats
    """Means of the outdoor temperature and dew point, (2,): the shares are of what differs from them."""
    usual: Floats
    """Means of the room's own temperature and dew point, (2,)."""
    knots: Floats
    """(k,): where its answer to damp weather bends, as a dryer comes to its limit or water begins to settle."""
    slopes: Floats
    """(k,): by how much the stretched distance rises per K below each."""


def has_outdoors(past: Past) -> bool:
    """Whether the outdoors is known for most hours at which the room is, and lately."""
    known = ~np.isnan(past.outdoors.temp_c) & ~np.isnan(past.outdoors.dew_c)
    there = known_hours(past)
    return bool(there.any() and known[there].mean() > 0.6 and known[-LATELY_H:].any())


def lags(air: Air, plans: Floats, centre: Floats, usual: Floats) -> list[tuple[Floats, float]]:
    """All that drives a room, each with the lag through which it is seen: what differs from the usual weather, and what
    planned events let in. `plans` is (2, …), everything else of the shape of the air."""
    both = (air.temp_c, air.dew_c)
    weather = [(x - centre[i], tau) for i, x in enumerate(both) for tau in TAUS_H]
    return weather + [(plans[plan] * (both[of] - usual[of]), tau) for plan, of, tau in PLANNED]


def states(air: Air, plans: Floats, centre: Floats, usual: Floats) -> Floats:
    """What drives the room at each hour, (n, drivers). No NaN allowed."""
    return np.stack([lagged(x, tau) for x, tau in lags(air, plans, centre, usual)], axis=1)


def states_ahead(now: Floats, coming: Air, plans: Floats, room: Room) -> Floats:
    """The same for hours to come: states (m, drivers) and weather and plans from now on (…, h + 1) make (m, h, drivers)."""
    drivers = lags(coming, plans, room.centre, room.usual)
    return np.stack([ahead(now[:, i], x, tau) for i, (x, tau) in enumerate(drivers)], axis=-1)


def daily(hour: Ints) -> Floats:
    """The daily course, two harmonics, (..., 4), by hours since 1970 (UTC; the clock of the place only shifts them)."""
    angle = 2 * np.pi * (hour % 24) / 24
    return np.stack([np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)], axis=-1)


def design(seen: Floats, hour: Ints) -> Floats:
    """Rows of the model, (..., 1 + 4 + drivers)."""
    return np.concatenate([np.ones((*hour.shape, 1)), daily(hour), seen], axis=-1)


def learn(past: Past, air: Air, outdoors: bool) -> Room:
    """Fit a room to its past; `air` is the outdoors without gaps (zeros where nobody tells the weather)."""
    hour = past.first_hour + np.arange(len(past.room.temp_c))
    centre, usual = _means(past.outdoors), _means(past.room)
    none = np.empty(0)
    rows = design(seen_by(past, air, Room(none, outdoors, centre, usual, none, none)), hour)
    wanted = (past.room.temp_c, stretched(past.room.temp_c - past.room.dew_c))
    weights = [_fit(rows, series, column) for column, series in enumerate(wanted)]
    knots, slopes = _bend(rows @ weights[DEW], wanted[DEW])
    return Room(np.stack(weights, axis=1), outdoors, centre, usual, knots, slopes)


def _means(air: Air) -> Floats:
    """Of the hours that are known, (2,); zeros where none is."""
    known = [series[~np.isnan(series)] for series in air]
    return np.array([series.mean() if len(series) else 0.0 for series in known])


def answered(room: Room, seen: Floats, hour: Ints) -> Floats:
    """What the model says, (..., 2): temperature, and stretched distance from saturation."""
    found = np.asarray(design(seen, hour) @ room.weights)
    found[..., DEW] += _below(found[..., DEW], room.knots) @ room.slopes
    return found


def _below(said: Floats, knots: Floats) -> Floats:
    """How far below each knot, (..., k)."""
    return np.maximum(knots - said[..., None], 0.0)


def _bend(said: Floats, wanted: Floats) -> tuple[Floats, Floats]:
    """Knots and slopes by which what the straight model says comes closest to what was; ridge."""
    known = ~np.isnan(wanted) & ~np.isnan(said)
    if known.sum() < LEAST_H:
        return np.zeros(len(KNOTS)), np.zeros(len(KNOTS))
    knots = np.quantile(said[known], KNOTS)
    x, left = _below(said[known], knots), (wanted - said)[known]
    noise = INDEPENDENT_H * max(float(left.var()), 1e-4)
    gram = x.T @ x / noise + np.eye(len(KNOTS)) / BEND_SD**2
    return knots, np.asarray(np.linalg.solve(gram, x.T @ left / noise))


def seen_by(past: Past, air: Air, room: Room) -> Floats:
    """What drives a room at each hour of its past, (n, drivers); zeros where nobody tells the weather."""
    if not room.outdoors:
        return np.zeros((len(air.temp_c), DRIVERS))
    return states(air, past.plans[:, : len(air.temp_c)], room.centre, room.usual)


def _fit(rows: Floats, wanted: Floats, column: int) -> Floats:
    """Robust ridge towards the prior; a series that is not known at all has weights of NaN."""
    known = ~np.isnan(wanted)
    if known.sum() < LEAST_H:
        return np.full(rows.shape[1], np.nan)
    x, y = rows[known], wanted[known]
    mean, sd = _prior(float(y.mean()), column)
    weight: Floats = np.ones(len(y))
    found: Floats = mean
    spread = 1.0
    for _ in range(ROUNDS):
        scaled = x * (weight / (INDEPENDENT_H * spread**2))[:, None]
        found = np.asarray(np.linalg.solve(scaled.T @ x + np.diag(sd**-2.0), scaled.T @ y + mean / sd**2))
        left = y - x @ found
        spread = max(1.4826 * float(np.median(np.abs(left))), 0.05)
        weight = np.asarray(np.minimum(1.0, 1.345 * spread / np.maximum(np.abs(left), 1e-9)))
    return found


def _prior(level: float, column: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the weights before anything is known; the distance from saturation is the temperature
    less the dew point, and so are its shares."""
    sign = {TEMP: 1.0, DEW: 0.0} if column == TEMP else {TEMP: 1.0, DEW: -1.0}
    weather = [sign[own] * np.array(PRIOR_SHARES) for own in (TEMP, DEW)]
    spread = [np.full(len(TAUS_H), SHARE_SD if sign[own] else CROSS_SD) for own in (TEMP, DEW)]
    planned = np.array([PRIOR_PLANNED * sign[of] for _, of, _ in PLANNED])
    mean = np.concatenate([[level], np.zeros(4), *weather, planned])
    sd = np.concatenate([[CONSTANT_SD], np.full(4, DAILY_SD), *spread, np.full(len(PLANNED), SHARE_SD)])
    return mean, sd


def share_of(room: Room) -> float:
    """How much of a lasting change outdoors a room takes over in the end, 0 … 1."""
    lags = room.weights[5 : 5 + 2 * len(TAUS_H), TEMP]
    return float(np.clip(lags.sum(), 0.0, 1.0))


def known_hours(past: Past) -> Bools:
    """Hours at which the room's temperature is known, (n,)."""
    return np.asarray(~np.isnan(past.room.temp_c))
