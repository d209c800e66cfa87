"""The physical model of a room: how its temperature and dew point follow the outdoors, learned from its own hours.

Each of the two is a constant (machines, people, ground), plus shares of what the outdoors was, seen through lags of an
hour (air that leaks in) to ten days (structure, stock), plus a daily course. The shares are fitted by robust least squares
on hourly means and drawn towards a prior while there is little history.
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
SHARE_SD, CROSS_SD, DAILY_SD, CONSTANT_SD = 0.25, 0.1, 1.5, 8.0
INDEPENDENT_H = 8.0
"""Hours that lie closer together say nearly the same: this many count as one."""
ROUNDS = 4
"""Of robust weighing (Huber 1964, 1.345 scales)."""
LEAST_H = 24
"""A room of which less is known is not foretold."""


class Room(NamedTuple):
    """What was learned of a room: temperature in column 0, dew point in column 1."""

    weights: Floats
    """(columns of `design`, 2)."""
    outdoors: bool
    """Whether something tells the weather there."""
    centre: Floats
    """Means of the outdoor temperature and dew point, (2,): the shares are of what differs from them."""


def has_outdoors(past: Past) -> bool:
    """Whether the outdoors is known for most of the past and lately."""
    known = ~np.isnan(past.outdoors.temp_c) & ~np.isnan(past.outdoors.dew_c)
    return bool(len(known) and known.mean() > 0.6 and known[-6:].any())


def states(outdoors: Air, centre: Floats) -> Floats:
    """The outdoors of each hour through every lag, as differences from `centre`: (n, 2 x lags). No NaN allowed."""
    series = (outdoors.temp_c - centre[0], outdoors.dew_c - centre[1])
    return np.stack([lagged(x, tau) for x in series for tau in TAUS_H], axis=1)


def states_ahead(now: Floats, coming: Air, centre: Floats) -> Floats:
    """The same for hours to come: states (..., 2 x lags) and outdoors from now on (..., h + 1) make (..., h, 2 x lags)."""
    series = (coming.temp_c - centre[0], coming.dew_c - centre[1])
    lags = [(x, tau) for x in series for tau in TAUS_H]
    return np.stack([ahead(now[..., i], x, tau) for i, (x, tau) in enumerate(lags)], axis=-1)


def daily(hour: Ints) -> Floats:
    """The daily course, two harmonics, (..., 4), by hours since 1970 (UTC; the clock of the place only shifts them)."""
    angle = 2 * np.pi * (hour % 24) / 24
    return np.stack([np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)], axis=-1)


def design(seen: Floats, hour: Ints) -> Floats:
    """Rows of the model, (..., 1 + 4 + 2 x lags)."""
    return np.concatenate([np.ones((*hour.shape, 1)), daily(hour), seen], axis=-1)


def learn(past: Past, seen: Floats, centre: Floats, outdoors: bool) -> Room:
    """Fit a room to its past; `seen` are the outdoors' states of each hour (zeros where nobody tells the weather)."""
    hour = past.first_hour + np.arange(len(past.room.temp_c))
    rows = design(seen, hour)
    weights = [_fit(rows, past.room.temp_c, 0), _fit(rows, past.room.dew_c, 1)]
    return Room(np.stack(weights, axis=1), outdoors, centre)


def _fit(rows: Floats, wanted: Floats, column: int) -> Floats:
    """Robust ridge towards the prior; a series that is not known at all has weights of NaN."""
    known = ~np.isnan(wanted)
    if known.sum() < LEAST_H:
        return np.full(rows.shape[1], np.nan)
    x, y = rows[known], wanted[known]
    mean, sd = _prior(float(y.mean()), column)
    weight = np.ones(len(y))
    found, spread = mean, 1.0
    for _ in range(ROUNDS):
        scaled = x * (weight / (INDEPENDENT_H * spread**2))[:, None]
        found = np.linalg.solve(scaled.T @ x + np.diag(sd**-2.0), scaled.T @ y + mean / sd**2)
        left = y - x @ found
        spread = max(1.4826 * float(np.median(np.abs(left))), 0.05)
        weight = np.minimum(1.0, 1.345 * spread / np.maximum(np.abs(left), 1e-9))
    return np.asarray(found)


def _prior(level: float, column: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the weights before anything is known."""
    shares, none = np.array(PRIOR_SHARES), np.zeros(len(TAUS_H))
    own = (shares, none) if column == 0 else (none, shares)
    sds = (SHARE_SD, CROSS_SD) if column == 0 else (CROSS_SD, SHARE_SD)
    mean = np.concatenate([[level], np.zeros(4), *own])
    sd = np.concatenate([[CONSTANT_SD], np.full(4, DAILY_SD), *(np.full(len(TAUS_H), s) for s in sds)])
    return mean, sd


def known_hours(past: Past) -> Bools:
    """Hours at which the room's temperature is known, (n,)."""
    return np.asarray(~np.isnan(past.room.temp_c))
