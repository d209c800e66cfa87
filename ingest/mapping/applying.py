"""A mapped message becomes readings: one message rule applied to one topic and payload. Nothing here raises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from ingest.decode import Limits
from ingest.fields import Fault, keep, measured, name_fault, number, shown, visible
from ingest.mapping.nouns import (
    AS_IS,
    Conversion,
    Empty,
    GatewayMapping,
    Message,
    Name,
    Numbers,
    Others,
    Outcome,
    Record,
    Status,
    Value,
)
from ingest.mapping.paths import NOTHING_CAPTURED, Captures, Path, every, first, may_stand
from ingest.mapping.payloads import read_payload
from ingest.mapping.settings import GATEWAY
from ingest.mapping.times import read_time
from ingest.nouns import Decoded, Flag, Reason, Rejected
from ingest.quantities import canonical

_TEXT_NUMBER: Final = {
    Numbers.POINT: re.compile(r"[+-]?(\d{1,30}\.?\d{0,30}|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII),
    Numbers.COMMA: re.compile(r"[+-]?(\d{1,30},?\d{0,30}|,\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII),
}
_NO_TIME: Final = Flag.NO_TIME.value


@dataclass(slots=True)
class _Run:
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

    record: object
    where: str
    captures: Captures
    time_us: int
    flag: int
    fault: Fault | None
    """Why none of its values can be kept."""


def apply(
    mapping: GatewayMapping,
    message: Message,
    captures: Captures,
    payload: bytes,
    received_us: int,
    limits: Limits,
) -> Outcome:
    """What one message rule makes of a payload; `captures` are the topic's."""
    named = message.gateway.fill(captures, None, None) if not message.gateway.paths else None
    speaker = _speaker(mapping, named) or mapping.key
    if message.skip:
        return _refused(speaker, mapping, Fault(Reason.SKIPPED, "the mapping leaves these topics out"))
    document = read_payload(payload, message.payload, message.separator, limits)
    if isinstance(document, Fault):
        return _refused(speaker, mapping, document)
    if message.gateway.paths:
        named = message.gateway.fill(captures, document, None)
        speaker = _speaker(mapping, named) or mapping.key
    if (fault := _misnamed(mapping, named)) is not None:
        return _refused(speaker, mapping, fault)
    online = _online(message.status, document)
    run = _Run(mapping, document, received_us, limits, Decoded())
    if message.records:
        _read_records(run, message, captures)
    if online is not None or (message.status and not message.records):
        return _told(speaker, run, online)
    return Outcome(speaker, mapping.key, _settled(run, message), None)


def _refused(speaker: str, mapping: GatewayMapping, fault: Fault) -> Outcome:
    return Outcome(speaker, mapping.key, Decoded(reason=fault.reason, detail=fault.says), None)


def _speaker(mapping: GatewayMapping, named: str | None) -> str | None:
    """The gateway of that name, None if it cannot be one."""
    if named is None:
        return None
    ours = mapping.gateways.get(named, named)
    return ours if GATEWAY.fullmatch(ours) else None


def _misnamed(mapping: GatewayMapping, named: str | None) -> Fault | None:
    if named is None:
        return Fault(Reason.NO_NAME, "gateway: nothing stands where its name is taken from")
    if _speaker(mapping, named) is None:
        says = f'gateway: {shown(named)} cannot be a gateway id; name one for it under "gateways"'
        return Fault(Reason.BAD_GATEWAY, says)
    return None


def _told(speaker: str, run: _Run, online: bool | None) -> Outcome:
    """A message about the gateway's state, perhaps with values beside it."""
    if online is None:
        fault = Fault(Reason.WRONG_TYPE, "status: neither of the states that the mapping names")
        return _refused(speaker, run.mapping, fault)
    return Outcome(speaker, run.mapping.key, run.decoded, online)


def _online(status: Status | None, document: object) -> bool | None:
    if status is None:
        return None
    found = first(status.at, document)
    said = str(found).lower() if isinstance(found, str | int) else ""
    return True if said in status.online else False if said in status.offline else None


def _settled(run: _Run, message: Message) -> Decoded:
    """The readings, or why there are none."""
    decoded, values = run.decoded, run.values
    if values > run.limits.readings:
        return _nothing(Reason.TOO_MANY_READINGS, f"more than {run.limits.readings} values")
    if values:
        return decoded
    if not run.found:
        places = ", ".join(visible(record.at.text) or "the message" for record in message.records[:5])
        return _nothing(Reason.UNMAPPED, f"no record stands at {places}")
    if not run.taken:
        return _nothing(Reason.SKIPPED, "its records do not meet the conditions of the mapping")
    reason = Reason.SKIPPED if message.empty is Empty.SKIP else Reason.NO_VALUES
    return _nothing(reason, "none of the values of the mapping stands in the message")


def _nothing(reason: Reason, detail: str) -> Decoded:
    return Decoded(reason=reason, detail=detail)


