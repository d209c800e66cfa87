"""Nothing that comes on a mapped topic makes a mapping raise, and whatever it answers can be kept and shown."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ingest.mapping
from ingest.decode import Limits
from ingest.fields import MAX_NAME
from ingest.mapping.mapper import Mapper
from ingest.mapping.nouns import Outcome
from ingest.mapping.reading import parse_toml, read_mapping
from ingest.mapping.settings import GATEWAY
from ingest.nouns import EARLIEST_US, MAX_AHEAD_US, Flag, Reason
from tests.corpus.bad_messages import corpus
from tests.corpus.foreign.homes import HOMES
from tests.corpus.foreign.servers import SERVERS

RECEIVED_US = 1_795_300_000_000_000
READY = sorted((Path(ingest.mapping.__file__).parent / "ready").glob("*.toml"))
GREEDY = {
    "format": 1,
    "key": "greedy",
    "message": [{
        "topic": "fuzz/{a}/{b#}",
        "gateway": "{a}",
        "device": "{@.id}",
        "numbers": "comma",
        "time": {"at": ["t", "$.time"], "zone": "Europe/Berlin", "distrusted": "receipt"},
        "records": [
            {"at": "{x}", "values": {"{q}": "{q}", "[{i}]": {"quantity": "{i}", "device": "{x}"}}},
            {"at": "*.*", "values": {"": "temperature", "a{q}b": {"quantity": "{q}", "unit_at": "u"}}},
            {"values": {"v": {"quantity": "temperature", "absent": 1, "words": {"on": 1}, "scale": 1e12}}},
        ],
    }],
}  # fmt: skip
KINDS = ("json", "text", "csv", "line_protocol")
MAPPER = Mapper([
    *(read_mapping(parse_toml(path.read_text("utf-8"))) for path in READY),
    *(
        read_mapping({
            "format": 1, "key": f"k-{kind}", "payload": kind,
            "message": [{"topic": f"kind/{kind}", "at": "" if kind == "text" else "[*]",
                         "values": {"": "temperature", "[*]": "temperature", "fields.{q}": "{q}"}}],
        })
        for kind in KINDS
    ),
    read_mapping(GREEDY),
])  # fmt: skip
MESSAGES = [*HOMES, *SERVERS]

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["21,5", "-", "on", "C", "2026-11-21 08:00:00", "\ud800", "a\x00", 10**400, 5.01, "x" * 200])
)  # fmt: skip
names = st.text(max_size=6) | st.sampled_from([
    "id",
    "t",
    "time",
    "u",
    "v",
    "temperature",
    "a\ud800b",
    "a+b",
    "x" * 200,
])
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5)
)
topics = st.sampled_from([
    "fuzz/gw-1/x", "fuzz/g w/x/y", "fuzz/\ud800/x", *(f"kind/{kind}" for kind in KINDS), *(m.topic for m in MESSAGES),
]) | st.text(max_size=20)  # fmt: skip


def check(outcome: Outcome | None) -> None:
    """What holds for every answer."""
    if outcome is None:
        return
    decoded = outcome.decoded
    assert GATEWAY.fullmatch(outcome.gateway)
    columns = (decoded.devices, decoded.quantities, decoded.times, decoded.values, decoded.flags)
    assert len({len(column) for column in columns}) == 1
    assert all(math.isfinite(value) and type(value) is float for value in decoded.values)
    assert all(EARLIEST_US <= time_us <= RECEIVED_US + MAX_AHEAD_US for time_us in decoded.times)
    assert all(0 < len(name) <= MAX_NAME and name.isprintable() for name in decoded.quantities)
    assert all(name.isprintable() and len(name) <= MAX_NAME for name in decoded.devices)
    assert set(decoded.flags) <= {0, Flag.NO_TIME}
    assert all(part.values > 0 for part in decoded.rejected)
    for text in (decoded.detail, *(part.detail for part in decoded.rejected)):
        assert text.encode("utf-8").decode().isprintable()
        assert len(text) <= 500
    if decoded.reason is not None:
        assert not decoded.values
        assert not decoded.rejected
    elif outcome.online is None:
        assert decoded.values or decoded.rejected


@settings(max_examples=400, deadline=None)
@given(topics, anything)
def test_any_json(topic: str, value: object) -> None:
    """Every shape, under rules that look everywhere."""
    check(MAPPER.apply(topic, json.dumps(value).encode("utf-8", "surrogatepass"), RECEIVED_US))


@settings(max_examples=300, deadline=None)
@given(
    topics,
    st.binary(max_size=60) | st.text(st.sampled_from('a=,\\" 1.5itf\n{}[]-e'), max_size=40).map(str.encode),
)
def test_any_bytes(topic: str, payload: bytes) -> None:
    """Whatever the payload format."""
    check(MAPPER.apply(topic, payload, RECEIVED_US))


@pytest.mark.parametrize("topic", ["fuzz/gw-1/x", *(f"kind/{kind}" for kind in KINDS)])
def test_the_bad_messages_of_the_corpus(topic: str) -> None:
    """What no native decoder takes, no mapping stumbles over."""
    for message in corpus():
        check(MAPPER.apply(topic, message.payload, RECEIVED_US))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MESSAGES), st.data())
def test_damaged_messages_of_real_gateways(message: object, data: st.DataObject) -> None:
    """A byte changed, taken out or put in."""
    payload = bytearray(message.payload)  # type: ignore[attr-defined]
    if payload:
        at = data.draw(st.integers(0, len(payload) - 1))
        how = data.draw(st.sampled_from(["set", "cut", "drop", "double"]))
        payload[at : at + 1] = {
            "set": data.draw(st.binary(min_size=1, max_size=1)), "cut": b"", "drop": b"", "double": payload[at : at + 1] * 2,
        }[how]  # fmt: skip
        payload = payload[:at] if how == "cut" else payload
    check(MAPPER.apply(message.topic, bytes(payload), RECEIVED_US))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "payload",
    [
        json.dumps({str(n): {str(m): 1 for m in range(100)} for n in range(1_000)}).encode(),
        b"[" * 1_000_000,
        json.dumps({"x" * 300_000: {"y" * 300_000: 1}}).encode(),
        json.dumps({"a": ["-" * 127] * 5_000, **{"a" * n + "b": {"v": n} for n in range(128)}}).encode(),
        b'{"a":' * 31 + b"1" + b"}" * 31,
        b"1" * 1_000_000,
    ],
)
def test_a_hostile_message_costs_no_more_than_its_size(payload: bytes) -> None:
    """Well under a second of the one thread that reads for everybody."""
    start = time.perf_counter()
    for topic in ("fuzz/gw-1/x", "kind/csv", "kind/line_protocol", "kind/text"):
        check(MAPPER.apply(topic, payload, RECEIVED_US))
    assert time.perf_counter() - start < 3.0


def test_limits_are_settings() -> None:
    """Smaller limits refuse what the default ones take."""
    mapping = read_mapping({"format": 1, "key": "m", "message": [{"topic": "t", "values": {"{q}": "{q}"}}]})
    payload = b'{"a":1,"b":2,"c":3}'
    reasons = {
        limits: outcome.decoded.reason
        for limits in (Limits(), Limits(readings=2), Limits(payload_bytes=5), Limits(depth=0))
        if (outcome := Mapper([mapping], limits).apply("t", payload, RECEIVED_US))
    }
    assert list(reasons.values()) == [None, Reason.TOO_MANY_READINGS, Reason.TOO_LARGE, Reason.TOO_DEEP]
