"""What goes over the wire about the loop of tickets: the table of states, counts, and what became of many acts."""

from __future__ import annotations

import msgspec

from api.problems import ProblemView


class NameView(msgspec.Struct, frozen=True):
    """A word for people, in both languages."""

    code: str
    en: str
    zh: str


class ForeignView(msgspec.Struct, frozen=True):
    """What another system calls a state."""

    system: str
    state: str
    reason: str | None


class StateView(NameView, frozen=True, kw_only=True):
    """A state of tickets."""

    live: bool
    """Work is still to be done."""
    ends: bool
    """Nobody has a next step."""
    owner: str
    foreign: list[ForeignView]


class TransitionView(NameView, frozen=True, kw_only=True):
    """A line of the table: who may take a ticket from where to where."""

    sources: list[str]
    target: str | None
    """null: the state stays, or (resume) the one before the hold comes back."""
    paths: list[str]
    roles: list[str]
    reason: bool
    """Whether a reason is required."""


class ResolutionView(NameView, frozen=True, kw_only=True):
    """A way in which work ends."""

    trouble: bool
    ours: bool


class MeaningView(msgspec.Struct, frozen=True):
    """Which of our states another system's name means."""

    system: str
    name: str
    state: str


class StatesView(msgspec.Struct, frozen=True):
    """The life of a ticket, to be drawn, and its words."""

    states: list[StateView]
    transitions: list[TransitionView]
    paths: list[NameView]
    owners: list[NameView]
    holds: list[NameView]
    categories: list[NameView]
    phases: list[NameView]
    lines: list[NameView]
    resolutions: list[ResolutionView]
    meanings: list[MeaningView]


class CountView(msgspec.Struct, frozen=True):
    """How many tickets of one state, kind and priority there are."""

    state: str
    kind: str
    priority: str
    n: int


class CountsView(msgspec.Struct, frozen=True):
    """How many tickets there are, and how many of them somebody has to look at."""

    items: list[CountView]
    total: int
    live: int
    overdue: int
    """Live, and past the deadline."""
    act_by_past: int
    """Live, and too late to prevent damage."""
    unassigned: int
    """Live, and nobody has it."""
    unconfirmed: int
    """Closed although the customer never confirmed it."""


class BulkItemView(msgspec.Struct, frozen=True):
    """What became of one of many acts."""

    number: str
    state: str | None
    """As it is now; null if it was refused."""
    version: int | None
    problem: ProblemView | None


class BulkResultView(msgspec.Struct, frozen=True):
    """What became of many acts, in the order asked for."""

    items: list[BulkItemView]
    done: int
    refused: int
