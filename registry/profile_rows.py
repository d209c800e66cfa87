"""Reads `[[profile]]`: a profile of its own, or one like another with some things changed, in one or several versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from detect.nouns import Limit, Severity
from ingest.nouns import US_PER_MINUTE
from registry.bands import misfit
from registry.nouns import ALWAYS_US, NEVER_US, Profile, ProfileVersion
from registry.rows import Rows, build
from registry.tables import BAND, PROFILE, VERSION
from registry.toml_lines import Path

_BAND_DEFAULTS: Mapping[str, Any] = {
    "deadband": 0.5,
    "on_delay_us": 10 * US_PER_MINUTE,
    "min_samples": 2,
    "severity": Severity.ALARM,
}


def read_profiles(
    rows: Rows, data: Mapping[str, Any], known: Mapping[str, Profile]
) -> list[tuple[Path, Profile]]:
    """All profiles of a file; `known` are those that `like` may name besides the ones above in the file."""
    above = dict(known)
    found = []
    for path, row in rows.of(data, "profile"):
        profile = _profile(rows, path, row, above)
        if profile:
            above[profile.key] = profile
            found.append((path, profile))
    return found


def _profile(rows: Rows, path: Path, row: Mapping[str, Any], known: Mapping[str, Profile]) -> Profile | None:
    values = rows.read(path, row, PROFILE, [*VERSION, "band", "version"])
    own = {name: row[name] for name in (*VERSION, "band") if name in row}
    pieces = list(rows.of(row, "version", path))
    if pieces and own:
        rows.fault((*path, next(iter(own))), "version_twice", field=next(iter(own)))
        return None
    like = known.get(str(row.get("like", "")))
    versions = [_version(rows, *piece, known) for piece in pieces or [(path, own)]]
    _check_order(rows, path, pieces, versions)
    inherited = (
        {"name": like.name, "name_zh": like.name_zh, "form": like.form, "note": like.note} if like else {}
    )
    return build(
        Profile, {**inherited, **values, "versions": tuple(sorted(versions, key=lambda v: v.valid_from_us))}
    )


def _version(rows: Rows, path: Path, row: Mapping[str, Any], known: Mapping[str, Profile]) -> ProfileVersion:
    values = rows.read(path, row, VERSION, ["band"])
    start, end = values.get("valid_from_us", ALWAYS_US), values.get("valid_to_us")
    if end is not None and end <= start:
        rows.fault((*path, "to"), "end_before_start")
    base = _like(rows, path, values.pop("like", None), known)
    limits = {limit.band: limit for limit in base.limits}
    for band in values.pop("drop", ()):
        if limits.pop(band, None) is None:
            rows.fault((*path, "drop"), "no_such_band", band=band)
    _read_bands(rows, path, row, limits)
    plain = replace(base, valid_from_us=ALWAYS_US, valid_to_us=None, limits=tuple(limits.values()))
    return replace(plain, **values)


def _like(rows: Rows, path: Path, like: str | None, known: Mapping[str, Profile]) -> ProfileVersion:
    """The version to start from: the last one of the profile named, or an empty one."""
    if like is None:
        return ProfileVersion()
    if like not in known or not known[like].versions:
        rows.fault((*path, "like"), "no_such_profile", key=like, known=", ".join(sorted(known)))
        return ProfileVersion()
    return known[like].versions[-1]


def _read_bands(rows: Rows, path: Path, row: Mapping[str, Any], limits: dict[str, Limit]) -> None:
    """Add the bands of a version to `limits`, or change those that are there already."""
    seen = set()
    for place, band in rows.of(row, "band", path):
        name = band.get("band")
        there = limits.get(name) if isinstance(name, str) else None
        table = {n: f._replace(required=f.required and there is None) for n, f in BAND.items()}
        values = rows.read(place, band, table)
        if name in seen:
            rows.fault((*place, "band"), "band_twice", band=str(name))
        seen.add(str(name))
        limit = replace(there, **values) if there else build(Limit, {**_BAND_DEFAULTS, **values})
        wrong = limit and misfit(limit)
        if wrong:
            rows.fault((*place, wrong.field), wrong.code)
        if limit:
            limits[limit.band] = limit


def _check_order(
    rows: Rows, path: Path, pieces: list[tuple[Path, dict[str, Any]]], versions: list[ProfileVersion]
) -> None:
    """Versions may leave gaps but must not overlap."""
    places = [place for place, _ in pieces] or [path]
    ordered = sorted(zip(versions, places, strict=True), key=lambda pair: pair[0].valid_from_us)
    for (before, _), (after, place) in pairwise(ordered):
        if (NEVER_US if before.valid_to_us is None else before.valid_to_us) > after.valid_from_us:
            rows.fault(place, "versions_overlap")
