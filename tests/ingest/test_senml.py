"""SenML packs resolve as RFC 8428 says: its vectors, its rules, and resolve ∘ encode = identity."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Sequence

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import senml
from ingest.decode import decode
from ingest.nouns import Decoded, Flag, Reason
from ingest.senml import Resolved

NOW_US = 1_795_300_000_000_000
KEYS = {
    "bver": -1, "bn": -2, "bt": -3, "bu": -4, "bv": -5, "bs": -6,
    "n": 0, "u": 1, "v": 2, "vs": 3, "vb": 4, "s": 5, "t": 6, "ut": 7, "vd": 8,
}  # fmt: skip

VECTOR_1 = """[{"bn":"urn:dev:ow:10e2073a01080063","bt":1.320067464e9,"bu":"%RH","v":20},
    {"u":"lon","v":24.30621},{"t":60,"v":20.3},{"u":"%EL","t":150,"v":98}]"""
VECTOR_2 = """[{"bn":"2001:db8::2/","bt":1.320078429e9,"n":"temperature","u":"Cel","v":25.2},
    {"n":"humidity","u":"%RH","v":30},{"bn":"2001:db8::1/","n":"temperature","u":"Cel","v":12.3},
    {"n":"humidity","u":"%RH","v":67}]"""
VECTOR_3 = bytes.fromhex(
    "87a721781b75726e3a6465763a6f773a3130653230373361303130383030363a22fb41d303a15b00106223614120050067766f6c74616765"
    "01615602fb405e066666666666a3006763757272656e74062402fb3ff3333333333333a3006763757272656e74062302fb3ff4cccccccccccd"
    "a3006763757272656e74062202fb3ff6666666666666a3006763757272656e74062102f93e00"
    "a3006763757272656e74062002fb3ff999999999999aa3006763757272656e74060002fb3ffb333333333333"
)


def resolve(records: Sequence[object]) -> list[Resolved]:
    """Resolve records that are all in order."""
    resolved, rejected = senml.resolve([("", record) for record in records], NOW_US)
    assert rejected == []
    return resolved


def readings(decoded: Decoded) -> list[tuple[str, str, int, float]]:
    """(device, quantity, time, value) of all readings."""
    assert decoded.reason is None
    return list(zip(decoded.devices, decoded.quantities, decoded.times, decoded.values, strict=True))


def test_vector_1() -> None:
    """Base name, time and unit; the last record is at 1320067614 in %EL under the same name."""
    resolved = resolve(json.loads(VECTOR_1))
    name = "urn:dev:ow:10e2073a01080063"

    assert [(r.name, r.unit, r.time_us, r.value) for r in resolved] == [
        (name, "%RH", 1_320_067_464_000_000, 20.0),
        (name, "lon", 1_320_067_464_000_000, 24.30621),
        (name, "%RH", 1_320_067_524_000_000, 20.3),
        (name, "%EL", 1_320_067_614_000_000, 98.0),
    ]
    assert readings(decode("g", VECTOR_1.encode(), NOW_US)) == [
        (name, "relative_humidity", 1_320_067_464_000_000, 20.0),
        (name, "longitude", 1_320_067_464_000_000, 24.30621),
        (name, "relative_humidity", 1_320_067_524_000_000, 20.3),
        (name, "battery_level", 1_320_067_614_000_000, 98.0),
    ]


def test_vector_2() -> None:
    """A base name in force until the next one; quantities from `n`, devices without the trailing slash."""
    time_us = 1_320_078_429_000_000

    assert readings(decode("g", VECTOR_2.encode(), NOW_US)) == [
        ("2001:db8::2", "temperature", time_us, 25.2),
        ("2001:db8::2", "relative_humidity", time_us, 30.0),
        ("2001:db8::1", "temperature", time_us, 12.3),
        ("2001:db8::1", "relative_humidity", time_us, 67.0),
    ]


def test_vector_3() -> None:
    """The CBOR pack of RFC 8428 section 6, by its first byte; a half float; times before the base time."""
    assert len(VECTOR_3) == 195
    device, last_us = "urn:dev:ow:10e2073a0108006", 1_276_020_076_001_000

    currents = [(-5, 1.2), (-4, 1.3), (-3, 1.4), (-2, 1.5), (-1, 1.6)]
    expected = [(device, "current", last_us + seconds * 1_000_000, value) for seconds, value in currents]
    expected += [(device, "voltage", last_us, 120.1), (device, "current", last_us, 1.7)]

    assert readings(decode("g", VECTOR_3, NOW_US)) == expected
    assert readings(decode("g", b"\xd9\xd9\xf7" + VECTOR_3, NOW_US)) == expected


@pytest.mark.parametrize(
    ("seconds", "time_us", "relative"),
    [
        (0, NOW_US, True),
        (-60.5, NOW_US - 60_500_000, True),
        (2**28 - 1, NOW_US + (2**28 - 1) * 1_000_000, True),
        (2**28, 2**28 * 1_000_000, False),
        (1.7e9, 1_700_000_000_000_000, False),
    ],
)
def test_a_time_below_2_28_counts_from_the_receipt(seconds: float, time_us: int, relative: bool) -> None:
    """RFC 8428, 4.5.3: below 2^28 relative, else Unix seconds."""
    (record,) = resolve([{"n": "x", "v": 1, "t": seconds}])

    assert (record.time_us, record.relative) == (time_us, relative)


def test_readings_of_relative_records_say_that_the_message_had_no_time() -> None:
    """Delivered again they would come to lie elsewhere, so they carry NO_TIME."""
    decoded = decode("g", b'[{"bn":"a:","n":"x","t":-5,"v":1},{"n":"y","t":1700000000,"v":1}]', NOW_US)

    assert dict(zip(decoded.quantities, decoded.flags, strict=True)) == {"x": Flag.NO_TIME, "y": 0}


def test_base_value_and_sum_are_added_and_a_missing_part_is_zero() -> None:
    """value = bv + v; sum = bs + s, there if either is."""
    resolved = resolve([
        {"bn": "a", "bv": 20, "v": 1.5},
        {"t": 1},
        {"t": 2, "v": -1},
        {"bs": 100, "t": 3, "s": 5, "v": 0},
        {"t": 4},
    ])

    assert [(r.value, r.sum) for r in resolved] == [
        (21.5, None), (20.0, None), (19.0, None), (20.0, 105.0), (None, 100.0),
    ]  # fmt: skip


def test_a_sum_is_a_series_of_its_own_in_the_quantitys_unit() -> None:
    """Beside the value; °F has another zero, so its sums cannot be converted."""
    payload = b'[{"bn":"a:","n":"voltage","u":"mV","v":1500,"s":2000},{"n":"temperature","u":"degF","s":1}]'
    decoded = decode("g", payload, NOW_US)

    assert dict(zip(decoded.quantities, decoded.values, strict=True)) == {"voltage": 1.5, "voltage_sum": 2.0}
    assert [part.reason for part in decoded.rejected] == [Reason.UNKNOWN_UNIT]


@pytest.mark.parametrize(
    ("record", "device", "quantity"),
    [
        ({"bn": "probe-1:", "n": "temperature", "u": "Cel"}, "probe-1", "temperature"),
        ({"bn": "probe-1/", "n": "t", "u": "Cel"}, "probe-1", "t"),
        ({"bn": "probe-1::", "u": "Cel"}, "probe-1", "temperature"),
        ({"n": "probe-1", "u": "%RH"}, "probe-1", "relative_humidity"),
        ({"n": "probe-1/", "u": "Pa"}, "probe-1", "pressure"),
        (
            {"bn": "urn:dev:mac:0024befffe804ff1/", "n": "temperature"},
            "urn:dev:mac:0024befffe804ff1",
            "temperature",
        ),
        ({"bn": "", "n": "probe-1", "u": "V"}, "probe-1", "voltage"),
    ],
)
def test_who_and_what_a_record_speaks_of(record: dict[str, object], device: str, quantity: str) -> None:
    """quantity = `n` if `bn` is set and `n` is not empty, else from the unit; the rest is the device."""
    for payload in (
        json.dumps([record | {"v": 1}]).encode(),
        json.dumps(record | {"v": 1}).encode(),
        cbor([record | {"v": 1}]),
    ):
        decoded = decode("g", payload, NOW_US)
        assert (decoded.devices, decoded.quantities) == ([device], [quantity])


def test_booleans_are_one_and_zero() -> None:
    """`vb` of a door is a value."""
    decoded = decode("g", b'[{"bn":"d:","n":"door","vb":true},{"n":"door","t":-1,"vb":false}]', NOW_US)

    assert decoded.values == [0.0, 1.0]


@pytest.mark.parametrize("version", [1, 5, 10])
def test_versions_up_to_ten_are_understood(version: int) -> None:
    """The RFC's own example says 5."""
    assert len(resolve([{"bver": version, "n": "x", "v": 1}, {"bver": version, "n": "x", "v": 2}])) == 2


