"""The nouns of models: for what a model was trained, on what, how it is calibrated, and at which stage it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class ScopeKind(StrEnum):
    """What a model judges, the narrowest first: of several active ones the narrowest speaks."""

    SERIES = "series"
    """One device, by its full name: its temperature, with its humidity if it has one."""
    ZONE = "zone"
    """Every device in a zone."""
    GROUP = "group"
    """Every device beside goods of one profile, wherever."""


class Scope(NamedTuple):
    """For which devices a model was trained."""

    kind: ScopeKind
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class BadScope(ValueError):
    """Raised when a text names no scope."""


def scope_of(text: str) -> Scope:
    """The scope that `series:g1/p7`, `zone:cold-1` or `group:chilled` names.

    Raises:
        BadScope: it names none.
    """
    kind, _, key = text.partition(":")
    if kind not in set(ScopeKind) or not key:
        raise BadScope(f"{text!r}: expected series:GATEWAY/DEVICE, zone:KEY or group:PROFILE")
    return Scope(ScopeKind(kind), key)


class Stage(StrEnum):
    """How much a model has to say."""

    TRAINED = "trained"
    """Nothing yet."""
    SHADOW = "shadow"
    """It judges, and what it finds is kept apart: no alarm, no ticket."""
    ACTIVE = "active"
    """What it finds counts."""
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model says of itself. It never changes after training: another threshold is another version."""

    id: str
    """UUIDv7; its file is called so."""
    name: str
    """`learned_course:zone:cold-1`: what it learns, and its scope."""
    version: int
    """From 1, by name."""
    detector: str
    detector_version: str
    scope: Scope
    quantities: tuple[str, ...]
    features: tuple[str, ...]
    """The schema of its rows: the name of every column, in order."""
    from_us: int
    """The training window."""
    to_us: int
    rows: int
    """Courses it was trained on."""
    coverage: float
    """Share of the hours of the window, over all its devices, that are known, 0…1."""
    devices: tuple[str, ...]
    library: str
    library_version: str
    seed: int
    digest: str
    """SHA-256 of its file, hexadecimal."""
    threshold: float
    """The oddness from which on a course is a finding."""
    usual: float
    """The median oddness of its past."""
    false_alert_days: float
    """Its budget: a normal series may raise one false alert in so many days. Calibrated without labels."""
    trained_us: int
    trained_by: str
    retuned_from: int | None = None
    """The version whose threshold was changed, if this one was not trained anew."""

    @property
    def label(self) -> str:
        """Name and version, as findings have it (`Finding.model`)."""
        return f"{self.name}@{self.version}"


class Term(NamedTuple):
    """A time in which a model was in the shadow or active. µs UTC."""

    stage: Stage
    from_us: int
    to_us: int | None
    """None while it lasts."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model and where it stands."""

    card: ModelCard
    stage: Stage = Stage.TRAINED
    frozen: bool = False
    """Nothing takes its place: neither another version nor a proposal to train one."""
    terms: tuple[Term, ...] = ()
    """In order of time."""
    revision: int = 1


def name_of(detector: str, scope: Scope) -> str:
    """What all versions of a model are called."""
    return f"{detector}:{scope}"


def split_label(text: str) -> tuple[str, int | None]:
    """`name@version` as name and version; without a version, None.

    >>> split_label("learned_course:zone:cold-1@3")
    ('learned_course:zone:cold-1', 3)
    """
    name, at, version = text.rpartition("@")
    return (name, int(version)) if at and version.isdigit() else (text, None)
