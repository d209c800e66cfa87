"""Findings: what detectors noticed, the latest first."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.openapi import operation
from api.ownership import Ownership
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act, Scope, bound, owner_of
from api.problems import Code, Problem
from api.services import FindingRows
from api.state import State, state_of
from api.ticket_text import finding_view
from api.times import TimeIn
from api.views_desk import FindingFull, FindingView
from detect.nouns import Finding, Kind
from registry.nouns import Principal
from store.repositories.findings import FindingFilter

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["findings"])

Id = Annotated[str, Path(pattern="^[0-9A-Za-z-]{1,64}$")]
Position = tuple[int, str]
_PAGE = 500


@router.get(
    "/findings",
    **operation(Act.READ_FINDINGS, Page[FindingView], examples.FINDINGS, problems=(Code.BAD_CURSOR,)),
)
async def list_findings(
    request: Request,
    asker: Asker,
    kind: Annotated[list[Kind] | None, Query(max_length=20)] = None,
    subject: Annotated[str | None, Query(max_length=300)] = None,
    device: Annotated[
        str | None, Query(max_length=300, description="Full name: about it, or about one of its quantities.")
    ] = None,
    zone: Annotated[str | None, Query(max_length=64)] = None,
    cause: Annotated[str | None, Query(max_length=300)] = None,
    going_on: bool | None = None,
    retracted: Annotated[bool, Query(description="With those that turned out not to have been.")] = False,
    from_us: Annotated[TimeIn | None, Query(alias="from", description="Touching this time or later.")] = None,
    to: TimeIn | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Findings that one may see, the latest start first."""
    state = state_of(request)
    after = read_cursor(request, cursor, tuple[int, str])
    ownership = await state.ownership() if bound(asker) else None
    which = FindingFilter(
        kinds=kind, subject=subject, device=device, zones=_zones(asker, ownership, zone), causes=[cause] if cause else None,
        going_on=going_on, from_us=from_us, to_us=to, include_retracted=retracted,
    )  # fmt: skip
    rows = await state.read(_own, state.services.findings, asker, ownership, which, after, limit + 1)
    shown, last = cut(rows, limit)
    following = write_cursor(request, (last.start_us, last.id)) if last else None
    views = [finding_view(row) for row in shown]
    return JsonAnswer(Page(views, following), headers=next_link(request, following))


@router.get(
    "/findings/{id}",
    **operation(Act.READ_FINDINGS, FindingFull, examples.FINDING, problems=(Code.NOT_FOUND,)),
)
async def read_finding(request: Request, asker: Asker, id: Id) -> Response:
    """One finding with its evidence."""
    state = state_of(request)
    finding = await find_own(state, asker, id)
    linked = await state.read(state.services.findings.links, id)
    view = finding_view(finding)
    fields = {name: getattr(view, name) for name in view.__struct_fields__}
    evidence = {} if bound(asker) else finding.evidence
    links = {} if bound(asker) else {other: str(change) for change, other in linked}
    return JsonAnswer(FindingFull(**fields, evidence=evidence, links=links))


async def find_own(state: State, asker: Principal, id: str) -> Finding:
    """The finding, if it exists and may be seen."""
    found = await state.read(state.services.findings.by_ids, [id])
    if id not in found:
        raise Problem(Code.NOT_FOUND)
    if bound(asker):
        permit(asker, Act.READ_FINDINGS, (await state.ownership()).of_finding(found[id]))
    return found[id]


def _zones(asker: Principal, ownership: Ownership | None, zone: str | None) -> list[str] | None:
    """The zones worth asking about: for a customer only those that are or were its own."""
    asked, owner = None if zone is None else [zone], owner_of(asker)
    if ownership is None or owner is None or owner.scope is not Scope.CUSTOMER:
        return asked
    own = ownership.where.places_of(owner)
    return sorted(own) if asked is None else [key for key in asked if key in own]


def _own(
    connection: Any,
    findings: FindingRows,
    asker: Principal,
    ownership: Ownership | None,
    which: FindingFilter,
    after: Position | None,
    limit: int,
) -> list[Finding]:
    """The first findings that the asker may see, read a page at a time."""
    if ownership is None:
        return findings.find(connection, which, after, limit)
    out: list[Finding] = []
    while page := findings.find(connection, which, after, _PAGE):
        out += [row for row in page if may(asker, Act.READ_FINDINGS, ownership.of_finding(row))]
        if len(out) >= limit or len(page) < _PAGE:
            break
        after = (page[-1].start_us, page[-1].id)
    return out[:limit]