@pytest.mark.parametrize("version", [11, 0, -1, 5.0, "10", True, None])
def test_other_versions_refuse_the_pack(version: object) -> None:
    """A pack of a later SenML may mean something else."""
    with pytest.raises(senml.BadPackError, match="bver"):
        resolve([{"bver": version, "n": "x", "v": 1}])


def test_unknown_labels_are_ignored_but_not_those_that_must_be_understood() -> None:
    """RFC 8428, 4.4: a label that ends in '_' refuses the pack, wherever it stands."""
    assert len(resolve([{"n": "x", "v": 1, "colour": "red", "_x": 1}])) == 1
    for pack in ([{"n": "x", "v": 1, "x_": 1}], [{"n": "x", "v": 1}, {"bn": "y", "_": 1}]):
        with pytest.raises(senml.BadPackError):
            resolve(pack)


def test_records_come_out_in_the_order_of_time_and_records_of_equal_time_as_they_stood() -> None:
    """RFC 8428, 4.6: resolved records are chronological."""
    resolved = resolve([
        {"n": "a", "v": 1, "t": 5},
        {"n": "b", "v": 2},
        {"n": "c", "v": 3},
        {"n": "d", "v": 4, "t": -5},
    ])

    assert [record.name for record in resolved] == ["d", "b", "c", "a"]


