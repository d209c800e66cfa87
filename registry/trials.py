"""Trials: a rule that is to be tried becomes the registry as it is, and as it would be with that rule."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

from detect.nouns import Limit
from registry.faults import Fault, InvalidFileError
from registry.nouns import Profile, ProfileVersion, RegistrySnapshot, Zone
from registry.profile_rows import read_profiles
from registry.profiles import default_profiles
from registry.rows import Rows
from registry.toml_lines import lines_of
from registry.working_set import ready_profile


class NoSuchRule(ValueError):
    """Raised when a rule names no profile or band that there is; the message says what there is."""


class BandChange(NamedTuple):
    """What is to be otherwise in one band; None = stays as it is."""

    limit: float | None = None
    deadband: float | None = None
    on_delay_us: int | None = None
    min_samples: int | None = None

    def of(self, limit: Limit) -> Limit:
        """The band with it, switched on."""
        wanted = {name: value for name, value in self._asdict().items() if value is not None}
        return replace(limit, off="", **wanted)


class Trial(NamedTuple):
    """Two states of the registry, and which bands (`profile/band`) are tried."""

    before: RegistrySnapshot
    after: RegistrySnapshot
    bands: frozenset[str]


def of_band(snapshot: RegistrySnapshot, rule: str, change: BandChange, zones: Collection[str] = ()) -> Trial:
    """A profile or one band of it (`profile/band`): switched on, changed as asked, and in these zones if any are named.

    Raises:
        NoSuchRule: there is no such profile or band.
    """
    key, _, band = rule.partition("/")
    profile = next((one for one in snapshot.profiles if one.key == key), None) or ready_profile(key)
    if profile is None:
        raise NoSuchRule(f"there is no profile {key}: expected one of {', '.join(sorted(_known(snapshot)))}")
    names = {limit.band for version in profile.versions for limit in version.limits}
    if band and band not in names:
        raise NoSuchRule(f"profile {key} has no band {band}: expected one of {', '.join(sorted(names))}")
    tried = {band} if band else names

    def tried_out(limit: Limit) -> Limit:
        return change.of(limit) if limit.band in tried else limit

    changed = replace(profile, versions=tuple(_with_limits(v, tried_out) for v in profile.versions))
    return Trial(snapshot, _with(snapshot, [changed], zones), frozenset(f"{key}/{name}" for name in tried))


def of_file(snapshot: RegistrySnapshot, text: str) -> Trial:
    """A registry file of which only `[[profile]]` is read: as if the last version there had always been in force.

    `like` may name profiles that are kept, those ready for use, and those above in the file.

    Raises:
        InvalidFileError: all that is wrong, each fault with its line and field.
        NoSuchRule: it has no profile.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidFileError([Fault(1, "", "registry.file.syntax", {"why": str(error)})]) from error
    rows = Rows(lines_of(text))
    found = [profile for _, profile in read_profiles(rows, data, _known(snapshot))]
    if rows.faults:
        raise InvalidFileError(rows.faults)
    if not found:
        raise NoSuchRule("the file has no [[profile]]")
    always = [replace(one, versions=(_whole(one.versions[-1]),)) for one in found if one.versions]
    bands = {
        f"{one.key}/{limit.band}"
        for one in _both(snapshot, always)
        for v in one.versions
        for limit in v.limits
    }
    return Trial(snapshot, _with(snapshot, always, ()), frozenset(bands))


def is_profile(snapshot: RegistrySnapshot, key: str) -> bool:
    """Whether a profile of this key is kept, or ready for use."""
    return key in _known(snapshot)


def _known(snapshot: RegistrySnapshot) -> Mapping[str, Profile]:
    return {**default_profiles(), **{profile.key: profile for profile in snapshot.profiles}}


def _both(snapshot: RegistrySnapshot, changed: Collection[Profile]) -> list[Profile]:
    """The changed profiles, and what is kept under their keys."""
    keys = {profile.key for profile in changed}
    return [*changed, *(profile for profile in snapshot.profiles if profile.key in keys)]


def _whole(version: ProfileVersion) -> ProfileVersion:
    """A version as if it had always been in force."""
    return replace(version, valid_from_us=ProfileVersion().valid_from_us, valid_to_us=None)


def _with_limits(version: ProfileVersion, change: Callable[[Limit], Limit]) -> ProfileVersion:
    return replace(version, limits=tuple(change(limit) for limit in version.limits))


def _with(
    snapshot: RegistrySnapshot, changed: Collection[Profile], zones: Collection[str]
) -> RegistrySnapshot:
    keys = {profile.key for profile in changed}
    kept = tuple(profile for profile in snapshot.profiles if profile.key not in keys)

    def placed(zone: Zone) -> Zone:
        return replace(zone, profile=next(iter(keys))) if zone.key in zones else zone

    return replace(snapshot, profiles=(*kept, *changed), zones=tuple(placed(zone) for zone in snapshot.zones))
