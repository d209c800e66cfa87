"""Acts on goods and devices: a lot's status, a device replaced by another."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import examples
from api import examples_goods as shown
from api.acting import by_of
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.identifying import named, read_code, visible_things
from api.lot_decisions import StatusesDecide
from api.openapi import operation
from api.policy import Act
from api.problems import Code, Problem, invalid
from api.refusals import as_problems
from api.registry_wire import enum_in, view_schemas
from api.routes.placements import placement_view
from api.routes.registry import object_view
from api.routes.scans import ScannedText, ownership_for
from api.scanning import refusals_as_problems
from api.services import RegistryRows
from api.state import state_of
from api.times import TimeIn
from api.versions import IfMatch, any_version, etag
from api.views import PlacementView
from api.wire import Line, Wire
from registry.nouns import KEY_PATTERN, Device, How, Lot, LotStatus, Placement, Thing
from registry.scanning import Refusal, RefusedError, check_time
from store.repositories.records import By, NoSuchObjectError, Stored

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["goods"])

Key = Annotated[str, Path(pattern=f"^{KEY_PATTERN}$")]
_BARRED = frozenset({LotStatus.HOLD, LotStatus.REJECTED})
_LOT, _ = view_schemas("lot")
_LOT_EXAMPLE = {"id": examples.ID, "version": 2, "key": examples.KEYS["lot"], **examples.LOT}


class StatusIn(Wire):
    """A lot's new status, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [shown.STATUS_IN]})

    status: enum_in(LotStatus)  # type: ignore[valid-type]
    reason: Line = ""


class ReplaceIn(Wire):
    """The device that takes another one's place, since when and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [shown.REPLACE_IN]})

    by: ScannedText
    """Its key, or any code on it."""
    time_us: TimeIn | None = Field(None, alias="time")
    reason: Line = ""


@router.post(
    "/lots/{key}/status",
    **operation(
        Act.SET_LOT_STATUS, _LOT, _LOT_EXAMPLE, problems=(Code.NOT_FOUND, Code.CHANGED_MEANWHILE)
    ),
)  # fmt: skip
async def set_lot_status(
    request: Request, asker: Asker, key: Key, body: StatusIn, if_match: IfMatch = None
) -> Response:
    """Hold, reject or release goods. To release them, and to take them off hold, a reason is needed."""
    state = state_of(request)
    expected = any_version(if_match)
    by = by_of(asker, state.services.now_us(), body.reason)

    def write(connection: Any) -> Stored[Lot]:
        registry, decide = state.services.registry(connection), StatusesDecide(connection)
        stored = registry.get(Lot, key)
        if stored is None:
            raise Problem(Code.NOT_FOUND)
        frees = stored.value.status in _BARRED and body.status not in _BARRED
        if (frees or body.status is LotStatus.RELEASED) and not body.reason.strip():
            raise invalid("body/reason", "missing")
        with as_problems():
            kept = registry.put(replace(stored.value, status=body.status), by, expected)
        decide(by)
        return kept

    stored = await state.write(write)
    return JsonAnswer(object_view("lot", stored, asker), headers=etag(stored.version))


@router.post(
    "/devices/{key}/replace",
    **operation(
        Act.SCAN, PlacementView, examples.PLACEMENT_VIEW, status=201,
        problems=(Code.NOT_FOUND, Code.SCAN_REFUSED, Code.OVERLAP),
    ),
)  # fmt: skip
async def replace_device(request: Request, asker: Asker, key: Key, body: ReplaceIn) -> Response:
    """Another device takes this one's place from a moment on. The place keeps what both measured, each under its own name."""
    state = state_of(request)
    ownership = await ownership_for(state, asker)
    now_us = state.services.now_us()
    at_us = now_us if body.time_us is None else body.time_us
    by = by_of(asker, now_us, body.reason)

    def write(connection: Any) -> Stored[Placement]:
        registry = state.services.registry(connection)
        known = [Thing("device", key)] if registry.get(Device, key) else []
        if not visible_things(asker, ownership, known):
            raise Problem(Code.NOT_FOUND)
        with refusals_as_problems(), as_problems():
            new = _device(registry, body.by, state.services.public_url)
            if not visible_things(asker, ownership, [new]):
                raise RefusedError(Refusal.UNKNOWN, code=body.by)
            check_time(at_us, now_us)
            return _replaced(registry, key, new.key, at_us, by)

    stored = await state.write(write)
    return JsonAnswer(placement_view(stored), 201, etag(stored.version))


def _replaced(registry: RegistryRows, old: str, new: str, at_us: int, by: By) -> Stored[Placement]:
    if old == new:
        raise RefusedError(Refusal.ITSELF, device=old)
    try:
        return registry.placements.replace_device(old, new, at_us, by, How.SCAN)
    except NoSuchObjectError as error:
        raise RefusedError(Refusal.NOT_PLACED, device=old) from error


def _device(registry: RegistryRows, text: str, public_url: str) -> Thing:
    """The device of this key, or else the one that carries this code."""
    if registry.get(Device, text):
        return Thing("device", text)
    identity = read_code(text, public_url, "body/by")
    found = [thing for thing in named(registry, identity) if thing.kind == "device"]
    if len(found) != 1:
        why = Refusal.AMBIGUOUS if found else Refusal.UNKNOWN
        raise RefusedError(why, code=identity.text, objects=[str(thing) for thing in found])
    return found[0]