def _read_records(run: _Run, message: Message, captures: Captures) -> None:
    for rule in message.records:
        places = every(rule.at, run.document, captures, "$")
        for where, record, more in islice(places, run.limits.readings):
            if not any(may_stand(value.path, record) for value in rule.values):
                continue
            run.found += 1
            if all(c.test(_all_at(run, c.at, record)) for c in rule.where):
                run.taken += 1
                _read_record(run, rule, where, record, more)
            if run.values > run.limits.readings:
                return


def _all_at(run: _Run, path: Path, record: object) -> list[object]:
    found = every(path, run.document if path.from_root else record, NOTHING_CAPTURED)
    return [value for _, value, _ in islice(found, run.limits.readings)]


def _read_record(run: _Run, rule: Record, where: str, record: object, captures: Captures) -> None:
    head = _head(run, rule, where, record, captures)
    for value in rule.values:
        for place, found, more in _found(run, value, head):
            run.values += _read_value(run, rule, value, head, place, found, more)
            if run.values > run.limits.readings:
                return


def _found(run: _Run, value: Value, head: _Head) -> Iterator[tuple[str, object, Captures]]:
    """What stands at a value's path; nulls are absent."""
    start, where = (run.document, "$") if value.path.from_root else (head.record, head.where)
    places = every(value.path, start, head.captures, where)
    if value.absent is None:
        return ((place, found, more) for place, found, more in places if found is not None)
    place, found, more = next(places, (f"{where}.{value.path.text}", None, head.captures))
    return iter([(place, value.absent if found is None else found, more)])


def _head(run: _Run, rule: Record, where: str, record: object, captures: Captures) -> _Head:
    if rule.time is None:
        return _Head(record, where, captures, run.received_us, _NO_TIME, None)
    time_us = read_time(rule.time, run.document, record, run.received_us)
    if isinstance(time_us, Fault):
        fault = Fault(time_us.reason, f"time: {time_us.says}")
        return _Head(record, where, captures, 0, 0, fault)
    if time_us is None:
        return _Head(record, where, captures, run.received_us, _NO_TIME, None)
    return _Head(record, where, captures, time_us, 0, None)


def _read_value(
    run: _Run, rule: Record, value: Value, head: _Head, place: str, found: object, captures: Captures
) -> int:
    """Keep or refuse one value; 0 if it is none at all and is passed over."""
    figure = _figure(value, found)
    may_be_new = not (isinstance(figure, Fault) and figure.reason is Reason.WRONG_TYPE)
    name = _quantity(run, rule, value, head.record, captures, may_be_new=may_be_new)
    if name is None:
        return 0
    device = _device(run, rule, value, head, captures)
    fault = _first_fault(head.fault, figure, name, device)
    if fault is None and isinstance(name, Name) and isinstance(figure, float) and isinstance(device, str):
        fault = _keep(run, value, head, device, name, figure)
    if fault is not None:
        run.decoded.rejected.append(Rejected(fault.reason, f"{visible_place(place)}: {fault.says}"))
    return 1


def _first_fault(*found: object) -> Fault | None:
    return next((one for one in found if isinstance(one, Fault)), None)


def _keep(run: _Run, value: Value, head: _Head, device: str, name: Name, figure: float) -> Fault | None:
    conversion = name.conversion if name.conversion is not AS_IS else value.conversion
    unit: object = conversion.unit or None
    if value.unit_at is not None:
        start = run.document if value.unit_at.from_root else head.record
        unit = first(value.unit_at, start) or unit
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
    run: _Run, rule: Record, value: Value, record: object, captures: Captures, *, may_be_new: bool
) -> Name | Fault | None:
    """What a value measures; None if the mapping leaves it out. What is no number cannot make a new quantity."""
    constant = value.quantity.constant
    if constant is not None:
        return Name(constant)
    found = value.quantity.fill(captures, run.document, record)
    if found is None:
        return Fault(Reason.NO_NAME, "nothing stands where the quantity's name is taken from")
    if (listed := run.mapping.names.get(found)) is not None:
        return listed
    known = canonical(found)
    if known is None and (rule.others is Others.LEAVE or not may_be_new):
        return None
    return Name(known or found)


def _device(run: _Run, rule: Record, value: Value, head: _Head, captures: Captures) -> str | Fault:
    template = value.device or rule.device
    if not template.parts:
        return ""
    name = template.fill(captures, run.document, head.record)
    if name is None:
        return Fault(Reason.NO_NAME, "nothing stands where the device's name is taken from")
    ours = run.mapping.devices.get(name, name)
    fault = name_fault(ours) if ours else None
    return Fault(fault.reason, f"device: {fault.says}") if fault else ours


def visible_place(place: str) -> str:
    """Where in a message something stands, printable and not too long."""
    return visible(place) if len(place) <= 40 else visible(place[:20]) + visible(place[-100:])
