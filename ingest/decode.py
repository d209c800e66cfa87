"""The one entry for messages: a topic → who says what, a telemetry payload → readings and what was refused."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Final, NamedTuple

import cbor2

from ingest import native, packs, senml
from ingest.fields import Fault, shown
from ingest.nouns import Decoded, Reason, Rejected

_GATEWAY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SELF_DESCRIBED_CBOR: Final = b"\xd9\xd9\xf7"
_BYTE_ORDER_MARK: Final = "\ufeff"
_LONGEST_INT: Final = 20

Records = Sequence[tuple[str, object]]
"""Records, each with where in the message it stands: "" or "[3]."."""

# CBOR tags that cbor2 would act on (dates, patterns, shared values, MIME, …) mean nothing in SenML and some are
# costly; only numbers are built: bignum 2 and 3, decimal fraction 4, bigfloat 5.
_INERT_TAGS: Final = (
    0, 1, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000
)  # fmt: skip


class Kind(StrEnum):
    """What a topic below a gateway's name carries."""

    TELEMETRY = "telemetry"
    STATUS = "status"
    IMPORT = "import"
    """Telemetry that a person uploaded as a file; only Keepwell itself publishes there."""


_KINDS: Final = {kind.value: kind for kind in Kind}


class Topic(NamedTuple):
    """A topic of ours, taken apart."""

    gateway: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one message may hold."""

    payload_bytes: int = 1_048_576
    depth: int = 32
    """Lists and objects within one another."""
    readings: int = 10_000
    """Values, kept or rejected."""


class Inert:
    """A tagged CBOR value that is not looked into."""


def _inert(_value: object, _immutable: bool) -> Inert:
    return Inert()


_INERT: Final = dict.fromkeys(_INERT_TAGS, _inert)


def parse_topic(topic: str) -> Topic | Reason:
    """Take `keepwell/v1/{gateway}/telemetry|status|import` apart; BAD_TOPIC or BAD_GATEWAY if it is none."""
    parts = topic.split("/")
    if len(parts) != 4 or parts[0] != "keepwell" or parts[1] != "v1" or parts[3] not in _KINDS:
        return Reason.BAD_TOPIC
    if not _GATEWAY.fullmatch(parts[2]):
        return Reason.BAD_GATEWAY
    return Topic(parts[2], _KINDS[parts[3]])


_DEFAULT_LIMITS: Final = Limits()


def decode(gateway: str, payload: bytes, received_us: int, limits: Limits = _DEFAULT_LIMITS) -> Decoded:
    """Decode a telemetry payload: native JSON, SenML JSON, or SenML CBOR (told by the first byte). Never raises.

    A bad field rejects its value and not its neighbours; `Decoded.reason` is set when nothing of the message can be
    used. Nulls are absent values, of keys that come twice in an object the last one counts, a UTF-8 byte order mark
    is passed over, and integers beyond 2^53 become the nearest double.
    """
    if not payload:
        return _refused(Fault(Reason.EMPTY, "no payload"))
    if len(payload) > limits.payload_bytes:
        return _refused(Fault(Reason.TOO_LARGE, f"{len(payload)} bytes, at most {limits.payload_bytes}"))
    decoded = native.read_plain(payload, received_us)
    if decoded is None:
        decoded = _decode_any(gateway, payload, received_us, limits)
    return _checked(decoded, limits)


def is_cbor(payload: bytes) -> bool:
    """Whether a payload (of at least one byte) is a CBOR pack: no UTF-8 text begins so."""
    return 0x80 <= payload[0] < 0xC0 or payload.startswith(_SELF_DESCRIBED_CBOR)


def _checked(decoded: Decoded, limits: Limits) -> Decoded:
    """`decoded`, unless it holds too many values or none."""
    values = len(decoded.values)
    if decoded.rejected:
        values += sum(part.values for part in decoded.rejected)
    if values > limits.readings:
        return _refused(_too_many(values, limits))
    if not values and decoded.reason is None:
        return _refused(Fault(Reason.NO_VALUES, "no field holds a value"))
    return decoded


def _too_many(values: int, limits: Limits) -> Fault:
    return Fault(Reason.TOO_MANY_READINGS, f"{values} values, at most {limits.readings}")


def _refused(fault: Fault) -> Decoded:
    return Decoded(reason=fault.reason, detail=fault.says)


def _decode_any(gateway: str, payload: bytes, received_us: int, limits: Limits) -> Decoded:
    """The patient way: any payload, field by field."""
    cbor = is_cbor(payload)
    parsed = _parse_cbor(payload, limits) if cbor else parse_json(payload, limits)
    records = parsed if isinstance(parsed, Fault) else _records(parsed, gateway, limits)
    if isinstance(records, Fault):
        return _refused(records)
    if cbor:
        records = [(path, senml.labelled(record)) for path, record in records]
    plain, pack = _sorted_out(records, cbor)
    fields = len(pack) + sum(_fields(record) for _, record in plain)
    if fields > limits.readings:
        return _refused(_too_many(fields, limits))
    return _read(plain, pack, received_us)


def _read(plain: Records, pack: Records, received_us: int) -> Decoded:
    decoded = Decoded()
    for path, record in plain:
        if isinstance(record, dict):
            native.read_record(path, record, received_us, decoded)
        else:
            says = f"{path}expected an object, got {shown(record)}"
            decoded.rejected.append(Rejected(Reason.WRONG_TYPE, says))
    try:
        packs.read_pack(pack, received_us, decoded)
    except senml.BadPackError as bad:
        return _refused(Fault(Reason.BAD_SENML, str(bad)))
    return decoded


def _records(parsed: object, gateway: str, limits: Limits) -> Records | Fault:
    """The records of a message, each with its path; or why the message as a whole is refused."""
    if not isinstance(parsed, dict | list):
        return Fault(Reason.WRONG_TYPE, f"expected an object or a list of objects, got {shown(parsed)}")
    if len(parsed) > limits.readings and isinstance(parsed, list):
        return _too_many(len(parsed), limits)
    records = [("", parsed)] if isinstance(parsed, dict) else [(f"[{i}].", r) for i, r in enumerate(parsed)]
    for path, record in records:
        named = record.get("gateway") if isinstance(record, dict) else None
        if named is not None and named != gateway:
            return Fault(
                Reason.GATEWAY_MISMATCH, f"{path}gateway: the topic says {gateway}, got {shown(named)}"
            )
    return records


def _sorted_out(records: Records, cbor: bool) -> tuple[Records, Records]:
    """The native records and those of a SenML pack: all without `device`, if any of them is plainly SenML."""
    if cbor:
        return [], records
    if not any(senml.is_record(record) for _, record in records):
        return records, []
    pack = [part for part in records if isinstance(part[1], dict) and "device" not in part[1]]
    return [part for part in records if not isinstance(part[1], dict) or "device" in part[1]], pack


def _fields(record: object) -> int:
    return len(record.keys() - native.FIELDS) if isinstance(record, dict) else 1


def parse_json(payload: bytes, limits: Limits) -> object:
    """The JSON value of a payload, in which NaN, Infinity and immense numbers are non-finite floats; or a Fault."""
    try:
        text = payload.decode("utf-8").removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        return Fault(Reason.NOT_UTF8, f"byte {error.start} is not UTF-8")
    if not text.strip():
        return Fault(Reason.EMPTY, "nothing but blanks")
    try:
        parsed = _loads(text)
    except json.JSONDecodeError as error:
        return Fault(Reason.NOT_JSON, f"{error.msg} at character {error.pos}")
    except RecursionError:
        return _too_deep(limits)
    return _too_deep(limits) if _is_deeper(parsed, limits.depth) else parsed


def _loads(text: str) -> object:
    """json.loads, in which an integer too long for int() (4,300 digits) is the nearest double."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return json.loads(text, parse_int=_int)


def _int(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INT else float(digits)


def _is_deeper(value: object, depth: int) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(depth):
        inner = [box.values() if isinstance(box, dict) else box for box in level]
        level = [child for box in inner for child in box if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def _too_deep(limits: Limits) -> Fault:
    return Fault(Reason.TOO_DEEP, f"more than {limits.depth} lists and objects within one another")


def _parse_cbor(payload: bytes, limits: Limits) -> object:
    """The CBOR value, or a Fault."""
    source = BytesIO(payload.removeprefix(_SELF_DESCRIBED_CBOR))
    try:
        parsed = cbor2.CBORDecoder(source, semantic_decoders=_INERT, max_depth=limits.depth).decode()
    except (cbor2.CBORError, ValueError, TypeError) as error:
        return _too_deep(limits) if "nesting depth" in str(error) else Fault(Reason.NOT_CBOR, str(error))
    if source.read(1):
        return Fault(Reason.NOT_CBOR, "more bytes follow the pack")
    return parsed
