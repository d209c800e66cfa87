"""What goes over the wire about webhooks and their deliveries."""

from __future__ import annotations

from typing import Any

import msgspec

from api.times import TimeText, text_of, text_of_optional
from store.repositories.deliveries import Delivery
from store.repositories.webhooks import Endpoint


class WebhookView(msgspec.Struct, frozen=True, kw_only=True):
    """Where events are sent."""

    id: str
    version: int
    name: str
    url: str
    types: list[str]
    """Empty: all."""
    language: str
    customer: str | None
    """It is told what this customer may know; null: everything."""
    disabled: str | None
    """`by_hand`, or `gone` after it answered 410; null while it is on."""
    previous_secret_until: TimeText | None
    """Until then the secret before the last rotation signs too."""
    created: TimeText
    created_by: str


class IssuedWebhookView(WebhookView, frozen=True, kw_only=True):
    """An endpoint with its new secret, which is shown here and nowhere else."""

    secret: str


class DeliveryView(msgspec.Struct, frozen=True):
    """One message to one endpoint."""

    id: str
    """The `webhook-id`: the same however often it is sent."""
    type: str
    event: int | None
    about: str
    """Messages about the same thing are sent one after another."""
    state: str
    """waiting, delivered, dead"""
    made: TimeText
    next: TimeText | None
    """When it is sent next; null also while it waits for another about the same thing."""
    attempts: int
    last: TimeText | None
    status: int | None
    reason: str
    """What went wrong with the last attempt, by name."""
    settled: TimeText | None
    body: str
    """Exactly what is signed and sent."""


class ReplayedDeliveriesView(msgspec.Struct, frozen=True):
    """How many dead letters are sent again."""

    replayed: int


def webhook_view(endpoint: Endpoint) -> WebhookView:
    """An endpoint."""
    return WebhookView(**_fields(endpoint))


def issued_view(endpoint: Endpoint, secret: str) -> IssuedWebhookView:
    """An endpoint and its new secret."""
    return IssuedWebhookView(**_fields(endpoint), secret=secret)


def delivery_view(row: Delivery) -> DeliveryView:
    """A delivery."""
    return DeliveryView(
        row.id, row.type, row.event, row.order_key, row.state, text_of(row.made_us), text_of_optional(row.next_us),
        row.attempts, text_of_optional(row.last_us), row.status, row.reason, text_of_optional(row.settled_us), row.body,
    )  # fmt: skip


def _fields(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id, "version": endpoint.version, "name": endpoint.name, "url": endpoint.url,
        "types": list(endpoint.types), "language": endpoint.language, "customer": endpoint.customer,
        "disabled": endpoint.disabled, "previous_secret_until": text_of_optional(endpoint.previous_until_us),
        "created": text_of(endpoint.created_us), "created_by": endpoint.created_by,
    }  # fmt: skip
