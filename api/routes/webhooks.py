"""Webhooks: endpoints made, changed, rotated and removed; their deliveries listed and replayed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import examples_webhooks as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem, invalid
from api.refusals import kept
from api.registry_wire import enum_in
from api.routes.registry import Reason
from api.state import State, state_of
from api.times import TimeIn, text_of
from api.versions import IfMatch, any_version, etag, required_version
from api.views_webhooks import (
    DeliveryView,
    IssuedWebhookView,
    ReplayedDeliveriesView,
    WebhookView,
    delivery_view,
    issued_view,
    webhook_view,
)
from api.wire import Key, Line, Wire
from notify.webhooks.addresses import Allowed, Denied, judge_target, read_url
from notify.webhooks.messages import FAMILIES, PING, TYPES, body
from store.repositories import deliveries, webhooks
from store.repositories.deliveries import Delivery, DeliveryState, Made
from store.repositories.records import By
from store.repositories.webhooks import Endpoint, EndpointDraft
from texts import LANGUAGES

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["webhooks"])

Id = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]
MessageId = Annotated[str, Path(pattern="^msg_[0-9a-f]{32}$")]
_NAMES = sorted([*TYPES, *FAMILIES])
_ABSENT = (Code.NOT_FOUND, Code.CHANGED_MEANWHILE)


class WebhookIn(Wire):
    """Where events are to be sent, and which."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.WEBHOOK_IN]})

    name: Annotated[Line, Field(min_length=1)]
    url: Annotated[str, Field(max_length=2000)]
    types: Annotated[list[str], Field(max_length=50, default_factory=list)]
    language: Annotated[str, Field(pattern=f"^({'|'.join(LANGUAGES)})$")] = "en"
    customer: Key | None = None
    """Only when it is made: who has the events of one customer never gets another's by a change."""
    enabled: bool = True


