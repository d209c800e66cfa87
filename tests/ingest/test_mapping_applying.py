"""What mappings make of messages: places, numbers, names, times, conditions and refusals, one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.decode import Limits
from ingest.mapping.mapper import Mapper
from ingest.mapping.nouns import Outcome
from ingest.mapping.reading import read_mapping
from ingest.nouns import Flag, Reason

RECEIVED_US = 1_795_300_000_000_000  # 2026-11-21T22:26:40Z
MOMENT_US = 1_795_252_500_123_456  # 2026-11-21T09:15:00.123456Z


def mapper(message: dict[str, Any], limits: Limits | None = None, **more: Any) -> Mapper:
    """A mapping `m` with one message on `t/{g}`."""
    document = {"format": 1, "key": "m", "message": [{"topic": "t/{g}", **message}], **more}
    return Mapper([read_mapping(document)], limits)


def told(message: dict[str, Any], payload: object, topic: str = "t/g1", **more: Any) -> Outcome:
    """What it makes of a payload."""
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    outcome = mapper(message, **more).apply(topic, data, RECEIVED_US)
    assert outcome is not None
    return outcome


def kept(outcome: Outcome) -> list[tuple[str, str, float]]:
    """(device, quantity, value) of what is kept."""
    decoded = outcome.decoded
    return list(zip(decoded.devices, decoded.quantities, decoded.values, strict=True))


def refused(outcome: Outcome) -> list[tuple[Reason, str]]:
    """Why, and where, of what is refused."""
    if outcome.decoded.reason is not None:
        return [(outcome.decoded.reason, outcome.decoded.detail)]
    return [(part.reason, part.detail.split(":")[0]) for part in outcome.decoded.rejected]


def time_of(rule: object, record: dict[str, Any]) -> tuple[int, int] | Reason:
    """Time and flag of the one value, or why it is refused."""
    outcome = told({"time": rule, "values": {"v": "temperature"}}, {"v": 1, **record})
    if outcome.decoded.rejected:
        return outcome.decoded.rejected[0].reason
    return outcome.decoded.times[0], outcome.decoded.flags[0]


@pytest.mark.parametrize(
    ("paths", "payload", "found"),
    [
        ({"a.b": "temperature"}, {"a": {"b": 1}}, [("", "temperature", 1.0)]),
        ({'"a.b"': "temperature"}, {"a.b": 1}, [("", "temperature", 1.0)]),
        ({"a[1]": "temperature"}, {"a": [1, 2]}, [("", "temperature", 2.0)]),
        ({"a[-1].x": "temperature"}, {"a": [{}, {"x": 3}]}, [("", "temperature", 3.0)]),
        ({"[0]": "temperature"}, [5], [("", "temperature", 5.0)]),
        ({"": "temperature"}, 5, [("", "temperature", 5.0)]),
        ({"{q}": "{q}"}, {"a": 1, "b": 2, "s": "x", "o": {}, "t": True}, [("", "a", 1.0), ("", "b", 2.0)]),
        ({"温度": "temperature"}, {"温度": 1}, [("", "temperature", 1.0)]),
        (
            {"temperature:{n}.tC": {"quantity": "temperature", "device": "probe-{n}"}},
            {"temperature:0": {"tC": 1}, "temperature:100": {"tC": 2}, "humidity:0": {"tC": 9}},
            [("probe-0", "temperature", 1.0), ("probe-100", "temperature", 2.0)],
        ),
        (
            {"a[{i}][{j}]": {"quantity": "temperature", "device": "{i}-{j}"}},
            {"a": [[1, 2], [], [3]]},
            [("0-0", "temperature", 1.0), ("0-1", "temperature", 2.0), ("2-0", "temperature", 3.0)],
        ),
        ({"*.v": "temperature"}, {"a": {"v": 1}, "b": {"w": 2}, "c": 3}, [("", "temperature", 1.0)]),
        ({"$.x[*]": "temperature"}, {"x": [1, None]}, [("", "temperature", 1.0)]),
        ({"a": "humidity"}, {"a": 61}, [("", "relative_humidity", 61.0)]),
        ({"{q}": "{q}"}, {"Humidity": 61, "TEMP": 2}, [("", "relative_humidity", 61.0), ("", "temperature", 2.0)]),
    ],
)  # fmt: skip
def test_values_stand_where_paths_lead(
    paths: dict[str, Any], payload: object, found: list[tuple[str, str, float]]
) -> None:
    """Keys, items, wildcards and captures, in the order of the message."""
    assert kept(told({"values": paths}, payload)) == found


@pytest.mark.parametrize(
    ("rule", "found", "value"),
    [
        ({"scale": 0.1}, 217, 21.7),
        ({"scale": 0.001}, 4805, 4.805),
        ({"scale": 0.5, "offset": -40}, 101, 10.5),
        ({"scale": -2}, 3, -6.0),
        ({"unit": "degF"}, 70.16, 21.2),
        ({"unit": "K", "scale": 0.1}, 2756.5, 2.5),
        ({"unit_at": "u"}, 212, 100.0),
        ({"numbers": "point"}, " 21.5 ", 21.5),
        ({"numbers": "point"}, "-.5e1", -5.0),
        ({"numbers": "comma"}, "21,5", 21.5),
        ({"numbers": "comma"}, "21", 21.0),
        ({"words": {"open": 1, "shut": 0}}, "OPEN", 1.0),
        ({"words": {"true": 1, "false": 0}}, False, 0.0),
        ({"absent": 0}, None, 0.0),
    ],
)
def test_numbers_are_converted(rule: dict[str, Any], found: object, value: float) -> None:
    """Scale and offset, then the unit; texts by the stated sign; words; what is left out because it is zero."""
    outcome = told({"values": {"v": {"quantity": "temperature", **rule}}}, {"v": found, "u": "F"})

    assert kept(outcome) == [("", "temperature", pytest.approx(value, abs=1e-12))]


def test_humidity_from_zero_to_one() -> None:
    """A ratio becomes per cent."""
    outcome = told({"values": {"h": {"quantity": "relative_humidity", "unit": "ratio"}}}, {"h": 0.48})

    assert kept(outcome) == [("", "relative_humidity", pytest.approx(48.0))]


@pytest.mark.parametrize(
    ("numbers", "found", "reason"),
    [
        ("refuse", "21.5", Reason.TEXT_NUMBER),
        ("point", "21,5", Reason.TEXT_NUMBER),
        ("comma", "21.5", Reason.TEXT_NUMBER),
        ("comma", "1.234,5", Reason.WRONG_TYPE),
        ("point", "nan", Reason.NOT_FINITE),
        ("point", "1e999", Reason.NOT_FINITE),
        ("point", "-", Reason.WRONG_TYPE),
        ("point", "1_0", Reason.WRONG_TYPE),
        ("point", "٣", Reason.TEXT_NUMBER),
        ("point", True, Reason.WRONG_TYPE),
        ("point", {}, Reason.WRONG_TYPE),
    ],
)
def test_numbers_that_are_none(numbers: str, found: object, reason: Reason) -> None:
    """At a path of its own whatever is no number is refused, and its neighbour kept."""
    rule = {"numbers": numbers, "values": {"v": "temperature", "w": "relative_humidity"}}
    outcome = told(rule, {"v": found, "w": 5})

    assert refused(outcome) == [(reason, "$.v")]
    assert kept(outcome) == [("", "relative_humidity", 5.0)]


def test_nan_infinity_and_immense_numbers() -> None:
    """JSON that is none, but is sent."""
    outcome = told(
        {"values": {"{q}": "{q}"}}, b'{"a": NaN, "b": -Infinity, "c": 1e999, "d": ' + b"9" * 400 + b"}"
    )

    assert [reason for reason, _ in refused(outcome)] == [Reason.NOT_FINITE] * 4


@pytest.mark.parametrize(
    ("rule", "stamp", "time_us"),
    [
        ({}, "2026-11-21T09:15:00.123456789Z", MOMENT_US),
        ({}, "2026-11-21T10:15:00.123456789+01:00", MOMENT_US),
        ({}, 1_795_252_500, MOMENT_US - 123_456),
        ({}, 1_795_252_500_123, MOMENT_US - 456),
        ({}, 1_795_252_500_123_456, MOMENT_US),
        ({}, 1_795_252_500_123_456_789, MOMENT_US),
        ({}, "1795252500", MOMENT_US - 123_456),
        ({}, 1_795_252_500.123456, MOMENT_US),
        ({"format": "s"}, "1795252500", MOMENT_US - 123_456),
        ({"format": "ns"}, 1_795_252_500_123_456_789, MOMENT_US),
        ({"format": "ms"}, 1_795_252_500_123.456, MOMENT_US),
        ({"zone": "Asia/Shanghai"}, "2026-11-21 17:15:00.123456", MOMENT_US),
        ({"zone": "Asia/Shanghai"}, "2026/11/21T17:15", MOMENT_US - 123_456),
        ({"zone": "Asia/Shanghai"}, "20261121171500", MOMENT_US - 123_456),
        ({"zone": "Asia/Shanghai"}, "2026-11-21T09:15:00Z", MOMENT_US - 123_456),
        ({"zone": "Asia/Kathmandu", "format": "%d.%m.%y %H:%M"}, "21.11.26 15:00", MOMENT_US - 123_456),
        ({"format": "%Y-%m-%d %H:%M:%S %z"}, "2026-11-21 10:15:00 +0100", MOMENT_US - 123_456),
        # An hour that comes twice is the first; one that is left out is read as in winter.
        ({"zone": "Europe/Berlin"}, "2026-10-25 02:30:00", 1_792_888_200_000_000),
        ({"zone": "Europe/Berlin"}, "2026-03-29 02:30:00", 1_774_747_800_000_000),
    ],
)
def test_times(rule: dict[str, Any], stamp: object, time_us: int) -> None:
    """Every way to write a time, exact to the microsecond."""
    assert time_of({"at": "t", **rule}, {"t": stamp}) == (time_us, 0)


@pytest.mark.parametrize(
    ("rule", "record", "found"),
    [
        ({}, {}, (RECEIVED_US, Flag.NO_TIME)),
        ({}, {"t": None}, (RECEIVED_US, Flag.NO_TIME)),
        ({}, {"t": 5.01}, Reason.CLOCK),
        ({}, {"t": "1970-01-01T00:01:00Z"}, Reason.CLOCK),
        ({"distrusted": "receipt"}, {"t": 5.01}, (RECEIVED_US, Flag.NO_TIME)),
        ({"distrusted": "receipt"}, {"t": 0}, (RECEIVED_US, Flag.NO_TIME)),
        (
            {"distrusted": "receipt", "distrust_before": "2020-01-01T00:00:00Z"},
            {"t": "2015-06-01T00:00:00Z"},
            (RECEIVED_US, Flag.NO_TIME),
        ),
        ({"distrusted": "receipt"}, {"t": "2031-01-01T00:00:00Z"}, Reason.CLOCK),
        ({"distrusted": "receipt"}, {"t": "soon"}, Reason.BAD_TIME),
        ({}, {"t": "2026-11-21 17:15:00"}, Reason.BAD_TIME),
        ({}, {"t": True}, Reason.BAD_TIME),
        ({}, {"t": [1]}, Reason.BAD_TIME),
        ({"format": "ms"}, {"t": "x"}, Reason.BAD_TIME),
        ({"format": "s"}, {"t": 1e300}, Reason.BAD_TIME),
        ({"zone": "Asia/Shanghai"}, {"t": "2026-13-21 17:15:00"}, Reason.BAD_TIME),
        ({"zone": "Asia/Shanghai"}, {"t": "2026-11-21 17:15:99"}, Reason.BAD_TIME),
        ({"zone": "Asia/Shanghai"}, {"t": "0001-01-01 00:00:00"}, Reason.CLOCK),
        ({"at": ["x", "$.t"]}, {"t": 1_795_252_500}, (MOMENT_US - 123_456, 0)),
    ],
)
def test_times_that_are_none(rule: dict[str, Any], record: dict[str, Any], found: object) -> None:
    """Missing is flagged; what cannot be believed is refused, unless the mapping takes the time of receipt for it."""
    assert time_of({"at": "t", **rule}, record) == found


def test_conditions_and_several_kinds_of_record() -> None:
    """Only what meets all conditions is taken; true is not 1; a list names several."""
    rule = {
        "records": [
            {"at": "[*]", "device": "{@.mac}", "values": {"t": "temperature"},
             "where": [{"at": "mac", "present": True}, {"at": "type", "is": ["S1", 1]}]},
            {"at": "[*]", "values": {"load": "ratio"}, "where": [{"at": "type", "not": ["S1", 1, True]}]},
        ]
    }  # fmt: skip
    payload = [
        {"type": "S1", "mac": "a", "t": 1},
        {"type": 1, "mac": "b", "t": 2},
        {"type": True, "mac": "c", "t": 3},
        {"type": "S1", "t": 4},
        {"type": "G", "load": 0.5},
    ]
    assert kept(told(rule, payload)) == [
        ("a", "temperature", 1.0),
        ("b", "temperature", 2.0),
        ("", "ratio", 0.5),
    ]


@pytest.mark.parametrize(
    ("message", "payload", "reason"),
    [
        ({"values": {"a": "temperature"}}, b"", Reason.EMPTY),
        ({"values": {"a": "temperature"}}, b"  ", Reason.EMPTY),
        ({"values": {"a": "temperature"}}, b"\xff", Reason.NOT_UTF8),
        ({"values": {"a": "temperature"}}, b"{'a': 1}", Reason.NOT_JSON),
        ({"values": {"a": "temperature"}}, b"[" * 40 + b"]" * 40, Reason.TOO_DEEP),
        ({"values": {"a": "temperature"}}, b"[" * 100_000, Reason.TOO_DEEP),
        ({"values": {"a": "temperature"}}, b"x" * (1 << 20 | 1), Reason.TOO_LARGE),
        ({"values": {"a": "temperature"}}, b"5", Reason.UNMAPPED),
        ({"at": "list[*]", "values": {"a": "temperature"}}, b'{"list": []}', Reason.UNMAPPED),
        ({"values": {"a": "temperature"}}, b'{"a": null}', Reason.NO_VALUES),
        ({"values": {"a": "temperature"}, "empty": "skip"}, b"{}", Reason.SKIPPED),
        ({"values": {"a": "temperature"}, "where": [{"at": "k", "present": True}]}, b"{}", Reason.SKIPPED),
        ({"skip": True}, b"\xff", Reason.SKIPPED),
        ({"values": {"[*]": "temperature"}}, b"[" + b"1," * 10_000 + b"1]", Reason.TOO_MANY_READINGS),
        ({"at": "[*]", "values": {"a": "temperature"}}, b"[" + b'{"a":1},' * 10_000 + b"{}]", None),
        ({"values": {"a": "temperature"}, "gateway": "{$.gw}"}, b'{"a": 1}', Reason.NO_NAME),
        ({"values": {"a": "temperature"}, "gateway": "{$.gw}"}, b'{"a": 1, "gw": "a b"}', Reason.BAD_GATEWAY),
        ({"payload": "line_protocol", "at": "[*]", "values": {"a": "b"}}, b"a b c", Reason.NOT_LINE_PROTOCOL),
        ({"payload": "line_protocol", "at": "[*]", "values": {"a": "b"}}, b"# only\n", Reason.UNMAPPED),
    ],
)
def test_messages_that_are_refused_as_a_whole(
    message: dict[str, Any], payload: bytes, reason: Reason | None
) -> None:
    """By name, with the mapping standing for a gateway that is not known."""
    outcome = told(message, payload)

    assert outcome.decoded.reason is reason
    assert (outcome.gateway, outcome.mapping) == ("m", "m")


def test_names_that_are_missing_or_unfit() -> None:
    """A device that is not named, or not fit to be, costs its own values only."""
    rule = {"at": "[*]", "device": "{@.id}", "values": {"t": "temperature"}}
    outcome = told(
        rule, [{"id": "a", "t": 1}, {"t": 2}, {"id": "b+", "t": 3}, {"id": 7, "t": 4}, {"id": 1.5, "t": 5}]
    )

    assert kept(outcome) == [("a", "temperature", 1.0), ("7", "temperature", 4.0)]
    assert refused(outcome) == [
        (Reason.NO_NAME, "$[1].t"),
        (Reason.BAD_NAME, "$[2].t"),
        (Reason.NO_NAME, "$[4].t"),
    ]


def test_gateways_and_devices_go_by_other_names() -> None:
    """What is found is looked up, and a gateway known only to the message is found before it is refused."""
    rule = {"gateway": "{$.ip}", "device": "{@.probe}", "values": {"t": "temperature"}}
    more = {"gateways": {"192.168.1.5": "hall-2"}, "devices": {"p 1": "door", "p 2": ""}}

    first = told(rule, {"ip": "192.168.1.5", "probe": "p 1", "t": 1}, **more)
    assert (first.gateway, kept(first)) == ("hall-2", [("door", "temperature", 1.0)])
    assert kept(told(rule, {"ip": "192.168.1.5", "probe": "p 2", "t": 1}, **more)) == [
        ("", "temperature", 1.0)
    ]
    assert (
        told(rule, {"ip": "192.168.1.6", "probe": "p", "t": 1}, **more).decoded.reason is Reason.BAD_GATEWAY
    )


def test_found_names_are_looked_up_or_left_out() -> None:
    """In the mapping's list, then among the well-known ones, then as `others` says; a known name needs a number."""
    names = {"t1": {"quantity": "temperature", "unit": "degF"}, "h1": "relative_humidity"}
    payload = {"t1": 32, "h1": "x", "rh": 50, "vendor": 3, "label": "y"}
    rule = {"values": {"{q}": "{q}"}}

    outcome = told(rule, payload, names=names)
    assert kept(outcome) == [("", "temperature", 0.0), ("", "relative_humidity", 50.0), ("", "vendor", 3.0)]
    assert refused(outcome) == [(Reason.WRONG_TYPE, "$.h1")]
    assert [q for _, q, _ in kept(told({**rule, "others": "leave"}, payload, names=names))] == [
        "temperature", "relative_humidity",
    ]  # fmt: skip


