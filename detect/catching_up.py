"""Catching up: gateways that replay what they buffered, of whose devices nobody can say yet that they were silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from detect.tracks import FOREVER_US
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE, Columns

LAG_US = 2 * US_PER_MINUTE
"""A gateway whose newest reading is older than this on arrival may be catching up."""
SETTLE_US = 10_000_000
"""It is believed to have caught up when it has not lagged for so long."""
PATIENCE_US = US_PER_MINUTE
"""So long it is believed to catch up in any case; then only while its event time gains on the clock."""
LONGEST_US = US_PER_HOUR
"""Longer than this nobody waits."""
GAIN = 1.1
"""Event time that runs so much faster than the clock gains on it: a gateway whose clock is late never does."""


class _Replay(NamedTuple):
    """Since when a gateway lags, where it was then, and when it was last seen to."""

    begun_us: int
    newest_us: int
    seen_us: int


class CatchingUp:
    """Who is catching up, by the readings as they come. `gateway_of`: the gateway of each series."""

    def __init__(self, gateway_of: Mapping[int, str]) -> None:
        self._gateways = sorted({"", *gateway_of.values()})
        number = {gateway: at for at, gateway in enumerate(self._gateways)}
        self._at = np.zeros(max(gateway_of, default=-1) + 1, np.int64)
        """Per series: where its gateway stands."""
        self._at[list(gateway_of)] = [number[gateway] for gateway in gateway_of.values()]
        self.lagged_us: dict[str, int] = {}
        """When each gateway was last seen catching up."""
        self._replays: dict[str, _Replay] = {}

    def go_on(self, before: CatchingUp) -> None:
        """Take up what an older one knew."""
        self.lagged_us, self._replays = before.lagged_us, before._replays

    def note(self, kept: Columns, received_us: int) -> None:
        """Newly kept readings, sorted by series and time."""
        newest_us = np.zeros(len(self._gateways), np.int64)
        np.maximum.at(newest_us, self._at[kept.series], kept.time_us)
        for at in np.flatnonzero(newest_us).tolist():
            gateway, time_us = self._gateways[at], int(newest_us[at])
            if received_us - time_us <= LAG_US:
                self._replays.pop(gateway, None)
            elif self._gains(gateway, time_us, received_us):
                self.lagged_us[gateway] = received_us

    def _gains(self, gateway: str, newest_us: int, received_us: int) -> bool:
        """Whether a gateway that lags catches up."""
        replay = self._replays.get(gateway)
        if replay is None or received_us - replay.seen_us > LAG_US:
            replay = _Replay(received_us, newest_us, received_us)
        self._replays[gateway] = replay._replace(seen_us=received_us)
        lasted_us = received_us - replay.begun_us
        gained = newest_us - replay.newest_us > GAIN * lasted_us
        return lasted_us <= PATIENCE_US or (gained and lasted_us <= LONGEST_US)

    def holds(self, gateways: Iterable[str], as_of_us: int) -> bool:
        """Whether one of some gateways is catching up, so that nobody's silence there is to be judged yet."""
        return any(as_of_us - self.lagged_us.get(g, -FOREVER_US) < SETTLE_US for g in gateways)
