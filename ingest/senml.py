"""SenML (RFC 8428): packs of records with base fields, of JSON or CBOR, resolved to records that stand alone."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ingest.fields import Fault, number, shown, visible
from ingest.nouns import US_PER_SECOND, Reason, Rejected

VERSION = 10
"""The SenML version of RFC 8428; a pack of a later one is refused."""

RELATIVE_BELOW_S = 2**28
"""A resolved time below this is relative to the receipt (RFC 8428, 4.5.3)."""

_LABEL_OF_KEY: Final = {
    -1: "bver", -2: "bn", -3: "bt", -4: "bu", -5: "bv", -6: "bs",
    0: "n", 1: "u", 2: "v", 3: "vs", 4: "vb", 5: "s", 6: "t", 7: "ut", 8: "vd",
}  # fmt: skip
LABELS: Final = frozenset(_LABEL_OF_KEY.values())
"""All labels of RFC 8428."""

_BASE: Final = frozenset(("bver", "bn", "bt", "bu", "bv", "bs"))
_VALUES: Final = ("v", "vs", "vb", "vd")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*")
_MAX_SECONDS = 1e15

Record = Mapping[str, object]


class BadPackError(Exception):
    """A fault that makes every record of a pack doubtful, so the pack is refused as a whole."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A record that stands by itself: absolute time, full name, no base fields."""

    path: str
    """Where in the message it stood."""
    base_name: str
    local_name: str
    unit: str | None
    time_us: int
    relative: bool
    """Whether the time was counted from the receipt because the pack carried none."""
    value: float | bool | str | bytes | None
    sum: float | None
    update_s: float | None
    """The longest time until the next record of this name."""

    @property
    def name(self) -> str:
        """The full name."""
        return self.base_name + self.local_name


@dataclass(slots=True)
class _Base:
    """The base fields in force."""

    name: str = ""
    time_us: int = 0
    unit: str | None = None
    value: float | None = None
    sum: float | None = None
    version: int | None = None


def is_record(record: object) -> bool:
    """Whether a JSON object is a SenML record: it has a base field or a text `n`, or `u` beside a value.

    An object with `device` is native, whatever else it has.
    """
    if not isinstance(record, dict) or "device" in record:
        return False
    if not _BASE.isdisjoint(record) or isinstance(record.get("n"), str):
        return True
    return isinstance(record.get("u"), str) and not {"s", *_VALUES}.isdisjoint(record)


def labelled(record: object) -> object:
    """A CBOR record with the labels of JSON for its integer keys; keys that are no labels are left out."""
    if not isinstance(record, dict):
        return record
    names = ((_LABEL_OF_KEY.get(key) if type(key) is int else key, value) for key, value in record.items())
    return {name: value for name, value in names if isinstance(name, str)}


def resolve(records: Sequence[tuple[str, object]], received_us: int) -> tuple[list[Resolved], list[Rejected]]:
    """Resolve a pack (RFC 8428, 4.6): the records by time, and the values that cannot be resolved.

    A record of base fields only has no value of its own and gives nothing.
    """
    base = _Base()
    resolved: list[Resolved] = []
    rejected: list[Rejected] = []
    for path, record in records:
        if not isinstance(record, dict):
            rejected.append(Rejected(Reason.WRONG_TYPE, f"{path}expected an object, got {shown(record)}"))
            continue
        _take_base(base, record, path)
        if _BASE.issuperset(record):
            continue
        answer = _resolve(base, record, path, received_us)
        if isinstance(answer, Fault):
            rejected.append(Rejected(answer.reason, path + answer.says, _count(record)))
        else:
            resolved.append(answer)
    resolved.sort(key=lambda record: record.time_us)
    return resolved, rejected


def _count(record: Record) -> int:
    return max(1, len(record.keys() & {"s", *_VALUES}))


def _take_base(base: _Base, record: Record, path: str) -> None:
    """Let the base fields of `record` take force."""
    for label in record:
        if label.endswith("_"):
            raise BadPackError(f"{path}{visible(label)}: a label that must be understood is not known")
    _take_version(base, record, path)
    if "bn" in record:
        base.name = _base_text(record, "bn", path)
    if "bu" in record:
        base.unit = _base_text(record, "bu", path)
    if "bt" in record:
        base.time_us = _base_us(record, path)
    if "bv" in record:
        base.value = _base_number(record, "bv", path)
    if "bs" in record:
        base.sum = _base_number(record, "bs", path)


