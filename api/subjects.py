"""Whose the subjects of events are: registry objects, findings, alarms, tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from api.ownership import Ownership
from api.policy import Resource
from api.services import AlarmRows, FindingRows, RegistryRows, TicketRows
from store.repositories.alarms import AlarmFilter

_OWN_OBJECTS = frozenset({"customer", "lot", "shipment"})
"""Places, products and profiles serve several customers: what is done to them is the operator's business."""


class Kept(Protocol):
    """Where the subjects of events are looked up (`api.services.Services` is one)."""

    @property
    def registry(self) -> Callable[[Any], RegistryRows]: ...
    @property
    def tickets(self) -> TicketRows: ...
    @property
    def findings(self) -> FindingRows: ...
    @property
    def alarms(self) -> AlarmRows: ...


def owners_of(
    connection: Any, services: Kept, ownership: Ownership, subjects: Iterable[str]
) -> dict[str, Resource]:
    """Subject (`kind:key`) → whose it is. Keys, gateways and whatever is not known belong to no customer."""
    found: dict[str, Resource] = {}
    for subject in set(subjects):
        kind, _, key = subject.partition(":")
        found[subject] = _owner(connection, services, ownership, kind, key)
    return found


def _owner(connection: Any, services: Kept, ownership: Ownership, kind: str, key: str) -> Resource:
    if kind in _OWN_OBJECTS:
        return ownership.of_object(kind, key)
    if kind == "placement":
        placement = services.registry(connection).placements.get(key)
        return ownership.of_placement(placement.value) if placement else Resource()
    if kind == "ticket":
        ticket = services.tickets.get(connection, key)
        return ownership.of_ticket(ticket) if ticket else Resource()
    if kind == "finding":
        finding = services.findings.by_ids(connection, [key]).get(key)
        return ownership.of_finding(finding) if finding else Resource()
    if kind == "alarm":
        alarms = services.alarms.find(connection, AlarmFilter(cause=key), None, 1)
        return ownership.of_alarm(alarms[0]) if alarms else Resource()
    return Resource()