def test_text_csv_and_line_protocol() -> None:
    """A bare number, a decimal comma, cells, and points with tags, integers, nanoseconds and comments."""
    bare = {"payload": "text", "values": {"": "{g}"}, "topic": "x/{g}"}
    assert kept(told(bare, b" 21.5\n", "x/temperature")) == [("", "temperature", 21.5)]
    assert refused(told(bare, b"off", "x/temperature"))[0][0] is Reason.WRONG_TYPE
    cells = {"payload": "csv", "separator": ";", "numbers": "comma", "at": "[*]", "device": "{@[0]}",
             "values": {"[1]": "temperature"}}  # fmt: skip
    assert kept(told(cells, b"\xef\xbb\xbfa; 4,5\r\n\r\nb;-1\r\n")) == [
        ("a", "temperature", 4.5), ("b", "temperature", -1.0),
    ]  # fmt: skip
    lines = {"payload": "line_protocol", "at": "[*]", "device": "{@.tags.dev}", "time": {"at": "timestamp"},
             "values": {"fields.{q}": "{q}"}}  # fmt: skip
    told_ = told(
        lines, rb'env,dev=A1,site=w\ 1 temperature=21.5,humidity=48i,ok=t,msg="a b" 1795252500123456789'
    )
    assert sorted(kept(told_)) == [("A1", "relative_humidity", 48.0), ("A1", "temperature", 21.5)]
    assert set(told_.decoded.times) == {MOMENT_US}


