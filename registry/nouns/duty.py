"""Who is on duty and on call when, who is away, and which people are a team."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from registry.nouns.registered import Registered
from registry.nouns.words import ALWAYS_US


class Weekday(StrEnum):
    """The days of the week, Monday first as in ISO 8601."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Level(StrEnum):
    """What somebody on a rota is called for: the rungs of the ladder."""

    KEEPER = "keeper"
    """The keeper on duty: first on the spot."""
    FIRST = "first"
    """The engineer on call."""
    SECOND = "second"
    """The engineer behind the first one."""
    SUPERVISOR = "supervisor"
    HEAD = "head"


class AbsenceReason(StrEnum):
    """Why somebody is away; only the planners see it."""

    LEAVE = "leave"
    SICK = "sick"
    TRAINING = "training"
    TRAVEL = "travel"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Registered):
    """People who work together, and for whom."""

    customers: tuple[str, ...] = ()
    """The customers to whom it is dedicated."""
    regions: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    """What all of its people can do."""
    calendar: str = ""
    """The working calendar by which it works; "" = that of the policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift(Registered):
    """When a person works: one dated stretch, or on some weekdays from one time of day to another."""

    person: str
    from_us: int = ALWAYS_US
    to_us: int | None = None
    """Exclusive; None = until it is changed. A shift without days lasts from `from_us` to `to_us` without a break."""
    days: tuple[Weekday, ...] = ()
    """On which days it begins, as the clocks of `time_zone` say."""
    starts: str = ""
    """HH:MM."""
    ends: str = ""
    """HH:MM; not later than `starts`: on the next day."""
    time_zone: str = "Asia/Shanghai"
    """IANA name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence(Registered):
    """A person is away from–to (`to_us` exclusive) and gets no work meanwhile, whatever shift or rota says."""

    person: str
    from_us: int
    to_us: int
    reason: AbsenceReason = AbsenceReason.LEAVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A dated stretch of a rota; it goes before the rotation (a swap, a holiday), and a later one before an earlier one."""

    person: str
    from_us: int
    to_us: int
    """Exclusive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota(Registered):
    """Who is on call at one level: people in turn, handed over at one time of day, and dated turns before that.

    It holds for its site; without one for its team's tickets; without that for its region; without any of them everywhere.
    """

    level: Level
    site: str | None = None
    team: str | None = None
    region: str = ""
    time_zone: str = "Asia/Shanghai"
    """IANA name: on whose clocks the hand-over is."""
    people: tuple[str, ...] = ()
    """In the order of their turns; empty = dated turns alone."""
    starts_us: int = ALWAYS_US
    """When the first of them begins. Every hand-over is at the same time of day."""
    turn_days: int = 7
    """How many days a turn lasts."""
    turns: tuple[Turn, ...] = ()
