"""What goes over the wire about forecasts: of a zone now, what was announced, weather, schedules."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from api.times import TimeText, text_of, text_of_optional, texts_of
from detect.forecasts.nouns import Curve, Foretold, NoForecast, ZoneForecast
from store.repositories.forecasts import Announced
from store.repositories.weather import Schedule, WeatherIssue
from texts import Language, render


class CurveView(msgspec.Struct, frozen=True):
    """What a quantity is expected to be, hour by hour: nine of ten times below `p90`, one of ten below `p10`."""

    time: list[TimeText]
    p10: list[float]
    p50: list[float]
    p90: list[float]


class WhyNoneView(msgspec.Struct, frozen=True):
    """Why nothing is foretold."""

    code: str
    text: str


class LimitForecastView(msgspec.Struct, frozen=True):
    """When a limit will be passed. `p10`, `p50`, `p90`: of the courses that pass it; null if none does."""

    band: str
    quantity: str
    side: str
    limit: float
    lag_s: float
    """By how much the goods lag behind the air that it is about."""
    value: float | None
    """Now."""
    probability: float | None
    """That it is passed within the horizon."""
    p10: TimeText | None
    p50: TimeText | None
    p90: TimeText | None
    issued: TimeText
    expires: TimeText
    model: str
    why_none: WhyNoneView | None
    curve: CurveView | None


class AnnouncedView(msgspec.Struct, frozen=True):
    """A breach that was announced, what was said first and last, and what became of it."""

    finding: str
    zone: str
    band: str
    quantity: str
    side: str
    limit: float
    model: str
    announced: TimeText
    first_p10: TimeText | None
    first_p50: TimeText | None
    first_p90: TimeText | None
    issued: TimeText
    expires: TimeText
    p10: TimeText | None
    p50: TimeText | None
    p90: TimeText | None
    probability: float
    state: str
    """standing, came_true, withdrawn, expired or retracted."""
    ended: TimeText | None


class ZoneForecastView(msgspec.Struct, frozen=True):
    """The forecast of a zone, reckoned when it was asked for, and what stands announced."""

    zone: str
    horizon_h: int
    limits: list[LimitForecastView]
    why_none: WhyNoneView | None
    announced: list[AnnouncedView]


class KeptView(msgspec.Struct, frozen=True):
    """How what was announced turned out."""

    ended: int
    came_true: int
    within: int
    """Of those that came true: within the first-announced P10…P90."""


class AnnouncedListView(msgspec.Struct, frozen=True):
    """Announcements, the newest first, and how those of them that are over turned out."""

    items: list[AnnouncedView]
    kept: KeptView


class WeatherHourView(msgspec.Struct, frozen=True):
    """°C and %."""

    valid: TimeText
    temperature: float
    relative_humidity: float


class WeatherIssueView(msgspec.Struct, frozen=True):
    """A weather forecast as it was issued."""

    issued: TimeText
    source: str
    hours: list[WeatherHourView]


class WeatherView(msgspec.Struct, frozen=True):
    """The weather forecasts of a site, the newest first."""

    site: str
    issues: list[WeatherIssueView]


class PlannedView(msgspec.Struct, frozen=True):
    """A planned event: `doors_open` or `machines_off`."""

    kind: str
    start: TimeText
    end: TimeText


class ScheduleView(msgspec.Struct, frozen=True):
    """What is planned for a zone, and what was; the ETag is its version (none: nothing ever was)."""

    zone: str
    version: int
    events: list[PlannedView]


def forecast_view(
    found: ZoneForecast, announced: Sequence[Announced], horizon_h: int, lang: Language
) -> ZoneForecastView:
    """A zone's forecast with words."""
    limits = [_limit(one, lang) for one in found.foretold]
    return ZoneForecastView(
        found.zone, horizon_h, limits, _why(found.none, lang), [announced_view(one) for one in announced]
    )


def announced_view(one: Announced) -> AnnouncedView:
    """An announcement."""
    return AnnouncedView(
        one.id, one.zone, one.band, one.quantity, one.side, one.value, one.model, text_of(one.announced_us),
        text_of_optional(one.first_p10_us), text_of_optional(one.first_p50_us), text_of_optional(one.first_p90_us),
        text_of(one.issued_us), text_of(one.expires_us), text_of_optional(one.p10_us), text_of_optional(one.p50_us),
        text_of_optional(one.p90_us), one.probability, one.state, text_of_optional(one.ended_us),
    )  # fmt: skip


def kept_view(found: Sequence[Announced]) -> KeptView:
    """Of so many announcements that are over, how many came true, and how many of those when it was said."""
    over = [one for one in found if one.ended_us is not None and one.state != "retracted"]
    true = [one for one in over if one.state == "came_true"]
    within = [
        one
        for one in true
        if one.first_p10_us is not None
        and one.first_p90_us is not None
        and one.ended_us is not None
        and one.first_p10_us <= one.ended_us <= one.first_p90_us
    ]
    return KeptView(len(over), len(true), len(within))


def issue_view(issue: WeatherIssue) -> WeatherIssueView:
    """A weather forecast."""
    hours = [WeatherHourView(text_of(h.valid_us), h.temperature, h.relative_humidity) for h in issue.hours]
    return WeatherIssueView(text_of(issue.issued_us), issue.source, hours)


def schedule_view(schedule: Schedule) -> ScheduleView:
    """What is planned."""
    events = [PlannedView(e.kind, text_of(e.from_us), text_of(e.to_us)) for e in schedule.events]
    return ScheduleView(schedule.zone, schedule.version, events)


def _limit(one: Foretold, lang: Language) -> LimitForecastView:
    limit, said = one.limit, one.none is None
    return LimitForecastView(
        limit.band, limit.quantity, limit.side, limit.limit, one.lag_us / 1e6,
        None if one.value is None else round(one.value, 2), one.probability if said else None,
        text_of_optional(one.p10_us), text_of_optional(one.p50_us), text_of_optional(one.p90_us),
        text_of(one.issued_us), text_of(one.expires_us), one.model, _why(one.none, lang), _curve(one.curve),
    )  # fmt: skip


def _why(none: NoForecast | None, lang: Language) -> WhyNoneView | None:
    return None if none is None else WhyNoneView(str(none), render(f"forecast.none.{none}", {}, lang))


def _curve(curve: Curve | None) -> CurveView | None:
    if curve is None:
        return None
    rows = [[round(value, 2) for value in row.tolist()] for row in (curve.p10, curve.p50, curve.p90)]
    return CurveView(texts_of(curve.time_us), *rows)
