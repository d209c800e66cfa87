"""All that looks at the condition of devices and gateways."""

from __future__ import annotations

from typing import Protocol

from detect.condition.batteries import BatteryExaminer, Curves
from detect.condition.clocks import ClockExaminer, Ledger, Standing
from detect.condition.gaps import GapExaminer
from detect.condition.lives import LifeExaminer
from detect.condition.mains import MainsExaminer, Rows, Sites
from detect.examining import Examiner
from detect.hours.battery import Battery
from detect.hours.cells import LEVELS
from detect.hours.counters import Counter
from detect.hours.examiner import Hourly
from detect.hours.radio import WeakRadio


class Readings(Hourly, Rows, Ledger, Protocol):
    """As much of the kept readings as is asked by any of them."""


def examiners(readings: Readings, log: Standing, curves: Curves, sites: Sites) -> list[Examiner]:
    """One of each kind, without anything from an earlier engine."""
    return [
        BatteryExaminer(readings, curves),
        LifeExaminer(Battery("battery_level", LEVELS), readings),
        LifeExaminer(WeakRadio("rssi"), readings, GapExaminer.every_us),
        LifeExaminer(WeakRadio("snr"), readings, GapExaminer.every_us),
        LifeExaminer(Counter(), readings),
        GapExaminer(readings),
        ClockExaminer(readings, log),
        MainsExaminer(readings, sites),
    ]
