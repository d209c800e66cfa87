"""All examiners of goods, as the engine takes them."""

from __future__ import annotations

from detect.examining import Examiner
from detect.goods.conditioning import Conditioning
from detect.goods.kinetic import Kinetic
from detect.goods.spells import FastChange, Freezing
from detect.goods.wetness import Log, Wetness
from detect.live import LiveReadings
from detect.ports import Readings


def examiners(readings: Readings, log: Log) -> list[Examiner]:
    """One of each kind. `log`: since when hours of wetness were used up before a restart.

    What a logger's file tells raises no alarm and calms none: it is in the exposure of the lot.
    """
    live = LiveReadings(readings)
    return [Freezing(live), FastChange(live), Conditioning(live), Wetness(live, log), Kinetic(live)]
