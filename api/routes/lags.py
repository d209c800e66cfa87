"""How goods in a zone follow the air, learned from a probe on them: proposed here, and adopted by a person."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import examples_lags as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, permit
from api.openapi import operation
from api.policy import Act, bound
from api.problems import Code, Problem, invalid
from api.reasons import BODY, require_reason
from api.refusals import as_problems
from api.routes.exposure import quantities_of, rows_of
from api.state import State, state_of
from api.times import TimeIn, TimeText, text_of
from api.wire import Key, Line, Seconds, Wire
from detect.goods.learning import LONGEST_US, SHORTEST_US
from ingest.nouns import US_PER_DAY
from registry.nouns import KEY_PATTERN, Principal, Profile
from registry.probed import Present, Probed, present, probed, with_lag
from store.repositories.records import By, Stored

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["rules"])

_LOOKED_BACK_US = 30 * US_PER_DAY
ZoneKey = Annotated[str, Path(pattern=f"^{KEY_PATTERN}$")]
From = Annotated[TimeIn | None, Query(alias="from", description="Without: 30 days before the end.")]
To = Annotated[TimeIn | None, Query(description="Without: now.")]


class LagAdoptIn(Wire):
    """A time constant for goods of a profile in one form of stock, from now on, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ADOPT]})

    profile: Key
    form: Line = ""
    """"" = the profile's own form."""
    lag_us: Seconds = Field(alias="lag_s")
    reason: Line = ""


class ProbedLagView(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """What one probe tells of the goods that it is on; figures are null where nothing was learned."""

    device: str
    quantity: str
    air: list[str]
    """The thermometers whose mean is the air."""
    outcome: str
    """learned, too_little, too_still, too_wide or no_lag."""
    lag_s: float | None
    low_s: float | None
    high_s: float | None
    """90 %."""
    offset_k: float | None
    """Probe minus goods that follow the air."""
    error_k: float | None
    samples: int
    start: TimeText
    end: TimeText


class PresentLagView(msgspec.Struct, frozen=True):
    """Goods in the zone, with the time constant by which they are taken to follow now."""

    profile: str
    form: str
    lag_s: float


class ZoneLagView(msgspec.Struct, frozen=True):
    """What probes tell, beside what holds; nothing is changed until a person adopts it."""

    zone: str
    probes: list[ProbedLagView]
    goods: list[PresentLagView]


class LagAdoptedView(msgspec.Struct, frozen=True):
    """The profile that has the time constant now."""

    profile: str
    version: int
    form: str
    lag_s: float
    since: TimeText


@router.get(
    "/zones/{key}/lag",
    **operation(Act.READ_REGISTRY, ZoneLagView, examples.ZONE_LAG, problems=(Code.NOT_FOUND,)),
)
async def read_zone_lag(
    request: Request, asker: Asker, key: ZoneKey, from_us: From = None, to: To = None
) -> Response:
    """How the goods in a zone follow the air, by each probe on them: time constant, interval, and the data behind it."""
    state = state_of(request)
    await _permit_zone(state, asker, key, Act.READ_REGISTRY)
    now_us = state.services.now_us()
    end_us = now_us if to is None else min(to, now_us)
    start_us = end_us - _LOOKED_BACK_US if from_us is None else from_us
    if end_us <= start_us:
        raise invalid("query/to", "ends_before_it_starts")
    index = await state.series()
    snapshot = await state.registry()
    readings = rows_of(state.services.readings, index)
    found = await state.pool(probed, snapshot, key, start_us, end_us, quantities_of(index), readings)
    goods = await state.pool(present, snapshot, key, now_us)
    return JsonAnswer(ZoneLagView(key, [_probe(one) for one in found], [_goods(one) for one in goods]))


@router.post(
    "/zones/{key}/lag/adopt",
    **operation(
        Act.WRITE_REGISTRY, LagAdoptedView, examples.ADOPTED, problems=(Code.NOT_FOUND, Code.CHANGED_MEANWHILE)
    ),
)  # fmt: skip
async def adopt_zone_lag(request: Request, asker: Asker, key: ZoneKey, body: LagAdoptIn) -> Response:
    """Let goods of a profile follow the air by this time constant from now on; the past stays judged by the former one."""
    state = state_of(request)
    await _permit_zone(state, asker, key, Act.WRITE_REGISTRY)
    if not SHORTEST_US <= body.lag_us <= LONGEST_US:
        raise invalid("body/lag_s", "bad_duration")
    now_us = state.services.now_us()
    by = By(asker.name, now_us, body.reason)

    def write(connection: Any) -> Stored[Profile]:
        registry = state.services.registry(connection)
        stored = registry.get(Profile, body.profile)
        changed = with_lag(stored.value, body.form, body.lag_us, now_us) if stored else None
        if stored is None or changed is None:
            raise Problem(Code.NOT_FOUND)
        require_reason(stored.value, changed, body.reason, BODY)
        with as_problems():
            return registry.put(changed, by)

    stored = await state.write(write)
    return JsonAnswer(
        LagAdoptedView(body.profile, stored.version, body.form, body.lag_us / 1e6, text_of(now_us))
    )


async def _permit_zone(state: State, asker: Principal, key: str, act: Act) -> None:
    """The zone must exist, and be one's own for who sees only its own."""
    ownership = await state.ownership()
    if not ownership.exists("zone", key):
        raise Problem(Code.NOT_FOUND)
    if bound(asker):
        permit(asker, act, ownership.of_object("zone", key))


def _probe(one: Probed) -> ProbedLagView:
    fit = one.fit
    lag_s, low_s, high_s = (None if us is None else us / 1e6 for us in (fit.lag_us, fit.low_us, fit.high_us))
    return ProbedLagView(
        one.device, one.quantity, list(one.air), str(fit.outcome), lag_s, low_s, high_s, fit.offset_k, fit.error_k,
        fit.samples, text_of(fit.from_us), text_of(fit.to_us),
    )  # fmt: skip


def _goods(one: Present) -> PresentLagView:
    return PresentLagView(one.profile, one.form, one.lag_us / 1e6)
