"""Placements: which lot or device was where from when to when; every question is answered as of a time."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.idempotency import IdempotencyKey, done_once
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act, bound
from api.problems import Code, Problem
from api.refusals import as_problems
from api.registry_wire import enum_in
from api.routes.registry import Reason
from api.state import State, state_of
from api.times import TimeIn, text_of, text_of_optional
from api.versions import IfMatch, etag, required_version
from api.views import PlacementView
from api.wire import Key, Wire
from registry.nouns import ALWAYS_US, How, PlaceKind, Placement, Principal, SubjectKind
from store.repositories.records import By, Stored

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["placements"])

Id = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]
Position = tuple[str, str, int, str]


class PlacementIn(Wire):
    """A lot or device was in a place from–to."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PLACEMENT]})

    subject_kind: enum_in(SubjectKind)  # type: ignore[valid-type]
    subject: Key
    place_kind: enum_in(PlaceKind)  # type: ignore[valid-type]
    place: Key
    valid_from_us: TimeIn = Field(ALWAYS_US, alias="valid_from")
    valid_to_us: TimeIn | None = Field(None, alias="valid_to")

    def noun(self, set_by: str) -> Placement:
        """The placement, set through the API."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Placement(**fields, set_by=set_by, how=How.API)


@router.get(
    "/placements",
    **operation(Act.READ_GOODS, Page[PlacementView], examples.PLACEMENTS, problems=(Code.BAD_CURSOR,)),
)
async def list_placements(
    request: Request,
    asker: Asker,
    subject: Annotated[str | None, Query(max_length=64)] = None,
    place: Annotated[str | None, Query(max_length=64)] = None,
    at: Annotated[TimeIn | None, Query(description="Only those that hold at this time.")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Placements by subject and time. A customer sees those of its own lots."""
    state = state_of(request)
    after = read_cursor(request, cursor, tuple[str, str, int, str])
    rows = await state.read(
        lambda connection: state.services.registry(connection).placements.about(subject, place)
    )
    if bound(asker):
        ownership = await state.ownership()
        rows = [row for row in rows if may(asker, Act.READ_GOODS, ownership.of_placement(row.value))]
    found = [row for row in rows if _matches(row.value, subject, place, at)]
    shown, last = cut([row for row in found if after is None or _position(row) > after][: limit + 1], limit)
    following = write_cursor(request, _position(last)) if last else None
    return JsonAnswer(
        Page([placement_view(row) for row in shown], following), headers=next_link(request, following)
    )


@router.get(
    "/placements/{id}",
    **operation(Act.READ_GOODS, PlacementView, examples.PLACEMENT_VIEW, problems=(Code.NOT_FOUND,)),
)
async def read_placement(request: Request, asker: Asker, id: Id) -> Response:
    """One placement."""
    stored = await _find(state_of(request), asker, id)
    return JsonAnswer(placement_view(stored), headers=etag(stored.version))


@router.post(
    "/placements",
    **operation(
        Act.WRITE_REGISTRY,
        PlacementView,
        examples.PLACEMENT_VIEW,
        status=201,
        problems=(Code.OVERLAP, Code.KEY_REUSED),
    ),
)
async def place(
    request: Request,
    asker: Asker,
    body: PlacementIn,
    idempotency_key: IdempotencyKey = None,
    reason: Reason = "",
) -> Response:
    """Put a lot or device somewhere. A device that is elsewhere must leave there first."""
    state = state_of(request)
    by = By(asker.name, state.services.now_us(), reason)

    def act(connection: Any) -> Any:
        with as_problems():
            stored = state.services.registry(connection).placements.place(body.noun(asker.name), by)
        return msgspec.to_builtins(placement_view(stored))

    answer: Any = await done_once(state, request, asker, idempotency_key, act)
    return JsonAnswer(answer, 201, etag(answer["version"]))


@router.put(
    "/placements/{id}",
    **operation(
        Act.WRITE_REGISTRY, PlacementView, examples.PLACEMENT_VIEW,
        problems=(Code.NOT_FOUND, Code.OVERLAP, Code.CHANGED_MEANWHILE, Code.IF_MATCH_REQUIRED),
    ),
)  # fmt: skip
async def change_placement(
    request: Request, asker: Asker, id: Id, body: PlacementIn, if_match: IfMatch = None, reason: Reason = ""
) -> Response:
    """Correct a placement, or end it by giving it an end."""
    state = state_of(request)
    await _find(state, asker, id)
    expected = required_version(if_match)
    by = By(asker.name, state.services.now_us(), reason)

    def write(connection: Any) -> Stored[Placement]:
        with as_problems():
            return state.services.registry(connection).placements.change(
                id, body.noun(asker.name), by, expected
            )

    stored = await state.write(write)
    return JsonAnswer(placement_view(stored), headers=etag(stored.version))


@router.delete(
    "/placements/{id}",
    **operation(
        Act.WRITE_REGISTRY,
        status=204,
        problems=(Code.NOT_FOUND, Code.CHANGED_MEANWHILE, Code.IF_MATCH_REQUIRED),
    ),
)
async def remove_placement(
    request: Request, asker: Asker, id: Id, if_match: IfMatch = None, reason: Reason = ""
) -> Response:
    """It never was: take a wrong placement away. Its history stays."""
    state = state_of(request)
    await _find(state, asker, id)
    expected = required_version(if_match)
    by = By(asker.name, state.services.now_us(), reason)

    def write(connection: Any) -> None:
        with as_problems():
            state.services.registry(connection).placements.remove(id, by, expected)

    await state.write(write)
    return Response(status_code=204)


async def _find(state: State, asker: Principal, id: str) -> Stored[Placement]:
    stored = await state.read(lambda connection: state.services.registry(connection).placements.get(id))
    if stored is None:
        raise Problem(Code.NOT_FOUND)
    if bound(asker):
        permit(asker, Act.READ_GOODS, (await state.ownership()).of_placement(stored.value))
    return stored


def _matches(placement: Placement, subject: str | None, place: str | None, at_us: int | None) -> bool:
    if subject not in (None, placement.subject) or place not in (None, placement.place):
        return False
    if at_us is None:
        return True
    ended = placement.valid_to_us is not None and placement.valid_to_us <= at_us
    return placement.valid_from_us <= at_us and not ended


def _position(row: Stored[Placement]) -> Position:
    value = row.value
    return (value.subject_kind, value.subject, value.valid_from_us, value.place)


def placement_view(row: Stored[Placement]) -> PlacementView:
    """A placement as it goes over the wire."""
    value = row.value
    return PlacementView(
        row.id, row.version, value.subject_kind, value.subject, value.place_kind, value.place,
        text_of(value.valid_from_us), text_of_optional(value.valid_to_us), value.set_by, value.how,
    )  # fmt: skip