def test_update_time_and_data_values_are_resolved() -> None:
    """`ut` in seconds, `vd` from base64url without padding (JSON) or octets (CBOR), `vs` as it is."""
    resolved = resolve([
        {"n": "a", "vd": "aGkg-_8", "ut": 30},
        {"n": "b", "vd": b"\xff"},
        {"n": "c", "vs": "冷"},
    ])

    assert [(r.value, r.update_s) for r in resolved] == [
        (b"hi \xfb\xff", 30.0),
        (b"\xff", None),
        ("冷", None),
    ]


@pytest.mark.parametrize(
    "native", ['{"v":3.2,"t":1}', '{"u":1,"v":2}', '{"n":5,"temperature":1}', '{"device":"d","bn":1,"v":2}']
)
def test_what_only_resembles_senml_is_native(native: str) -> None:
    """Quantities may be called v, t, u or n; a record with `device` is native whatever else it has."""
    decoded = decode("g", native.encode(), NOW_US)

    assert set(decoded.quantities) == set(json.loads(native)) - {"device"}


def cbor(records: Sequence[dict[str, object]]) -> bytes:
    """Records with the integer keys of CBOR."""
    return cbor2.dumps([{KEYS.get(label, label): value for label, value in r.items()} for r in records])


names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9\-:./_]{0,12}", fullmatch=True)
# Eighths of numbers and seconds are exact in binary, so base + own gives back exactly what was split.
exact = st.integers(-(2**40), 2**40).map(lambda eighths: eighths / 8)
seconds = st.integers(2**28 * 8, 2**33 * 8).map(lambda eighths: eighths / 8)


