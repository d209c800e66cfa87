"""What a customer's own thing says about others: a journey that takes goods of several names orders, sites and sums of each."""

from __future__ import annotations

from dataclasses import replace

from api.ownership import Ownership
from api.policy import Owner, Scope, owner_of
from registry.nouns import Leg, Principal, Role, Shipment


def as_seen_by(asker: Principal, ownership: Ownership | None, shipment: Shipment) -> Shipment:
    """The shipment as a customer may see it: without the orders and sites of others, and its value only if all of it is theirs."""
    own = owner_of(asker)
    if asker.role is not Role.CUSTOMER or ownership is None or own is None:
        return shipment
    order, origin, destination = (
        _known(ownership, own, kind, key)
        for kind, key in (
            ("order", shipment.order),
            ("site", shipment.origin),
            ("site", shipment.destination),
        )
    )
    whole = order == shipment.order and _customers(ownership, "shipment", shipment.key) <= {own}
    return replace(
        shipment, order=order, origin=origin, destination=destination, amount=shipment.amount if whole else None,
        legs=tuple(_leg(ownership, own, leg) for leg in shipment.legs),
    )  # fmt: skip


def _leg(ownership: Ownership, own: Owner, leg: Leg) -> Leg:
    ends = (_known(ownership, own, "site", key) for key in (leg.origin, leg.destination))
    origin, destination = ends
    return replace(leg, origin=origin, destination=destination)


def _known(ownership: Ownership, own: Owner, kind: str, key: str | None) -> str | None:
    """The key, unless the thing is another customer's."""
    return key if key is not None and ownership.belongings.may_know(own, kind, key) else None


def _customers(ownership: Ownership, kind: str, key: str) -> set[Owner]:
    return {owner for owner in ownership.belongings.of(kind, key) if owner.scope is Scope.CUSTOMER}
