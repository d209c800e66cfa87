"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass

from registry.nouns.words import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a key or a person who has logged in, with the role and, for scoped roles, whose it is."""

    name: str
    """As it stands in the event table: `key:<id>`, or `person:<key>` of somebody who has logged in."""
    role: Role
    customer: str | None = None
    gateway: str | None = None
    site: str | None = None
    carrier: str | None = None
    person: str | None = None
    """Key of the person who acts, where it is known: always with a session, with a key if it was given out for one."""
