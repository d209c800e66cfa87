"""Who may register whom in which role: a person's role, and for whom it is, are rights as soon as that person logs in."""

from __future__ import annotations

from collections.abc import Collection

from registry.nouns import Person, Registered, Role


def oversteps(
    old: Registered | None, new: Registered | None, roles: Collection[Role | str] | None
) -> Role | None:
    """The role that somebody may neither give nor take away; None if the change is fine.

    Args:
        old: The object before; None if it is new.
        new: The object as it is to be; None if it is removed.
        roles: In which roles they may register people and remove them; None: they may do anything. Whoever is
            registered keeps role, site, carrier and customer, unless they may do anything.
    """
    person = new if new is not None else old
    if roles is None or not isinstance(person, Person):
        return None
    if isinstance(old, Person) and isinstance(new, Person):
        return None if _standing(old) == _standing(new) else new.role
    return None if person.role in roles else person.role


def _standing(person: Person) -> tuple[Role, str | None, str | None, str | None]:
    return person.role, person.site, person.carrier, person.customer
