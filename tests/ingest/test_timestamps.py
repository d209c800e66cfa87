"""Time stamps become exact µs, whatever their unit and writing, or are refused by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fields import Fault
from ingest.nouns import EARLIEST_US, MAX_AHEAD_US, US_PER_SECOND, Reason
from ingest.timestamps import event_time, to_us

END_2286_US = 10**16 - 1
END_2242_US = 2**33 * US_PER_SECOND
"""Until then a double of epoch seconds tells neighbouring µs apart."""
RECEIVED_US = 1_795_300_000_000_000

times_us = st.integers(EARLIEST_US, END_2286_US)
moments = times_us.map(lambda time_us: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us))


def us(moment: datetime) -> int:
    """Exact µs of an aware moment."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@given(times_us)
def test_an_integer_is_read_in_the_unit_of_its_size(time_us: int) -> None:
    """Between 2001 and 2286 seconds, milli-, micro- and nanoseconds never take one another's place."""
    assert to_us(time_us // 10**6) == time_us // 10**6 * 10**6
    assert to_us(time_us // 10**3) == time_us // 10**3 * 10**3
    assert to_us(time_us) == time_us
    assert to_us(time_us * 1_000 + 999) == time_us


@given(st.integers(EARLIEST_US, END_2242_US))
def test_float_seconds_keep_every_microsecond(time_us: int) -> None:
    """No drift from binary fractions: 1700000000.123 is …123000 µs."""
    assert to_us(float(f"{time_us // 10**6}.{time_us % 10**6:06}")) == time_us
    assert to_us(time_us / 1_000) == time_us
    assert to_us(float(time_us)) == time_us


def test_float_seconds_by_example() -> None:
    """The example of the brief."""
    assert to_us(1700000000.123) == 1_700_000_000_123_000


@given(
    moments,
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from("Tt "),
    st.integers(0, 999),
)
def test_rfc_3339_is_read_exactly(utc: datetime, offset_min: int, separator: str, nanos: int) -> None:
    """Any offset and separator; digits beyond µs are cut off."""
    moment = utc.astimezone(timezone(timedelta(minutes=offset_min)))
    text = moment.isoformat(separator, "microseconds")
    with_nanos = f"{text[:26]}{nanos:03}{text[26:]}"

    assert to_us(text) == to_us(with_nanos) == us(moment)


@given(moments)
def test_whole_seconds_in_utc_are_read_alike_in_every_writing(utc: datetime) -> None:
    """The fast way ("…:00Z") agrees with all the others."""
    moment = utc.replace(microsecond=0)
    plain = moment.strftime("%Y-%m-%dT%H:%M:%S")

    endings = ("Z", "z", "+00:00", "-00:00", "+0000", ".0Z", ".000000000Z")
    assert {to_us(plain + ending) for ending in endings} == {us(moment)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2017-01-01T07:59:60+08:00", "2017-01-01T00:00:00Z"),
        ("2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z"),
    ],
)
def test_leap_seconds_and_days(text: str, expected: str) -> None:
    """A leap second is the first instant of the next minute; a leap day is a day."""
    assert to_us(text) == us(datetime.fromisoformat(expected))


@pytest.mark.parametrize(
    "value",
    [
        "", "now", "1700000000", "1700000000.5", "2024-03-01", "2024-03-01T08:00:00", "2024-03-01T08:00Z",
        "2024-03-01T08:00,5Z", "2024-W09-5T08:00:00Z", "2024-02-30T08:00:00Z", "2024-03-01T25:00:00Z",
        "2024-03-01T08:00:00 Z", "2024-03-01T08:00:00Z ", "2024-03-01T08:00:00Z\n", "2024-03-01T08:00:00.Z",
        "２024-03-01T08:00:00Z", "2023-02-29T08:00:00Z", "0000-01-01T00:00:00Z", "2024-03-01T08:00:61Z",
        True, None, [], {}, float("nan"), float("inf"), -float("inf"), 1e300, 10**19, -(10**19), 10**400,
    ],
)  # fmt: skip
def test_what_is_no_time_is_bad_time(value: object) -> None:
    """Numbers as text, times without an offset and what cannot be are refused, never guessed."""
    answer = event_time(value, RECEIVED_US)

    assert isinstance(answer, Fault)
    assert answer.reason is Reason.BAD_TIME


@given(
    st.integers(-(10**22), 10**22)
    | st.floats()
    | st.text()
    | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
)
def test_an_accepted_time_is_within_the_window(value: object) -> None:
    """Whatever comes, the answer is a time between 2001 and 10 minutes ahead, or a named fault."""
    answer = event_time(value, RECEIVED_US)

    if isinstance(answer, Fault):
        assert answer.reason in {Reason.BAD_TIME, Reason.CLOCK}
    else:
        assert type(answer) is int
        assert EARLIEST_US <= answer <= RECEIVED_US + MAX_AHEAD_US


def test_the_window_ends_where_it_is_said_to_end() -> None:
    """2001-01-01 and receipt + 10 min are in, a microsecond beyond is out."""
    assert event_time("2001-01-01T00:00:00Z", RECEIVED_US) == EARLIEST_US
    assert event_time(RECEIVED_US + MAX_AHEAD_US, RECEIVED_US) == RECEIVED_US + MAX_AHEAD_US
    for outside in (EARLIEST_US - 1, RECEIVED_US + MAX_AHEAD_US + 1, 0, -1, 5.01, 946_684_800_000):
        answer = event_time(outside, RECEIVED_US)
        assert isinstance(answer, Fault)
        assert answer.reason is Reason.CLOCK
