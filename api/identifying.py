"""From a scanned text to the objects of the registry that it names, and to where they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from api.guard import may
from api.ownership import Ownership
from api.policy import Act
from api.problems import invalid
from api.routes.registry import act_of
from api.services import RegistryRows
from registry.identity import Identity, Names, UnreadableError, gtin_forms, identify
from registry.nouns import KINDS, Principal, Thing

_NUMBERED = ("device", "lot", "shipment", "zone", "order", "equipment", "gateway")
"""Kinds of objects that carry their number in another system, or the maker's, as a plain code."""


_ABOUT_GOODS = frozenset({Act.READ_GOODS, Act.READ_PEOPLE})
"""Who never reads about goods is not told of them by a scanner either; a device may be handled without reading the registry."""


def read_code(code: str, public_url: str, location: str) -> Identity:
    """What a text names.

    Raises:
        Problem: invalid, at `location`, with the named reason.
    """
    try:
        return identify(code, public_url)
    except UnreadableError as error:
        raise invalid(location, f"code_{error.why}") from error


def named(registry: RegistryRows, identity: Identity) -> list[Thing]:
    """The objects that an identity names: by our own label, by a code on record, or else by number."""
    if identity.names is Names.OBJECT:
        stored = registry.get(KINDS[identity.kind].noun, identity.key)
        return [Thing(identity.kind, identity.key)] if stored else []
    holders = registry.codes.holders(identity.alternatives)
    carried = [holders[code] for code in identity.alternatives if code in holders]
    return carried[:1] or _NUMBERS[identity.names](registry, identity)


def visible_things(asker: Principal, ownership: Ownership | None, things: Sequence[Thing]) -> list[Thing]:
    """Those of which the asker may know, or which it may take up; the others do not exist for it."""
    return [
        thing
        for thing in things
        if (act_of(thing.kind) not in _ABOUT_GOODS or may(asker, act_of(thing.kind)))
        and (ownership is None or may(asker, Act.IDENTIFY, ownership.of_scanned(*thing)))
    ]


def _batches(registry: RegistryRows, identity: Identity) -> list[Thing]:
    batch = identity.value("10")
    return registry.codes.batches(gtin_forms(identity.value("01")), batch) if batch else []


def _products(registry: RegistryRows, identity: Identity) -> list[Thing]:
    return registry.codes.products(gtin_forms(identity.value("01")))


def _journeys(registry: RegistryRows, identity: Identity) -> list[Thing]:
    return registry.codes.numbered(identity.value("00"), ("shipment",))


def _plain(registry: RegistryRows, identity: Identity) -> list[Thing]:
    return registry.codes.numbered(identity.canonical, _NUMBERED)


def _none(registry: RegistryRows, identity: Identity) -> list[Thing]:
    return []


_NUMBERS: dict[Names, Callable[[Any, Identity], list[Thing]]] = {
    Names.LOT: _batches, Names.PRODUCT: _products, Names.SHIPMENT: _journeys, Names.OTHER: _plain,
    Names.PLACE: _none, Names.ASSET: _none,
}  # fmt: skip
