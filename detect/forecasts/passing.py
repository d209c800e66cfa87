"""Passing a limit: when each member of a forecast goes beyond and stays as long as the on-delay asks."""

from __future__ import annotations

import numpy as np

from detect.forecasts.course import Courses
from detect.forecasts.lagging import ahead
from detect.forecasts.nouns import Bools, Floats, Passing
from detect.nouns import DEW_POINT_MARGIN, PRODUCT_TEMPERATURE, SURFACE_HUMIDITY, Limit
from detect.psychrometrics import saturation_hpa
from ingest.nouns import US_PER_HOUR

FORETOLD = frozenset({
    "temperature", "relative_humidity", PRODUCT_TEMPERATURE, DEW_POINT_MARGIN, SURFACE_HUMIDITY,
})  # fmt: skip
"""Quantities of which something can be said from a room's temperature and dew point."""


def values(quantity: str, courses: Courses, lag_h: float, surface_c: Floats) -> Floats:
    """What a quantity is along all members, (m, e, h + 1).

    Args:
        quantity: one of FORETOLD.
        courses: the members.
        lag_h: by how much the goods lag behind the air.
        surface_c: the goods' temperature now, (m,).
    """
    if quantity == "temperature":
        return courses.temp_c
    if quantity == "relative_humidity":
        return 100.0 * saturation_hpa(courses.dew_c) / saturation_hpa(courses.temp_c)
    goods = _goods(courses, lag_h, surface_c)
    if quantity == PRODUCT_TEMPERATURE:
        return goods
    if quantity == DEW_POINT_MARGIN:
        return goods - courses.dew_c
    return 100.0 * saturation_hpa(courses.dew_c) / saturation_hpa(goods)


def _goods(courses: Courses, lag_h: float, surface_c: Floats) -> Floats:
    """The goods' temperature along all members, (m, e, h + 1)."""
    m, e, _ = courses.temp_c.shape
    start = np.broadcast_to(surface_c[:, None], (m, e))
    return np.concatenate([start[..., None], ahead(start, courses.temp_c, lag_h)], axis=-1)


def first_beyond(limit: Limit, value: Floats, offset: float = 0.0) -> Floats:
    """Hours from the first point until each member goes beyond and stays for the on-delay; inf = it does not: (m, e).

    Between the hours a member goes in a straight line. One that is beyond at the last hour stays there.
    """
    side = 1.0 if limit.side == "high" else -1.0
    over = side * (value - limit.limit) + offset
    into, _ = _crossings(over)
    _, out_of = _crossings(over + limit.deadband)
    into = np.concatenate([np.where(over[..., :1] > 0, 0.0, np.inf), into], axis=-1)
    ends = np.minimum.accumulate(out_of[..., ::-1], axis=-1)[..., ::-1]
    ends = np.concatenate([ends, np.full((*ends.shape[:-1], 1), np.inf)], axis=-1)
    with np.errstate(invalid="ignore"):  # inf - inf: neither in nor out
        lasts = ends - into >= limit.on_delay_us / US_PER_HOUR
    return np.asarray(np.where(lasts, into, np.inf).min(axis=-1))


def _crossings(over: Floats) -> tuple[Floats, Floats]:
    """Hours at which each straight line goes above 0, and at which it comes back; inf = it does not: (m, e, h) each."""
    above = over > 0
    before, after = over[..., :-1], over[..., 1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(before / (before - after), 0.0, 1.0)
    crossing = np.arange(over.shape[-1] - 1) + share
    rising, falling = ~above[..., :-1] & above[..., 1:], above[..., :-1] & ~above[..., 1:]
    return np.where(rising, crossing, np.inf), np.where(falling, crossing, np.inf)


def passing(first_h: Floats, counts: Bools) -> Passing:
    """What the members of one forecast say together: (e,), (e,)."""
    said = first_h[counts]
    reached = said[np.isfinite(said)]
    if not len(reached):
        return Passing(0.0, np.inf, np.inf, np.inf)
    p10, p50, p90 = np.quantile(reached, (0.1, 0.5, 0.9)).tolist()
    return Passing(len(reached) / len(said), p10, p50, p90)
