"""Policies: what is promised to whom and asked of ourselves, versioned; tried before they hold; and the calendars behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from fastapi import APIRouter, Header, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_clocks as examples
from api.clock_text import clocks_view
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.idempotency import IdempotencyKey, done_once
from api.languages import language
from api.openapi import operation
from api.policies_wire import PolicyIn, TryIn
from api.policy import Act
from api.problems import Code, Problem, invalid
from api.refusals import as_problems
from api.services import Services
from api.state import state_of
from api.times import TimeIn, text_of
from api.views_clocks import (
    CalendarView,
    ClocksView,
    DayView,
    PoliciesView,
    PolicyFull,
    PolicyView,
    SpanView,
    TemplatesView,
    TemplateView,
)
from ingest.nouns import US_PER_DAY
from store.repositories import policies
from store.repositories.policies import StoredPolicy
from store.repositories.records import By
from tickets import policy
from tickets.clocks import calendars
from tickets.clocks.clocks import clocks
from tickets.clocks.log import Log
from tickets.clocks.nouns import Context
from tickets.clocks.policies import Policies, Policy
from tickets.clocks.tables import BadPolicy
from tickets.nouns import Priority, Text, Ticket, TicketKind, TicketState

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["policies"])

AcceptLanguage = Annotated[str, Header(max_length=500, description="en or zh")]
_LONGEST_US = 400 * US_PER_DAY


@router.get("/policies", **operation(Act.READ_POLICIES, PoliciesView, examples.POLICIES))
async def list_policies(request: Request, asker: Asker) -> Response:
    """All versions of the policy, the shipped one among them; the one that becomes valid last first."""
    state = state_of(request)
    now_us = state.services.now_us()

    def look(connection: Any) -> PoliciesView:
        known, rows = state.services.policies(connection), _rows(connection)
        return PoliciesView([_view(one, known, rows, now_us) for one in reversed(known.versions)])

    return JsonAnswer(await state.read(look))


@router.get("/policies/templates", **operation(Act.READ_POLICIES, TemplatesView, examples.TEMPLATES))
async def list_templates(request: Request, asker: Asker) -> Response:
    """Ready-made parts of policies, as TOML and as documents to send."""
    found = policy.templates().items()
    return JsonAnswer(TemplatesView([TemplateView(name, text, document) for name, (text, document) in found]))


@router.get(
    "/policies/{version}",
    **operation(Act.READ_POLICIES, PolicyFull, examples.POLICY, problems=(Code.NOT_FOUND,)),
)
async def read_policy(
    request: Request, asker: Asker, version: Annotated[str, Path(max_length=64)]
) -> Response:
    """A version with all that it says."""
    state = state_of(request)
    now_us = state.services.now_us()
    return JsonAnswer(await state.read(_full, state.services, version, now_us))


@router.post(
    "/policies",
    **operation(
        Act.WRITE_POLICIES,
        PolicyFull,
        examples.POLICY,
        status=201,
        problems=(Code.KEY_TAKEN, Code.KEY_REUSED),
    ),
)
async def add_policy(
    request: Request, asker: Asker, body: PolicyIn, idempotency_key: IdempotencyKey = None
) -> Response:
    """Put in a new version, from now on or from a later time. What is wrong is named by its place in the document."""
    state = state_of(request)
    now_us = state.services.now_us()
    valid_from_us = now_us if body.valid_from is None else body.valid_from
    if valid_from_us < now_us:
        raise invalid("body/valid_from", "not_before_now")
    wanted = _read(body.document, body.version, valid_from_us)
    told = (wanted.version, valid_from_us, wanted.document)

    def act(connection: Any) -> Any:
        with as_problems():
            policies.add(connection, *told, By(asker.name, now_us, body.reason), policy.shipped())
        return msgspec.to_builtins(_full(connection, state.services, body.version, now_us))

    answer: Any = await done_once(state, request, asker, idempotency_key, act)
    return JsonAnswer(answer, 201, {"Location": f"{PREFIX}/policies/{body.version}"})


@router.post("/policies/try", **operation(Act.READ_POLICIES, ClocksView, examples.CLOCKS))
async def try_policy(
    request: Request, asker: Asker, body: TryIn, accept_language: AcceptLanguage = "en"
) -> Response:
    """What would be due when, step by step, for a ticket as it might be, by a policy in force or as it might be."""
    state = state_of(request)
    opened_us = state.services.now_us() if body.opened is None else body.opened
    _zone(body.time_zone, "body/time_zone")
    if body.document is None:
        known = await state.read(state.services.policies)
    else:
        known = Policies((_read(body.document, "tried", 0),))
    ticket = _ticket(body, opened_us)
    found = clocks(ticket, Log(), known, Context(body.time_zone), opened_us)
    return JsonAnswer(clocks_view(found, found.clocks, ticket, opened_us, language(accept_language)))


@router.get(
    "/calendars/{name}/preview",
    **operation(Act.READ_POLICIES, CalendarView, examples.CALENDAR, problems=(Code.NOT_FOUND,)),
)
async def preview_calendar(
    request: Request,
    asker: Asker,
    name: Annotated[str, Path(max_length=200)],
    start: Annotated[TimeIn, Query(alias="from")],
    end: Annotated[TimeIn, Query(alias="to", description="At most 400 days later.")],
    time_zone: Annotated[str, Query(max_length=64)] = "Asia/Shanghai",
) -> Response:
    """The working hours of a calendar of the policy in force, with holidays, exchanged days and years not announced yet."""
    state = state_of(request)
    _zone(time_zone, "query/time_zone")
    if not start < end <= start + _LONGEST_US:
        raise invalid("query/to", "impossible")
    known = await state.read(state.services.policies)
    calendar = known.at(state.services.now_us()).calendars.get(name)
    if calendar is None:
        raise Problem(Code.NOT_FOUND)
    zone = ZoneInfo(calendar.zone(time_zone))
    days = [
        DayView(
            day.on.isoformat(), calendar.always or bool(day.shifts), day.reason, day.name, day.provisional
        )
        for day in calendars.days(calendar, time_zone, start, end)
    ]
    spans = [
        SpanView(text_of(span.from_us, zone), text_of(span.to_us, zone))
        for span in calendars.spans(calendar, time_zone, start, end)
    ]
    working_s = calendars.between(calendar, time_zone, start, end) / 1_000_000
    years = calendars.provisional(calendar, time_zone, start, end)
    return JsonAnswer(CalendarView(name, str(zone), working_s, years, days, spans))


def _read(document: Mapping[str, object], version: str, valid_from_us: int) -> Policy:
    """The policy of a document.

    Raises:
        Problem: invalid, with the place in the document.
    """
    try:
        return policy.whole(document, version, valid_from_us)
    except BadPolicy as error:
        place = error.field.replace("[", ".").replace("]", "").replace(".", "/")
        where = f"body/document/{place}" if place else "body/document"
        raise invalid(where, "bad_policy", why=error.said) from error


def _rows(connection: Any) -> dict[str, StoredPolicy]:
    return {row.version: row for row in policies.stored(connection)}


def _full(connection: Any, services: Services, version: str, now_us: int) -> PolicyFull:
    known = services.policies(connection)
    found = known.named(version)
    if found is None:
        raise Problem(Code.NOT_FOUND)
    view = _view(found, known, _rows(connection), now_us)
    return PolicyFull(**msgspec.structs.asdict(view), document=dict(found.document))


def _view(one: Policy, known: Policies, rows: Mapping[str, StoredPolicy], now_us: int) -> PolicyView:
    row = rows.get(one.version)
    return PolicyView(
        one.version, text_of(one.valid_from_us), known.at(now_us) is one, row is None, row.reason if row else "",
        row.principal if row else None, text_of(row.created_us) if row else None,
    )  # fmt: skip


def _zone(name: str, where: str) -> None:
    if name not in available_timezones():
        raise invalid(where, "bad_zone")


def _ticket(body: TryIn, opened_us: int) -> Ticket:
    """A ticket that nobody opened."""
    reported = body.kind is TicketKind.CUSTOMER
    return Ticket(
        id="", number=0, kind=body.kind, cause=None, title=Text(""), why=Text(""), subject="", zone=None, site=None,
        lots=(), time_zone=body.time_zone, grade=body.grade, priority=Priority[body.priority],
        state=TicketState.REPORTED if reported else TicketState.NEW, deadline_us=opened_us, deadline=Text(""),
        clock_from_us=opened_us, opened_at_us=opened_us, opened_by="", since_us=opened_us, decided_received_us=None,
        category=body.category, phase=body.phase,
    )  # fmt: skip
