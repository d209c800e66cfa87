"""The condition of devices: battery with its end, radio, losses, clock; one device, or all by the end of their batteries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_condition as examples
from api.conditions import Told, rank, told, view
from api.devices_seen import seen_by
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, permit
from api.openapi import operation
from api.pages import Cursor, Limit, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem
from api.state import State, state_of
from api.views_condition import DeviceConditionsView, DeviceConditionView
from detect.condition.present import Present
from registry.condition import about, hanging, sites
from registry.nouns import KEY_PATTERN, Device, RegistrySnapshot

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["condition"])

_MANY = 50
"""About more devices than these it is quicker to look through everything that goes on."""
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
    ownership = await state.ownership()
    found = await state.read(_told, state, _asked(ownership.snapshot, site, place, gateway))
    seen = seen_by(asker, ownership)
    wanted = [
        device
        for device in found.devices
        if place in {None, found.places.get(device.key)}
        and not (standing and device.full_name not in found.going_on)
        and seen(device.key)
    ]
    now = await _judged(state, wanted, found)
    ranked = sorted((rank(device, now[device.full_name]), device) for device in wanted)
    shown, last = cut([one for one in ranked if after is None or one[0] > after], limit)
    following = write_cursor(request, last[0]) if last else None
    views = await _views(state, [device for _, device in shown], found, now)
    return JsonAnswer(DeviceConditionsView(views, following), headers=next_link(request, following))


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
    found = await state.read(_told, state, about(ownership.snapshot, {key}))
    if not found.devices:
        raise Problem(Code.NOT_FOUND)
    (shown,) = await _views(state, found.devices, found, await _judged(state, found.devices, found))
    return JsonAnswer(shown)


def _asked(
    snapshot: RegistrySnapshot, site: str | None, place: str | None, gateway: str | None
) -> RegistrySnapshot:
    """The registry with no other devices than those of a site, a place and a gateway, where these are asked for."""
    if site is place is gateway is None:
        return snapshot
    on = {} if site is None else sites(snapshot)
    hung = set() if place is None else hanging(snapshot, place)
    return about(
        snapshot,
        {
            one.key
            for one in snapshot.devices
            if gateway in {None, one.gateway}
            and (site is None or on.get(one.full_name) == site)
            and (place is None or one.key in hung)
        },
    )


def _told(connection: Any, state: State, snapshot: RegistrySnapshot) -> Told:
    """What is registered, and what goes on about it."""
    devices, findings = snapshot.devices, state.services.findings
    going_on = (
        findings.going_on(connection)
        if len(devices) > _MANY
        else findings.going_on_about(
            connection, [one.full_name for one in devices], {one.gateway for one in devices}
        )
    )
    return told(snapshot, going_on, state.services.now_us())


async def _judged(state: State, devices: Sequence[Device], found: Told) -> dict[str, Present]:
    """Full name → how the device is."""
    index, now_us = await state.series(), state.services.now_us()
    names = [device.full_name for device in devices]
    return await state.pool(state.conditions.of, names, index, found.curves, now_us)


async def _views(
    state: State, devices: Sequence[Device], found: Told, now: Mapping[str, Present]
) -> list[DeviceConditionView]:
    index = await state.series()
    numbers = {info.id: one.full_name for one in devices for info in index.by_device.get(one.full_name, [])}
    latest = await state.pool(state.services.readings.latest, sorted(numbers)) if numbers else None
    spoke: dict[str, int] = {}
    for number, time_us in (
        zip(latest.series.tolist(), latest.time_us.tolist(), strict=True) if latest else ()
    ):
        spoke[numbers[number]] = max(spoke.get(numbers[number], 0), time_us)
    return [view(one, now[one.full_name], found, spoke.get(one.full_name)) for one in devices]
