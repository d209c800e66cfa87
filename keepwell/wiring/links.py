"""Where a message leads: a signed link for the one who is told, made when the message is written."""

from __future__ import annotations

from collections.abc import Callable

from registry.nouns import Contact, Person
from store.repositories import links, tickets
from store.repositories.links import Bound, Purpose
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase
from tickets.notices import Notice
from tickets.nouns import SYSTEM

_PURPOSES = {"survey": Purpose.SURVEY}
"""Code of a notice to a customer → what its link is for; others: to follow the ticket."""


class Linker:
    """(notice, person) → an address, "" where there is none (`notify.sending.AckLink`)."""

    def __init__(self, database: ServiceDatabase, public_url: str, now_us: Callable[[], int]) -> None:
        self._database, self._public_url, self._now_us = database, public_url, now_us

    def __call__(self, notice: Notice, who: str) -> str:
        """For one of ours: to acknowledge; for a customer's contact: to follow the ticket, or to answer the survey."""
        kind, _, id = notice.subject.partition(":")
        if not self._public_url or kind != "ticket":
            return ""
        with self._database.writing() as connection:
            bound = self._bound(RegistryRepository(connection), who, id)
            if bound is None or tickets.get(connection, id) is None:
                return ""
            purpose = _PURPOSES.get(notice.code, Purpose.FOLLOW) if bound.customer else Purpose.ACKNOWLEDGE
            _, token = links.issue(connection, purpose, bound, By(SYSTEM, self._now_us()))
        return f"{self._public_url}/api/v1/links/{token}"

    @staticmethod
    def _bound(registry: RegistryRepository, who: str, ticket_id: str) -> Bound | None:
        kind, _, key = who.partition(":")
        if kind == "contact":
            contact = registry.get(Contact, key)
            customer = contact.value.customer if contact else None
            return Bound(ticket_id=ticket_id, customer=customer) if customer else None
        person = registry.get(Person, key) if kind == "person" else None
        return Bound(ticket_id=ticket_id, person=who, role=person.value.role) if person else None
