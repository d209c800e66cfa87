"""The condition of devices: battery with its end, radio, losses, clock; one device, or all by the end of their batteries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_condition as examples
from api.conditions import by_thing, rank, told, view
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
from detect.nouns import Finding
from registry.condition import Curve, about, curves, hanging, sites
from registry.nouns import KEY_PATTERN, Device, RegistrySnapshot

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["condition"])

_MANY = 200
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
    asked, seen = _asked(ownership.snapshot, site, place, gateway), seen_by(asker, ownership)
    troubled = by_thing(await state.read(state.services.findings.going_on)) if standing else None
    wanted = [
        one for one in asked.devices if (troubled is None or one.full_name in troubled) and seen(one.key)
    ]
    now = await _judged(state, wanted, curves(asked))
    ranked = sorted((rank(device, now[device.full_name]), device) for device in wanted)
    shown, last = cut([one for one in ranked if after is None or one[0] > after], limit)
    following = write_cursor(request, last[0]) if last else None
    views = await _views(state, asked, [device for _, device in shown], now)
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
    snapshot = about(ownership.snapshot, {key})
    if not snapshot.devices:
        raise Problem(Code.NOT_FOUND)
    now = await _judged(state, snapshot.devices, curves(snapshot))
    (shown,) = await _views(state, snapshot, snapshot.devices, now)
    return JsonAnswer(shown)


def _asked(
    snapshot: RegistrySnapshot, site: str | None, place: str | None, gateway: str | None
) -> RegistrySnapshot:
    """The registry with no other devices than those of a site, a place and a gateway, where these are asked for."""
    if site is place is gateway is None:
        return snapshot
    on = {} if site is None else sites(snapshot)
    at = {} if place is None else hanging(snapshot)
    return about(
        snapshot,
        {
            one.key
            for one in snapshot.devices
            if gateway in {None, one.gateway}
            and (site is None or on.get(one.full_name) == site)
            and (place is None or at.get(one.key) == place)
        },
    )


async def _judged(
    state: State, devices: Sequence[Device], curve_of: Mapping[str, Curve]
) -> dict[str, Present]:
    """Full name → how the device is."""
    index, now_us = await state.series(), state.services.now_us()
    names = [device.full_name for device in devices]
    return await state.pool(state.conditions.of, names, index, curve_of, now_us)


async def _views(
    state: State, snapshot: RegistrySnapshot, devices: Sequence[Device], now: Mapping[str, Present]
) -> list[DeviceConditionView]:
    """These devices as they are sent, in this order."""
    going_on = await state.read(_going_on, state, devices)
    found = told(about(snapshot, {one.key for one in devices}), going_on, state.services.now_us())
    index = await state.series()
    numbers = {info.id: one.full_name for one in devices for info in index.by_device.get(one.full_name, [])}
    latest = await state.pool(state.services.readings.latest, sorted(numbers)) if numbers else None
    spoke: dict[str, int] = {}
    for number, time_us in (
        zip(latest.series.tolist(), latest.time_us.tolist(), strict=True) if latest else ()
    ):
        spoke[numbers[number]] = max(spoke.get(numbers[number], 0), time_us)
    return [view(one, now[one.full_name], found, spoke.get(one.full_name)) for one in devices]


def _going_on(connection: Any, state: State, devices: Sequence[Device]) -> list[Finding]:
    """What goes on about these devices and their gateways, and possibly about others."""
    findings = state.services.findings
    if len(devices) > _MANY:
        return list(findings.going_on(connection))
    names, gateways = [one.full_name for one in devices], {one.gateway for one in devices}
    return list(findings.going_on_about(connection, names, gateways))
