"""From objects of the registry to their labels: the code, the id for people, name and place in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from api.label_sheet import Label
from registry.identity import identify, lot_link, own_code
from registry.nouns import (
    Device,
    Lot,
    Placement,
    Product,
    Registered,
    RegistrySnapshot,
    Shipment,
    Thing,
    Zone,
    kind_of,
)
from texts import Language, render

KINDS = ("device", "zone", "lot", "shipment")
"""What gets labels."""


class Labelling:
    """Labels from one state of the registry."""

    def __init__(self, snapshot: RegistrySnapshot, now_us: int, public_url: str, lang: Language) -> None:
        self._objects: dict[Thing, Registered] = {
            Thing(kind_of(value), value.key): value
            for value in (*snapshot.devices, *snapshot.zones, *snapshot.lots, *snapshot.shipments)
        }
        self._names = {
            Thing(kind_of(value), value.key): value.name or value.key
            for value in (
                *snapshot.sites,
                *snapshot.products,
                *snapshot.zones,
                *snapshot.shipments,
                *snapshot.equipment,
            )
        }
        self._products = {product.key: product for product in snapshot.products}
        self._site_of = {zone.key: zone.site for zone in snapshot.zones}
        self._site_of |= {machine.key: self._site_of.get(machine.zone) for machine in snapshot.equipment}
        self._gateway_sites = {gateway.key: gateway.site for gateway in snapshot.gateways}
        self._now = {Thing(p.subject_kind, p.subject): p for p in _held(snapshot.placements, now_us)}
        self._public_url, self._lang = public_url, lang

    def known(self, thing: Thing) -> bool:
        """Whether there is such an object."""
        return thing in self._objects

    def on_site(self, kind: str, site: str) -> list[Thing]:
        """Everything of a kind on a site now: zones, what stands or hangs in them, shipments from or to there."""
        return [thing for thing in self._objects if thing.kind == kind and site in self._sites(thing)]

    def label(self, thing: Thing) -> Label:
        """The label of an object."""
        value = self._objects[thing]
        code = self._code(value)
        lines = (render(f"label.{thing.kind}", {}, self._lang), *self._lines(thing, value))
        readable = identify(code, self._public_url).text
        return Label(code, readable, value.name or value.key, tuple(line for line in lines if line))

    def _code(self, value: Registered) -> str:
        """A Digital Link for a lot whose product has a number and which has a batch number; our own code for all else."""
        if isinstance(value, Lot):
            product = self._products.get(value.product, Product(key=""))
            link = lot_link(product.gtin, value.external_number or "") if value.external_number else ""
            if link:
                return link
        return own_code(kind_of(value), value.key, self._public_url)

    def _lines(self, thing: Thing, value: Registered) -> Iterator[str]:
        """What it is, and where."""
        if isinstance(value, Lot):
            yield self._name("product", value.product)
        if isinstance(value, Device):
            yield value.model
        if isinstance(value, Shipment):
            yield " → ".join(self._name("site", key) for key in (value.origin, value.destination) if key)
            yield value.vehicle
            return
        place = self._now.get(thing)
        site = value.site if isinstance(value, Zone) else self._site_of.get(place.place) if place else None
        if site:
            yield self._name("site", site)
        if place:
            yield self._name(str(place.place_kind), place.place)

    def _sites(self, thing: Thing) -> set[str | None]:
        value, place = self._objects[thing], self._now.get(thing)
        if isinstance(value, Zone):
            return {value.site}
        if isinstance(value, Shipment):
            return {value.origin, value.destination}
        if place is not None:
            return {self._site_of.get(place.place)}
        return {self._gateway_sites.get(value.gateway)} if isinstance(value, Device) else set()

    def _name(self, kind: str, key: str) -> str:
        return self._names.get(Thing(kind, key), key)


def _held(placements: Iterable[Placement], now_us: int) -> Iterator[Placement]:
    return (
        p
        for p in placements
        if p.valid_from_us <= now_us and (p.valid_to_us is None or p.valid_to_us > now_us)
    )


def in_order(things: Sequence[Thing]) -> list[Thing]:
    """By key, each once."""
    return sorted(set(things))
