"""A mapped message becomes readings: one message rule applied to one topic and payload. Nothing here raises."""

from __future__ import annotations

from ingest.decode import Limits
from ingest.fields import Fault, shown, visible
from ingest.mapping.nouns import (
    Empty,
    GatewayMapping,
    Message,
    Outcome,
    Status,
)
from ingest.mapping.paths import Captures, first
from ingest.mapping.payloads import read_payload
from ingest.mapping.records import Run, read_records
from ingest.mapping.settings import GATEWAY
from ingest.nouns import Decoded, Reason


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
    run = Run(mapping, document, received_us, limits, Decoded())
    if message.records:
        read_records(run, message, captures)
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


def _told(speaker: str, run: Run, online: bool | None) -> Outcome:
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


def _settled(run: Run, message: Message) -> Decoded:
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
