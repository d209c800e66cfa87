"""The corpus of bad messages: what each carries wrong, the reason it must get, and what must still be kept of it.

In a payload, bad-NNN stands for the message's own device name (its number in the corpus), so that what is kept of two
messages never meets in one series. Times are absolute and hold whenever the corpus is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import cbor2

from ingest.nouns import US_PER_SECOND, Reason
from tests.corpus.bad_fields import BAD_FIELDS, BAD_HEADS, BAD_RECORDS, BAD_VALUES, CBOR_VALUES, TIME, TIME_US
from tests.corpus.bad_payloads import REFUSED, SENML
from tests.corpus.bad_topics import BAD_TOPICS


@dataclass(frozen=True, slots=True)
class BadMessage:
    """A message as it is sent, and what must become of it."""

    name: str
    family: str
    topic: str
    payload: bytes
    reason: Reason | None
    """Of the message as a whole; None if it is decoded."""
    rejected: dict[Reason, int] = field(default_factory=dict)
    """Refused values by reason."""
    kept: tuple[tuple[str, str, float], ...] = ()
    """(device, quantity, value) of what is kept."""
    carried: bool = True
    """Whether a broker takes it (no wildcard or NUL in the topic) and a subscriber of keepwell/v1/+/telemetry gets it."""


HEAD = f'"device":"bad-NNN","time":"{TIME}"'
GOOD = '"temperature":4.5'
GOOD_SENML = f'{{"bn":"bad-NNN:","bt":{TIME_US // US_PER_SECOND},"n":"temperature","u":"Cel","v":4.5}}'
KEPT = (("bad-NNN", "temperature", 4.5),)
KEPT_TWO = (*KEPT, ("bad-NNN", "relative_humidity", 61.0))

# (table, the message around its FAULT, how many values the fault rejects, what is kept)
TEMPLATES = (
    (BAD_VALUES, f'{{{HEAD},{GOOD},"bad":FAULT,"relative_humidity":61}}', 1, KEPT_TWO),
    (BAD_HEADS, f'[{{{HEAD},{GOOD}}},{{FAULT,"relative_humidity":61,"pressure":1000}}]', 2, KEPT),
    (BAD_FIELDS, f"{{{HEAD},{GOOD},FAULT}}", 1, KEPT),
    (BAD_RECORDS, f"[{GOOD_SENML},FAULT]", 1, KEPT),
)


def corpus(gateway: str = "gw-1") -> list[BadMessage]:
    """All bad messages, as sent by `gateway`."""
    return [_numbered(number, message) for number, message in enumerate(_all(gateway), start=1)]


def _numbered(number: int, message: BadMessage) -> BadMessage:
    device = f"bad-{number:03}"
    return BadMessage(
        name=f"{device} {message.family}: {message.name}",
        family=message.family,
        topic=message.topic,
        payload=message.payload.replace(b"bad-NNN", device.encode()),
        reason=message.reason,
        rejected=message.rejected,
        kept=tuple(
            (name.replace("bad-NNN", device), quantity, value) for name, quantity, value in message.kept
        ),
        carried=message.carried,
    )


def _all(gateway: str) -> Iterator[BadMessage]:
    topic = f"keepwell/v1/{gateway}/telemetry"
    for family, reason, payloads in REFUSED:
        for payload in payloads:
            yield BadMessage(_label(payload), family, topic, payload, reason)
    for family, reason, topics, carried in BAD_TOPICS:
        for bad in topics:
            named = bad.replace("GW", gateway)
            yield BadMessage(
                _label(named), family, named, f"{{{HEAD},{GOOD}}}".encode(), reason, carried=carried
            )
    for table, template, values, kept in TEMPLATES:
        for family, reason, faults in table:
            for fault in faults:
                text = template.replace("FAULT", fault)
                yield BadMessage(_label(fault), family, topic, text.encode(), None, {reason: values}, kept)
    yield from _of_their_own(topic)


def _label(fault: bytes | str) -> str:
    return ascii(fault[:40])


def _of_their_own(topic: str) -> Iterator[BadMessage]:
    """Messages that fit no table."""

    def message(
        family: str,
        payload: bytes | str,
        rejected: dict[Reason, int],
        kept: tuple[tuple[str, str, float], ...] = KEPT,
    ) -> BadMessage:
        octets = payload.encode() if isinstance(payload, str) else payload
        return BadMessage(_label(octets), family, topic, octets, None, rejected, kept)

    yield message("key twice", f'{{{HEAD},"temperature":"x","temperature":4.5}}', {})
    yield message("key twice", f'{{{HEAD},"temperature":4.5,"a":1,"a":"2"}}', {Reason.TEXT_NUMBER: 1})
    yield message("key twice", f'{{"device":"\\u0000",{HEAD},"temperature":4.5}}', {})
    yield message("byte order mark", f'\ufeff{{{HEAD},"temperature":4.5}}', {})
    yield message("byte order mark", f'\ufeff[{{{HEAD},"temperature":4.5}},7]', {Reason.WRONG_TYPE: 1})
    yield message("null", f'{{{HEAD},"temperature":4.5,"relative_humidity":null}}', {})
    yield message("null", f'{{{HEAD},"temperature":4.5,"gateway":null,"unit":null}}', {})
    yield message("null", f'{{{HEAD},"temperature":4.5,"unit":{{"temperature":null,"x":"?"}}}}', {})
    for number in (2**53 + 1, 2**63, 2**64, -(2**63) - 1, 10**30):
        kept = (*KEPT, ("bad-NNN", "counter", float(number)))
        yield message("immense integer", f'{{{HEAD},"temperature":4.5,"counter":{number}}}', {}, kept)
    for quantity, code in (("temperature", 85.0), ("temperature", -127.0), ("relative_humidity", 655.35)):
        yield message(
            "sensor's code for no value",
            f'{{{HEAD},"{quantity}":{code}}}',
            {},
            (("bad-NNN", quantity, code),),
        )
    yield message(
        "list of all sorts",
        f'[7,{{{HEAD},"temperature":4.5}},null,"x",[],true,{{{HEAD},"rssi":-70}},NaN]',
        {Reason.WRONG_TYPE: 6},
        (*KEPT, ("bad-NNN", "rssi", -70.0)),
    )
    yield message(
        "every value bad in its own way",
        f'{{{HEAD},"a":NaN,"b":"1","c":true,"d\\u0000":1,"e":1e999,"f":1,"unit":{{"f":"?"}},"temperature":4.5}}',
        {
            Reason.NOT_FINITE: 2,
            Reason.TEXT_NUMBER: 1,
            Reason.WRONG_TYPE: 1,
            Reason.BAD_NAME: 1,
            Reason.UNKNOWN_UNIT: 1,
        },
    )
    junk = ",".join(f'"f{i}":"{"x" * 80}"' for i in range(9_999))
    yield message("much that is wrong", f'{{{HEAD},"temperature":4.5,{junk}}}', {Reason.WRONG_TYPE: 9_999})
    nested = "[" * 30 + "]" * 30
    yield message(
        "deep, but not too deep", f'{{{HEAD},"temperature":4.5,"x":{nested}}}', {Reason.WRONG_TYPE: 1}
    )
    yield message("wide", f'{{{HEAD},"temperature":4.5,"x":[{"0," * 400_000}0]}}', {Reason.WRONG_TYPE: 1})
    yield message(
        "native and SenML mixed",
        f'[{{{HEAD},"temperature":4.5,"x":"y"}},{SENML},"n":"a b"}}]',
        {Reason.WRONG_TYPE: 1, Reason.BAD_NAME: 1},
    )
    two = '{"bn":"bad-NNN:","bt":1709280000,"n":"x","v":1,"vb":true}'
    yield message("SenML record with two values", f'[{SENML},"bt":1709280000}},{two}]', {Reason.BAD_SENML: 2})
    good = {-2: "bad-NNN:", -3: TIME_US // 1_000_000, 0: "temperature", 1: "Cel", 2: 4.5}
    for value, reason in CBOR_VALUES:
        pack = b"\x82" + cbor2.dumps(good) + b"\xa2\x00\x61x\x02" + value
        yield message("CBOR value", pack, {reason: 1})
