"""A policy document becomes a policy, or `BadPolicy` names the field that stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import combinations
from typing import TypeVar, cast
from zoneinfo import available_timezones

from detect.nouns import Json, Kind, Severity
from tickets.clocks import calendars, holidays
from tickets.clocks.calendars import Calendar
from tickets.clocks.policies import (
    PROMISED,
    Ends,
    Feedback,
    Impact,
    Ladder,
    Measure,
    Offer,
    Policy,
    Rule,
    Selector,
    Side,
    Since,
    Stage,
    Step,
)
from tickets.clocks.tables import BadPolicy, Table, unique
from tickets.notices import Urgency
from tickets.nouns import Category, Hold, Phase, Priority, TicketKind, TicketState

ALWAYS = Calendar("always")
"""Round the clock; every policy has it."""
SECTIONS = (
    "grades", "priority", "quiet_minutes", "calendar", "promise", "target", "stage", "pauses", "warnings", "escalation",
    "compensation", "feedback", "impact",
)  # fmt: skip
"""The parts of a document beside version and validity. What a document leaves out is as in the shipped one."""
PAUSES_OF_PROMISES = frozenset({Hold.CUSTOMER, Hold.FORCE_MAJEURE})
_FACTS: Mapping[str, Callable[[str], object]] = {
    "kind": TicketKind, "category": Category, "phase": Phase, "grade": str, "priority": Priority.__getitem__,
}  # fmt: skip
Named = TypeVar("Named", Rule, Stage, Offer)
_WHO = ("keeper_on_duty", "on_call_1", "on_call_2", "supervisor", "head")


def read(document: Mapping[str, object], version: str, valid_from_us: int) -> Policy:
    """The policy that a whole document describes.

    Raises:
        BadPolicy: a field is missing, unknown, or not what it must be; or two rules hold for the same tickets.
    """
    top = Table(document)
    top.only("version", "valid_from", *SECTIONS)
    known = _calendars(top)
    promises, targets = (_rules(top, side, known) for side in Side)
    stages, offers = _stages(top, known), _offers(top)
    _refuse_ties(promises, targets, stages, offers)
    return Policy(
        version=version, valid_from_us=valid_from_us, grades=tuple(top.texts("grades")), priority=_priorities(top),
        quiet_us=_quiet(top), calendars=known, promises=promises, targets=targets, stages=stages, pauses=_pauses(top),
        warnings=_warnings(top), ladders=_ladders(top, known), offers=offers, feedback=_feedback(top, known),
        impact=_impact(top.table("impact")), document=jsonable(document),
    )  # fmt: skip


def completed(document: Mapping[str, object], base: Mapping[str, object]) -> dict[str, object]:
    """The document with the parts of `base` that it leaves out."""
    return {name: base[name] for name in SECTIONS if name in base} | dict(document)


def jsonable(document: Mapping[str, object]) -> dict[str, Json]:
    """The document's own parts, dates as texts."""
    return {name: _json(value) for name, value in document.items() if name in SECTIONS}


