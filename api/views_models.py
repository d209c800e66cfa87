"""What goes over the wire about models, long work, back-tests, verdicts and proposals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from api.times import TimeText, text_of, text_of_optional
from detect.models.nouns import Model
from store.repositories.long_jobs import Job, JobKind
from store.repositories.verdicts import Judgement, Proposal
from texts import Language, render
from tickets.verdicts import Said


class TermView(msgspec.Struct, frozen=True):
    """A time in the shadow or active."""

    stage: str
    start: TimeText
    end: TimeText | None


class ModelView(msgspec.Struct, frozen=True):
    """A trained model in one line."""

    id: str
    name: str
    version: int
    label: str
    """Name and version, as findings have it."""
    stage: str
    """trained, shadow, active or retired."""
    frozen: bool
    scope: str
    trained: TimeText
    trained_by: str
    threshold: float
    false_alert_days: float
    """It is calibrated, without labels, to one false alert of a normal series in so many days."""


class ModelFull(ModelView, frozen=True, kw_only=True):
    """A model with its card: on what it was trained, with what, and where it stood when."""

    revision: int
    detector: str
    detector_version: str
    quantities: list[str]
    features: list[str]
    training_start: TimeText
    training_end: TimeText
    rows: int
    coverage: float
    devices: list[str]
    library: str
    library_version: str
    seed: int
    digest: str
    retuned_from: int | None
    file: str
    """`intact`, or why the file is refused."""
    terms: list[TermView]
    due: bool
    """Training anew is proposed: it learnt more than four weeks ago and no younger version waits."""
    acts: list[str]
    """What one can do with it now."""


class JobView(msgspec.Struct, frozen=True):
    """Long work: how far it is, and what came of it."""

    id: str
    kind: str
    state: str
    """waiting, running, done, failed, cancelled or interrupted."""
    done: int
    total: int
    why: str
    created: TimeText
    created_by: str
    asked: dict[str, Any]
    result: Any
    """Once it is done. Of a back-test: counts, leads and intervals before and after, by zone; times in µs (`…_us`)."""
    notes: list[str]
    """Of a back-test: what it cannot know, in words."""


class SortView(msgspec.Struct, frozen=True):
    """What engineers said of the tickets of one band or kind of a detector in one zone, or of one model."""

    detector: str
    kind: str
    band: str
    zone: str | None
    model: str | None
    said_true: int
    said_false: int
    said_duplicate: int
    unsaid: int
    """Done, and nobody said anything."""
    precision: float | None
    """Share of what was said that was not false; null while nothing was."""


class DetectorsView(msgspec.Struct, frozen=True):
    """How right detection was, by what engineers said."""

    sorts: list[SortView]
    wanted: list[str]
    """Tickets that are done and want a verdict, the newest first, at most a hundred."""


class ProposalView(msgspec.Struct, frozen=True):
    """A figure that verdicts speak for, and what it would have changed."""

    id: str
    rule: str
    state: str
    """open, adopted or declined."""
    created: TimeText
    figure: str
    """on_delay (seconds), limit, deadband or threshold."""
    old: float
    new: float
    change: dict[str, Any]
    before: dict[str, Any]
    """Counts of the back-test with the old figure: findings, tickets, said_false, missed, …"""
    after: dict[str, Any]
    start: TimeText
    """Of the window of the back-test."""
    end: TimeText
    message: str
    decided: TimeText | None
    decided_by: str | None


def model_view(model: Model) -> ModelView:
    """A model in one line."""
    return ModelView(**_line(model))


def model_full(model: Model, file: str, acts: Sequence[str], *, is_due: bool) -> ModelFull:
    """A model with its card."""
    card = model.card
    return ModelFull(
        **_line(model), revision=model.revision, detector=card.detector, detector_version=card.detector_version,
        quantities=list(card.quantities), features=list(card.features), training_start=text_of(card.from_us),
        training_end=text_of(card.to_us), rows=card.rows, coverage=card.coverage, devices=list(card.devices),
        library=card.library, library_version=card.library_version, seed=card.seed, digest=card.digest,
        retuned_from=card.retuned_from, file=file, due=is_due, acts=list(acts),
        terms=[TermView(str(t.stage), text_of(t.from_us), text_of_optional(t.to_us)) for t in model.terms],
    )  # fmt: skip


def _line(model: Model) -> dict[str, Any]:
    card = model.card
    return {
        "id": card.id, "name": card.name, "version": card.version, "label": card.label, "stage": str(model.stage),
        "frozen": model.frozen, "scope": str(card.scope), "trained": text_of(card.trained_us),
        "trained_by": card.trained_by, "threshold": card.threshold, "false_alert_days": card.false_alert_days,
    }  # fmt: skip


def job_view(job: Job, lang: Language) -> JobView:
    """Long work as it stands."""
    result: Any = job.result
    notes: Sequence[Mapping[str, Any]] = result["notes"] if job.kind is JobKind.BACKTEST and result else []
    return JobView(
        job.id, str(job.kind), str(job.state), job.done, job.total, job.why, text_of(job.created_us), job.principal,
        job.asked, result, [render(note["code"], note["params"], lang) for note in notes],
    )  # fmt: skip


def sort_view(found: Judgement) -> SortView:
    """The counts of one sort, with its precision."""
    true, false, twice = (found.said[said] for said in Said)
    said = true + false + twice
    return SortView(
        *found.sort, true, false, twice, found.unsaid, round(1 - false / said, 4) if said else None
    )


def proposal_view(found: Proposal, lang: Language) -> ProposalView:
    """A proposal, in words too."""
    body = found.body
    params = {name: body[name] for name in ("old", "new")} | {
        "rule": found.rule, "before": body["before"]["said_false"], "after": body["after"]["said_false"],
        "tickets_before": body["before"]["tickets"], "tickets_after": body["after"]["tickets"],
    }  # fmt: skip
    return ProposalView(
        found.id, found.rule, str(found.state), text_of(found.created_us), body["figure"], body["old"], body["new"],
        body["change"], body["before"], body["after"], text_of(body["from_us"]), text_of(body["to_us"]),
        render(f"retuning.proposed.{body['figure']}", params, lang), text_of_optional(found.decided_us), found.decided_by,
    )  # fmt: skip