@st.composite
def resolved_packs(draw: st.DrawFn) -> list[Resolved]:
    """Resolved records in the order of time."""
    records = draw(
        st.lists(
            st.builds(
                lambda name, unit, at, value, total, update: Resolved(
                    "", "", name, unit, round(at * 1_000_000), False, value, total, update
                ),
                names,
                st.none() | st.sampled_from(["Cel", "%RH", "V", "furlong"]),
                seconds,
                exact | st.booleans() | st.text() | st.binary(),
                st.none() | exact,
                st.none() | exact,
            ),
            max_size=8,
        )
    )
    return sorted(records, key=lambda record: record.time_us)


def encode(pack: Sequence[Resolved], chance: random.Random) -> list[dict[str, object]]:
    """A pack that resolves to these records, with base fields wherever chance wants them.

    A base unit or sum cannot be taken back, so they are only set while all records to come have one.
    """
    base: dict[str, float | str] = {}
    records: list[dict[str, object]] = []
    for index, record in enumerate(pack):
        out = _new_bases(pack[index:], chance)
        base |= out
        name, bn = record.name, str(base.get("bn", ""))
        if not name.startswith(bn):
            out["bn"] = base["bn"] = bn = ""
        own: dict[str, object] = {
            "n": name[len(bn) :],
            "u": record.unit if record.unit != base.get("bu") else None,
            "ut": record.update_s,
        }
        own["t"] = record.time_us / 1_000_000 - float(base.get("bt", 0))
        own["s"] = None if record.sum is None else record.sum - float(base.get("bs", 0))
        own |= _value(record.value, float(base.get("bv", 0)))
        records.append(
            out
            | {label: value for label, value in own.items() if value is not None and value != ""}
            | _empty(own)
        )
    return records


def _new_bases(rest: Sequence[Resolved], chance: random.Random) -> dict[str, float | str]:
    record = rest[0]
    wanted: dict[str, float | str] = {
        "bn": record.name[: chance.randint(0, len(record.name))],
        "bt": record.time_us / 1_000_000 - chance.randint(-1000, 1000),
        "bv": chance.randint(-1000, 1000) / 8,
    }
    if all(other.unit is not None for other in rest):
        wanted["bu"] = str(record.unit)
    if all(other.sum is not None for other in rest):
        wanted["bs"] = chance.randint(-1000, 1000) / 8
    return {label: value for label, value in wanted.items() if chance.random() < 0.4}


def _value(value: object, base: float) -> dict[str, object]:
    if isinstance(value, bool):
        return {"vb": value}
    if isinstance(value, float):
        return {"v": value - base}
    return {"vs": value} if isinstance(value, str) else {"vd": value}


def _empty(own: dict[str, object]) -> dict[str, object]:
    """An empty text is a value; an empty name is none."""
    return {"vs": ""} if own.get("vs") == "" else {}


@given(resolved_packs(), st.randoms(use_true_random=False))
def test_resolving_what_was_encoded_gives_the_records_back(
    pack: list[Resolved], chance: random.Random
) -> None:
    """resolve ∘ encode = identity, through JSON and through CBOR, whatever base fields carry it."""
    records = encode(pack, chance)
    texts = [
        {
            k: base64.urlsafe_b64encode(v).decode().rstrip("=") if isinstance(v, bytes) else v
            for k, v in r.items()
        }
        for r in records
    ]
    through_json = json.loads(json.dumps(texts))
    through_cbor = [senml.labelled(record) for record in cbor2.loads(cbor(records))]

    expected = [(r.name, r.unit, r.time_us, r.value, r.sum, r.update_s) for r in pack]
    for again in (through_json, through_cbor):
        assert [(r.name, r.unit, r.time_us, r.value, r.sum, r.update_s) for r in resolve(again)] == expected


@given(resolved_packs(), st.randoms(use_true_random=False))
def test_json_and_cbor_of_a_pack_decode_alike(pack: list[Resolved], chance: random.Random) -> None:
    """The two writings differ in nothing but octets, which are no readings."""
    records = encode([record for record in pack if not isinstance(record.value, bytes)], chance)
    received_us = 2**33 * 1_000_000

    assert decode("g", json.dumps(records).encode(), received_us) == decode("g", cbor(records), received_us)