def _json(value: object) -> Json:
    if isinstance(value, Mapping):
        return {str(name): _json(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_json(one) for one in value]
    return value.isoformat() if isinstance(value, date | datetime) else cast(Json, value)


def _selector(table: Table, *more: str) -> Selector:
    """The facts that a rule names; `more` are its other fields."""
    table.only(*_FACTS, *more)
    found: dict[str, frozenset[str]] = {}
    for name, member in _FACTS.items():
        if name in table:
            said = table.texts(name)
            for value in said:
                _checked(table, name, member, value)
            found[name] = frozenset(said)
    return Selector(**found)


def _checked(table: Table, name: str, member: Callable[[str], object], value: str) -> None:
    try:
        member(value)
    except (ValueError, KeyError) as error:
        raise table.fault(name, f"there is no {name} {value!r}") from error


def _calendars(top: Table) -> dict[str, Calendar]:
    tables = list(top.tables("calendar"))
    found = [_calendar(table) for table in tables]
    unique([(table, one.name) for table, one in zip(tables, found, strict=True)])
    return {ALWAYS.name: ALWAYS} | {one.name: one for one in found}


def _calendar(table: Table) -> Calendar:
    table.only("name", "shifts", "holidays", "closed", "open", "open_as", "time_zone")
    shifts, country = table.read("shifts", calendars.shift), table.text("holidays", "")
    zone, open_as = table.text("time_zone", ""), table.text("open_as", "mon")
    if not shifts:
        raise table.fault("shifts", "there is none; round the clock is the calendar 'always'")
    if country and not holidays.exists(country):
        raise table.fault("holidays", f"nobody knows the holidays of {country!r}")
    if zone and zone not in available_timezones():
        raise table.fault("time_zone", f"there is no time zone {zone!r}")
    if open_as not in calendars.DAYS:
        raise table.fault("open_as", f"{open_as!r} is no day of the week")
    name = table.text("name")
    if name == ALWAYS.name:
        raise table.fault("name", "'always' is round the clock and cannot be another")
    return Calendar(
        name, shifts, country, table.dates("closed"), table.dates("open"), calendars.DAYS.index(open_as), zone
    )


def _calendar_of(table: Table, known: Mapping[str, Calendar]) -> Calendar:
    name = table.text("calendar", ALWAYS.name)
    if name not in known:
        raise table.fault("calendar", f"there is no calendar {name!r}")
    return known[name]


def _rules(top: Table, side: Side, known: Mapping[str, Calendar]) -> tuple[Rule, ...]:
    tables = list(top.tables(side))
    found = tuple(_rule(table, side, known) for table in tables)
    unique([(table, one.name) for table, one in zip(tables, found, strict=True)])
    return found


def _rule(table: Table, side: Side, known: Mapping[str, Calendar]) -> Rule:
    measures = [str(measure) for measure in PROMISED]
    selector = _selector(table, "name", "calendar", "contracted", *measures)
    allowed = {measure: _allowed(table, measure) for measure in PROMISED if measure in table}
    if not allowed:
        raise table.fault("resolution", f"one of {', '.join(measures)} is needed")
    return Rule(
        table.text("name"), side, selector, _calendar_of(table, known), allowed, table.flag("contracted")
    )


def _allowed(table: Table, measure: Measure) -> dict[Priority, int]:
    """A duration for all priorities, or a table of one for each."""
    said = table.raw(measure)
    if not isinstance(said, Mapping):
        return dict.fromkeys(Priority, _positive(table, measure, said))
    by_name = table.table(measure)
    by_name.only(*Priority.__members__)
    return {priority: _positive(by_name, priority.name, by_name.raw(priority.name)) for priority in Priority}


def _positive(table: Table, name: str, value: object) -> int:
    found = table.duration_of(name, value)
    if not 0 < found <= 366 * 86_400_000_000:
        raise table.fault(name, f"{value!r} must be more than nothing and at most 366 d")
    return found


def _stages(top: Table, known: Mapping[str, Calendar]) -> tuple[Stage, ...]:
    own = ("name", "calendar", "since", "until", "within")
    tables = list(top.tables("stage"))
    found = tuple(
        Stage(
            table.text("name"), _selector(table, *own), _calendar_of(table, known), table.one_of("since", Since),
            table.one_of("until", TicketState), _positive(table, "within", table.raw("within")),
        )
        for table in tables
    )  # fmt: skip
    unique([(table, one.name) for table, one in zip(tables, found, strict=True)])
    return found


def _pauses(top: Table) -> dict[Side, frozenset[Hold]]:
    table = top.table("pauses")
    table.only(*Side)
    found = {side: frozenset(table.member(side, Hold, value) for value in table.texts(side)) for side in Side}
    if found[Side.PROMISE] - PAUSES_OF_PROMISES:
        raise table.fault("promise", "a promise pauses for the customer or proven force majeure only")
    if Hold.OTHER in found[Side.TARGET]:
        raise table.fault("target", "'other' pauses no clock")
    return found


def _warnings(top: Table) -> tuple[int, ...]:
    said = top.raw("warnings")
    shares = said if isinstance(said, list) else []
    if not all(isinstance(one, int) and not isinstance(one, bool) and 0 < one < 100 for one in shares):
        raise top.fault("warnings", "must be a list of whole percents between 1 and 99")
    return tuple(sorted(set(cast(Sequence[int], shares))))


def _ladders(top: Table, known: Mapping[str, Calendar]) -> tuple[Ladder, ...]:
    tables = list(top.tables("escalation"))
    found = tuple(_ladder(table, known) for table in tables)
    unique([(table, one.name) for table, one in zip(tables, found, strict=True)])
    return found


def _ladder(table: Table, known: Mapping[str, Calendar]) -> Ladder:
    selector = _selector(table, "name", "until", "urgency", "step", "calendar", "within_act_by")
    steps = []
    for one in table.tables("step"):
        one.only("after", "who")
        if one.raw("who") not in _WHO:
            raise one.fault("who", f"one of {', '.join(_WHO)} was expected")
        steps.append(Step(one.duration("after"), one.text("who")))
    if not steps or steps != sorted(steps, key=lambda step: step.after_us):
        raise table.fault("step", "there must be some, the earliest first")
    return Ladder(
        table.text("name"), selector, table.one_of("until", Ends),
        table.one_of("urgency", Urgency, Urgency.HIGH), tuple(steps), _calendar_of(table, known),
        table.flag("within_act_by"),
    )  # fmt: skip


def _offers(top: Table) -> tuple[Offer, ...]:
    tables = list(top.tables("compensation"))
    found = tuple(_offer(table) for table in tables)
    unique([(table, one.name) for table, one in zip(tables, found, strict=True)])
    return found


def _offer(table: Table) -> Offer:
    selector = _selector(
        table, "name", "measure", "rate_percent", "cap_percent", "grace", "basis", "exclude", "exclude_holds"
    )
    if table.text("basis", "goods") != "goods":
        raise table.fault("basis", "'goods' (order value of the goods concerned) was expected")
    measure = table.one_of("measure", Measure)
    if measure not in PROMISED:
        raise table.fault("measure", f"one of {', '.join(PROMISED)} was expected")
    return Offer(
        table.text("name"), selector, measure, table.number("rate_percent", 0, 100) / Decimal(100),
        table.number("cap_percent", 0, 100) / Decimal(100), table.duration("grace"),
        tuple(_selector(one) for one in table.tables("exclude")),
        frozenset(table.member("exclude_holds", Hold, one) for one in table.texts("exclude_holds")),
    )  # fmt: skip


def _feedback(top: Table, known: Mapping[str, Calendar]) -> Feedback | None:
    if "feedback" not in top:
        return None
    table = top.table("feedback")
    if not table.values:
        return None
    selector = _selector(table, "calendar", "answer", "close")
    return Feedback(
        selector, _calendar_of(table, known), _positive(table, "answer", table.raw("answer")),
        _positive(table, "close", table.raw("close")),
    )  # fmt: skip


def _impact(table: Table) -> Impact:
    table.only("value", "standstill_per_hour", "soon", "later")
    soon, later = table.duration("soon"), table.duration("later")
    if soon > later:
        raise table.fault("soon", "must not be more than 'later'")
    return Impact(_sums(table, "value"), _sums(table, "standstill_per_hour"), soon, later)


def _sums(table: Table, name: str) -> dict[str, tuple[Decimal, Decimal]]:
    found: dict[str, tuple[Decimal, Decimal]] = {}
    within = table.table(name)
    for currency, said in within.values.items():
        if not isinstance(said, list) or len(said) != 2:
            raise within.fault(currency, "must be two sums: much, very much")
        much, very_much = (within.number(currency, 0, 1e15, one) for one in said)
        if much > very_much:
            raise within.fault(currency, "the second sum must not be less than the first")
        found[currency] = (much, very_much)
    return found


def _priorities(top: Table) -> dict[Kind, dict[Severity, Priority]]:
    rows = top.table("priority")
    rows.only(*Kind)
    needed = [severity for severity in Severity if severity is not Severity.ADVICE]
    found: dict[Kind, dict[Severity, Priority]] = {}
    for kind in Kind:
        row = rows.table(kind)
        row.only(*needed)
        found[kind] = {severity: _priority(row, severity) for severity in needed}
    return found


def _priority(row: Table, severity: Severity) -> Priority:
    name = row.raw(severity)
    if not isinstance(name, str) or name not in Priority.__members__:
        raise row.fault(severity, f"{name!r} is none of {', '.join(Priority.__members__)}")
    return Priority[name]


def _quiet(top: Table) -> dict[TicketKind, int]:
    table = top.table("quiet_minutes")
    table.only(*TicketKind)
    return {kind: round(table.number(kind, 0, 1e6, table.raw(kind)) * 60_000_000) for kind in TicketKind}


def _refuse_ties(
    promises: Sequence[Rule], targets: Sequence[Rule], stages: Sequence[Stage], offers: Sequence[Offer]
) -> None:
    """Refuse two rules of which neither is the closer one for some ticket."""
    _refuse("promise", promises, _same_measure)
    _refuse("target", targets, _same_measure)
    _refuse("stage", stages, lambda a, b: a.until is b.until)
    _refuse("compensation", offers, lambda a, b: True)


def _same_measure(one: Rule, other: Rule) -> bool:
    return bool(one.allowed.keys() & other.allowed.keys())


def _refuse(what: str, rules: Sequence[Named], rival: Callable[[Named, Named], bool]) -> None:
    for (_, one), (at, other) in combinations(enumerate(rules), 2):
        alike = one.selector.weight == other.selector.weight and one.selector.meets(other.selector)
        if alike and rival(one, other):
            raise BadPolicy(
                f"overlapping: {one.name!r} and {other.name!r} hold for the same tickets and name as many facts",
                f"{what}[{at}]",
            )
