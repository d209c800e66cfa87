"""The ledger: per gateway and hour of receipt, what came and what became of it, and whether it adds up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, permit
from api.openapi import operation
from api.pages import Cursor, Limit, cut, next_link, read_cursor, write_cursor
from api.policy import Act, Owner, Resource, Scope
from api.problems import Code
from api.state import state_of
from api.times import TimeIn, text_of
from api.views import LedgerHour, LedgerView, Messages, RejectedCount, Values
from registry.nouns import Principal
from store.nouns import LedgerLine

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["ledger"])

GatewayId = Annotated[str | None, Query(pattern="^[A-Za-z0-9_-]{1,64}$")]
_DAY_US = 86_400_000_000


@router.get(
    "/ledger",
    **operation(Act.READ_LEDGER, LedgerView, examples.LEDGER, problems=(Code.NOT_FOUND, Code.BAD_CURSOR)),
)
async def read_ledger(
    request: Request,
    asker: Asker,
    gateway: GatewayId = None,
    from_us: Annotated[
        TimeIn | None, Query(alias="from", description="Hour of receipt; a day ago without it.")
    ] = None,
    to: TimeIn | None = None,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Response:
    """Lines of the ledger by gateway and hour of receipt."""
    state = state_of(request)
    gateway = own_gateway(asker, Act.READ_LEDGER, gateway)
    end = state.services.now_us() + 1 if to is None else to
    start = end - _DAY_US if from_us is None else from_us
    after = read_cursor(request, cursor, tuple[str, int])
    lines = await state.pool(state.services.readings.ledger, gateway, start, end)
    hours = [(key, found) for key, found in sorted(_by_hour(lines).items()) if after is None or key > after]
    shown, last = cut(hours, limit)
    following = write_cursor(request, last[0]) if last else None
    items = [_view(*key, found) for key, found in shown]
    adds_up = all(item.messages.adds_up and item.values.adds_up for item in items)
    return JsonAnswer(LedgerView(items, adds_up, following), headers=next_link(request, following))


def own_gateway(asker: Principal, act: Act, gateway: str | None) -> str | None:
    """The gateway asked about; a gateway that names none asks about itself.

    Raises:
        Problem: not_found, for somebody else's.
    """
    asked = gateway if gateway is not None else asker.gateway
    permit(asker, act, Resource.of(Owner(Scope.GATEWAY, asked or "")))
    return asked


def _by_hour(lines: Iterable[LedgerLine]) -> dict[tuple[str, int], list[LedgerLine]]:
    hours: dict[tuple[str, int], list[LedgerLine]] = defaultdict(list)
    for line in lines:
        hours[line.gateway, line.hour_us].append(line)
    return hours


def _view(gateway: str, hour_us: int, lines: list[LedgerLine]) -> LedgerHour:
    """One gateway and hour, with the two sums of promise 4 checked."""

    def count(what: str) -> int:
        return sum(line.n for line in lines if line.what == what)

    def rejected(what: str) -> list[RejectedCount]:
        return [RejectedCount(line.reason, line.n) for line in sorted(lines) if line.what == what]

    received, decoded = count("messages_received"), count("messages_decoded")
    values, kept = count("values_received"), count("values_kept")
    duplicate, conflicting = count("values_duplicate"), count("values_conflicting")
    return LedgerHour(
        gateway,
        text_of(hour_us),
        Messages(
            received,
            decoded,
            rejected("messages_rejected"),
            received == decoded + count("messages_rejected"),
        ),
        Values(
            values,
            kept,
            duplicate,
            conflicting,
            rejected("values_rejected"),
            count("values_late"),
            values == kept + duplicate + conflicting + count("values_rejected"),
        ),
    )
