"""How numbers, measured values, times, durations and lists look in each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from detect.nouns import Json

NOTHING = "–"
"""Shown where there is no value."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHARE_DIGITS = 1
_MEASURE_DIGITS = 2
"""Finer than any sensor beside goods."""
_UNITS_OF_TIME = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


@dataclass(frozen=True, slots=True)
class Locale:
    """For whom is formatted: language, time zone, and the catalogue with the names of units and quantities."""

    lang: str
    time_zone: str
    texts: Mapping[str, str]


def plain(value: Json, locale: Locale) -> str:
    """Text as it is; numbers as `number`, lists with commas between."""
    if isinstance(value, list):
        return ("、" if locale.lang == "zh" else ", ").join(plain(item, locale) for item in value) or NOTHING
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value, locale)
    return NOTHING if value is None else str(value)


def number(value: Json, locale: Locale) -> str:
    """At most three decimals, none that is not needed: `9.8`, `31`, `0.125`, `1,234.5`."""
    if not isinstance(value, int | float):
        return plain(value, locale)
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def share(value: Json, locale: Locale) -> str:
    """0…1 as a percentage."""
    if not isinstance(value, int | float):
        return NOTHING
    return f"{number(round(value * 100, _SHARE_DIGITS), locale)} %"


def measure(value: Json, locale: Locale) -> str:
    """`{"value": 9.8, "quantity": "temperature"}` with the quantity's unit: `9.8 °C`."""
    if not isinstance(value, dict):
        return number(value, locale)
    measured = value.get("value")
    if not isinstance(measured, int | float):
        return NOTHING
    unit = locale.texts.get(f"unit.{value.get('quantity')}", "")
    return f"{number(round(measured, _MEASURE_DIGITS), locale)} {unit}".rstrip()


def series(value: Json, locale: Locale) -> str:
    """`{"quantity": …, "points": [[time in µs, value], …]}`: `08:01 9.7 °C, 08:02 9.8 °C`."""
    points = value.get("points") if isinstance(value, dict) else None
    if not isinstance(points, list) or not isinstance(value, dict):
        return NOTHING
    shown = [
        f"{clock(point[0], locale)} {measure({'value': point[1], 'quantity': value.get('quantity')}, locale)}"
        for point in points
        if isinstance(point, list) and len(point) == 2
    ]
    return ("，" if locale.lang == "zh" else ", ").join(shown) or NOTHING


def time(value: Json, locale: Locale) -> str:
    """µs UTC on the clocks of the place: `2026-11-21 08:00 (UTC+08:00)`; both languages read the ISO order."""
    if not isinstance(value, int):
        return NOTHING
    moment = _local(value, locale)
    return f"{moment:%Y-%m-%d %H:%M} (UTC{moment.isoformat()[-6:]})"


def clock(value: Json, locale: Locale) -> str:
    """The time of day only: `08:00`."""
    return f"{_local(value, locale):%H:%M}" if isinstance(value, int) else NOTHING


def duration(value: Json, locale: Locale) -> str:
    """µs as its two largest units: `31 min`, `2 h 5 min`; `31分钟`, `2小时5分钟`."""
    if not isinstance(value, int | float):
        return NOTHING
    rest = round(abs(value) / 1_000_000)
    parts: list[tuple[str, int]] = []
    for unit, seconds in _UNITS_OF_TIME:
        count, rest = divmod(rest, seconds)
        parts.append((unit, count))
    first = next((i for i, (_, count) in enumerate(parts) if count), len(parts) - 1)
    shown = [(unit, count) for unit, count in parts[first : first + 2] if count or first == len(parts) - 1]
    if locale.lang == "zh":
        return "".join(f"{count}{locale.texts[f'time.{unit}']}" for unit, count in shown)
    return " ".join(f"{count} {locale.texts[f'time.{unit}']}" for unit, count in shown)


FORMATS: Mapping[str, Callable[[Json, Locale], str]] = {
    "plain": plain, "number": number, "share": share, "measure": measure, "series": series,
    "time": time, "clock": clock, "duration": duration,
}  # fmt: skip
"""The formats a catalogue may name, beside `text` and `word`."""


def _local(time_us: int, locale: Locale) -> datetime:
    return (_EPOCH + timedelta(microseconds=time_us)).astimezone(_zone(locale.time_zone))


@cache
def _zone(name: str) -> ZoneInfo:
    """The zone, or UTC for a name this machine does not know: the offset that is shown says so."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
