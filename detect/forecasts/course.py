"""How a room will go on: the model's answer to the coming weather, corrected by how the room differs from it now, and
beside it every error that the same forecast made at this time of day in the room's own past.

The errors are whole courses of 48 hours, temperature and distance from saturation together, so they grow and hang together
as they really do. Near saturation that distance is stretched (`room.stretched`), so no member of a forecast goes beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detect.forecasts.nouns import HORIZON_H, Air, Bools, Floats, Ints, Issue, Past
from detect.forecasts.outdoors import coming, filled, known_from, newest_share
from detect.forecasts.room import (
    LEAST_H,
    Room,
    answered,
    has_outdoors,
    known_hours,
    learn,
    seen_by,
    squeezed,
    states_ahead,
    stretched,
)

AROUND_H = 4
"""Errors of forecasts made so close to this time of day are taken for those of now."""
EVERY_H = 3
"""The past is forecast anew from every third hour."""
FEATURES = 3
FADE = (0.93, 0.6, 0.0)
"""Prior of the correction, one hour ahead: of what differs now, of what differed over a day, of where it is going."""
CORRECTION_WEIGHT = 15.0
"""How many forecasts of history the prior of the correction is worth."""
NEAREST = 60
"""Of these, so many that were made when it was going to be as warm and as damp as now: rooms err otherwise in frost than in
mild weather, with a heater at its limit, or when water settles on everything."""
ALIKE_H = 24
"""Over so many hours ahead that is compared."""
YOUNG = 60
"""Prior error courses; each own course takes the place of one."""
GROWN_K, GROWN_H = 2.5, 18.0
"""How wide and how fast errors grow in a room of which nothing is known yet."""


class Model(NamedTuple):
    """A room as learned at some moment; it is not changed afterwards."""

    room: Room
    newest: float
    """How much the newest weather forecast counts against those before it."""
    correction: Floats
    """(h, FEATURES, 2): what the present difference says of each hour ahead."""
    errors: Floats
    """(e, h, 2): courses of errors, of temperature and of the stretched distance from saturation."""
    made_at: Ints
    """(e,): hour of the day (UTC) at which each was made; -1 = a prior one, for any hour."""
    situation: Floats
    """(e, 2): the mean temperature and distance from saturation that were foretold then; NaN for prior ones."""
    trained_hour: int
    """Nothing from this hour on was known when it was learned."""
    days: float
    """Of history."""


class Present(NamedTuple):
    """What is known at m moments. Shapes: hour (m,), states (m, drivers), others as named."""

    hour: Ints
    states: Floats
    weather: Air
    """(m, h + 1): what is expected outdoors, from now on."""
    plans: Floats
    """(2, m, h + 1)."""
    room: Floats
    """(m, 2): temperature and stretched distance from saturation now, as all that is learned of rooms."""
    features: Floats
    """(m, FEATURES, 2): how the room differs from the model."""


class Courses(NamedTuple):
    """Members of m forecasts: (m, e, h + 1), the first point is now, without error; beside it which count, (m, e)."""

    temp_c: Floats
    dew_c: Floats
    counts: Bools


def train(past: Past, issues: Sequence[Issue], seed: int) -> Model | None:
    """Learn a room from its past; None while too little is known.

    Args:
        past: up to 45 days of hours.
        issues: the weather forecasts of that time, in order of issue.
        seed: for the prior errors of young rooms, so that the same room says the same.
    """
    known = known_hours(past)
    if known.sum() < LEAST_H:
        return None
    outdoors = has_outdoors(past)
    air = known_from(past.outdoors)
    room = learn(past, air, outdoors)
    origins = np.flatnonzero(known[: len(known) - 1])
    origins = origins[(origins >= min(LEAST_H, len(known) // 3)) & (origins % EVERY_H == 0)]
    newest = newest_share(issues, past.first_hour, past.outdoors) if outdoors else 1.0
    present = presents(room, newest, past, origins, issues)
    raw = _modelled(room, present)
    target, heard = _followed(past, origins)
    correction = _corrections(present.features, target - raw, heard)
    said = raw + np.einsum("mfc,hfc->mhc", present.features, correction)
    errors, made_at, situation = _library(target - said, said, heard, past.first_hour + origins, seed)
    end_hour, days = past.first_hour + len(known), float(known.sum()) / 24
    return Model(room, newest, correction, errors, made_at, situation, end_hour, days)


def presents(room: Room, newest: float, past: Past, at: Ints, issues: Sequence[Issue]) -> Present:
    """What was known at rows `at` of a past."""
    air = known_from(past.outdoors)
    seen = seen_by(past, air, room)
    hour = past.first_hour + np.arange(len(past.room.temp_c))
    temp_c, dew_c = (filled(series) for series in past.room)
    measured = np.stack([temp_c, stretched(temp_c - dew_c)], axis=1)
    differs = measured - answered(room, seen, hour)
    total = np.concatenate([np.zeros((1, 2)), np.cumsum(differs, axis=0)])
    since = np.maximum(at + 1 - 24, 0)
    day = (total[at + 1] - total[since]) / (at + 1 - since)[:, None]
    trend = differs[at] - differs[np.maximum(at - 3, 0)]
    return Present(
        hour[at], seen[at], coming(air, past.first_hour, at, issues if room.outdoors else (), newest),
        past.plans[:, at[:, None] + np.arange(HORIZON_H + 1)], measured[at],
        np.stack([differs[at], day, trend], axis=1),
    )  # fmt: skip


def _modelled(room: Room, present: Present) -> Floats:
    """What the model alone says of the hours ahead, (m, h, 2)."""
    if room.outdoors:
        seen = states_ahead(present.states, present.weather, present.plans, room)
    else:
        seen = np.zeros((len(present.hour), HORIZON_H, present.states.shape[1]))
    hours = present.hour[:, None] + np.arange(1, HORIZON_H + 1)
    return answered(room, seen, hours)


def _followed(past: Past, origins: Ints) -> tuple[Floats, Bools]:
    """What really followed, (m, h, 2), and where that is known (the past ends)."""
    rows = origins[:, None] + np.arange(1, HORIZON_H + 1)
    inside = rows < len(past.room.temp_c)
    rows = np.minimum(rows, len(past.room.temp_c) - 1)
    temp_c, dew_c = (series[rows] for series in past.room)
    found = np.stack([temp_c, stretched(temp_c - dew_c)], axis=-1)
    heard = inside[..., None] & ~np.isnan(found)
    return np.where(heard, found, 0.0), heard


def _corrections(features: Floats, left: Floats, heard: Bools) -> Floats:
    """Ridge per hour ahead and quantity: what is left of the model's error is told by how it differs now."""
    found = np.empty((HORIZON_H, FEATURES, 2))
    ahead = np.arange(1, HORIZON_H + 1)
    prior = np.stack([np.power(FADE[0], ahead) - 0.0, np.zeros(HORIZON_H), np.zeros(HORIZON_H)], axis=1)
    prior[:, 1] = np.minimum(1 - prior[:, 0], FADE[1])
    for column in range(2):
        x = features[..., column]
        if np.isnan(x).any():
            found[..., column] = prior
            continue
        weight = heard[..., column].astype(float)
        gram = np.einsum("mf,mh,mg->hfg", x, weight, x) + CORRECTION_WEIGHT * _scale(x)
        pull = np.einsum("mf,mh->hf", x, weight * left[..., column])
        pull += CORRECTION_WEIGHT * np.einsum("fg,hg->hf", _scale(x), prior)
        found[..., column] = np.linalg.solve(gram, pull[..., None])[..., 0]
    return found