def test_status_messages() -> None:
    """Online, offline, neither; with values beside it."""
    rule = {"gateway": "{g}", "status": {"at": "s", "online": [True, "up"], "offline": "down"}}
    assert [told(rule, {"s": s}).online for s in (True, "UP", "down")] == [True, True, False]
    assert refused(told(rule, {"s": "?"}))[0][0] is Reason.WRONG_TYPE
    both = told({**rule, "values": {"rssi": "rssi"}}, {"s": "up", "rssi": -60})
    assert (both.online, kept(both), both.gateway) == (True, [("", "rssi", -60.0)], "g1")


def test_the_more_literal_topic_wins_and_the_next_one_takes_what_does_not_fit() -> None:
    """Skips before captures; of two mappings on one topic the first that finds a record takes it."""
    one = {"format": 1, "key": "a", "message": [
        {"topic": "z/{d#}", "device": "{d}", "values": {"t": "temperature"}},
        {"topic": ["z/bridge/#", "z/+/availability"], "skip": True},
    ]}  # fmt: skip
    two = {"format": 1, "key": "b", "message": [
        {"topic": "z/{d#}", "device": "{d}", "at": "[*]", "values": {"t": "temperature"}},
    ]}  # fmt: skip
    both = Mapper([read_mapping(two), read_mapping(one)])

    def answer(topic: str, payload: bytes) -> tuple[str, object, list[str]]:
        outcome = both.apply(topic, payload, RECEIVED_US)
        assert outcome is not None
        return outcome.mapping, outcome.decoded.reason, outcome.decoded.devices

    assert answer("z/attic/north", b'{"t": 1}') == ("a", None, ["attic/north"])
    assert answer("z/attic", b'[{"t": 1}]') == ("b", None, ["attic"])
    assert answer("z/bridge/devices", b"[]") == ("a", Reason.SKIPPED, [])
    assert answer("z/attic/availability", b"x") == ("a", Reason.SKIPPED, [])
    assert both.apply("y/attic", b"1", RECEIVED_US) is None
