"""People as dispatch sees them, put together from one state of the registry, the live tickets and earlier work."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol

from registry.duty import Duty
from registry.nouns import RegistrySnapshot
from tickets.dispatch.nouns import Past, People
from tickets.nouns import Ticket

NEEDED = frozenset({
    "site", "contact", "team", "person", "shift", "absence", "rota", "zone", "equipment",
})  # fmt: skip
"""The kinds of registry objects that dispatch reads (`RegistryRepository.snapshot`)."""
_PERSON = "person:"


class Done(Protocol):
    """A piece of earlier work (`store.repositories.staffing.Done` is one)."""

    @property
    def assignee(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def zone(self) -> str | None: ...
    @property
    def good(self) -> bool: ...


def people_of(
    snapshot: RegistrySnapshot, live: Iterable[Ticket], done: Iterable[Done], owners: Mapping[str, str]
) -> People:
    """Everybody, as the registry and the tickets have them.

    Args:
        live: all tickets on which work is still to be done.
        done: work of the last months, with whether it stayed done.
        owners: lot → customer, at least of the lots of `live`.
    """
    return People(
        persons={person.key: person for person in snapshot.people},
        teams={team.key: team for team in snapshot.teams},
        sites={site.key: site for site in snapshot.sites},
        duty=Duty(snapshot.shifts, snapshot.absences, snapshot.rotas),
        load=load(live),
        past=_past(done),
        equipment=_equipment(snapshot),
        owners=owners,
        languages=_languages(snapshot),
    )


def load(live: Iterable[Ticket]) -> Mapping[str, int]:
    """Person → how many live tickets."""
    return Counter(key for ticket in live if (key := person_with(ticket)))


def person_with(ticket: Ticket) -> str | None:
    """The person whose work a live ticket is; None if it is nobody's, or done."""
    name = ticket.assignee
    return name.removeprefix(_PERSON) if ticket.live and name and name.startswith(_PERSON) else None


def _past(done: Iterable[Done]) -> dict[tuple[str, str], Past]:
    found: dict[tuple[str, str], Past] = defaultdict(Past)
    for work in done:
        person = work.assignee.removeprefix(_PERSON)
        for place in {work.subject, f"zone:{work.zone}"} if work.zone else {work.subject}:
            was = found[person, place]
            found[person, place] = Past(was.done + 1, was.good + work.good)
    return dict(found)


def _equipment(snapshot: RegistrySnapshot) -> dict[str, frozenset[str]]:
    kinds: dict[str, set[str]] = defaultdict(set)
    for machine in snapshot.equipment:
        kinds[machine.zone].add(str(machine.kind))
        kinds[f"equipment:{machine.key}"].add(str(machine.kind))
    return {place: frozenset(found) for place, found in kinds.items()}


def _languages(snapshot: RegistrySnapshot) -> dict[str, str]:
    """The language of most contacts of a customer or site; of equally many the first by name."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for contact in snapshot.contacts:
        for whose in (
            f"customer:{contact.customer}" * bool(contact.customer),
            f"site:{contact.site}" * bool(contact.site),
        ):
            if whose:
                counts[whose][str(contact.language)] += 1
    return {whose: min(found, key=lambda one: (-found[one], one)) for whose, found in counts.items()}
