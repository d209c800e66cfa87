"""What a webhook endpoint may know of an event: decided as for the stream, told as lists tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
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
from tickets.nouns import Alarm, Ticket


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

    def __call__(self, connection: Any) -> Telling:
        """As things stand in the transaction of `connection`."""
        return Telling(connection, self._kept, self._ownership_now)

    def _ownership_now(self, connection: Any) -> Ownership:
        """What is whose now; made anew when the registry has changed."""
        registry, known = self._kept.registry(connection), self._ownership
        if known is None or registry.changes_since(self._looked_at, 1):
            self._ownership = known = Ownership(registry.snapshot())
        self._looked_at = events.last_sequence(connection)
        return known


class Telling:
    """Tells of events in one transaction; what several of them ask for is looked up once."""

    def __init__(self, connection: Any, kept: Rows, ownership: Callable[[Any], Ownership]) -> None:
        self._connection = connection
        self._kept = kept
        self._ownership = cache(lambda: ownership(connection))
        self._owner_of = cache(self._look_up_owner)
        self._thing_of = cache(self._look_up)

    def __call__(self, event: EventRow, endpoint: Endpoint) -> Mapping[str, Any] | None:
        """The event and its subject as it is now, or None."""
        asker = principal_of(endpoint)
        bare = bound(asker)
        view = event_view(asker, event, self._owner_of(event.subject) if bare else Resource())
        if view is None:
            return None
        told = {"event": view.sequence, "act": view.act, "subject": view.subject}
        more = {} if bare else {"reason": view.reason, "old": view.old, "new": view.new}
        return told | self._subject(event.subject, asker, _language(endpoint)) | more

    def _subject(self, subject: str, asker: Principal, lang: Language) -> dict[str, Any]:
        """What the event is about, as it is now."""
        thing = self._thing_of(subject)
        if isinstance(thing, Ticket):
            known = self._ownership().belongings.known_to(owner_of(asker)) if bound(asker) else None
            return {"ticket": msgspec.to_builtins(ticket_view(thing, lang, asker, known))}
        if isinstance(thing, Alarm):
            return {"alarm": msgspec.to_builtins(alarm_view(thing, asker))}
        return {"lot": {"key": thing.key, "status": str(thing.status)}} if thing else {}

    def _look_up(self, subject: str) -> Ticket | Alarm | Lot | None:
        kind, _, key = subject.partition(":")
        if kind == "ticket":
            return self._kept.tickets.get(self._connection, key)
        if kind == "alarm":
            return next(iter(self._kept.alarms.find(self._connection, AlarmFilter(cause=key), None, 1)), None)
        lot = self._kept.registry(self._connection).get(Lot, key)
        return lot.value if lot else None

    def _look_up_owner(self, subject: str) -> Resource:
        return owners_of(self._connection, self._kept, self._ownership(), [subject])[subject]


def _language(endpoint: Endpoint) -> Language:
    return next((lang for lang in LANGUAGES if lang == endpoint.language), "en")
