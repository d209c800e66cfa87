"""The default profiles: typical figures for common goods, to be edited; the product's data sheet wins."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from registry.faults import InvalidFileError
from registry.nouns import Profile
from registry.profile_rows import read_profiles
from registry.rows import Rows
from registry.toml_lines import lines_of


@cache
def default_profiles() -> Mapping[str, Profile]:
    """The profiles of `registry/profiles.toml`, by key."""
    text = resources.files("registry").joinpath("profiles.toml").read_text("utf-8")
    rows = Rows(lines_of(text))
    profiles = read_profiles(rows, tomllib.loads(text), {})
    if rows.faults:
        raise InvalidFileError(rows.faults)
    return MappingProxyType({profile.key: profile for _, profile in profiles})
