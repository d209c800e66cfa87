"""What dispatch goes by, read from its two files: what work needs (`needs.toml`) and how much each term counts (`weights.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from detect.nouns import Kind
from ingest.nouns import US_PER_MINUTE
from registry.nouns import Role
from tickets.nouns import Priority, Ticket, TicketKind

NEEDS = Path(__file__).with_name("needs.toml")
WEIGHTS = Path(__file__).with_name("weights.toml")
_TERMS = ("skill", "level", "duty", "travel", "load", "team", "language", "past")


class BadDispatchError(ValueError):
    """A file of dispatch does not say what it must; the message names the file and the field."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a ticket asks of a person."""

    skills: tuple[str, ...] = ()
    certified: tuple[str, ...] = ()
    """Skills for which a valid certificate is a must."""
    level: int = 1
    roles: frozenset[Role] = frozenset()
    repair_us: int = 0


@dataclass(frozen=True, slots=True)
class Needs:
    """The table of needs."""

    words: Mapping[str, str]
    """What somebody may write, folded → the skill."""
    rows: tuple[tuple[Mapping[str, frozenset[str]], Need], ...]
    """(conditions, need)."""

    def skill(self, written: str) -> str:
        """The skill that a word means; a word of nobody's is a skill of its own."""
        folded = written.strip().casefold()
        return self.words.get(folded, folded)

    def of(self, ticket: Ticket, equipment: frozenset[str]) -> Need:
        """What a ticket needs, with the kinds of equipment concerned."""
        return self._of({
            "kind": frozenset({str(ticket.kind)}), "category": frozenset({str(ticket.category)}),
            "equipment": equipment, "finding": frozenset({finding_of(ticket)}),
        })  # fmt: skip

    def asked(self, kind: TicketKind, equipment: str) -> Need:
        """What work of a kind on such equipment ("" = none) needs, whatever is wrong there."""
        none: frozenset[str] = frozenset()
        machine = frozenset({equipment}) - {""}
        return self._of({
            "kind": frozenset({str(kind)}),
            "category": none,
            "equipment": machine,
            "finding": none,
        })

    def _of(self, said: Mapping[str, frozenset[str]]) -> Need:
        held = [need for when, need in self.rows if all(said[name] & wanted for name, wanted in when.items())]
        return Need(
            skills=tuple(dict.fromkeys(skill for need in held for skill in need.skills)),
            certified=tuple(dict.fromkeys(skill for need in held for skill in need.certified)),
            level=max((need.level for need in held), default=1),
            roles=frozenset().union(*(need.roles for need in held)) or frozenset({Role.ENGINEER}),
            repair_us=max((need.repair_us for need in held), default=0),
        )


def finding_of(ticket: Ticket) -> str:
    """The kind of finding that speaks on it, as in `too_high` (whatever is too high); "" if a person opened it."""
    code = ticket.title.code
    told = ticket.title.params.get("told")
    if code.startswith("doubt.") and isinstance(told, dict):
        code = str(told.get("code", ""))
    parts = code.split(".")
    if parts[0] != "finding" or len(parts) < 2:
        return ""
    told_of = parts[1]
    kinds = [str(kind) for kind in Kind if told_of == kind or told_of.startswith(f"{kind}_")]
    return max(kinds, key=len, default=told_of)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each term counts, and what is taken for granted."""

    terms: Mapping[str, float]
    duty: Mapping[str, float]
    speed_km_h: float
    detour: float
    same_region_us: int
    elsewhere_us: int
    half_us: int
    capacity: int
    expert_level: int
    urgent: frozenset[Priority]
    near_km: float

    def is_urgent(self, ticket: Ticket) -> bool:
        """Whether somebody may be called for it outside of a shift."""
        return ticket.kind is TicketKind.GOODS or ticket.priority in self.urgent


@cache
def needs(path: Path = NEEDS) -> Needs:
    """The needs of a file.

    Raises:
        BadDispatchError: it does not say what it must.
    """
    document = _load(path)
    try:
        words = {skill.casefold(): skill for skill in document["skills"]}
        words |= {word.casefold(): skill for skill, also in document["skills"].items() for word in also}
        return Needs(words, tuple(_need(row) for row in document["need"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadDispatchError(f"{path.name}: {error}") from error


@cache
def weights(path: Path = WEIGHTS) -> Weights:
    """The weights of a file.

    Raises:
        BadDispatchError: it does not say what it must.
    """
    document = _load(path)
    try:
        travel, people = document["travel"], document["people"]
        return Weights(
            terms={name: _positive(document["weights"][name]) for name in _TERMS},
            duty={name: _positive(value) for name, value in document["duty"].items()},
            speed_km_h=_positive(travel["speed_km_h"]),
            detour=_positive(travel["detour"]),
            same_region_us=round(_positive(travel["same_region_minutes"]) * US_PER_MINUTE),
            elsewhere_us=round(_positive(travel["elsewhere_minutes"]) * US_PER_MINUTE),
            half_us=round(_positive(travel["half_minutes"]) * US_PER_MINUTE),
            capacity=int(people["capacity"]),
            expert_level=int(people["expert_level"]),
            urgent=frozenset(Priority[name] for name in people["urgent"]),
            near_km=_positive(document["visits"]["near_km"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadDispatchError(f"{path.name}: {error}") from error


def _need(row: Mapping[str, Any]) -> tuple[Mapping[str, frozenset[str]], Need]:
    asked = dict(row)
    need = Need(
        skills=tuple(asked.pop("skills", ())),
        certified=tuple(asked.pop("certified", ())),
        level=int(asked.pop("level", 1)),
        roles=frozenset(map(Role, asked.pop("roles", ()))),
        repair_us=round(_positive(asked.pop("repair_minutes", 0)) * US_PER_MINUTE),
    )
    unknown = asked.keys() - {"kind", "category", "equipment", "finding"}
    if unknown:
        raise ValueError(f"need: there is nothing called {min(unknown)}")
    return {name: frozenset(values) for name, values in asked.items()}, need


def _positive(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{value!r} is not a number of zero or more")
    return float(value)


def _load(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise BadDispatchError(f"{path.name}: {error}") from error
