"""What clocks and messages need of the registry, answered from one state of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from registry.nouns import RegistrySnapshot
from tickets.clocks.nouns import Context
from tickets.clocks.policies import best_grade
from tickets.clocks.priority import Stakes, context_of, stakes_of
from tickets.nouns import Ticket
from tickets.places import goods_of


class RegistrySites:
    """The sites, zones and lots of a registry snapshot (`tickets.clerk.world.Sites`)."""

    def __init__(self, registry: RegistrySnapshot) -> None:
        self.goods = goods_of(registry)
        self._grades = {customer.key: customer.grade for customer in registry.customers}
        self._names = {
            **{site.key: site.name or site.key for site in registry.sites},
            **{f"zone:{zone.key}": zone.name or zone.key for zone in registry.zones},
            **{f"zone:{shipment.key}": shipment.name or shipment.key for shipment in registry.shipments},
        }

    def context(self, ticket: Ticket) -> Context:
        """What the clocks of a ticket need to know."""
        return context_of(ticket, self.goods)

    def grade(self, ticket: Ticket, order: Sequence[str]) -> str | None:
        """That of the customer it is done for, else the best of those whose lots they are; None where nobody is concerned."""
        owners = {ticket.customer} if ticket.customer else set(self.owners(ticket))
        known = [self._grades[owner] for owner in owners if owner in self._grades]
        return best_grade(known, order) if known else None

    def customer(self, ticket: Ticket) -> str | None:
        """Whose ticket it is, else whose lots are concerned, if they are all one customer's."""
        if ticket.customer:
            return ticket.customer
        owners = list(self.owners(ticket))
        return owners[0] if len(owners) == 1 else None

    def owners(self, ticket: Ticket) -> Mapping[str, Sequence[str]]:
        """Customer → its lots among those of a ticket, by key."""
        found: dict[str, list[str]] = defaultdict(list)
        for lot in ticket.lots:
            if lot in self.goods:
                found[self.goods[lot].customer].append(lot)
        return dict(sorted(found.items()))

    def stakes(self, ticket: Ticket) -> Stakes:
        """What is at stake with the lots of a ticket."""
        return stakes_of(self.goods[lot] for lot in ticket.lots if lot in self.goods)

    def where(self, ticket: Ticket) -> str:
        """Site and zone in the words of people."""
        named = [ticket.site, f"zone:{ticket.zone}" if ticket.zone else None]
        return " · ".join(self._names.get(name, name.removeprefix("zone:")) for name in named if name)
