"""Stays: where each device hung and from when to when, whatever else the registry changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from detect.nouns import Watch
from detect.tracks import FOREVER_US


class Stay(NamedTuple):
    """A device is expected to speak from a zone, from–to."""

    device: str
    zone: str
    from_us: int
    to_us: int
    interval_us: int
    """How often it was expected to speak in the end."""


def stays_of(watches: Iterable[Watch]) -> dict[str, list[Stay]]:
    """The stays of every device in order of time; those of loggers that are read out later are none.

    Watches of one zone that follow each other without a break (other goods, another profile) are one stay.
    """
    found: dict[str, list[Stay]] = {}
    for watch in sorted(watches, key=lambda w: w.valid_from_us):
        if not watch.live:
            continue
        own = found.setdefault(watch.device, [])
        to_us = FOREVER_US if watch.valid_to_us is None else watch.valid_to_us
        from_us = watch.valid_from_us
        if own and (own[-1].zone, own[-1].to_us) == (watch.zone, from_us):
            from_us = own.pop().from_us
        own.append(Stay(watch.device, watch.zone, from_us, to_us, watch.interval_us))
    return found
