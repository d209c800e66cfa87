"""Numbers, units, times and durations look right in both languages and on the site's own clocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detect.nouns import Json
from texts import catalogue
from texts.formats import NOTHING, Locale, clock, duration, measure, number, plain, series, share, time

ENGLISH = Locale("en", "UTC", catalogue("en"))
CHINESE = Locale("zh", "Asia/Shanghai", catalogue("zh"))
S = 1_000_000


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (9.8, "9.8"),
        (31, "31"),
        (1234.5, "1,234.5"),
        (0.125, "0.125"),
        (-18.0, "−18"),
        (-0.0001, "0"),
        (1e15, "1,000,000,000,000,000"),
    ],
)
def test_numbers(value: float, shown: str) -> None:
    """No superfluous decimals, no negative zero, a true minus sign."""
    assert number(value, ENGLISH) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"value": 9.8, "quantity": "temperature"}, "9.8 °C"),
        ({"value": 8.004, "quantity": "temperature"}, "8 °C"),
        ({"value": 3.31, "quantity": "battery_voltage"}, "3.31 V"),
        ({"value": 1, "quantity": "door"}, "1"),
        ({"value": 7, "quantity": "salinity"}, "7"),
        ({"value": None, "quantity": "temperature"}, NOTHING),
    ],
)
def test_measured_values_carry_their_unit(value: Json, shown: str) -> None:
    """A value that is missing is shown as missing, an unknown quantity without a unit."""
    assert measure(value, ENGLISH) == shown


@pytest.mark.parametrize(
    ("us", "english", "chinese"),
    [
        (31 * 60 * S, "31 min", "31分钟"),
        (7_500 * S, "2 h 5 min", "2小时5分钟"),
        (7_200 * S, "2 h", "2小时"),
        (86_400 * S + 59 * S, "1 d", "1天"),
        (0, "0 s", "0秒"),
        (59_999_999, "1 min", "1分钟"),
        (400 * 86_400 * S, "400 d", "400天"),
    ],
)
def test_durations(us: int, english: str, chinese: str) -> None:
    """The two largest units, without zeros."""
    assert (duration(us, ENGLISH), duration(us, CHINESE)) == (english, chinese)


@given(st.integers(min_value=0, max_value=10**15))
def test_a_duration_is_never_empty(us: int) -> None:
    """Every duration has at least one unit, in both languages."""
    assert all(duration(us, locale).strip() for locale in (ENGLISH, CHINESE))


@pytest.mark.parametrize(
    ("us", "zone", "shown"),
    [
        (1_795_219_200 * S, "Asia/Shanghai", "2026-11-21 08:00 (UTC+08:00)"),
        (1_795_219_200 * S, "UTC", "2026-11-21 00:00 (UTC+00:00)"),
        (1_795_219_200 * S, "America/St_Johns", "2026-11-20 20:30 (UTC-03:30)"),
        (1_792_890_000 * S, "Europe/Berlin", "2026-10-25 02:00 (UTC+01:00)"),
        (1_792_886_400 * S, "Europe/Berlin", "2026-10-25 02:00 (UTC+02:00)"),
        (1_795_219_200 * S, "No/Where", "2026-11-21 00:00 (UTC+00:00)"),
    ],
)
def test_times_are_those_of_the_site(us: int, zone: str, shown: str) -> None:
    """The offset is always shown, so the doubled hour of October is not ambiguous, nor an unknown zone wrong."""
    assert time(us, Locale("en", zone, catalogue("en"))) == shown


def test_lists_and_series() -> None:
    """Readings are shown with the time of day, lists with the language's own comma."""
    points: Json = {"quantity": "temperature", "points": [[0, 9.7], [60 * S, 9.8]]}
    assert series(points, ENGLISH) == "00:00 9.7 °C, 00:01 9.8 °C"
    assert series(points, CHINESE) == "08:00 9.7 °C，08:01 9.8 °C"
    assert plain(["a", "b"], CHINESE) == "a、b"


@pytest.mark.parametrize("form", [time, clock, duration, share, series])
@pytest.mark.parametrize("value", [None, "text", [], {}])
def test_what_is_not_there_is_shown_as_such(form: object, value: Json) -> None:
    """A parameter of the wrong kind never breaks a page."""
    assert form(value, ENGLISH) == NOTHING  # type: ignore[operator]


def test_shares() -> None:
    """Coverage is a percentage with one decimal at most."""
    assert [share(value, ENGLISH) for value in (1.0, 0.9876, 0)] == ["100 %", "98.8 %", "0 %"]
