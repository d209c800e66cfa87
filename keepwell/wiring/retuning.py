"""Retuning at work: candidates from verdicts, tried by back-tests, kept as proposals; a person adopts one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import numpy as np

from detect.hours.courses import courses
from detect.models.examiner import LOOK_BACK, Speaking
from detect.models.hourly import Stay, joint_of, numbers
from detect.models.nouns import Model
from detect.models.stages import ModelAct, after
from detect.models.training import retuned
from ingest.nouns import US_PER_DAY, US_PER_HOUR
from keepwell.wiring.adopting import limit_of
from keepwell.wiring.backtesting import backtest, compare
from keepwell.wiring.training import keep, series_of
from keepwell.wiring.trying import Asked, Past
from registry.nouns import uuid7
from store.model_files import ModelFiles
from store.repositories.models import ModelRepository
from store.repositories.records import By
from store.repositories.verdicts import Proposal, propose
from store.service import ServiceDatabase
from tickets.outcomes import Tally
from tickets.retuning import Candidate, Proposed, Untouched, better, candidates, factor, figures
from tickets.verdicts import Said, Word


class Outcome(NamedTuple):
    """A proposal, or why there is none."""

    proposed: Proposed | None
    why: Untouched | None


def of_band(
    past: Past, rule: str, asked: Asked, tell: Callable[[int, int], None], clock: Callable[[], float]
) -> Outcome:
    """What the verdicts of the window speak for in one band (`profile/band`).

    Raises:
        NoSuchRule: there is no such band in force.
    """
    limit = limit_of(past.snapshot, rule, asked.to_us)
    words = [w for w in past.words(asked.from_us, asked.to_us) if w.finding.band.partition("@")[0] == rule]
    found = candidates(limit, words)
    if isinstance(found, Untouched):
        return Outcome(None, found)
    tried: list[tuple[Candidate, Tally]] = []
    before, now = Tally(), None
    for number, candidate in enumerate(found):
        wanted = Asked(rule, asked.to_us, asked.days, change=_change(candidate))
        outcome, now = compare(past, wanted, _part(tell, number, len(found)), clock, now)
        before = outcome.before
        tried.append((candidate, outcome.after))
    chosen = better(before, tried)
    if chosen is None:
        return Outcome(None, Untouched.NOTHING_BETTER)
    candidate, tally = chosen
    change = {k: v for k, v in candidate.change._asdict().items() if v is not None}
    old, new = figures(limit, candidate)
    return Outcome(
        Proposed(candidate.figure, change, old, new, before, tally, asked.from_us, asked.to_us), None
    )


def _change(candidate: Candidate) -> dict[str, Any]:
    return {name: value for name, value in candidate.change._asdict().items() if value is not None}


def record(database: ServiceDatabase, rule: str, proposed: Proposed, by: By) -> Proposal:
    """Keep a proposal."""
    found = Proposal(uuid7(by.time_us), rule, by.time_us, msgspec.to_builtins(proposed))
    with database.writing() as connection:
        propose(connection, found, by)
    return found


# ---------------------------------------------------------------------- models


def of_model(
    past: Past, speaking: Speaking, asked: Asked, database: ServiceDatabase, files: ModelFiles, by: By,
    tell: Callable[[int, int], None], clock: Callable[[], float],
) -> tuple[Outcome, Model | None]:  # fmt: skip
    """A version of a model with another threshold, in the shadow, if the verdicts of the window speak for it."""
    card = speaking.model.card
    words = [
        w
        for w in past.words(asked.from_us, asked.to_us)
        if (w.finding.model or "").rpartition("@")[0] == card.name
    ]
    worst = {said: [_worst(past, speaking, w) for w in words if w.said is said] for said in Said}
    found = factor(worst[Said.FALSE], [*worst[Said.TRUE], *worst[Said.DUPLICATE]])
    if isinstance(found, Untouched):
        return Outcome(None, found), None
    threshold = card.usual + found * (card.threshold - card.usual)
    kept = keep(
        database,
        files,
        retuned(speaking.learned, card, _probes(past, speaking), threshold, by.principal, by.time_us),
        by.reason,
        by.time_us,
    )
    with database.writing() as connection:
        repository = ModelRepository(connection)
        moved = after(ModelAct.SHADOW, kept, [], by.time_us)
        assert not isinstance(moved, str)  # what was just kept can go into the shadow
        repository.move(str(ModelAct.SHADOW), moved, by)
    outcome = backtest(past, Asked(kept.card.label, asked.to_us, asked.days), tell, clock)
    proposed = Proposed(
        "threshold", {"model": kept.card.label}, card.threshold, threshold, outcome.before, outcome.after,
        asked.from_us, asked.to_us,
    )  # fmt: skip
    return Outcome(proposed, None), kept


def _worst(past: Past, speaking: Speaking, word: Word) -> float:
    """How odd it was at its worst, in thresholds, from its begin to three days after."""
    finding = word.finding
    device = finding.subject.split(":")[1]
    return float(
        _odd(
            past, speaking, device, finding.start_us, finding.end_us or finding.start_us + 3 * US_PER_DAY
        ).max(initial=0.0)
    )


def _odd(past: Past, speaking: Speaking, device: str, from_us: int, to_us: int) -> np.ndarray[Any, Any]:
    rows = _rows(past, speaking, device, from_us, to_us)
    return speaking.learned.odd(rows) if len(rows) else np.empty(0)


def _rows(past: Past, speaking: Speaking, device: str, from_us: int, to_us: int) -> np.ndarray[Any, Any]:
    """The courses of a device in a time."""
    warm, wet = numbers(series_of(past.readings)).get(device, (None, None))
    if warm is None:
        return np.empty((0, len(speaking.model.card.features)))
    begin_us = from_us - LOOK_BACK * US_PER_HOUR
    joint = joint_of(past.readings, warm, wet, begin_us, to_us, [Stay(begin_us, to_us + US_PER_HOUR, "")])
    seen = courses(joint, humid=speaking.learned.humid)
    return seen.rows[seen.hour >= from_us // US_PER_HOUR]


def _probes(past: Past, speaking: Speaking) -> np.ndarray[Any, Any]:
    """Courses of its training by which the new version is tried when it is loaded."""
    card = speaking.model.card
    every = [_rows(past, speaking, device, card.from_us, card.to_us) for device in card.devices]
    return np.concatenate(every)


def _part(tell: Callable[[int, int], None], number: int, of: int) -> Callable[[int, int], None]:
    return lambda done, total: tell(number * total + done, of * total)
