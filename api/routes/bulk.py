"""Pushes of many objects by a program (ERP, WMS): by their numbers there, all or nothing, as often as one likes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_lists as examples
from api.acting import by_of
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, kinds_of, may, roles_of
from api.idempotency import IdempotencyKey, done_once
from api.languages import language
from api.lot_decisions import StatusesDecide
from api.openapi import operation
from api.policy import Act
from api.problems import Code, Problem
from api.reasons import require_reason
from api.routes.registry import Reason
from api.state import State, state_of
from api.times import ZoneName
from api.views_imports import BulkView, change_view
from api.wire import Line
from registry.lists.clocks import Clocks
from registry.lists.directory import Names
from registry.lists.nouns import LISTED, Fault, Sheet
from registry.lists.placing import Placer
from registry.lists.planning import Change, Upload
from registry.lists.pushing import plan_items
from registry.lists.sheets import SHEETS
from registry.lists.statuses import rights_fault
from registry.nouns import KINDS, How, Principal
from store.plans import PlannedChange
from store.repositories.bulk import Writing, write_all, writing_of
from store.repositories.directory import StoredDirectory
from texts import Language

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["lists"])

MOST_ITEMS = 5000
MOST_TOLD = 1000
_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": {"type": "array", "items": {"type": "object"}}, "example": examples.BULK_IN},
        "application/x-ndjson": {"schema": {"type": "string"}},
    },
}  # fmt: skip
_RANKS = {kind: rank for rank, kind in enumerate((*KINDS, "placement"))}


@router.post(
    "/bulk/{list}",
    **operation(
        Act.UPLOAD_LISTS, BulkView, examples.BULK,
        problems=(Code.NOT_FOUND, Code.TOO_LARGE, Code.KEY_REUSED, Code.MALFORMED),
    )
    | {"openapi_extra": {**operation(Act.UPLOAD_LISTS)["openapi_extra"], "requestBody": _BODY}},
)  # fmt: skip
async def push(
    request: Request,
    asker: Asker,
    list: Annotated[str, Path(max_length=40, description="lots, shipments, device-models, placements, …")],
    dry_run: Annotated[bool, Query(description="Only say what would change.")] = False,
    system: Annotated[Line | None, Query(min_length=1, max_length=100, description="The system of external numbers whose objects name none.")] = None,
    time_zone: Annotated[ZoneName | None, Query(max_length=64, description="Of times without an offset, where no site tells.")] = None,
    reason: Reason = "",
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Make or change up to 5,000 objects, all of them or none. Each is known by `external_system` and `external_number`, or by `key`.

    Fields are those of the templates; other objects are named by key, number or name. A field that is absent stays
    as it is, null empties it. What is so already changes nothing. What changes limits needs a `reason`.
    """
    state = state_of(request)
    sheet = SHEETS.get(list.replace("-", "_"))
    if sheet is None or sheet.part:
        raise Problem(Code.NOT_FOUND)
    items = _items(await request.body(), request.headers.get("content-type", ""))
    pushed = _Pushed(state, asker, sheet, items, system or LISTED, time_zone, reason)
    if dry_run:
        lang = language(request.headers.get("accept-language", ""))
        return JsonAnswer(await state.read(pushed.tell, lang))
    answer: Any = await done_once(state, request, asker, idempotency_key, pushed.write)
    return JsonAnswer(answer)


class _Pushed:
    """The objects of one request."""

    def __init__(
        self,
        state: State,
        asker: Principal,
        sheet: Sheet,
        items: Sequence[Any],
        system: str,
        time_zone: str | None,
        reason: str,
    ) -> None:
        self._sheet, self._items, self._system, self._time_zone = sheet, items, system, time_zone
        self._by = by_of(asker, state.services.now_us(), reason or f"bulk/{sheet.name}")
        self._reason = reason
        self._kinds, self._may_set_status = kinds_of(asker), may(asker, Act.SET_LOT_STATUS)
        self._roles = roles_of(asker)

    def tell(self, connection: Any, lang: Language) -> BulkView:
        """What they would change."""
        changes, same = self._planned(connection)
        told = [
            change_view(_planned_change(at, change), lang) for at, change in enumerate(changes[:MOST_TOLD])
        ]
        return self._view(changes, same, told, dry_run=True)

    def write(self, connection: Any) -> Any:
        """Make them so, within the transaction in which they were planned."""
        changes, same = self._planned(connection)
        for change in changes:
            require_reason(change.old.value if change.old else None, change.new, self._reason)
        ordered = sorted(map(writing_of, changes), key=_rank)
        decide = StatusesDecide(connection)
        write_all(connection, ordered, self._by, os.urandom)
        decide(self._by)
        return msgspec.to_builtins(self._view(changes, same, [], dry_run=False))

    def _planned(self, connection: Any) -> tuple[list[Change], int]:
        directory = StoredDirectory(connection)
        clocks = Clocks(directory, self._time_zone, directory.time_zones())
        upload = Upload(directory, Names(directory), clocks)
        placer = Placer(self._by.principal, self._by.time_us, How.ERP)
        changes: list[Change] = []
        faults: list[Fault] = []
        same = 0
        for outcome in plan_items(upload, self._sheet, self._items, placer, self._system):
            fault = outcome if isinstance(outcome, Fault) else None
            if isinstance(outcome, Change):
                changes.append(outcome)
                fault = rights_fault(
                    outcome, self._kinds, may_set_status=self._may_set_status, roles=self._roles
                )
            elif fault is None:
                same += 1
            faults += [fault] if fault else []
        if faults:
            raise _problem(faults)
        return changes, same

    def _view(self, changes: Sequence[Change], same: int, told: Any, *, dry_run: bool) -> BulkView:
        made = sum(change.old is None for change in changes)
        return BulkView(dry_run, made, len(changes) - made, same, told)


def _items(body: bytes, kind: str) -> list[Any]:
    """The objects of a request: a JSON array, or one object a line."""
    try:
        decoder = msgspec.json.Decoder()
        found = decoder.decode_lines(body) if "ndjson" in kind else decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(Code.MALFORMED) from error
    if not isinstance(found, list):
        raise Problem(Code.INVALID, {"n": 1}, [("body", "lists.fault.parts_not_a_list", {})])
    if len(found) > MOST_ITEMS:
        raise Problem(Code.INVALID, {"n": 1}, [("body", "lists.fault.too_many_items", {"limit": MOST_ITEMS})])
    return found


def _problem(faults: Sequence[Fault]) -> Problem:
    """Everything that is wrong, by index and field."""
    told = [
        (
            "/".join(filter(None, ("body", str(fault.where.row), fault.where.header))),
            f"lists.{fault.code}",
            fault.params,
        )
        for fault in faults[:MOST_TOLD]
    ]
    return Problem(Code.INVALID, {"n": len(faults)}, told)


def _planned_change(at: int, change: Change) -> PlannedChange:
    writing = writing_of(change)
    old = None if writing.old is None else dict(writing.old)
    return PlannedChange(
        at, change.kind, writing.key, "", change.where.sheet, change.where.row, old, dict(writing.new)
    )


def _rank(writing: Writing) -> tuple[int, bool]:
    """Kinds in the order in which they refer to each other; what ends before what begins."""
    return _RANKS[writing.kind], writing.version == 0
