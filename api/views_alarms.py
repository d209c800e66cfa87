"""What goes over the wire about alarms: who acknowledged, shelves, windows, decisions, and how good the alarms are."""

from __future__ import annotations

import msgspec

from api.times import TimeText


class AckView(msgspec.Struct, frozen=True):
    """That somebody has seen what an alarm calls for."""

    principal: str | None
    time: TimeText
    comment: str


class ShelfView(msgspec.Struct, frozen=True):
    """An alarm that is put aside, or is to be."""

    state: str
    """one_shot_shelved (until it returns to normal) or timed_shelved; OPC UA's names."""
    by: str | None
    reason: str
    since: TimeText
    until: TimeText
    waits_for_second: bool
    """It is critical: not shelved until another person confirms."""
    confirmed_by: str | None


class AlarmView(msgspec.Struct, frozen=True):
    """The condition behind a cause."""

    id: str
    version: int
    cause: str
    kind: str
    subject: str
    zone: str | None
    severity: str
    state: str
    """normal, active_unacked, active_acked, returned_unacked, latched_unacked, latched_acked, shelved, suppressed, out_of_service"""
    condition: str
    """The state without what covers it: one of the first six."""
    active: bool
    active_since: TimeText
    returned: TimeText | None
    acked_by: str | None
    """Who acknowledged first what it calls for now."""
    ticket: str | None
    """Id of the ticket that works on it, or did last."""
    shelf: ShelfView | None
    suppressed_by: str | None
    """maintenance:<id>, defrost:<id>, plan:<zone> or alarm:<cause>"""
    out_of_service: str | None
    """Id of the entry by which what it is about is out of service."""
    flapping: bool
    """It comes and goes too fast to be told each time."""
    latched: bool
    """An excursion is over, and what becomes of the goods is not decided."""


class DecisionView(msgspec.Struct, frozen=True):
    """What was decided about goods."""

    lot: str
    """Empty: about goods that no record names."""
    decision: str
    reason: str
    principal: str | None
    time: TimeText


class AlarmFull(AlarmView, frozen=True, kw_only=True):
    """An alarm with who acknowledged it and what is, or is to be, decided."""

    acks: list[AckView]
    undecided: list[str]
    """Ids of the excursions about whose goods nobody has decided."""
    lots: list[str]
    """The lots that were in them and wait for a decision."""
    decisions: list[DecisionView]


class StillView(msgspec.Struct, frozen=True):
    """A time in which the alarms of something call nobody; alarms about goods always do."""

    id: str
    version: int
    sort: str
    """maintenance, defrost or out_of_service"""
    subject: str
    start: TimeText
    end: TimeText | None
    """null: until it is put back."""
    reason: str
    by: str
    state: str
    """planned, running, over or cancelled"""
    recorded: TimeText


class AlarmLoadView(msgspec.Struct, frozen=True):
    """What people were told; per person where it says so. Acceptable are 6 an hour, 144 a day, 1 in ten minutes."""

    alarms: int
    per_operator_hour: float
    per_operator_day: float
    per_operator_ten_minutes: float
    most_in_ten_minutes: int
    share_of_ten_minutes_above_ten: float
    """At most 0.01."""


class AlarmHourView(msgspec.Struct, frozen=True):
    """What people were told in one hour, all of them together."""

    hour: TimeText
    alarms: int
    most_in_ten_minutes: int


class FloodsView(msgspec.Struct, frozen=True):
    """From ten alarms within ten minutes until fewer than five."""

    floods: int
    share_of_time: float
    """Below 0.01."""
    alarms: int
    longest_s: float


class MixView(msgspec.Struct, frozen=True):
    """Shares of low (advice, warning), medium (alarm) and high (critical) priority, and what they should be."""

    low: float
    medium: float
    high: float
    low_target: float
    medium_target: float
    high_target: float


class ActionView(msgspec.Struct, frozen=True):
    """What became of the tickets that alarms opened."""

    tickets: int
    withdrawn: int
    cancelled: int
    judged: int
    needed_action_share: float | None
    """Of those that engineers judged, or that ended with a resolution, the share that was right; null if there are none."""
    by_resolution: int
    """Nobody judged them, and the resolution says whether there was anything to do for us."""


class NightCallsView(msgspec.Struct, frozen=True):
    """Critical messages to one person in one night (22–6 h)."""

    person: str
    night: str
    """The date of its evening."""
    calls: int


class BadActorView(msgspec.Struct, frozen=True):
    """One of the alarms that came most often, with what would have kept it quiet."""

    alarm: str
    cause: str
    raised: int
    share: float
    """Of all that came."""
    cure: str
    """deadband, off_delay, on_delay or none: the one that would have removed most"""
    delay_s: float
    deadband: float | None
    """In `unit`, for the limit's own; null where a delay helps more, or nothing does."""
    unit: str
    removed_share: float
    """Of its transitions (deadband: of its findings), those that would not have been."""
    advice: str


class ShelvedView(msgspec.Struct, frozen=True):
    """A shelf as it stands now."""

    alarm: str
    cause: str
    state: str
    by: str
    reason: str
    since: TimeText
    until: TimeText
    confirmed_by: str | None
    waits_for_second: bool
    returned: TimeText | None


class AlarmQualityView(msgspec.Struct, frozen=True):
    """How good the alarms are to the people in front of them (EEMUA 191, ISA-18.2)."""

    start: TimeText
    end: TimeText
    site: str | None
    operators: int
    load: AlarmLoadView
    hours: list[AlarmHourView]
    """The last hours on the clock, those of a week at most, in order."""
    floods: FloodsView
    chattering: list[str]
    """Causes that came or went three times within a minute; there should be none."""
    fleeting: int
    """Over within a minute."""
    stale: list[str]
    """Causes that have gone on for more than a day; fewer than five."""
    standing: int
    """That go on at the end."""
    mix: MixView
    acknowledged_median_s: float | None
    acknowledged_p90_s: float | None
    action: ActionView
    calls: list[NightCallsView]
    worst: list[BadActorView]
    unauthorised_suppressions: int
    """Shelved without a reason; the machinery allows none."""
    shelved: list[ShelvedView]