def _take_version(base: _Base, record: Record, path: str) -> None:
    if "bver" not in record:
        return
    version = record["bver"]
    if not isinstance(version, int) or isinstance(version, bool) or not 0 < version <= VERSION:
        raise BadPackError(f"{path}bver: expected a version from 1 to {VERSION}, got {shown(version)}")
    if base.version is not None and version != base.version:
        raise BadPackError(f"{path}bver: {version} differs from {base.version} before it")
    base.version = version


def _base_text(record: Record, label: str, path: str) -> str:
    text = record[label]
    if not isinstance(text, str):
        raise BadPackError(f"{path}{label}: expected a text, got {shown(text)}")
    return text


def _base_number(record: Record, label: str, path: str) -> float:
    figure = number(record[label])
    if isinstance(figure, Fault):
        raise BadPackError(f"{path}{label}: {figure.says}")
    return figure


def _base_us(record: Record, path: str) -> int:
    time_us = _seconds_us(record["bt"])
    if time_us is None:
        raise BadPackError(f"{path}bt: expected seconds, got {shown(record['bt'])}")
    return time_us


def _seconds_us(value: object) -> int | None:
    """Seconds as exact µs; None if `value` is no number or beyond all times."""
    seconds = number(value)
    if isinstance(seconds, Fault) or abs(seconds) > _MAX_SECONDS:
        return None
    return value * US_PER_SECOND if isinstance(value, int) else round(seconds * 1e6)


def _resolve(base: _Base, record: Record, path: str, received_us: int) -> Resolved | Fault:
    name, unit = record.get("n", ""), record.get("u", base.unit)
    if not isinstance(name, str) or not _NAME.fullmatch(base.name + name):
        full = base.name + name if isinstance(name, str) else name
        return Fault(Reason.BAD_NAME, f"n: no SenML name: {shown(full)}")
    if not isinstance(unit, str | None):
        return Fault(Reason.UNKNOWN_UNIT, f"u: expected a text, got {shown(unit)}")
    offset_us = _seconds_us(record.get("t", 0))
    if offset_us is None:
        return Fault(Reason.BAD_TIME, f"t: expected seconds, got {shown(record['t'])}")
    time_us = base.time_us + offset_us
    relative = time_us < RELATIVE_BELOW_S * US_PER_SECOND
    total = _total(base, record)
    if isinstance(total, Fault):
        return total
    value = _value(base, record, total)
    if isinstance(value, Fault):
        return value
    return Resolved(
        path=path,
        base_name=base.name,
        local_name=name,
        unit=unit,
        time_us=time_us + received_us if relative else time_us,
        relative=relative,
        value=value,
        sum=total,
        update_s=_update(record),
    )


def _total(base: _Base, record: Record) -> float | Fault | None:
    """The sum; None if neither the record nor the base has one."""
    if "s" not in record:
        return base.sum
    own = number(record["s"])
    return Fault(own.reason, f"s: {own.says}") if isinstance(own, Fault) else own + (base.sum or 0.0)


def _value(base: _Base, record: Record, total: float | None) -> float | bool | str | bytes | Fault | None:
    """The one value of a record; none is needed beside a sum, and a missing `v` is 0 where a base value holds."""
    present = [label for label in _VALUES if label in record]
    if len(present) > 1:
        return Fault(Reason.BAD_SENML, f"has more than one value: {', '.join(present)}")
    if not present and (total is not None or base.value is None):
        return None if total is not None else Fault(Reason.BAD_SENML, "has no value and no sum")
    label = present[0] if present else "v"
    if label == "v":
        own = number(record.get("v", 0))
        return Fault(own.reason, f"v: {own.says}") if isinstance(own, Fault) else own + (base.value or 0.0)
    value = record[label]
    if label == "vd" and isinstance(value, str):
        return _octets(value)
    if isinstance(value, {"vs": str, "vb": bool, "vd": bytes}[label]):
        return value  # type: ignore[return-value]
    return Fault(Reason.WRONG_TYPE, f"{label}: got {shown(value)}")


def _octets(text: str) -> bytes | Fault:
    """Base64url without padding."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
    except (binascii.Error, ValueError):
        return Fault(Reason.BAD_SENML, "vd: no base64url")


def _update(record: Record) -> float | None:
    """The update time, which only advises: one that is no number is as good as none."""
    seconds = number(record.get("ut"))
    return None if isinstance(seconds, Fault) else seconds
