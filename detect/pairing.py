"""Pairing: what is known of an air at every moment at which one of its probes spoke, and what follows from it.

Temperature, humidity and surface temperature of one air are series of their own. A moment has the value of each that
was said then, or else the last one before, as long as that is not older than the air's gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.layout import NEVER
from detect.psychrometrics import dew_point_c, surface_rh_pct
from detect.surfaces import Role

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Said(NamedTuple):
    """Trusted readings as an air's, sorted by (air, time, role); each (n,)."""

    air: Ints
    time_us: Ints
    role: Ints
    value: Floats

    def take(self, index: NDArray[np.intp] | Bools) -> Said:
        """The rows at `index`."""
        return Said(self.air[index], self.time_us[index], self.role[index], self.value[index])

    def sorted(self) -> Said:
        """The same rows in the order asked for."""
        return self.take(np.lexsort((self.role, self.time_us, self.air)))


@dataclass(slots=True)
class Heard:
    """The last value of each role in each air, (airs, 3); time NEVER where there is none."""

    time_us: Ints
    value: Floats

    @staticmethod
    def nothing(airs: int) -> Heard:
        """Nobody has said anything."""
        return Heard(np.full((airs, len(Role)), NEVER, np.int64), np.zeros((airs, len(Role))))


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments of some airs, sorted by (air, time): g of them."""

    air: Ints
    time_us: Ints
    spoke: Bools
    """(g, 3): which role spoke just then."""
    at_us: Ints
    """(g, 3): when each spoke last, NEVER if it did not."""
    value: Floats
    """(g, 3): what it said."""
    row: Ints
    """(g,): position of the last temperature among the rows, -1 if it was before them."""

    def __len__(self) -> int:
        return len(self.time_us)

    def heard(self, role: Role, gap_us: Ints) -> Bools:
        """Whether a role has spoken within the gap, (g,)."""
        at_us = self.at_us[:, role]
        return np.asarray((at_us != NEVER) & (self.time_us - at_us <= gap_us))


def moments(said: Said, heard: Heard) -> Moments:
    """Every moment at which somebody spoke, with the last word of each; `heard` is what was said before."""
    n = len(said.time_us)
    last = np.ones(n, np.bool_)
    last[:-1] = (said.air[1:] != said.air[:-1]) | (said.time_us[1:] != said.time_us[:-1])
    end = np.flatnonzero(last)
    begin = np.append(0, end[:-1] + 1) if len(end) else end
    position = np.arange(n)
    new_air = np.ones(n, np.bool_)
    new_air[1:] = said.air[1:] != said.air[:-1]
    first = np.maximum.accumulate(np.where(new_air, position, 0)) if n else position
    air = said.air[end]
    shape = (len(end), len(Role))
    spoke, at_us, value = np.empty(shape, np.bool_), np.empty(shape, np.int64), np.empty(shape)
    row = np.full(len(end), -1, np.int64)
    for role in Role:
        newest = np.maximum.accumulate(np.where(said.role == role, position, -1))[end] if n else end
        known = newest >= first[end]
        spoke[:, role] = known & (newest >= begin)
        at_us[:, role] = np.where(known, said.time_us[newest], heard.time_us[air, role])
        value[:, role] = np.where(known, said.value[newest], heard.value[air, role])
        if role is Role.AIR:
            row = np.where(known, newest, -1)
    return Moments(air, said.time_us[end], spoke, at_us, value, row)


class Derived(NamedTuple):
    """What follows for one surface at some moments; each (g,), NaN where it is not known or nobody spoke of it."""

    surface_c: Floats
    product_c: Floats
    margin_k: Floats
    humidity_pct: Floats


def derive(found: Moments, modelled_c: Floats, gap_us: Ints, fresh: Bools) -> Derived:
    """The derived quantities.

    Args:
        found: the moments, (g,).
        modelled_c: the surface by its lag at the last temperature, NaN where there is none, (g,).
        gap_us: how old a value may be, (g,).
        fresh: where the surface is of goods that still remember another place, (g,).
    """
    has_air, has_rh = found.heard(Role.AIR, gap_us), found.heard(Role.HUMIDITY, gap_us)
    probed = found.heard(Role.SURFACE, gap_us) & ~fresh
    surface = np.where(probed, found.value[:, Role.SURFACE], np.where(has_air, modelled_c, np.nan))
    told = found.spoke[:, Role.AIR] | (found.spoke[:, Role.SURFACE] & ~fresh)
    temp, rh = found.value[:, Role.AIR], found.value[:, Role.HUMIDITY]
    damp = has_air & has_rh & ~np.isnan(surface) & (told | found.spoke[:, Role.HUMIDITY])
    return Derived(
        surface,
        np.where(told, surface, np.nan),
        np.where(damp, surface - dew_point_c(temp, rh), np.nan),
        np.where(damp, surface_rh_pct(surface, temp, rh), np.nan),
    )
