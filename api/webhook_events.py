"""What a webhook endpoint may know of an event: decided as for the stream, told as lists tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from api.alarm_text import alarm_view
from api.event_text import event_view
from api.ownership import Ownership
from api.policy import Resource, bound, owner_of
from api.services import AlarmRows, EventRow, FindingRows, RegistryRows, TicketRows
from api.subjects import owners_of
from api.ticket_text import ticket_view
from registry.nouns import Lot, Principal, Role
from store import events
from store.repositories import alarms, findings, tickets
from store.repositories.alarms import AlarmFilter
from store.repositories.registry import RegistryRepository
from store.repositories.webhooks import Endpoint
from texts import LANGUAGES, Language


def principal_of(endpoint: Endpoint) -> Principal:
    """As whom an endpoint is told things: the customer it belongs to, else a viewer."""
    name = f"webhook:{endpoint.id}"
    if endpoint.customer is not None:
        return Principal(name, Role.CUSTOMER, customer=endpoint.customer)
    return Principal(name, Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Rows:
    """The repositories that things are looked up in."""

    registry: Callable[[Any], RegistryRows]
    tickets: TicketRows
    findings: FindingRows
    alarms: AlarmRows


KEPT = Rows(
    RegistryRepository, cast(TicketRows, tickets), cast(FindingRows, findings), cast(AlarmRows, alarms)
)


class WebhookEvents:
    """Says what each endpoint may know (`notify.webhooks.following.Tell`)."""

    def __init__(self, kept: Rows = KEPT) -> None:
        self._kept = kept
        self._ownership: Ownership | None = None
        self._looked_at = 0
        """The last event up to which nothing else changed in the registry."""

    def __call__(self, connection: Any, event: EventRow, endpoint: Endpoint) -> Mapping[str, Any] | None:
        """The event and its subject as it is now, or None."""
        asker = principal_of(endpoint)
        ownership = self._ownership_now(connection) if bound(asker) else None
        owned = (
            owners_of(connection, self._kept, ownership, [event.subject])[event.subject]
            if ownership
            else Resource()
        )
        view = event_view(asker, event, owned)
        if view is None:
            return None
        told = {"event": view.sequence, "act": view.act, "subject": view.subject}
        more = {} if bound(asker) else {"reason": view.reason, "old": view.old, "new": view.new}
        return told | self._subject(connection, event, asker, ownership, _language(endpoint)) | more

    def _subject(
        self, connection: Any, event: EventRow, asker: Principal, ownership: Ownership | None, lang: Language
    ) -> dict[str, Any]:
        """What the event is about, as it is now."""
        kind, _, key = event.subject.partition(":")
        if kind == "ticket" and (ticket := self._kept.tickets.get(connection, key)):
            owner = owner_of(asker)
            lots = ownership.belongings.lots_of(owner) if ownership and owner else None
            return {"ticket": msgspec.to_builtins(ticket_view(ticket, lang, asker, lots))}
        if kind == "alarm" and (found := self._kept.alarms.find(connection, AlarmFilter(cause=key), None, 1)):
            return {"alarm": msgspec.to_builtins(alarm_view(found[0], asker))}
        if kind == "lot" and (lot := self._kept.registry(connection).get(Lot, key)):
            return {"lot": {"key": key, "status": str(lot.value.status)}}
        return {}

    def _ownership_now(self, connection: Any) -> Ownership:
        """What is whose now; made anew when the registry has changed."""
        registry, known = self._kept.registry(connection), self._ownership
        if known is None or registry.changes_since(self._looked_at, 1):
            self._ownership = known = Ownership(registry.snapshot())
        self._looked_at = events.last_sequence(connection)
        return known


def _language(endpoint: Endpoint) -> Language:
    return next((lang for lang in LANGUAGES if lang == endpoint.language), "en")