def _scale(x: Floats) -> Floats:
    """The usual size of the features, so that the prior weighs as so many hours."""
    return np.diag(np.maximum((x**2).mean(axis=0), 1e-3))


def _library(
    errors: Floats, said: Floats, heard: Bools, hours: Ints, seed: int
) -> tuple[Floats, Ints, Floats]:
    """The courses of errors that are known to their end, a little widened, and prior ones for young rooms."""
    whole = heard[..., 0].all(axis=1)
    damp = heard[..., 1].any()
    if damp:
        whole &= heard[..., 1].all(axis=1)
    own = errors[whole]
    if len(own):
        # The correction was fitted to the very errors that are left: with n independent courses they come out too small.
        independent = np.maximum(EVERY_H * len(own) / (np.arange(1, HORIZON_H + 1) + 24.0), 2.0)
        own = own * np.sqrt(1 + 4.0 / independent)[None, :, None]
    prior = _prior_errors(max(YOUNG - len(own), 0), seed)
    found = np.concatenate([own, prior])
    if not damp:
        found[..., 1] = np.nan
    made_at = np.concatenate([hours[whole] % 24, np.full(len(prior), -1)])
    situation = np.concatenate([_situation(said[whole]), np.full((len(prior), 2), np.nan)])
    return found, made_at, situation


def _situation(said: Floats) -> Floats:
    """How warm and how far from saturation it is going to be, (m, 2), by forecasts (m, h, 2)."""
    mean = said[:, :ALIKE_H].mean(axis=1)
    away = np.nan_to_num(mean[:, 1])
    return np.stack([mean[:, 0], away], axis=1)


def _prior_errors(count: int, seed: int) -> Floats:
    """Courses that wander off, (count, h, 2), the same for the same seed."""
    steps = np.random.default_rng(seed).standard_normal((count, HORIZON_H, 2))
    fade = np.exp(-1 / GROWN_H)
    found = np.zeros((count, HORIZON_H, 2))
    state = np.zeros((count, 2))
    for hour in range(HORIZON_H):
        state = fade * state + GROWN_K * np.sqrt(1 - fade**2) * steps[:, hour]
        found[:, hour] = state
    return found


def courses(model: Model, present: Present) -> Courses:
    """All members of the forecasts made at m moments."""
    best = _modelled(model.room, present)
    best = best + np.einsum("mfc,hfc->mhc", present.features, model.correction)
    chosen, counts = _alike(model, present.hour, _situation(best))
    members = best[:, None] + model.errors[chosen]
    now = np.broadcast_to(present.room[:, None, None, :], (*members.shape[:2], 1, 2))
    paths = np.concatenate([now, members], axis=2)
    temp = paths[..., 0]
    return Courses(temp, temp - squeezed(paths[..., 1]), counts)


def _alike(model: Model, hours: Ints, situation: Floats) -> tuple[Ints, Bools]:
    """Per moment the errors that stand for it, the likest first, and which of these count: (m, e') each."""
    apart = np.abs((hours[:, None] - model.made_at + 12) % 24 - 12)
    prior = model.made_at < 0
    scale = np.array([1.0, 1.0]) if prior.all() else np.maximum(np.nanstd(model.situation, axis=0), 0.5)
    differs = (situation[:, None] - model.situation) / scale
    distance = np.where(prior, 0.0, np.nan_to_num((differs**2).sum(axis=2)))
    distance = np.where(prior | (apart <= AROUND_H), distance, np.inf)
    chosen = np.argsort(distance, axis=1, kind="stable")[:, :NEAREST]
    return chosen, np.isfinite(np.take_along_axis(distance, chosen, axis=1))
