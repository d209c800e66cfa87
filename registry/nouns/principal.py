"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass

from registry.nouns.words import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a key, with its role and, for scoped roles, whose it is."""

    name: str
    """As it stands in the event table: `key:<id>`."""
    role: Role
    customer: str | None = None
    gateway: str | None = None
    site: str | None = None
    carrier: str | None = None
