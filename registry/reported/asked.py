"""Asked: how often the goods beside a device want it to record, and how long it may pause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from detect.nouns import MEAN_KINETIC, Watch
from detect.tracks import FOREVER_US, silence_us
from registry.nouns import ProfileVersion, RegistrySnapshot
from registry.reported.nouns import Patience, Piece
from registry.stays import span

MISSED = 1.5
"""From so many of the required intervals on a pause is a gap: a reading is missing there."""
_UNTOLD_US = 15 * 60_000_000
"""How often a device is expected to speak of which nothing is known."""


class Asked(NamedTuple):
    """What is asked of a device over a period: the strictest of whatever goods were beside it."""

    required_us: int | None
    """How often it must record; None: no profile says."""
    patience: Patience
    kinetic_limit: float | None
    """The limit on the mean kinetic temperature, if the goods' label has one."""


def asked_of(
    snapshot: RegistrySnapshot, watches: Iterable[Watch], device: str, pieces: Sequence[Piece]
) -> Asked:
    """What was asked of a device in the time in which it counted."""
    versions = {profile.key: profile.versions for profile in snapshot.profiles}
    required: list[int] = []
    intervals: list[int] = []
    kinetic: list[float] = []
    for watch in watches:
        to_us = FOREVER_US if watch.valid_to_us is None else watch.valid_to_us
        beside = [(max(a, watch.valid_from_us), min(b, to_us)) for a, b in pieces]
        beside = [(a, b) for a, b in beside if a < b]
        if watch.device != device or not beside:
            continue
        intervals.append(watch.interval_us)
        kinetic += [limit.limit for limit in watch.limits if limit.quantity == MEAN_KINETIC]
        required += [
            version.interval_us
            for profile in watch.profiles
            for version in versions.get(profile, ())
            if version.interval_us is not None and _holds(version, beside)
        ]
    silent_us = silence_us(min(intervals, default=_UNTOLD_US))
    must_us = min(required, default=None)
    gap_us = silent_us if must_us is None else min(round(MISSED * must_us), silent_us)
    return Asked(must_us, Patience(gap_us, silent_us), min(kinetic, default=None))


def _holds(version: ProfileVersion, beside: Iterable[tuple[int, int]]) -> bool:
    from_us, to_us = span(version.valid_from_us, version.valid_to_us)
    return any(from_us < b and a < to_us for a, b in beside)
