"""The default profiles: typical figures for common goods, to be edited; the product's data sheet wins."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from types import MappingProxyType

from registry.nouns import Profile
from registry.profile_rows import read_profiles
from registry.shipped import shipped


@cache
def default_profiles() -> Mapping[str, Profile]:
    """The profiles of `registry/profiles.toml`, by key."""
    found = shipped("profiles.toml", partial(read_profiles, known={}))
    return MappingProxyType({profile.key: profile for _, profile in found})
