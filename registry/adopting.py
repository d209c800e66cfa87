"""Adopting a proposal: how what is kept under its key compares with it, and what is to be kept."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from registry.nouns import ALWAYS_US, NEVER_US, Profile, ProfileVersion
from registry.working_set import Proposal


class Standing(StrEnum):
    """How what is kept under a proposal's key compares with it."""

    NEW = "new"
    SAME = "same"
    EDITED = "edited"
    """Somebody changed it, or the defaults have changed since."""


class IfEdited(StrEnum):
    """What to do with a kept profile that says something else."""

    KEEP = "keep"
    REPLACE = "replace"


def standing(kept: Profile | None, proposal: Proposal, now_us: int) -> Standing:
    """How the profile kept under the proposal's key compares with it, as of now."""
    if kept is None:
        return Standing.NEW
    current = _current(kept, now_us)
    if current is not None and _content(current) == _content(proposal.version):
        return Standing.SAME
    return Standing.EDITED


def adopted(kept: Profile | None, proposal: Proposal, now_us: int, if_edited: IfEdited) -> Profile:
    """The profile as it is to be kept. What held until now goes on judging the past; later versions give way."""
    found = standing(kept, proposal, now_us)
    if kept is None:
        return proposal.profile
    if found is Standing.SAME or if_edited is IfEdited.KEEP:
        return kept
    past = [version for version in kept.versions if version.valid_from_us < now_us]
    ended = [replace(version, valid_to_us=min(_end(version), now_us)) for version in past]
    return replace(kept, versions=(*ended, replace(proposal.version, valid_from_us=now_us)))


def _current(profile: Profile, now_us: int) -> ProfileVersion | None:
    return next((v for v in profile.versions if v.valid_from_us <= now_us < _end(v)), None)


def _end(version: ProfileVersion) -> int:
    return NEVER_US if version.valid_to_us is None else version.valid_to_us


def _content(version: ProfileVersion) -> ProfileVersion:
    """What a version says, whenever it holds."""
    return replace(version, valid_from_us=ALWAYS_US, valid_to_us=None)
