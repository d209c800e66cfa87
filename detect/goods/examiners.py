"""All examiners of goods, as the engine takes them."""

from __future__ import annotations

from detect.examining import Examiner
from detect.goods.conditioning import Conditioning
from detect.goods.kinetic import Kinetic
from detect.goods.spells import FastChange, Freezing
from detect.goods.wetness import Log, Wetness
from detect.ports import Rows


def examiners(readings: Rows, log: Log) -> list[Examiner]:
    """One of each kind. `log`: since when hours of wetness were used up before a restart."""
    return [
        Freezing(readings), FastChange(readings), Conditioning(readings), Wetness(readings, log), Kinetic(readings)
    ]  # fmt: skip
