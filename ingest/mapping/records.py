"""The records of a mapped message, value by value: kept, refused with the place, or passed over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from ingest.decode import Limits
from ingest.fields import Fault, keep, measured, name_fault, number, visible
from ingest.mapping.nouns import (
    AS_IS,
    Conversion,
    GatewayMapping,
    Message,
    Name,
    Numbers,
    Others,
    Record,
    Value,
)
from ingest.mapping.paths import NOTHING_CAPTURED, Captures, Path, every, first, may_stand
from ingest.mapping.times import read_time
from ingest.nouns import Decoded, Flag, Reason, Rejected
from ingest.quantity_names import canonical

_TEXT_NUMBER: Final = {
    Numbers.POINT: re.compile(r"[+-]?(\d{1,30}\.?\d{0,30}|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII),
    Numbers.COMMA: re.compile(r"[+-]?(\d{1,30},?\d{0,30}|,\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII),
}
_NO_TIME: Final = Flag.NO_TIME.value


@dataclass(slots=True)
class Run:
    """One message under way."""

    mapping: GatewayMapping
    document: object
    received_us: int
    limits: Limits
    decoded: Decoded
    found: int = 0
    """Records that stand where a rule looks."""
    taken: int = 0
    """Those that meet its conditions."""
    values: int = 0
    """Values seen, kept or refused."""


class _Head(NamedTuple):
    """What holds for the values of a record."""

    rule: Record
    record: object
    where: str
    captures: Captures
    device: str | Fault
    time_us: int
    flag: int
    fault: Fault | None
    """Why none of its values can be kept."""


def read_records(run: Run, message: Message, captures: Captures) -> None:
    """Take everything that the rules of a message find, up to the limit of values."""
    for rule in message.records:
        if not rule.at.steps:
            _see(run, rule, "$", run.document, captures)
            continue
        for where, record, more in islice(every(rule.at, run.document, captures, "$"), run.limits.readings):
            _see(run, rule, where, record, more)
            if run.values > run.limits.readings:
                return


def _see(run: Run, rule: Record, where: str, record: object, captures: Captures) -> None:
    """Take a record if values can stand in it and it meets the conditions."""
    if not any(may_stand(value.path, record) for value in rule.values):
        return
    run.found += 1
    if all(condition.test(_all_at(run, condition.at, record)) for condition in rule.where):
        run.taken += 1
        _read_record(run, _head(run, rule, where, record, captures))


def _all_at(run: Run, path: Path, record: object) -> list[object]:
    start = run.document if path.from_root else record
    if not path.many:
        return [first(path, start)]
    return [value for _, value, _ in islice(every(path, start, NOTHING_CAPTURED), run.limits.readings)]


def _head(run: Run, rule: Record, where: str, record: object, captures: Captures) -> _Head:
    device = _device(run, rule, None, record, captures)
    time_us = None if rule.time is None else read_time(rule.time, run.document, record, run.received_us)
    if isinstance(time_us, Fault):
        fault = Fault(time_us.reason, f"time: {time_us.says}")
        return _Head(rule, record, where, captures, device, 0, 0, fault)
    if time_us is None:
        return _Head(rule, record, where, captures, device, run.received_us, _NO_TIME, None)
    return _Head(rule, record, where, captures, device, time_us, 0, None)


def _read_record(run: Run, head: _Head) -> None:
    most = run.limits.readings
    for value in head.rule.values:
        start = run.document if value.path.from_root else head.record
        if not value.path.many:
            found = first(value.path, start)
            found = value.absent if found is None else found
            if found is not None:
                run.values += _read_value(run, value, head, "", found, head.captures)
            continue
        for place, found, more in every(value.path, start, head.captures, _where(value, head)):
            if found is not None:
                run.values += _read_value(run, value, head, place, found, more)
            if run.values > most:
                return


def _where(value: Value, head: _Head) -> str:
    return "$" if value.path.from_root else head.where


def _place(value: Value, head: _Head) -> str:
    """Where the one value of a path stands."""
    text = value.path.text.removeprefix("$").removeprefix(".")
    return _where(value, head) + (f".{text}" if text and text[0] != "[" else text)


def _read_value(run: Run, value: Value, head: _Head, place: str, found: object, captures: Captures) -> int:
    """Keep or refuse one value; 0 if it is none at all and is passed over."""
    figure = _figure(value, found)
    may_be_new = not (isinstance(figure, Fault) and figure.reason is Reason.WRONG_TYPE)
    name = _quantity(run, value, head, captures, may_be_new=may_be_new)
    if name is None:
        return 0
    own = value.device is not None or captures is not head.captures
    device = _device(run, head.rule, value, head.record, captures) if own else head.device
    fault = _first_fault(head.fault, figure, name, device)
    if fault is None and isinstance(name, Name) and isinstance(figure, float) and isinstance(device, str):
        fault = _keep(run, value, head, device, name, figure)
    if fault is not None:
        says = f"{_shown(place or _place(value, head))}: {fault.says}"
        run.decoded.rejected.append(Rejected(fault.reason, says))
    return 1


def _first_fault(*found: object) -> Fault | None:
    return next((one for one in found if isinstance(one, Fault)), None)


def _keep(run: Run, value: Value, head: _Head, device: str, name: Name, figure: float) -> Fault | None:
    conversion = name.conversion if name.conversion is not AS_IS else value.conversion
    unit: object = conversion.unit or None
    if value.unit_at is not None:
        unit = first(value.unit_at, run.document if value.unit_at.from_root else head.record) or unit
    converted = measured(name.quantity, _scaled(conversion, figure), unit)
    if isinstance(converted, Fault):
        return converted
    keep(run.decoded, device, name.quantity, head.time_us, converted, head.flag)
    return None


def _scaled(conversion: Conversion, figure: float) -> float:
    return figure if conversion is AS_IS else conversion.apply(figure)


def _figure(value: Value, found: object) -> float | Fault:
    """The number that was found, by the rule's words and its way with numbers in texts."""
    if value.words and isinstance(found, str | bool):
        word = value.words.get(str(found).strip().lower())
        if word is not None:
            return word
    if isinstance(found, str) and value.numbers is not Numbers.REFUSE:
        text = found.strip()
        if _TEXT_NUMBER[value.numbers].fullmatch(text):
            return number(float(text.replace(",", ".")))
    return number(found)


def _quantity(
    run: Run, value: Value, head: _Head, captures: Captures, *, may_be_new: bool
) -> Name | Fault | None:
    """What a value measures; None if the mapping leaves it out. What is no number cannot make a new quantity."""
    if value.constant is not None:
        return value.constant
    found = value.quantity.fill(captures, run.document, head.record)
    if found is None:
        return Fault(Reason.NO_NAME, "nothing stands where the quantity's name is taken from")
    if (listed := run.mapping.names.get(found)) is not None:
        return listed
    known = canonical(found)
    if known is None and (head.rule.others is Others.LEAVE or not may_be_new):
        return None
    return Name(known or found)


def _device(run: Run, rule: Record, value: Value | None, record: object, captures: Captures) -> str | Fault:
    template = (value and value.device) or rule.device
    if not template.parts:
        return ""
    name = template.fill(captures, run.document, record)
    if name is None:
        return Fault(Reason.NO_NAME, "nothing stands where the device's name is taken from")
    ours = run.mapping.devices.get(name, name)
    fault = name_fault(ours) if ours else None
    return Fault(fault.reason, f"device: {fault.says}") if fault else ours


def _shown(place: str) -> str:
    """Where in a message something stands, printable and not too long."""
    return visible(place) if len(place) <= 40 else visible(place[:20]) + visible(place[-100:])
