"""The fast way through a native message and the patient one give the same answer to whatever both take."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest import native
from ingest.decode import decode
from ingest.nouns import EARLIEST_US, Decoded, Flag

RECEIVED_US = 1_795_300_000_000_000

QUANTITIES = ("temperature", "relative_humidity", "battery_voltage", "pm2.5", "温度", "v1", "t")
number_texts = (
    st.floats(allow_nan=False, allow_infinity=False).map(repr)
    | st.integers(-(10**25), 10**25).map(str)
    | st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
    | st.sampled_from([
        "0",
        "-0",
        "-0.0",
        "1e400",
        "1e308",
        "9007199254740993",
        "18446744073709551616",
        "4.35",
        "5e-324",
    ])
)
time_texts = (
    st.integers(0, RECEIVED_US + 10**12).map(str)
    | st.integers(EARLIEST_US // 10**6, RECEIVED_US // 10**6).map(str)
    | st.floats(0, 2e12).map(repr)
    | st.datetimes().map(lambda moment: json.dumps(moment.isoformat() + "Z"))
    | st.sampled_from([
        "null",
        "true",
        '""',
        '"2026-11-21T08:00:00Z"',
        '"2026-11-21T08:00:00"',
        '"1700000000"',
    ])
)
other_texts = st.sampled_from(["null", "true", '"21.5"', '"x"', "[]", "{}", "NaN", '"\\ud800"'])
device_texts = st.sampled_from([
    '"probe-7"',
    '"冷库/1"',
    '""',
    "7",
    "7.0",
    "null",
    '"a b"',
    '"a\\n"',
    '"\\u0061"',
    '" a"',
])


@st.composite
def record_texts(draw: st.DrawFn, odd: bool) -> str:
    """The JSON text of a native record; an odd one may hold anything, keys may come twice."""
    names = st.sampled_from([*QUANTITIES, "a+b", ""] if odd else QUANTITIES)
    values = number_texts | other_texts if odd else number_texts
    fields = [(json.dumps(draw(names)), draw(values)) for _ in range(draw(st.integers(0, 5)))]
    if draw(st.booleans()):
        fields.append(('"device"', draw(device_texts) if odd else '"probe-7"'))
    if draw(st.booleans()):
        fields.append(('"time"', draw(time_texts)))
    return "{" + ",".join(f"{name}:{value}" for name, value in draw(st.permutations(fields))) + "}"


def message_texts(odd: bool) -> st.SearchStrategy[str]:
    """One record, or a list of them."""
    records = record_texts(odd)
    return records | st.lists(records, max_size=4).map(lambda texts: "[" + ", ".join(texts) + "]")


def patiently(payload: bytes) -> Decoded:
    """The answer of `read_record` alone."""
    answer = Decoded()
    parsed = json.loads(payload)
    for record in [parsed] if isinstance(parsed, dict) else parsed:
        native.read_record("", record, RECEIVED_US, answer)
    return answer


@settings(max_examples=400)
@given(message_texts(odd=False) | message_texts(odd=True))
@example('{"temperature":-0,"relative_humidity":-0.0}')
@example('{"temperature":1,"temperature":2,"device":"a","device":"b"}')
@example('[{"time":1700000000123456789,"temperature":9007199254740993}]')
@example('{"temperature":0.1000000000000000055511151231257827021181583404541015625}')
def test_the_fast_way_agrees_with_the_patient_one(text: str) -> None:
    """Same readings in the same order, same bits in every value, and nothing rejected."""
    fast = native.read_plain(text.encode(), RECEIVED_US)
    if fast is None:
        return
    slow = patiently(text.encode())

    assert fast == slow
    assert [value.hex() for value in fast.values] == [value.hex() for value in slow.values]
    assert all(type(value) is float for value in fast.values)


@pytest.mark.parametrize(
    "text",
    [
        '{"device":"probe-7","time":1795248000123,"temperature":4.8,"relative_humidity":61.0,"battery_voltage":3.61}',
        '{"device":"probe-7","time":"2026-11-21T08:00:00Z","temperature":4.8}',
        '{"device":"冷库/1号","time":"2026-11-21T08:00:00.123+08:00","my own quantity":-4}',
        '{"temperature":4.8}',
        '[{"device":"a","temperature":4},{"device":"b","time":1795248000,"temperature":4,"x":1}]',
    ],
)
def test_the_plain_messages_of_real_gateways_take_the_fast_way(text: str) -> None:
    """Speed that nobody gets is no speed."""
    fast = native.read_plain(text.encode(), RECEIVED_US)

    assert fast is not None
    assert fast == patiently(text.encode()) == decode("g", text.encode(), RECEIVED_US)


@pytest.mark.parametrize(
    "text",
    [
        '{"temperature":"4.8"}',
        '{"temperature":true}',
        '{"temperature":null}',
        '{"temperature":1e400}',
        '{"temperature":4,"unit":{"temperature":"degF"}}',
        '{"temperature":4,"gateway":"other"}',
        '{"bn":"a:","n":"temperature","v":4}',
        '{"device":"a+b","temperature":4}',
        '{"device":"","temperature":4}',
        '{"a#":4}',
        '{"time":"2026-11-21T08:00:00","temperature":4}',
        '{"time":0,"temperature":4}',
        '[{"temperature":4},5]',
        "{" + ",".join(f'"q{i}":1' for i in range(100)) + "}",
    ],
)
def test_whatever_is_not_plain_is_left_to_the_patient_way(text: str) -> None:
    """The fast way never decides what is wrong."""
    assert native.read_plain(text.encode(), RECEIVED_US) is None


def test_a_message_without_a_time_has_that_of_its_receipt_and_says_so() -> None:
    """Per record, in one message."""
    decoded = decode("g", b'[{"a":1},{"a":2,"time":1795248000}]', RECEIVED_US)

    assert decoded.times == [RECEIVED_US, 1_795_248_000_000_000]
    assert decoded.flags == [Flag.NO_TIME, 0]


def test_units_are_converted_and_null_is_absent() -> None:
    """The native `unit` object, with units for quantities that are not there."""
    payload = b'{"device":"d","temperature":40.1,"rssi":null,"unit":{"temperature":"degF","pressure":"?"}}'
    decoded = decode("g", payload, RECEIVED_US)

    assert decoded.quantities == ["temperature"]
    assert decoded.values == pytest.approx([4.5])
    assert decoded.rejected == []
