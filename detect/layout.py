"""The groups of silence as columns: members one behind the other, and per series what may concern it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detect.silence import Group, Key, Level
from detect.tracks import FOREVER_US

Ints = NDArray[np.int64]
NEVER = -1
"""Stands for the time of a word that was never said."""


class Layout:
    """Made once for a set of groups; `size` is the number of series, plus one."""

    def __init__(self, groups: Mapping[Key, Group], size: int) -> None:
        self._groups = groups
        every = list(groups.values())
        self.of_series: dict[int, list[Key]] = {}
        self.quiet_us = np.full(size, FOREVER_US, np.int64)
        """Per series: the shortest pause that may concern its quantity, device or gateway."""
        self.zone_quiet_us = np.full(size, FOREVER_US, np.int64)
        for key, group in groups.items():
            target = self.zone_quiet_us if group.level is Level.ZONE else self.quiet_us
            for member in group.members:
                self.of_series.setdefault(member, []).append(key)
                target[member] = min(target[member], group.least_us)
        self.narrower: dict[Key, list[Key]] = {}
        """Per group: those whose silence its own may explain."""
        for key, group in groups.items():
            for wider in self.wider(group):
                self.narrower.setdefault(wider, []).append(key)
        self.roaming = [i for i, group in enumerate(every) if group.roaming]
        self.members = {key: np.array(group.members, np.int64) for key, group in groups.items()}
        self.least_us = np.array([group.least_us for group in every], np.int64)
        self._flat = np.array([m for group in every for m in group.members or [0]], np.int64)
        lengths = [max(len(group.members), 1) for group in every]
        self._offsets = np.array([0, *np.cumsum(lengths)[:-1]] if lengths else [], np.int64)
        self._is_zone = np.array([group.level is Level.ZONE for group in every], np.bool_)
        self._has_members = np.array([bool(group.members) for group in every], np.bool_)

    def newest_us(self, last_us: Ints, trusted_us: Ints) -> Ints:
        """Per group: the newest word of its members (for a zone the newest trusted one), or NEVER."""
        newest = np.maximum.reduceat(last_us[self._flat], self._offsets)
        zones = np.maximum.reduceat(trusted_us[self._flat], self._offsets)
        newest = np.where(self._is_zone, zones, newest)
        newest[~self._has_members] = NEVER
        return newest

    def wider(self, group: Group) -> list[Key]:
        """The groups whose silence would make this one's a mere consequence (for a zone: give it its cause)."""
        if group.level is Level.SITE:
            return []
        keys: list[Key] = [(Level.SITE, site) for site in group.sites if len(group.sites) == 1]
        if group.level is not Level.GATEWAY and (group.level is not Level.ZONE or len(group.gateways) == 1):
            keys += [(Level.GATEWAY, gateway) for gateway in group.gateways]
        if group.level is Level.QUANTITY:
            keys += [(Level.DEVICE, d) for d in group.devices]
        return [key for key in keys if key in self._groups]
