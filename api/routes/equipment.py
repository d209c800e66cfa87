"""Equipment: how each machine stands and why, which inspections are due, and those that were done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Path, Query
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import examples_equipment as examples
from api.encoding import JsonAnswer
from api.equipment import LOOK_BACK_DAYS, Known, condition_view, days_of, due_view, inspection_view, urgency
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.idempotency import IdempotencyKey, done_once
from api.languages import language
from api.openapi import operation
from api.policy import Act, bound
from api.problems import Code, Problem, invalid
from api.registry_wire import enum_in
from api.state import State, state_of
from api.times import TimeIn
from api.views_equipment import ConditionView, DuesView, InspectionView
from api.wire import Line, Wire
from detect.machines.nouns import US_PER_DAY, Figure, Machine
from detect.nouns import EQUIPMENT_KINDS
from registry.machines import NEEDED, machines
from registry.nouns import KEY_PATTERN, Equipment, Inspection, InspectionResult, Principal, uuid7
from store.repositories.records import By

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["equipment"])

EquipmentKey = Annotated[str, Path(pattern=f"^{KEY_PATTERN}$")]
AcceptLanguage = Annotated[str, Header(max_length=500, description="en or zh")]
Within = Annotated[
    int, Query(ge=0, le=3650, description="Days ahead within which an inspection counts as due.")
]
Reading = Annotated[float, Field(ge=-1e9, le=1e9, strict=False)]


class InspectionIn(Wire):
    """An inspection that was done. After a repair the machine is compared with what it is from then on."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.INSPECTION_IN]})

    done_us: TimeIn = Field(alias="done")
    result: enum_in(InspectionResult)  # type: ignore[valid-type]
    readings: Annotated[
        dict[Annotated[str, Field(min_length=1, max_length=60)], Reading],
        Field(max_length=50, default_factory=dict),
    ]
    """What was read off there, e.g. {"suction_pressure_bar": 2.1}."""
    note: Line = ""


@router.get(
    "/equipment/{key}/condition",
    **operation(Act.READ_REGISTRY, ConditionView, examples.CONDITION, problems=(Code.NOT_FOUND,)),
)
async def read_equipment_condition(
    request: Request,
    asker: Asker,
    key: EquipmentKey,
    days: Annotated[int, Query(ge=1, le=400, description="Days of figures, up to now.")] = 90,
    accept_language: AcceptLanguage = "en",
) -> Response:
    """Figures over time, trend, peers, failure window, and the next inspection with why it is then."""
    state = state_of(request)
    await _permit(state, asker, key, Act.READ_REGISTRY)
    now_us = state.services.now_us()
    known = (await state.read(_known, state, now_us, [key], True))[0]
    view = condition_view(
        known, now_us // US_PER_DAY - days, now_us, now_us + 60 * US_PER_DAY, language(accept_language)
    )
    return JsonAnswer(view)


@router.get("/inspections", **operation(Act.READ_REGISTRY, DuesView, examples.DUES))
async def list_inspections(
    request: Request, asker: Asker, within_days: Within = 60, accept_language: AcceptLanguage = "en"
) -> Response:
    """Every machine that one may see, by when its inspection is due: by the calendar, or sooner or later by its condition."""
    state, lang = state_of(request), language(accept_language)
    ownership = await state.ownership()
    now_us = state.services.now_us()
    found = await state.read(_known, state, now_us, None, False)
    seen = [
        known
        for known in found
        if not bound(asker)
        or may(asker, Act.READ_REGISTRY, ownership.of_object("equipment", known.machine.key))
    ]
    views = [due_view(known, now_us, now_us + within_days * US_PER_DAY, lang) for known in seen]
    return JsonAnswer(DuesView(sorted(views, key=urgency)))


@router.post(
    "/equipment/{key}/inspections",
    **operation(
        Act.INSPECT, InspectionView, examples.INSPECTION, status=201, problems=(Code.NOT_FOUND, Code.KEY_REUSED)
    ),
)  # fmt: skip
async def record_inspection(
    request: Request,
    asker: Asker,
    key: EquipmentKey,
    body: InspectionIn,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Put an inspection on record: when it was done, how the machine was left, what was read off."""
    state = state_of(request)
    await _permit(state, asker, key, Act.INSPECT)
    now_us = state.services.now_us()
    if body.done_us > now_us:
        raise invalid("body/done", "done_in_the_future")
    done = Inspection(
        id=uuid7(now_us), equipment=key, done_us=body.done_us, result=body.result, readings=dict(body.readings),
        note=body.note, principal=asker.name, recorded_us=now_us,
    )  # fmt: skip

    def act(connection: Any) -> Any:
        kept = state.services.machines.add_inspection(connection, done, By(asker.name, now_us, body.note))
        return msgspec.to_builtins(inspection_view(kept))

    return JsonAnswer(await done_once(state, request, asker, idempotency_key, act), 201)


async def _permit(state: State, asker: Principal, key: str, act: Act) -> None:
    """The machine must exist, and be one's own for who sees only its own."""
    ownership = await state.ownership()
    if not ownership.exists("equipment", key):
        raise Problem(Code.NOT_FOUND)
    if bound(asker):
        permit(asker, act, ownership.of_object("equipment", key))


def _known(
    connection: Any, state: State, now_us: int, keys: Sequence[str] | None, with_like: bool
) -> list[Known]:
    """What is on record of machines, of all or of these."""
    services = state.services
    snapshot = services.registry(connection).snapshot(NEEDED)
    done = services.machines.inspected(connection)
    every = {machine.key: machine for machine in machines(snapshot, done)}
    registered = {one.key: one for one in snapshot.equipment}
    going_on = [f for f in services.findings.going_on(connection) if f.kind in EQUIPMENT_KINDS]
    behind = now_us // US_PER_DAY + 1

    def one(key: str) -> Known:
        own = [i for i in done if i.equipment == key]
        days = days_of(services.machines, connection, key, behind - LOOK_BACK_DAYS, behind)
        like = _like(connection, state, every, registered[key], behind) if with_like else []
        standing = [f for f in going_on if f.subject == f"equipment:{key}"]
        return Known(every[key], registered[key], days, own, standing, like)

    return [one(key) for key in (every if keys is None else keys)]


def _like(
    connection: Any, state: State, every: dict[str, Machine], own: Equipment, behind: int
) -> list[float]:
    """The wear of the machines of the same kind and model, of the last week."""
    found = []
    for key, machine in every.items():
        if key == own.key or (str(machine.task), machine.model) != (str(own.kind), own.model):
            continue
        days = days_of(state.services.machines, connection, key, behind - 7, behind)
        wear = [day.figures[Figure.WEAR].value for day in days if Figure.WEAR in day.figures]
        found += wear[-1:]
    return found
