"""Times over HTTP: RFC 3339 with offset outside, µs inside, nothing lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from api.times import EPOCH, TimeIn, ZoneName, text_of, texts_of

READ = TypeAdapter(TimeIn)
ZONES = st.sampled_from([
    "UTC",
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Europe/Berlin",
    "Australia/Lord_Howe",
])
TIMES_US = st.integers(978_307_200_000_000, 4_102_444_800_000_000)


@settings(deadline=None)
@given(TIMES_US, ZONES)
def test_written_and_read_again(us: int, zone: str) -> None:
    """Every µs survives, in every zone."""
    assert READ.validate_python(text_of(us, ZoneInfo(zone))) == us


@settings(deadline=None)
@given(st.lists(TIMES_US, max_size=20), ZONES)
def test_a_column_is_written_as_its_times(times: list[int], zone: str) -> None:
    """The fast way for columns writes what the plain way writes, across changes of the clocks too."""
    assert texts_of(np.array(times, np.int64), ZoneInfo(zone)) == [text_of(t, ZoneInfo(zone)) for t in times]


def test_change_of_the_clocks() -> None:
    """Around the hour that Berlin has twice, the offset says which one is meant."""
    change = int(datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp()) * 1_000_000
    column = np.array([change - 1_000_000, change], np.int64)
    assert texts_of(column, ZoneInfo("Europe/Berlin")) == [
        "2026-10-25T02:59:59+02:00",
        "2026-10-25T02:00:00+01:00",
    ]


@pytest.mark.parametrize(
    ("text", "us"),
    [("2026-11-21T08:00:00Z", 1795248000000000), ("2026-11-21T16:00:00+08:00", 1795248000000000),
     ("2026-11-21T16:00:00 08:00", 1795248000000000), ("2026-11-21t08:00:00.5z", 1795248000500000)],
)  # fmt: skip
def test_forms_of_a_time(text: str, us: int) -> None:
    """Offsets, small letters, fractions, and the plus that a URL turned into a space."""
    assert READ.validate_python(text) == us


@pytest.mark.parametrize(
    "text",
    ["2026-11-21T08:00:00", "2026-11-21", "1795248000", 1795248000, None, "", "2026-13-01T00:00:00Z", "2026-11-21T08:00:00+99:00",
     "0001-01-01T00:00:00+23:59", "９９99-01-01T00:00:00Z", "2026-11-21T08:00:00Z\n"],
)  # fmt: skip
def test_what_is_no_time(text: object) -> None:
    """No offset, no such day, no text: refused, and never anything but a validation error."""
    with pytest.raises(ValidationError):
        READ.validate_python(text)


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "", "../etc/passwd", "/etc/passwd", "Asia", "\x00", "a" * 300]
)
def test_what_is_no_zone(name: str) -> None:
    """A zone is a name of the time zone database, and no path."""
    with pytest.raises(ValidationError):
        TypeAdapter(ZoneName).validate_python(name)


def test_the_epoch_is_utc() -> None:
    """0 µs is 1970 in UTC."""
    assert text_of(0) == "1970-01-01T00:00:00Z"
    assert EPOCH.tzinfo is UTC
