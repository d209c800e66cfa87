"""Cells: what is known of a battery, by its registered discharge curve or by how high it once was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Curve = Sequence[tuple[float, float]]
"""A discharge curve: (V, % left), rising."""
NEAR_END_PCT = 30.0


class Cells(NamedTuple):
    """A kind of battery: in volts, or in per cent where the device says how full it is."""

    name: str
    highest: float
    """A battery that was never above this is taken for one of these, if it was above that of the row before."""
    knee: float
    """Only below this it is close to its end."""
    cut_off: float
    """From here on what it feeds is not to be believed any more."""
    unsure: float
    """How far from it the end may come as well (P10 above, P90 below)."""


_NEVER = (-np.inf, -np.inf, 0.0)
VOLTAGES: Final = (
    Cells("unknown", 1.1, *_NEVER),
    Cells("one_cell", 1.75, 1.2, 1.0, 0.05),
    Cells("unknown", 2.0, *_NEVER),
    Cells("two_cells", 3.4, 2.6, 2.3, 0.05),
    Cells("lithium_thionyl_chloride", 3.75, 3.4, 3.0, 0.1),
    Cells("lithium_ion", 4.4, 3.6, 3.3, 0.05),
    Cells("four_cells", 6.6, 5.2, 4.6, 0.1),
    Cells("unknown", np.inf, *_NEVER),
)
"""By the highest level seen. Two cells (or a lithium coin): radios and sensors go astray below 2.3 V, as those of the Intel
lab did; alkaline ones have 1.15 V each left then. Li-SOCl2 stays at 3.6 V and falls off a knee. Li-ion as protection circuits cut it
off. At which level others end, and mains adapters, nobody knows unless the model of the device is registered with its discharge curve."""
LEVELS: Final = (Cells("per_cent", np.inf, 30.0, 5.0, 3.0),)


def of_curve(curve: Curve) -> Cells:
    """A battery whose discharge curve is known; it ends at the lowest voltage of the curve."""
    volts, left = (np.array(column) for column in zip(*curve, strict=True))
    knee = float(np.interp(NEAR_END_PCT, left, volts))
    return Cells("curve", np.inf, knee, float(volts[0]), max((knee - float(volts[0])) / 10, 0.01))


def percent(curve: Curve, volts: float) -> float:
    """How full (0 … 100 %) by a discharge curve."""
    xs, ys = zip(*curve, strict=True)
    return float(np.interp(volts, xs, ys))


def rows_of(table: Sequence[Cells], highest: Floats) -> NDArray[np.intp]:
    """The row of a table for each highest level (h,); of one that is not known (NaN), the last."""
    return np.minimum(np.searchsorted([cells.highest for cells in table], highest), len(table) - 1)
