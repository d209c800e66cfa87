"""Catalogue: every detector that judges hours, once. A new one is added here and must pass detect/checks.py."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from detect.hours.anomaly import UnusualCourse
from detect.hours.battery import Battery
from detect.hours.cells import LEVELS, VOLTAGES
from detect.hours.counters import Counter
from detect.hours.peers import PeerDrift
from detect.hours.radio import WeakRadio
from detect.hours.stuck import Stuck
from detect.streams.nouns import HourDetector

ALL: tuple[Callable[[], HourDetector], ...] = (
    partial(Battery, "battery_voltage", VOLTAGES),
    partial(Battery, "battery_level", LEVELS),
    partial(WeakRadio, "rssi"),
    partial(WeakRadio, "snr"),
    Counter,
    partial(UnusualCourse, "temperature"),
    partial(UnusualCourse, "relative_humidity"),
    partial(PeerDrift, "temperature"),
    partial(PeerDrift, "relative_humidity"),
    partial(Stuck, "temperature"),
    partial(Stuck, "relative_humidity"),
)
"""Each makes a detector; those of trained models are made with the models that ship with Keepwell."""
