"""The condition of devices: battery with its end, radio, losses, clock; one device, or all by the end of their batteries."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_condition as examples
from api.conditions import Told, rank, told, view
from api.devices_seen import visible
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, permit
from api.openapi import operation
from api.pages import Cursor, Limit, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem
from api.state import State, state_of
from api.views_condition import DeviceConditionsView, DeviceConditionView
from detect.nouns import Finding
from registry.nouns import KEY_PATTERN, Device, RegistrySnapshot

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["condition"])

_KINDS = frozenset({"site", "zone", "gateway", "device", "device_model", "placement", "calibration"})
Where = Annotated[str | None, Query(max_length=64)]


@router.get(
    "/devices/conditions",
    **operation(Act.READ_REGISTRY, DeviceConditionsView, examples.CONDITIONS, problems=(Code.BAD_CURSOR,)),
)
async def list_conditions(
    request: Request,
    asker: Asker,
    site: Where = None,
    place: Where = None,
    gateway: Where = None,
    standing: Annotated[bool, Query(description="Only devices about which something goes on.")] = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """The condition of every device that one may see: the battery that ends first, first."""
    state = state_of(request)
    after = read_cursor(request, cursor, tuple[str, str])
    snapshot, going_on = await state.read(_look, state)
    seen = await visible(state, asker, snapshot)
    found = told(snapshot, going_on, state.services.now_us())
    wanted = [
        device
        for device in snapshot.devices
        if device.key in seen
        and site in {None, found.sites.get(device.full_name)}
        and place in {None, found.places.get(device.key)}
        and gateway in {None, device.gateway}
        and not (standing and device.full_name not in found.going_on)
    ]
    views = sorted(await _views(state, wanted, found), key=rank)
    shown, last = cut([one for one in views if after is None or rank(one) > after], limit)
    following = write_cursor(request, rank(last)) if last else None
    return JsonAnswer(DeviceConditionsView(list(shown), following), headers=next_link(request, following))


@router.get(
    "/devices/{key}/condition",
    **operation(Act.READ_REGISTRY, DeviceConditionView, examples.CONDITION, problems=(Code.NOT_FOUND,)),
)
async def read_condition(
    request: Request, asker: Asker, key: Annotated[str, Path(pattern=f"^{KEY_PATTERN}$")]
) -> Response:
    """The condition of one device."""
    state = state_of(request)
    ownership = await state.ownership()
    permit(asker, Act.READ_REGISTRY, ownership.of_object("device", key))
    snapshot, going_on = await state.read(_look, state)
    device = next((device for device in snapshot.devices if device.key == key), None)
    if device is None:
        raise Problem(Code.NOT_FOUND)
    (found,) = await _views(state, [device], told(snapshot, going_on, state.services.now_us()))
    return JsonAnswer(found)


def _look(connection: Any, state: State) -> tuple[RegistrySnapshot, list[Finding]]:
    """What is registered and what goes on, of one moment."""
    snapshot = state.services.registry(connection).snapshot(_KINDS)
    return snapshot, state.services.findings.going_on(connection)


async def _views(state: State, devices: list[Device], found: Told) -> list[DeviceConditionView]:
    index, now_us = await state.series(), state.services.now_us()

    def judge() -> list[DeviceConditionView]:
        names = [device.full_name for device in devices]
        numbers = {info.id: name for name in names for info in index.by_device.get(name, [])}
        latest = state.services.readings.latest(sorted(numbers)) if numbers else None
        spoke: dict[str, int] = {}
        for number, time_us in (
            zip(latest.series.tolist(), latest.time_us.tolist(), strict=True) if latest else ()
        ):
            spoke[numbers[number]] = max(spoke.get(numbers[number], 0), time_us)
        now = state.conditions.of(names, index, found.curves, now_us)
        return [view(one, now[one.full_name], found, spoke.get(one.full_name)) for one in devices]

    return await state.pool(judge)
