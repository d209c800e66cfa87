"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass

from registry.nouns.words import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a key, a signed link, or a person who has logged in, with the role and, for scoped roles, whose it is."""

    name: str
    """As it stands in the event table: `key:<id>`, or `person:<key>` of somebody who has logged in."""
    role: Role
    customer: str | None = None
    gateway: str | None = None
    site: str | None = None
    carrier: str | None = None
    purpose: str | None = None
    """What it alone can do: that of a signed link, or `hook`; None for a key, which does what its role does."""
    ticket: str | None = None
    """Id of the one ticket that a link is about."""
    alarm: str | None = None
    """Id of the one alarm that a link is about."""
    person: str | None = None
    """Key of the person who acts, where it is known: always with a session, with a key if it was given out for one."""
