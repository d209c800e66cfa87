"""Nothing that comes in makes decoding raise, and every value that comes is kept or rejected by name."""

from __future__ import annotations

import json
import math
import random

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.decode import Kind, Topic, decode, parse_topic
from ingest.fields import MAX_NAME
from ingest.nouns import EARLIEST_US, MAX_AHEAD_US, Decoded, Flag, Reason
from tests.corpus.bad_messages import corpus

RECEIVED_US = 1_795_300_000_000_000
HEADS = {"device", "time", "unit", "gateway"}
LABELS = ["bver", "bn", "bt", "bu", "bv", "bs", "n", "u", "v", "vs", "vb", "s", "t", "ut", "vd", "x_"]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["21.5", "gw", "Cel", "2024-03-01T08:00:00Z", 1_709_280_000, 0, "\ud800", "a\x00"])
)
names = st.text(max_size=8) | st.sampled_from([*HEADS, *LABELS, "temperature", "relative_humidity", "\udfff"])
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6)
)
records = st.dictionaries(names, scalars | anything, max_size=8)
native_records = st.dictionaries(
    st.text(max_size=8).filter(lambda name: name not in {*LABELS, "gateway"})
    | st.sampled_from([*sorted(HEADS - {"gateway"}), "temperature", "relative_humidity"]),
    scalars | anything,
    max_size=8,
)


def check(decoded: Decoded) -> None:
    """What holds for every answer."""
    columns = (decoded.devices, decoded.quantities, decoded.times, decoded.values, decoded.flags)
    assert len({len(column) for column in columns}) == 1
    assert all(math.isfinite(value) and type(value) is float for value in decoded.values)
    assert all(EARLIEST_US <= time_us <= RECEIVED_US + MAX_AHEAD_US for time_us in decoded.times)
    assert all(name.isprintable() or "\u3000" in name for name in (*decoded.devices, *decoded.quantities))
    assert all(len(name) <= MAX_NAME + len("_sum") for name in (*decoded.devices, *decoded.quantities))
    assert set(decoded.flags) <= {0, Flag.NO_TIME}
    assert all(part.values > 0 for part in decoded.rejected)
    for text in (decoded.detail, *(part.detail for part in decoded.rejected)):
        assert text.encode("utf-8").decode().isprintable()
    if decoded.reason is None:
        assert decoded.values or decoded.rejected
    else:
        assert not decoded.values
        assert not decoded.rejected


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: b"\x82\xa2\x00\x61x\x02" + tail))
def test_no_bytes_make_it_raise(payload: bytes) -> None:
    """Random bytes, and random CBOR after a good beginning."""
    check(decode("gw", payload, RECEIVED_US))


@settings(max_examples=400)
@given(anything | records | st.lists(records, max_size=4))
def test_no_json_makes_it_raise(value: object) -> None:
    """Any value JSON can write, with NaN, lone surrogates and our own field names in the wrong places."""
    check(decode("gw", json.dumps(value).encode("utf-8", "surrogatepass"), RECEIVED_US))
    check(decode("gw", json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), RECEIVED_US))


@settings(max_examples=200)
@given(
    st.lists(
        st.dictionaries(st.integers(-8, 10) | names, scalars | st.binary(max_size=9), max_size=8), max_size=4
    )
)
def test_no_cbor_makes_it_raise(pack: list[dict[object, object]]) -> None:
    """Any pack CBOR can write."""
    payload = cbor2.dumps([{k: v for k, v in r.items() if not _has_surrogate(k, v)} for r in pack])

    check(decode("gw", payload, RECEIVED_US))


def _has_surrogate(*values: object) -> bool:
    return any(isinstance(value, str) and not value.isascii() for value in values)


@settings(max_examples=300)
@given(st.lists(native_records, max_size=5))
def test_the_ledger_adds_up(message: list[dict[str, object]]) -> None:
    """Values received (fields that are neither reserved nor null) = kept + rejected, record by record."""
    received = sum(
        value is not None for record in message for name, value in record.items() if name not in HEADS
    )

    decoded = decode("gw", json.dumps(message).encode(), RECEIVED_US)

    if received:
        assert decoded.reason is None
        assert len(decoded.values) + sum(part.values for part in decoded.rejected) == received
    else:
        assert decoded.reason is Reason.NO_VALUES


def test_damaged_messages_never_raise() -> None:
    """Each message of the corpus with bytes flipped, cut off or doubled at random (seeded) places."""
    chance = random.Random(7)
    for message in corpus():
        if len(message.payload) > 20_000:
            continue
        for _ in range(10):
            damaged = bytearray(message.payload)
            for _ in range(chance.randint(1, 4)):
                at = chance.randint(0, len(damaged))
                damaged[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
            check(decode("gw-1", bytes(damaged), RECEIVED_US))


@given(st.text())
def test_no_topic_makes_it_raise(topic: str) -> None:
    """Any text is a topic of ours, or BAD_TOPIC, or BAD_GATEWAY."""
    assert parse_topic(topic) in {Reason.BAD_TOPIC, Reason.BAD_GATEWAY}
    assert isinstance(parse_topic(f"keepwell/v1/{topic}/status"), Topic | Reason)


@given(st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True), st.sampled_from(Kind))
def test_every_gateway_id_is_found_in_its_topic(gateway: str, kind: Kind) -> None:
    """parse_topic undoes the writing of a topic."""
    assert parse_topic(f"keepwell/v1/{gateway}/{kind}") == Topic(gateway, kind)


@pytest.mark.parametrize("gateway", ["x" * 65, "", "a.b", "a b", "ä", "a\n", "٣"])
def test_no_other_gateway_id_is(gateway: str) -> None:
    """Ids are 1 to 64 of A-Z a-z 0-9 _ -, and end where the level ends."""
    assert parse_topic(f"keepwell/v1/{gateway}/telemetry") is Reason.BAD_GATEWAY
