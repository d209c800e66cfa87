"""The registry: customers, sites, zones, gateways, devices, …; every kind has the same four operations.

Annotations are evaluated where they stand (no `from __future__`): those of a kind's operations are made per kind.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples
from api.acting import by_of
from api.concealing import as_seen_by
from api.devices_wire import RegisteredIn
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may, permit, roles_of
from api.lot_decisions import StatusesDecide
from api.openapi import operation
from api.ownership import Ownership
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act, bound
from api.problems import Code, Problem
from api.reasons import require_reason
from api.refusals import as_problems
from api.registry_wire import SHAPES, noun_of, shape_of, view_schemas
from api.services import RegistryRows
from api.state import State, state_of
from api.versions import IfMatch, IfNoneMatch, etag, expected_version, required_version
from registry.granting import oversteps
from registry.nouns import (
    GATEWAY_PATTERN,
    KEY_PATTERN,
    KINDS,
    Lot,
    LotStatus,
    Principal,
    Registered,
    Role,
    Shipment,
    Stage,
)
from store.repositories.records import By, Stored
from store.repositories.searching import EVERYTHING, STATES, Search, has_words

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["registry"])

Reason = Annotated[str, Query(max_length=500, description="Why; it stands in the history.")]
_PAGE = 500
_WRITE_PROBLEMS = (Code.CHANGED_MEANWHILE, Code.IF_MATCH_REQUIRED, Code.KEY_TAKEN, Code.IN_USE)


_READ = {
    "site": Act.READ_PLACES, "zone": Act.READ_PLACES,
    "contact": Act.READ_PEOPLE, "person": Act.READ_PEOPLE, "carrier": Act.READ_PEOPLE,
    "team": Act.READ_STAFF, "shift": Act.READ_STAFF, "absence": Act.READ_STAFF, "rota": Act.READ_STAFF,
    "customer": Act.READ_GOODS, "product": Act.READ_GOODS, "profile": Act.READ_GOODS, "order": Act.READ_GOODS,
    "shipment": Act.READ_GOODS, "lot": Act.READ_GOODS,
}  # fmt: skip
_WRITE = {
    "gateway": Act.WRITE_DEVICES, "device": Act.WRITE_DEVICES, "device_model": Act.WRITE_DEVICES,
    "calibration": Act.WRITE_CALIBRATIONS,
}  # fmt: skip


def act_of(kind: str) -> Act:
    """What reading an object of a kind is."""
    return _READ.get(kind, Act.READ_REGISTRY)


def writing_act_of(kind: str) -> Act:
    """What making, changing or removing an object of a kind is."""
    return _WRITE.get(kind, Act.WRITE_REGISTRY)


System = Annotated[str | None, Query(max_length=500, description="Only with a number in this system.")]
Words = Annotated[
    str,
    Query(
        max_length=200,
        description="Only with these words in key, name or number, or in what names them there; whatever their case.",
    ),
]
Number = Annotated[str | None, Query(max_length=500, description="Only with this number in another system.")]


def _own(
    kind: str, asker: Principal, ownership: Ownership | None, rows: Iterator[Stored[Any]], limit: int, search: Search
) -> list[Stored[Any]]:  # fmt: skip
    """The first rows that the asker may see. For whoever sees all, ownership is not even asked."""
    out: list[Stored[Any]] = []
    for row in rows:
        if ownership is None or (
            may(asker, act_of(kind), ownership.of_object(kind, row.value.key))
            and has_words(kind, search, object_view(kind, row, asker, ownership))
        ):
            out.append(row)
        if len(out) == limit:
            break
    return out


def _rows(
    registry: RegistryRows, noun: type[Registered], after: str, search: Search
) -> Iterator[Stored[Any]]:
    """All objects of a kind behind a key that are looked for, read a page at a time."""
    while page := registry.page(noun, after, _PAGE, search):
        yield from page
        after = page[-1].value.key


def _is_sought(kind: str, row: Stored[Any], search: Search) -> bool:
    """Whether an object that was found by its number is what else is looked for."""
    shape = shape_of(row.value)
    return has_words(kind, search, shape) and (not search.states or shape[STATES[kind]] in search.states)


def object_view(
    kind: str, stored: Stored[Any], asker: Principal, ownership: Ownership | None = None
) -> dict[str, Any]:
    """An object as it goes over the wire. Whose site it is, is told to its owner only; what goods are worth, to no carrier."""
    value = stored.value
    shape = shape_of(as_seen_by(asker, ownership, value) if isinstance(value, Shipment) else value)
    if kind == "site" and bound(asker) and shape["customer"] != asker.customer:
        shape["customer"] = None
    if "amount" in shape and bound(asker) and asker.role is not Role.CUSTOMER:
        shape["amount"] = None
    if kind == "person":
        shape |= unseen_of_person(asker)
    return {"id": stored.id, "version": stored.version, **shape}


def unseen_of_person(asker: Principal) -> dict[str, Any]:
    """What of a person is not shown: ways of telling hold secrets, and no customer learns how staff is reached or certified."""
    unseen: dict[str, Any] = {} if may(asker, Act.WRITE_REGISTRY) else {"channels": []}
    if bound(asker):
        unseen |= {"certificates": [], "quiet_from": "", "quiet_to": "", "capacity": None}
    if asker.role is Role.CUSTOMER:
        unseen |= {"phone": "", "email": "", "latitude": None, "longitude": None}
    return unseen


def _by_words(text: Words = "") -> Search:
    return Search(text)


def _lots(text: Words = "", status: Annotated[list[LotStatus], Query(max_length=10)] = []) -> Search:  # noqa: B006
    return Search(text, tuple(status))


def _shipments(text: Words = "", stage: Annotated[list[Stage], Query(max_length=10)] = []) -> Search:  # noqa: B006
    return Search(text, tuple(stage))


_SEARCHED: dict[str, Callable[..., Search]] = {"lot": _lots, "shipment": _shipments}


def _define(kind: str) -> None:
    """The operations of one kind."""
    noun, plural = KINDS[kind]
    key_pattern = GATEWAY_PATTERN if kind == "gateway" else KEY_PATTERN
    key_type = Annotated[str, Path(pattern=f"^{key_pattern}$")]
    shape: type[RegisteredIn] = SHAPES[kind]
    one_schema, page_schema = view_schemas(kind)
    sought = Annotated[Search, Depends(_SEARCHED.get(kind, _by_words))]
    example = {"id": examples.ID, "version": 1, "key": examples.KEYS[kind], **examples.OBJECTS[kind]}

    async def list_all(
        request: Request, asker: Asker, external_system: System = None, external_number: Number = None,
        cursor: Cursor = None, limit: Limit = 100, search: sought = EVERYTHING,
    ) -> Response:  # fmt: skip
        state = state_of(request)
        after = read_cursor(request, cursor, str) or ""
        ownership = await state.ownership() if bound(asker) else None

        def find(connection: Any) -> list[Stored[Any]]:
            registry = state.services.registry(connection)
            # What is kept from somebody must not be found by them either: their rows are searched as they see them.
            narrowed = search if ownership is None else replace(search, text="")
            rows = _rows(registry, noun, after, narrowed)
            if external_system is not None or external_number is not None:
                numbered = registry.numbered(noun, external_system, external_number)
                rows = (row for row in numbered if row.value.key > after and _is_sought(kind, row, search))
            return _own(kind, asker, ownership, rows, limit + 1, search)

        shown, last = cut(await state.read(find), limit)
        following = write_cursor(request, last.value.key) if last else None
        items = [object_view(kind, row, asker, ownership) for row in shown]
        return JsonAnswer(Page(items, following), headers=next_link(request, following))

    async def read_one(request: Request, asker: Asker, key: key_type) -> Response:
        state = state_of(request)
        stored = await _find(state, asker, kind, key)
        ownership = await state.ownership() if bound(asker) else None
        return JsonAnswer(object_view(kind, stored, asker, ownership), headers=etag(stored.version))

    async def put(
        request: Request, asker: Asker, key: key_type, body: shape,  # type: ignore[valid-type]
        if_match: IfMatch = None, if_none_match: IfNoneMatch = None, reason: Reason = "",
    ) -> Response:  # fmt: skip
        state = state_of(request)
        expected = expected_version(if_match, if_none_match)
        by = by_of(asker, state.services.now_us(), reason)
        write = partial(
            _put, state, asker, noun_of(kind, key, body), by, expected, only_new=if_none_match is not None
        )
        stored, is_new = await state.write(write)
        _felt(state, kind)
        return JsonAnswer(object_view(kind, stored, asker), 201 if is_new else 200, etag(stored.version))

    async def remove(
        request: Request,
        asker: Asker,
        key: key_type,
        if_match: IfMatch = None,
        reason: Reason = "",
    ) -> Response:
        state = state_of(request)
        by = by_of(asker, state.services.now_us(), reason)
        old = await _find(state, asker, kind, key)
        _permit_standing(asker, old.value, None)
        require_reason(old.value, None, reason)
        await state.write(partial(_remove, state, noun, key, by, required_version(if_match)))
        _felt(state, kind)
        return Response(status_code=204)

    singular, many, path = kind.replace("_", " "), plural.replace("_", " "), plural.replace("_", "-")
    listed = operation(
        act_of(kind), page_schema, {"items": [example], "next": None}, problems=(Code.BAD_CURSOR,)
    )
    router.get(f"/{path}", name=f"list_{plural}", summary=f"{many.capitalize()} by key", **listed)(list_all)
    one = operation(act_of(kind), one_schema, example, problems=(Code.NOT_FOUND,))
    router.get(f"/{path}/{{key}}", name=f"read_{kind}", summary=f"One {singular}", **one)(read_one)
    written = operation(writing_act_of(kind), one_schema, example, problems=_WRITE_PROBLEMS, also_status=201)
    router.put(f"/{path}/{{key}}", name=f"put_{kind}", summary=f"Make or change a {singular}", **written)(put)
    removed = operation(writing_act_of(kind), status=204, problems=(Code.NOT_FOUND, *_WRITE_PROBLEMS))
    router.delete(f"/{path}/{{key}}", name=f"remove_{kind}", summary=f"Remove a {singular}", **removed)(
        remove
    )


async def _find(state: State, asker: Principal, kind: str, key: str) -> Stored[Any]:
    """The object, if it exists and may be seen."""
    stored = await state.read(
        lambda connection: state.services.registry(connection).get(KINDS[kind].noun, key)
    )
    if stored is None:
        raise Problem(Code.NOT_FOUND)
    if bound(asker):
        permit(asker, act_of(kind), (await state.ownership()).of_object(kind, key))
    return stored


def _put(
    state: State,
    asker: Principal,
    value: Registered,
    by: By,
    expected: int | None,
    connection: Any,
    *,
    only_new: bool,
) -> tuple[Stored[Any], bool]:
    """The object as stored, and whether it is new."""
    registry, decide = state.services.registry(connection), StatusesDecide(connection)
    there = registry.get(type(value), value.key)
    if only_new and there is not None:
        raise Problem(Code.CHANGED_MEANWHILE)
    if there is not None and _status_of(there.value) != _status_of(value):
        permit(asker, Act.SET_LOT_STATUS)
    _permit_standing(asker, there.value if there else None, value)
    with as_problems():
        stored = registry.put(value, by, expected)
    if isinstance(value, Lot):
        decide(by)
    require_reason(there.value if there else None, value, by.reason)
    return stored, there is None


def _permit_standing(asker: Principal, old: Registered | None, new: Registered | None) -> None:
    """What people may do once they log in is not decided by whoever keeps the list of people."""
    if oversteps(old, new, roles_of(asker)) is not None:
        permit(asker, Act.MANAGE_USERS)


def _felt(state: State, kind: str) -> None:
    """Sessions and keys of a person who was changed are asked for anew at once."""
    if kind == "person":
        state.forget_keys()


def _status_of(value: Registered) -> LotStatus | None:
    """Whether goods may leave is decided by whom the policy names, also where the whole lot is written."""
    return value.status if isinstance(value, Lot) else None


def _remove(
    state: State, noun: type[Registered], key: str, by: By, expected: int | None, connection: Any
) -> None:
    with as_problems():
        state.services.registry(connection).remove(noun, key, by, expected)


for _kind in KINDS:
    _define(_kind)