class ReplayIn(Wire):
    """Which dead letters are sent again."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REPLAY_IN]})

    since: TimeIn
    """Made at or after."""


@router.post(
    "/webhooks", **operation(Act.MANAGE_WEBHOOKS, IssuedWebhookView, examples.ISSUED_WEBHOOK, status=201)
)
async def create_webhook(request: Request, asker: Asker, body: WebhookIn, reason: Reason = "") -> Response:
    """Make an endpoint: it hears of what happens from now on. Its secret is in this answer and nowhere else."""
    state = state_of(request)
    draft = _draft(body, state.services.webhook_allow)
    by = By(asker.name, state.services.now_us(), reason)
    made, secret = await state.write(
        kept, lambda connection: webhooks.create(connection, draft, by), "webhook", "delivery"
    )
    headers = {"Location": f"{PREFIX}/webhooks/{made.id}", **etag(made.version)}
    return JsonAnswer(issued_view(made, secret), 201, headers)


@router.get(
    "/webhooks",
    **operation(Act.MANAGE_WEBHOOKS, Page[WebhookView], examples.WEBHOOKS, problems=(Code.BAD_CURSOR,)),
)
async def list_webhooks(
    request: Request, asker: Asker, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """All endpoints, the oldest first."""
    after = read_cursor(request, cursor, str) or ""
    rows = await state_of(request).read(webhooks.all_of_them)
    shown, last = cut([row for row in rows if row.id > after][: limit + 1], limit)
    following = write_cursor(request, last.id) if last else None
    views = [webhook_view(row) for row in shown]
    return JsonAnswer(Page(views, following), headers=next_link(request, following))


@router.get(
    "/webhooks/{id}",
    **operation(Act.MANAGE_WEBHOOKS, WebhookView, examples.WEBHOOK, problems=(Code.NOT_FOUND,)),
)
async def read_webhook(request: Request, asker: Asker, id: Id) -> Response:
    """One endpoint."""
    found = await _found(state_of(request), id)
    return JsonAnswer(webhook_view(found), headers=etag(found.version))


@router.put(
    "/webhooks/{id}",
    **operation(
        Act.MANAGE_WEBHOOKS, WebhookView, examples.WEBHOOK, problems=(*_ABSENT, Code.IF_MATCH_REQUIRED)
    ),
)
async def change_webhook(
    request: Request, asker: Asker, id: Id, body: WebhookIn, if_match: IfMatch = None, reason: Reason = ""
) -> Response:
    """Describe an endpoint anew, switch it on or off. Off, it misses what happens; what waits is sent when it is on again."""
    state = state_of(request)
    expected = required_version(if_match)
    found = await _found(state, id)
    if body.customer != found.customer:
        raise invalid("body/customer", "webhooks.customer_stays")
    draft = _draft(body, state.services.webhook_allow)
    by = By(asker.name, state.services.now_us(), reason)
    changed = await state.write(
        kept, lambda connection: webhooks.change(connection, id, draft, by, expected), "webhook", "delivery"
    )
    return JsonAnswer(webhook_view(changed), headers=etag(changed.version))


@router.delete(
    "/webhooks/{id}",
    **operation(Act.MANAGE_WEBHOOKS, status=204, problems=(*_ABSENT, Code.IF_MATCH_REQUIRED)),
)
async def remove_webhook(
    request: Request, asker: Asker, id: Id, if_match: IfMatch = None, reason: Reason = ""
) -> Response:
    """Forget an endpoint, with everything that was or is to be delivered there."""
    state = state_of(request)
    expected = required_version(if_match)
    by = By(asker.name, state.services.now_us(), reason)
    await state.write(
        kept, lambda connection: webhooks.remove(connection, id, by, expected), "webhook", "delivery"
    )
    return Response(status_code=204)


@router.post(
    "/webhooks/{id}/rotate",
    **operation(Act.MANAGE_WEBHOOKS, IssuedWebhookView, examples.ISSUED_WEBHOOK, problems=_ABSENT),
)
async def rotate_webhook(
    request: Request, asker: Asker, id: Id, if_match: IfMatch = None, reason: Reason = ""
) -> Response:
    """Give it a new secret, shown here alone. For 24 h messages are signed by both, so that nothing is refused meanwhile."""
    state = state_of(request)
    expected = any_version(if_match)
    by = By(asker.name, state.services.now_us(), reason)
    changed, secret = await state.write(
        kept, lambda connection: webhooks.rotate(connection, id, by, expected=expected), "webhook", "delivery"
    )
    return JsonAnswer(issued_view(changed, secret), headers=etag(changed.version))


@router.post(
    "/webhooks/{id}/ping",
    **operation(Act.MANAGE_WEBHOOKS, DeliveryView, examples.DELIVERY, status=202, problems=(Code.NOT_FOUND,)),
)
async def ping_webhook(request: Request, asker: Asker, id: Id) -> Response:
    """Send a message of type `ping`, also to try an endpoint out. What came of it is seen among its deliveries."""
    state = state_of(request)
    now_us = state.services.now_us()
    text = body(PING, text_of(now_us), {"webhook": id})

    def write(connection: Any) -> Delivery:
        if webhooks.get(connection, id) is None:
            raise Problem(Code.NOT_FOUND)
        (made,) = deliveries.make(connection, [Made(id, None, PING, text, f"ping:{now_us}")], now_us)
        found = deliveries.get(connection, id, made)
        assert found is not None  # made in this transaction
        return found

    return JsonAnswer(delivery_view(await state.write(write)), 202)


@router.get(
    "/webhooks/{id}/deliveries",
    **operation(
        Act.MANAGE_WEBHOOKS,
        Page[DeliveryView],
        examples.DELIVERIES,
        problems=(Code.NOT_FOUND, Code.BAD_CURSOR),
    ),
)
async def list_deliveries(
    request: Request,
    asker: Asker,
    id: Id,
    state: Annotated[enum_in(DeliveryState) | None, Query()] = None,  # type: ignore[valid-type]
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """What was and is to be delivered to an endpoint, the newest first. Delivered ones are kept 30 days, dead ones 90."""
    app = state_of(request)
    await _found(app, id)
    before = read_cursor(request, cursor, int)
    rows = await app.read(deliveries.find, id, state, before, limit + 1)
    shown, last = cut(rows, limit)
    following = write_cursor(request, last.number) if last else None
    views = [delivery_view(row) for row in shown]
    return JsonAnswer(Page(views, following), headers=next_link(request, following))


@router.post(
    "/webhooks/{id}/deliveries/{delivery}/replay",
    **operation(Act.MANAGE_WEBHOOKS, DeliveryView, examples.DELIVERY, status=202, problems=(Code.NOT_FOUND,)),
)
async def replay_delivery(request: Request, asker: Asker, id: Id, delivery: MessageId) -> Response:
    """Send a message again, with the same id and body, and with all its retries before it."""
    state = state_of(request)
    by = By(asker.name, state.services.now_us())
    again = await state.write(
        kept, lambda connection: deliveries.replay(connection, id, delivery, by), "webhook", "delivery"
    )
    return JsonAnswer(delivery_view(again), 202)


@router.post(
    "/webhooks/{id}/replay",
    **operation(
        Act.MANAGE_WEBHOOKS, ReplayedDeliveriesView, examples.REPLAYED, status=202, problems=(Code.NOT_FOUND,)
    ),
)
async def replay_dead_letters(request: Request, asker: Asker, id: Id, body: ReplayIn) -> Response:
    """Send all dead letters of an endpoint again, in the order in which they were made."""
    state = state_of(request)
    await _found(state, id)
    by = By(asker.name, state.services.now_us())
    again = await state.write(deliveries.replay_dead, id, body.since, by)
    return JsonAnswer(ReplayedDeliveriesView(again), 202)


def _draft(body: WebhookIn, allowed: Allowed) -> EndpointDraft:
    """What was sent, as far as it makes sense.

    Raises:
        Problem: invalid, naming the field: no such type, or an address that nothing may be sent to.
    """
    for at, name in enumerate(body.types):
        if name not in _NAMES:
            raise invalid(f"body/types/{at}", "bad_choice", limit=", ".join(_NAMES))
    target = read_url(body.url)
    denied = target if isinstance(target, Denied) else judge_target(target, allowed)
    if denied:
        raise invalid("body/url", f"webhooks.denied.{denied}")
    types = tuple(dict.fromkeys(body.types))
    return EndpointDraft(body.name, body.url, types, body.language, body.customer, body.enabled)


async def _found(state: State, id: str) -> Endpoint:
    found = await state.read(webhooks.get, id)
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return found
