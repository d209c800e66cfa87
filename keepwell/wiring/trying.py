"""Trying: what is asked of a back-test becomes two states of an installation, and which findings are of the rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from detect.examining import Examiner
from detect.models.examiner import ModelExaminer, Speaking
from detect.models.nouns import Stage, Term, split_label
from detect.nouns import EXAMINED, Finding, Kind
from detect.ports import FindingLog, Kept
from detect.streams.catalogue import ALL
from detect.streams.nouns import Detector
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from registry.nouns import RegistrySnapshot
from registry.trials import BandChange, NoSuchRule, Trial, is_profile, of_band, of_file
from tickets.clocks.policies import Policies
from tickets.comparing import Side
from tickets.outcomes import Note
from tickets.verdicts import Word

Looking = Callable[[Kept, FindingLog], list[Examiner]]
"""Makes what looks every so often, over some readings and some record."""


class Asked(msgspec.Struct, frozen=True):
    """What is to be tried, over which days up to when."""

    rule: str
    """A profile or `profile/band`, a kind of finding, `name@version` of a model, or "" with `file`."""
    to_us: int
    days: int = 90
    zones: list[str] = []
    """Only these; a profile is tried in them as if it were theirs."""
    file: str = ""
    """The text of a registry file with changed profiles."""
    change: dict[str, Any] = {}
    """For bands: limit, deadband, on_delay_us, min_samples."""

    @property
    def from_us(self) -> int:
        """Where the window begins."""
        return self.to_us - self.days * US_PER_DAY


_ALWAYS_FOUND = frozenset({
    Kind.TOO_HIGH, Kind.TOO_LOW, Kind.CONDENSATION, Kind.WET_METAL, Kind.BUDGET_USED, Kind.SILENT_QUANTITY,
    Kind.SILENT_DEVICE, Kind.SILENT_GATEWAY, Kind.UNWATCHED, Kind.SENTINEL, Kind.IMPOSSIBLE, Kind.SHARED_IDENTITY,
})  # fmt: skip
"""What an engine finds without anything that looks or follows."""


@dataclass(frozen=True, slots=True)
class Past:
    """All that a back-test asks of an installation; it writes nothing."""

    readings: Kept
    snapshot: RegistrySnapshot
    recorded_us: Mapping[tuple[str, int], int]
    """(device by its full name, begin of its placement) → when the registry learned of it."""
    policies: Policies
    examiners: Looking
    """All but trained models."""
    model: Callable[[str, int | None], tuple[Speaking, Speaking | None] | None]
    """By name and version: the model, and the active one of its name; None = there is none."""
    words: Callable[[int, int], list[Word]]
    """What engineers said of findings that touch a window."""
    on_record: Callable[[Kind, int, int], Side]
    """What was found live of a kind, with its tickets."""


@dataclass(frozen=True, slots=True)
class Half:
    """One state of an installation."""

    snapshot: RegistrySnapshot
    looking: Looking


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run, and which findings are of the rule."""

    name: str
    before: Half | None
    """As it is now; None: there is nothing to run for it."""
    after: Half
    selects: Callable[[Finding], bool]
    bands: frozenset[str] = frozenset()
    """Only devices beside goods with one of these; none named: all devices."""
    kind: Kind | None = None
    model: Speaking | None = None
    notes: tuple[Note, ...] = ()
    streams: tuple[Callable[[], Detector], ...] = ()
    """What follows every reading, beside the limits."""
    step_us: int = 15 * US_PER_MINUTE
    """How finely it is told when something would have been raised."""


def plan(past: Past, asked: Asked) -> Plan:
    """What to run.

    Raises:
        NoSuchRule, InvalidFileError: the rule cannot be read; the message says what there is.
    """
    if asked.file:
        return _of_bands(past, asked, of_file(past.snapshot, asked.file))
    if asked.rule in set(Kind):
        return _of_kind(past, Kind(asked.rule))
    if is_profile(past.snapshot, asked.rule.partition("/")[0]):
        zones = asked.zones if "/" not in asked.rule else ()
        return _of_bands(past, asked, of_band(past.snapshot, asked.rule, BandChange(**asked.change), zones))
    return _of_model(past, asked)


def _of_bands(past: Past, asked: Asked, trial: Trial) -> Plan:
    examined = any(
        limit.quantity in EXAMINED and f"{profile.key}/{limit.band}" in trial.bands
        for state in (trial.before, trial.after)
        for profile in state.profiles
        for version in profile.versions
        for limit in version.limits
    )
    looking = past.examiners if examined else nobody
    return Plan(
        asked.rule or ", ".join(sorted({band.partition("/")[0] for band in trial.bands})),
        Half(trial.before, looking) if trial.after != trial.before else None,
        Half(trial.after, looking),
        lambda finding: finding.band.partition("@")[0] in trial.bands,
        trial.bands,
    )


def _of_kind(past: Past, kind: Kind) -> Plan:
    """Only what can find it is run: the limits and silences always are, what follows or looks where it speaks of the kind."""
    streams = tuple(make for make in ALL if kind in make().kinds)
    looking = nobody if streams or kind in _ALWAYS_FOUND else past.examiners
    return Plan(
        str(kind),
        None,
        Half(past.snapshot, looking),
        lambda finding: finding.kind is kind,
        kind=kind,
        notes=(Note("backtest.note.record", {}),),
        streams=streams,
        step_us=US_PER_HOUR,
    )


def _of_model(past: Past, asked: Asked) -> Plan:
    found = past.model(*split_label(asked.rule))
    if found is None:
        kinds, profiles = ", ".join(Kind), ", ".join(sorted(p.key for p in past.snapshot.profiles))
        raise NoSuchRule(
            f"{asked.rule!r} is no rule: expected a profile ({profiles}), profile/band, NAME@VERSION of a model, "
            f"or a kind of finding ({kinds})"
        )
    tried, active = found
    learnt = _overlap(asked, tried)
    return Plan(
        tried.model.card.label,
        Half(past.snapshot, _only(active, asked)) if active else None,
        Half(past.snapshot, _only(tried, asked)),
        lambda finding: finding.model is not None,
        model=tried,
        notes=(Note("backtest.note.learnt", {"share": learnt}),) if learnt else (),
        step_us=US_PER_DAY,
    )


def _only(speaking: Speaking, asked: Asked) -> Looking:
    """One model as if it had been active all the while."""
    always = replace(speaking.model, terms=(Term(Stage.ACTIVE, asked.from_us, None),))
    book = _OneModel([speaking._replace(model=always)])
    return lambda readings, _: [ModelExaminer(readings, book, Stage.ACTIVE)]


def nobody(_readings: Kept, _log: FindingLog) -> list[Examiner]:
    """Nothing looks: the rule needs no examiner."""
    return []


@dataclass(frozen=True, slots=True)
class _OneModel:
    """`detect.models.examiner.Book` of one model that never moves."""

    models: list[Speaking]

    def sequence(self) -> int:
        return 0

    def speaking(self) -> list[Speaking]:
        return self.models


def _overlap(asked: Asked, tried: Speaking) -> float:
    """The share of the window that the model was trained on."""
    card = tried.model.card
    both = min(asked.to_us, card.to_us) - max(asked.from_us, card.from_us)
    return round(max(both, 0) / (asked.to_us - asked.from_us), 3)
