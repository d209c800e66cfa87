"""How complete the data is: for every kind the fields that matter, and the share of them that is filled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from registry.nouns import (
    KINDS,
    Calibration,
    LotStatus,
    Placement,
    RegistrySnapshot,
    SubjectKind,
    ZoneKind,
)

TARGET = 0.9
"""Of all that matters, so much should be filled."""


@dataclass(frozen=True, slots=True)
class Context:
    """What can be asked about an object beside its own fields, as of one time."""

    now_us: int
    contacts: frozenset[tuple[str, str]] = frozenset()
    """("customer" or "site", key) for which a contact can be reached."""
    placed: Mapping[tuple[str, str], tuple[Placement, ...]] = field(default_factory=dict)
    """(subject kind, key) → where it is now."""
    calibrated: frozenset[str] = frozenset()
    """Devices with a certificate that holds now."""


Filled = Callable[[Any, Context], bool]


class Matter(NamedTuple):
    """One thing that should be known of every object of a kind; `quality.matter.<name>` is its text."""

    name: str
    filled: Filled


def _has(*attributes: str) -> Filled:
    return lambda value, _: all(getattr(value, name) not in {None, ""} for name in attributes)


def _has_any(*attributes: str) -> Filled:
    return lambda value, _: any(getattr(value, name) not in {None, ""} for name in attributes)


def _reachable(kind: str) -> Filled:
    return lambda value, context: (kind, value.key) in context.contacts


def _placed(value: Any, context: Context, kind: SubjectKind) -> bool:
    return bool(context.placed.get((kind, value.key)))


def _lot_placed(lot: Any, context: Context) -> bool:
    """What has left, or never came in, need not be anywhere."""
    return lot.status in {LotStatus.RELEASED, LotStatus.REJECTED} or _placed(lot, context, SubjectKind.LOT)


MATTERS: Mapping[str, tuple[Matter, ...]] = MappingProxyType({
    "customer": (Matter("name", _has("name")), Matter("contact", _reachable("customer"))),
    "site": (
        Matter("name", _has("name")), Matter("position", _has("latitude", "longitude")),
        Matter("contact", _reachable("site")),
    ),
    "contact": (Matter("phone_or_email", _has_any("phone", "email")), Matter("whose", _has_any("customer", "site"))),
    "person": (Matter("name", _has("name")), Matter("phone_or_email", _has_any("phone", "email"))),
    "carrier": (Matter("phone_or_email", _has_any("phone", "email")),),
    "product": (Matter("name", _has("name")), Matter("profile", _has("profile"))),
    "zone": (
        Matter("site", lambda zone, _: zone.site is not None or zone.kind in {ZoneKind.TRUCK, ZoneKind.CONTAINER}),
    ),
    "device": (
        Matter("model", _has("model")),
        Matter("placed", lambda device, context: _placed(device, context, SubjectKind.DEVICE)),
        Matter("calibrated", lambda device, context: device.key in context.calibrated),
    ),
    "order": (Matter("amount", _has("amount")), Matter("due", _has("due_us"))),
    "shipment": (
        Matter("ends", _has("origin", "destination")), Matter("vehicle", _has_any("vehicle", "carrier")),
        Matter("expected_arrival", lambda s, _: s.arrived_us is not None or s.expected_arrival_us is not None
               or any(leg.expected_arrival_us is not None for leg in s.legs)),
    ),
    "lot": (
        Matter("quantity", _has("quantity", "unit")), Matter("amount", _has("amount")),
        Matter("produced", _has("produced_us")), Matter("placed", _lot_placed),
    ),
})  # fmt: skip
"""Kind → what matters of it."""


class Share(NamedTuple):
    """So many of so many."""

    filled: int
    of: int

    @property
    def share(self) -> float | None:
        """0…1; None of nothing."""
        return self.filled / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Completeness:
    """What is filled of what matters."""

    kinds: Mapping[str, Mapping[str, Share]]
    """Kind → what matters → how often it is known."""
    customers: Mapping[str, Share]
    """Customer → over itself and its contacts, sites, orders and lots."""

    @property
    def whole(self) -> Share:
        """Over everything."""
        return total(share for matters in self.kinds.values() for share in matters.values())


def completeness(snapshot: RegistrySnapshot, context: Context) -> Completeness:
    """Count what is filled."""
    kinds: dict[str, dict[str, Share]] = {}
    customers: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for kind, matters in MATTERS.items():
        counts = dict.fromkeys((matter.name for matter in matters), 0)
        objects = getattr(snapshot, KINDS[kind].field)
        for value in objects:
            known = [matter.name for matter in matters if matter.filled(value, context)]
            for name in known:
                counts[name] += 1
            owner = value.key if kind == "customer" else getattr(value, "customer", None)
            if owner is not None:
                customers[owner][0] += len(known)
                customers[owner][1] += len(matters)
        kinds[kind] = {name: Share(count, len(objects)) for name, count in counts.items()}
    return Completeness(kinds, {key: Share(*counts) for key, counts in customers.items()})


def context_of(snapshot: RegistrySnapshot, now_us: int) -> Context:
    """What can be asked about the objects of a registry now."""
    reachable = (contact for contact in snapshot.contacts if contact.phone or contact.email)
    contacts = {
        whose
        for contact in reachable
        for whose in (("customer", contact.customer), ("site", contact.site))
        if whose[1] is not None
    }
    placed: dict[tuple[str, str], list[Placement]] = defaultdict(list)
    for placement in snapshot.placements:
        if holds(placement, now_us):
            placed[placement.subject_kind, placement.subject].append(placement)
    return Context(
        now_us,
        frozenset((kind, str(key)) for kind, key in contacts),
        {subject: tuple(stays) for subject, stays in placed.items()},
        frozenset(_calibrated(snapshot.calibrations, now_us)),
    )


def holds(placement: Placement, now_us: int) -> bool:
    """Whether it is there now."""
    return placement.valid_from_us <= now_us and (
        placement.valid_to_us is None or placement.valid_to_us > now_us
    )


def total(shares: Iterable[Share]) -> Share:
    """All of them together."""
    shares = tuple(shares)
    return Share(sum(share.filled for share in shares), sum(share.of for share in shares))


def _calibrated(calibrations: Iterable[Calibration], now_us: int) -> set[str]:
    return {c.device for c in calibrations if c.done_us <= now_us and (c.due_us is None or c.due_us > now_us)}
