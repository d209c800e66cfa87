"""The native payload: objects with `device`, `time`, and a number per quantity.

Two ways lead to the same answer: `read_plain` takes what is plain and well-formed at the speed of msgspec and gives
up on anything else; `read_record` goes through one record field by field and names what is wrong with it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple, cast

import msgspec

from ingest import senml
from ingest.fields import Fault, UnfitNameError, fit_name, keep, measured, name_fault, shown, visible
from ingest.nouns import EARLIEST_US, MAX_AHEAD_US, Decoded, Flag, Reason, Rejected
from ingest.quantity_names import quantities_of
from ingest.timestamps import event_time, to_us

FIELDS = frozenset(("device", "time", "unit", "gateway"))
"""The fields of a record that are not quantities."""

_NOT_PLAIN = senml.LABELS | {"unit", "gateway"}
_MOST_PLAIN_FIELDS = 32
_BRACE = ord("{")
_NO_TIME = Flag.NO_TIME.value

Row = dict[str, int | float | str]

# A record is decoded to a dict and not to a struct: unknown quantities take the fast path too, and of 22 quantities
# only those present are looked at (0.32 µs against 0.49 µs for three quantities).
_object = msgspec.json.Decoder(Row).decode
_array = msgspec.json.Decoder(list[Row]).decode


class _Shape(NamedTuple):
    """What the fields of a record are, found out once for all records with the same fields in the same order."""

    quantities: tuple[str, ...]
    has_device: bool
    has_time: bool


@lru_cache(maxsize=1_024)
def _shape(fields: tuple[str, ...]) -> _Shape:
    """The shape of a record; raises `UnfitNameError`, which is not cached, if its fields are not plain."""
    if len(fields) > _MOST_PLAIN_FIELDS or not _NOT_PLAIN.isdisjoint(fields):
        raise UnfitNameError
    names = tuple(fit_name(field) for field in fields if field not in FIELDS)
    meant = quantities_of(names)
    quantities = tuple(meant.get(name, name) for name in names)
    return _Shape(quantities, "device" in fields, "time" in fields)


def read_plain(payload: bytes, received_us: int) -> Decoded | None:
    """The readings of a message in which every field is as it should be; None if any is not.

    No Python function is called per value: names are checked per set of fields, numbers all at once by `array`.
    """
    try:
        if payload[0] == _BRACE:
            return _one(_object(payload), received_us)
        return _many(_array(payload), received_us)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    except (
        UnfitNameError,
        TypeError,
        OverflowError,
    ):  # an odd name, a text or an immense integer for a number
        return None


def _one(row: Row, received_us: int) -> Decoded | None:
    names, has_device, has_time = _shape(tuple(row))
    device = fit_name(row.pop("device")) if has_device else ""
    time_us = to_us(row.pop("time")) if has_time else received_us
    if time_us is None or not EARLIEST_US <= time_us <= received_us + MAX_AHEAD_US:
        return None
    count = len(names)
    values = array("d", cast("Iterable[float]", row.values())).tolist()
    return Decoded(
        [device] * count, list(names), [time_us] * count, values, [0 if has_time else _NO_TIME] * count
    )


def _many(rows: list[Row], received_us: int) -> Decoded | None:
    devices: list[str] = []
    quantities: list[str] = []
    times: list[int] = []
    flags: list[int] = []
    values: list[int | float | str] = []
    latest_us = received_us + MAX_AHEAD_US
    for row in rows:
        names, has_device, has_time = _shape(tuple(row))
        count = len(names)
        devices += [fit_name(row.pop("device")) if has_device else ""] * count
        time_us = to_us(row.pop("time")) if has_time else received_us
        if time_us is None or not EARLIEST_US <= time_us <= latest_us:
            return None
        times += [time_us] * count
        flags += [0 if has_time else _NO_TIME] * count
        quantities += names
        values += row.values()
    return Decoded(devices, quantities, times, array("d", cast("list[float]", values)).tolist(), flags)


class _Head(NamedTuple):
    """What holds for all values of a record."""

    device: str
    time_us: int
    flag: int
    units: Mapping[str, object]


def read_record(path: str, record: Mapping[str, object], received_us: int, into: Decoded) -> None:
    """Add the values of one record to `into`, kept or rejected; `path` says where in the message it stands.

    A field that is null is absent. A bad `device`, `time` or `unit` rejects all values of the record.
    """
    values = {name: value for name, value in record.items() if name not in FIELDS and value is not None}
    head = _head(record, received_us)
    if isinstance(head, Fault):
        if values:
            into.rejected.append(Rejected(head.reason, path + head.says, len(values)))
        return
    meant = quantities_of(tuple(values))
    for name, value in values.items():
        quantity = meant.get(name, name)
        figure = measured(quantity, value, head.units.get(name))
        if isinstance(figure, Fault):
            into.rejected.append(Rejected(figure.reason, f"{path}{visible(name)}: {figure.says}"))
        else:
            keep(into, head.device, quantity, head.time_us, figure, head.flag)


def _head(record: Mapping[str, object], received_us: int) -> _Head | Fault:
    device, time, unit = record.get("device"), record.get("time"), record.get("unit")
    fault = None if device is None else name_fault(device)
    if fault is not None:
        return Fault(fault.reason, f"device: {fault.says}")
    time_us = received_us if time is None else event_time(time, received_us)
    if isinstance(time_us, Fault):
        return Fault(time_us.reason, f"time: {time_us.says}")
    if not isinstance(unit, dict | None):
        return Fault(Reason.WRONG_TYPE, f"unit: expected an object, got {shown(unit)}")
    return _Head(str(device or ""), time_us, _NO_TIME if time is None else 0, unit or {})
