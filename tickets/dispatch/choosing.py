"""To whom a ticket goes: the best of all who suit; goods at risk with nobody on shift: who is on call; else the supervisor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from detect.nouns import Json
from registry.nouns import Level
from tickets.dispatch.data import Needs, Weights, needs, weights
from tickets.dispatch.ladder import at_of, on_call, supervisor_of
from tickets.dispatch.nouns import Candidate, Choice, Happened, People, Presence, Way, WhyNot
from tickets.dispatch.scoring import Case, candidate, customers_of, dedicated, on_call_there
from tickets.nouns import Line, Text, Ticket

PASSED = frozenset({"declined", "handed_over"})
"""Acts after which somebody is not asked again."""
_PREFIX = "person:"


def choose(
    ticket: Ticket,
    people: People,
    log: Iterable[Happened],
    now_us: int,
    table: Needs | None = None,
    by: Weights | None = None,
) -> Choice:
    """Who gets a ticket, with the reasons.

    The same arguments give the same choice. Who is absent, off duty, at capacity or declined is not chosen; who declined
    gets it back only as the last supervisor there is.

    Args:
        log: the ticket's events in order.
        table, by: what work needs and what counts; None = as they come with Keepwell.
    """
    case = case_of(ticket, people, log, now_us, table or needs(), by or weights())
    ranked = _ranked(case)
    chosen, way = _pick(case, ranked)
    if chosen is None:
        return _to_supervisor(case, ranked)
    others = tuple(
        _passed_over(one, chosen, way, case) for one in ranked if one.person.key != chosen.person.key
    )
    return Choice(
        person=chosen.person.key,
        way=way,
        line=ticket.line,
        team=_team_of(case, chosen),
        travel_us=chosen.travel_us,
        repair_us=case.need.repair_us,
        reasons=(_said(f"dispatch.way.{way}", chosen, len(ranked)), *_gap(chosen), *chosen.reasons()),
        others=others,
    )


def candidates(
    ticket: Ticket,
    people: People,
    log: Iterable[Happened],
    now_us: int,
    table: Needs | None = None,
    by: Weights | None = None,
) -> tuple[Candidate, ...]:
    """Everybody who could have it, in the order in which they would be asked; the first without a reason against is chosen."""
    case = case_of(ticket, people, log, now_us, table or needs(), by or weights())
    ranked = _ranked(case)
    chosen, way = _pick(case, ranked)
    if chosen is None:
        return tuple(ranked)
    rest = [_passed_over(one, chosen, way, case) for one in ranked if one.person.key != chosen.person.key]
    return replace(chosen, why_not=None), *rest


def case_of(
    ticket: Ticket, people: People, log: Iterable[Happened], now_us: int, table: Needs, by: Weights
) -> Case:
    """What does not depend on the person."""
    at = at_of(people, ticket.site, ticket.team)
    kinds = people.equipment.get(ticket.subject) or people.equipment.get(ticket.zone or "") or frozenset()
    called: frozenset[str] = on_call_there(people, at, now_us) if by.is_urgent(ticket) else frozenset()
    return Case(
        ticket=ticket,
        need=table.of(ticket, kinds),
        at=at,
        people=people,
        needs=table,
        by=by,
        now_us=now_us,
        passed=passed(log, ticket.clock_from_us),
        customers=(customers := customers_of(ticket, people)),
        teams=dedicated(people, customers),
        called=called,
    )


def passed(log: Iterable[Happened], since_us: int) -> frozenset[str]:
    """Who had it when it was declined or handed over, since the ticket was opened or last reopened.

    A supervisor declines for somebody else, and is not passed over for that; nobody had it: who gave it away.
    """
    found = (_gave_back(entry) for entry in log if entry.act in PASSED and entry.time_us >= since_us)
    return frozenset(name.removeprefix(_PREFIX) for name in found if name.startswith(_PREFIX))


def _gave_back(entry: Happened) -> str:
    had = entry.old.get("assignee") if isinstance(entry.old, Mapping) else None
    return had if isinstance(had, str) else entry.principal


def _ranked(case: Case) -> list[Candidate]:
    """Everybody whose role does such work: who is not ruled out first, each in order of the score."""
    working = (person for person in case.people.persons.values() if person.role in case.need.roles)
    return sorted((candidate(case, person) for person in working), key=lambda one: _order(case, one))


def _order(case: Case, one: Candidate) -> tuple[bool, int, float, int, str]:
    """Experts are chosen by level first. Ties: less work, then the key."""
    level = -one.person.level if case.ticket.line is Line.EXPERT else 0
    load = case.people.load.get(one.person.key, 0)
    return one.why_not is not None, level, -round(one.score, 9), load, one.person.key


def _pick(case: Case, ranked: Sequence[Candidate]) -> tuple[Candidate | None, Way]:
    able = [one for one in ranked if one.why_not is None]
    if case.ticket.line is Line.EXPERT:
        able = [one for one in able if one.person.level >= case.by.expert_level]
    urgent = case.by.is_urgent(case.ticket)
    if (
        urgent
        and case.ticket.line is Line.FIRST
        and not any(one.presence is Presence.ON_SHIFT for one in able)
    ):
        called = _on_call(case)
        if called is not None:
            return called, Way.ON_CALL
    skilled = [one for one in able if not one.missing]
    return next(iter(skilled or able), None), Way.BEST


def _on_call(case: Case) -> Candidate | None:
    """Who is on call, whatever skill or load says; not who declined, nor who lacks a certificate that is a must."""
    tried = set(case.passed)
    for level in (Level.FIRST, Level.SECOND):
        while key := on_call(case.people, case.ticket.site, case.now_us, level, case.ticket.team, tried):
            found = candidate(replace(case, called=case.called | {key}), case.people.persons[key])
            if found.why_not in {None, WhyNot.AT_CAPACITY}:
                return replace(found, why_not=None)
            tried.add(key)
    return None


def _to_supervisor(case: Case, ranked: Sequence[Candidate]) -> Choice:
    """Nobody suits: never nowhere."""
    ticket, people = case.ticket, case.people
    key = supervisor_of(people, ticket, case.now_us, case.passed) or supervisor_of(
        people, ticket, case.now_us
    )
    others = tuple(
        replace(one, why_not=one.why_not or WhyNot.NOT_EXPERT) for one in ranked if one.person.key != key
    )
    if key is None:
        said = Text("dispatch.way.nobody", {"n": len(ranked)})
        return Choice(None, Way.NOBODY, ticket.line, None, 0, case.need.repair_us, (said,), others)
    found = candidate(case, people.persons[key])
    said = _said("dispatch.way.supervisor", found, len(ranked))
    return Choice(
        key, Way.SUPERVISOR, ticket.line, ticket.team, found.travel_us, case.need.repair_us, (said,), others
    )


def _passed_over(one: Candidate, chosen: Candidate, way: Way, case: Case) -> Candidate:
    """The candidate with the reason why another was chosen."""
    if one.why_not is not None:
        return one
    if way is Way.ON_CALL:
        return one.passed_over(WhyNot.NOT_ON_CALL)
    if case.ticket.line is Line.EXPERT and one.person.level < case.by.expert_level:
        return one.passed_over(WhyNot.NOT_EXPERT)
    lacks = bool(one.missing) and not chosen.missing
    return one.passed_over(WhyNot.LACKS_SKILL if lacks else WhyNot.LOWER_SCORE)


def _team_of(case: Case, chosen: Candidate) -> str | None:
    """The team of the person that the ticket concerns: dedicated to the customer, the ticket's own, or of the region."""
    own = sorted(key for key in chosen.person.teams if key in case.people.teams)
    regional = [key for key in own if case.at.region in case.people.teams[key].regions]
    first = [key for key in own if key in case.teams]
    return next(iter([*first, *(key for key in own if key == case.ticket.team), *regional]), None)


def _gap(chosen: Candidate) -> tuple[Text, ...]:
    """Nobody there has all skills: it is said."""
    return (Text("dispatch.gap", {"skills": list(chosen.missing)}),) if chosen.missing else ()


def _said(code: str, chosen: Candidate, count: int) -> Text:
    params: dict[str, Json] = {
        "person": chosen.person.name or chosen.person.key, "score": round(chosen.score, 1), "n": count,
    }  # fmt: skip
    return Text(code, params)
