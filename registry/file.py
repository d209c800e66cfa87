"""A registry file: one TOML text that describes a whole installation becomes one state of the registry.

docs/registry-file.md is the format; `registry/example.toml` shows all of it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from registry.faults import Fault, InvalidFileError
from registry.file_checks import check_keys, check_overlaps, check_references
from registry.nouns import (
    ALWAYS_US,
    KEY_PATTERN,
    KINDS,
    NEVER_US,
    How,
    PlaceKind,
    Placement,
    Registered,
    RegistrySnapshot,
    SubjectKind,
)
from registry.profile_rows import read_profiles
from registry.profiles import default_profiles
from registry.rows import Rows, build
from registry.tables import OBJECTS, PARTS, PLACE, PLACEMENT, Part
from registry.toml_lines import Path, lines_of
from registry.working_set import ready_profile

FORMAT = 1

Known = Mapping[str, Collection[str]]
"""Kind → keys of objects that exist already, to which a file may refer."""

_PLACE_KINDS = tuple(kind.value for kind in PlaceKind)
_TABLES = ("format", "profile", "placement", *OBJECTS)


def parse(text: str, known: Known | None = None) -> RegistrySnapshot:
    """The state of the registry that a file describes, without what it does not mention.

    Raises:
        InvalidFileError: all that is wrong, each fault with its line and field.
    """
    data = _load(text)
    rows = Rows(lines_of(text))
    _check_format(rows, data)
    objects = {kind: list(_objects(rows, data, kind)) for kind in OBJECTS}
    profiles = _profiles(rows, data, known or {})
    placements = list(_placements(rows, data, objects))
    found = {**objects, "profile": profiles}
    check_keys(rows, found)
    check_references(rows, data, found, known or {})
    check_overlaps(rows, placements)
    if rows.faults:
        raise InvalidFileError(rows.faults)
    fields: dict[str, Any] = {KINDS[kind].field: tuple(o for _, o in items) for kind, items in found.items()}
    return RegistrySnapshot(placements=tuple(placement for _, placement in placements), **fields)


def device_key(gateway: str, device: str) -> str:
    """The key of a device whose row gives none: its full name with what a key cannot hold replaced by "-"."""
    plain = re.sub(r"[^a-z0-9_-]", "-", f"{gateway}-{device}".lower()) if device else gateway.lower()
    return plain.lstrip("-_")[:64]


def _load(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        why = str(error).split(" (at ")[0]
        raise InvalidFileError([Fault(line, "", "registry.file.syntax", {"why": why})]) from error


def _check_format(rows: Rows, data: Mapping[str, Any]) -> None:
    if data.get("format") != FORMAT or isinstance(data.get("format"), bool):
        rows.fault(("format",), "bad_format", found=str(data.get("format")), format=FORMAT)
    for name in data:
        if name not in _TABLES:
            rows.unknown((name,), name, list(_TABLES))


def _rows_of(rows: Rows, data: Mapping[str, Any], kind: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    if kind == "organisation" and isinstance(data.get(kind), dict):
        yield (kind,), data[kind]  # there is one, so it may be a plain table
        return
    yield from rows.of(data, kind)


def _objects(rows: Rows, data: Mapping[str, Any], kind: str) -> Iterator[tuple[Path, Registered]]:
    part = PARTS.get(kind)
    besides = tuple(PLACE) if kind in {"device", "lot"} else (part.name,) if part else ()
    for path, row in _rows_of(rows, data, kind):
        values = rows.read(path, row, OBJECTS[kind], besides)
        if part:
            values[part.attribute] = tuple(_parts(rows, path, row, part))
        if kind == "device" and "gateway" in values:
            values.setdefault("key", device_key(values["gateway"], values.get("device", "")))
            if not re.fullmatch(KEY_PATTERN, values["key"]):
                rows.fault((*path, "device"), "no_device_key", key=values["key"])
        if ("external_system" in values) != ("external_number" in values):
            rows.fault(path, "half_external")
        found = build(KINDS[kind].noun, values)
        if found:
            yield path, found


def _parts(rows: Rows, path: Path, row: Mapping[str, Any], part: Part) -> Iterator[Any]:
    for place, inner in rows.of(row, part.name, path):
        found = build(part.noun, rows.read(place, inner, part.table))
        if found:
            yield found


def _profiles(rows: Rows, data: Mapping[str, Any], known: Known) -> list[tuple[Path, Registered]]:
    """The file's own profiles, and those ready for use that it only refers to and that are not there yet."""
    own = read_profiles(rows, data, default_profiles())
    used = {reference.key for reference in rows.references if reference.kind == "profile"}
    used -= {profile.key for _, profile in own} | set(known.get("profile", ()))
    ready = (ready_profile(key) for key in sorted(used))
    return [*(((), profile) for profile in ready if profile), *own]


def _placements(
    rows: Rows, data: Mapping[str, Any], objects: Mapping[str, list[tuple[Path, Registered]]]
) -> Iterator[tuple[Path, Placement]]:
    """What `[[placement]]` says, and what devices and lots say of themselves."""
    for path, row in rows.of(data, "placement"):
        values = rows.read(path, row, PLACEMENT)
        subjects = [kind for kind in SubjectKind if kind in row]
        if len(subjects) != 1:
            rows.fault(path, "one_subject")
        elif subjects[0] in values:
            yield from _placed(rows, path, subjects[0], values.pop(subjects[0]), values)
    for kind in SubjectKind:
        for path, found in objects[kind]:
            own = {name: value for name, value in _at(data, path).items() if name in PLACE}
            if own:
                yield from _placed(rows, path, kind, found.key, rows.read(path, own, PLACE))


def _placed(
    rows: Rows, path: Path, kind: SubjectKind, subject: str, values: dict[str, Any]
) -> Iterator[tuple[Path, Placement]]:
    places = [name for name in _PLACE_KINDS if name in values]
    if len(places) != 1 or (kind is SubjectKind.LOT and places == ["equipment"]):
        rows.fault(path, "one_place" if kind is SubjectKind.DEVICE else "one_place_of_lot")
        return
    place = values.pop(places[0])
    if values.get("valid_to_us", NEVER_US) <= values.get("valid_from_us", ALWAYS_US):
        rows.fault((*path, "to"), "end_before_start")
    yield (
        path,
        Placement(
            subject_kind=kind,
            subject=subject,
            place_kind=PlaceKind(places[0]),
            place=place,
            how=How.FILE,
            **values,
        ),
    )


def _at(data: Any, path: Path) -> dict[str, Any]:
    for part in path:
        data = data[part]
    return dict(data)
