"""What can only be checked when a whole registry file is read: keys, references, and who is in two places at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from registry.nouns import (
    NEVER_US,
    Absence,
    Calibration,
    Device,
    Lot,
    PlaceKind,
    Placement,
    Registered,
    Rota,
    Shift,
    Shipment,
    SubjectKind,
)
from registry.rows import Rows
from registry.toml_lines import Path, line_of

Found = Mapping[str, Sequence[tuple[Path, Registered]]]

_PLACE_KINDS = tuple(kind.value for kind in PlaceKind)


def check_keys(rows: Rows, found: Found) -> None:
    """Keys are unique in their kind, those of places among all places; so are wire names and external numbers."""
    devices = [(path, value) for path, value in found["device"] if isinstance(value, Device)]
    twice = _unique(rows, ((p, "device", f"{d.gateway}/{d.device}") for p, d in devices), "duplicate_device")
    devices = [(path, device) for path, device in devices if path not in twice]
    twice |= _unique(rows, ((p, "known_as", d.full_name) for p, d in devices), "duplicate_full_name")
    for kind, objects in found.items():
        if kind not in _PLACE_KINDS:
            keys = ((path, "key", value.key) for path, value in objects if path not in twice)
            _unique(rows, keys, "duplicate_key")
        numbered = [(path, value) for path, value in objects if value.external_number is not None]
        pairs = ((p, "external_number", f"{v.external_system} {v.external_number}") for p, v in numbered)
        _unique(rows, pairs, "duplicate_external")
    places = [(path, "key", value.key) for kind in _PLACE_KINDS for path, value in found[kind]]
    _unique(rows, places, "duplicate_place")
    for path, value in (pair for objects in found.values() for pair in objects):
        _check_order(rows, path, value)


def _check_order(rows: Rows, path: Path, value: Registered) -> None:
    """Nothing ends before it begins."""
    if isinstance(value, Calibration) and _ends_early(value.done_us, value.due_us):
        rows.fault((*path, "due"), "end_before_start")
    if isinstance(value, Lot) and _ends_early(value.produced_us, value.expires_us):
        rows.fault((*path, "expires"), "end_before_start")
    if isinstance(value, Shipment) and _ends_early(value.departed_us, value.arrived_us):
        rows.fault((*path, "arrived"), "end_before_start")
    _check_duty(rows, path, value)
    for position, leg in enumerate(value.legs if isinstance(value, Shipment) else ()):
        if _ends_early(leg.departed_us, leg.arrived_us):
            rows.fault((*path, "leg", position, "arrived"), "end_before_start")


def _check_duty(rows: Rows, path: Path, value: Registered) -> None:
    if isinstance(value, Shift | Absence) and _ends_early(value.from_us, value.to_us):
        rows.fault((*path, "to"), "end_before_start")
    if isinstance(value, Shift):
        _check_shift(rows, path, value)
    for position, turn in enumerate(value.turns if isinstance(value, Rota) else ()):
        if _ends_early(turn.from_us, turn.to_us):
            rows.fault((*path, "turn", position, "to"), "end_before_start")


def _check_shift(rows: Rows, path: Path, shift: Shift) -> None:
    """Days and times of day belong together; without them a shift has an end."""
    given = [bool(shift.days), bool(shift.starts), bool(shift.ends)]
    if any(given) != all(given) or not (any(given) or shift.to_us is not None):
        rows.fault(path, "shift_unclear")


def check_references(
    rows: Rows, data: Mapping[str, Any], found: Found, known: Mapping[str, Collection[str]]
) -> None:
    """Whatever is referred to exists: in the file (even if something else is wrong with it), or already."""
    for reference in rows.references:
        declared = {value.key for _, value in found.get(reference.kind, ())} | _raw_keys(data, reference.kind)
        if reference.key not in declared and reference.key not in known.get(reference.kind, ()):
            rows.fault(reference.path, "unknown_reference", kind=reference.kind, key=reference.key)


def check_overlaps(rows: Rows, placements: Sequence[tuple[Path, Placement]]) -> None:
    """A device is in one place at a time; a lot may be in several, but is in each only once at a time."""
    groups: dict[tuple[str, str, str], list[tuple[Path, Placement]]] = {}
    for path, placement in placements:
        device = placement.subject_kind is SubjectKind.DEVICE
        group = (placement.subject_kind, placement.subject, "" if device else placement.place)
        groups.setdefault(group, []).append((path, placement))
    for members in groups.values():
        members.sort(key=lambda pair: pair[1].valid_from_us)
        for (place, before), (path, after) in pairwise(members):
            if (NEVER_US if before.valid_to_us is None else before.valid_to_us) > after.valid_from_us:
                rows.fault(path, "two_places", subject=after.subject, line=line_of(rows.lines, place))


def _unique(rows: Rows, entries: Iterable[tuple[Path, str, str]], code: str) -> set[Path]:
    """Note every value that came before; the paths of the rows where that is so."""
    first: dict[str, Path] = {}
    again = set()
    for path, field, value in entries:
        if value in first:
            rows.fault((*path, field), code, value=value, line=line_of(rows.lines, (*first[value], field)))
            again.add(path)
        first.setdefault(value, path)
    return again


def _raw_keys(data: Mapping[str, Any], kind: str) -> set[str]:
    """The keys that a kind's rows give, whatever else is wrong with them."""
    rows = data.get(kind)
    return {str(row.get("key")) for row in rows if isinstance(row, dict)} if isinstance(rows, list) else set()


def _ends_early(start_us: int | None, end_us: int | None) -> bool:
    return start_us is not None and end_us is not None and end_us <= start_us
