"""Models as kept: their cards, how they moved between stages, and what those in the shadow found. Each change has its event."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, update

from detect.models.nouns import Model, ModelCard, Stage, Term
from detect.nouns import Change, Finding, FindingChange, Json
from store import events
from store.repositories.records import By, NoSuchObjectError, OutdatedVersionError, record
from store.repositories.ticket_rows import finding_of, finding_row
from store.tables.models import models as table
from store.tables.models import shadow_findings as shadow
from tickets.nouns import SYSTEM


class ModelRepository:
    """The models within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, card: ModelCard, by: By) -> Model:
        """Keep a model that was just trained; its file has been written already."""
        model = Model(card)
        self._connection.execute(insert(table), [_row(model)])
        record(self._connection, by, "trained", _subject(card), None, _told(model) | {"digest": card.digest})
        return model

    def next_version(self, name: str) -> int:
        """The version that the next model of this name has; unique because one transaction writes at a time."""
        query = select(func.coalesce(func.max(table.c.version), 0)).where(table.c.name == name)
        return int(self._connection.execute(query).scalar_one()) + 1

    def get(self, id: str) -> Model | None:
        """A model by its id."""
        return self._one(table.c.id == id)

    def labelled(self, name: str, version: int) -> Model | None:
        """A model by name and version."""
        return self._one((table.c.name == name) & (table.c.version == version))

    def versions(self, name: str) -> list[Model]:
        """All versions of a name, the newest first."""
        query = select(table).where(table.c.name == name).order_by(table.c.version.desc())
        return [_model(row) for row in self._connection.execute(query).mappings()]

    def all(self, stage: Stage | None = None) -> list[Model]:
        """All models, by name, the newest version first."""
        query = select(table).order_by(table.c.name, table.c.version.desc())
        if stage is not None:
            query = query.where(table.c.stage == stage)
        return [_model(row) for row in self._connection.execute(query).mappings()]

    def page(self, before: str | None, limit: int, name: str | None, stage: Stage | None) -> list[Model]:
        """Models, the latest trained first, those older than the id `before`."""
        query = select(table).order_by(table.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(table.c.id < before)
        if name is not None:
            query = query.where(table.c.name == name)
        if stage is not None:
            query = query.where(table.c.stage == stage)
        return [_model(row) for row in self._connection.execute(query).mappings()]

    def spoke(self) -> list[Model]:
        """Those that ever were in the shadow or active."""
        return [model for model in self.all() if model.terms]

    def move(
        self, act: str, moved: Mapping[str, Model], by: By, revision: int | None = None, of: str = ""
    ) -> None:
        """Write what an act made of some models.

        Args:
            revision: that in which the model `of` has to be for it; None: in whichever.

        Raises:
            NoSuchObjectError: one of them is not there.
            OutdatedVersionError: one was moved by somebody else meanwhile.
        """
        for id, after in moved.items():
            before = self.get(id)
            if before is None:
                raise NoSuchObjectError("model", id)
            expected = revision if id == of and revision is not None else after.revision - 1
            if before.revision != expected:
                raise OutdatedVersionError("model", before.card.label, expected, before.revision)
            self._connection.execute(update(table).where(table.c.id == id).values(_standing(after)))
            record(self._connection, by, act, _subject(after.card), _told(before), _told(after))

    def sequence(self) -> int:
        """A number that changes whenever a model is kept or moved."""
        query = select(func.count(), func.coalesce(func.sum(table.c.revision), 0))
        count, revisions = self._connection.execute(query).one()
        return int(count) + int(revisions)

    def _one(self, condition: Any) -> Model | None:
        row = self._connection.execute(select(table).where(condition)).mappings().first()
        return _model(row) if row else None


def shadow_of(
    connection: Connection, label: str, subjects: Collection[str] | None = None, from_us: int = 0
) -> list[Finding]:
    """What a model in the shadow has found and not taken back, that goes on or ends at or after `from_us`."""
    query = select(shadow).where(shadow.c.model == label, shadow.c.retracted.is_(None))
    query = query.where(shadow.c.end_us.is_(None) | (shadow.c.end_us >= from_us))
    if subjects is not None:
        query = query.where(shadow.c.subject.in_(list(subjects)))
    rows = connection.execute(query.order_by(shadow.c.start_us.desc(), shadow.c.id)).mappings()
    return [finding_of(row) for row in rows]


def note_shadow(connection: Connection, changes: Sequence[FindingChange], now_us: int) -> None:
    """Keep what models in the shadow found, apart from what counts. Neither alarm nor ticket comes of it."""
    new = [one.finding for one in changes if one.change in {Change.OPENED, Change.SPLIT}]
    known = [one.finding for one in changes if one.change not in {Change.OPENED, Change.SPLIT}]
    if new:
        connection.execute(insert(shadow), [finding_row(one) | {"noted_us": now_us} for one in new])
    if known:
        rows = [{"at" if k == "id" else k: v for k, v in finding_row(one).items()} for one in known]
        connection.execute(update(shadow).where(shadow.c.id == bindparam("at")), rows)
    events.append_all(connection, [_event(one, now_us) for one in changes])


def _event(change: FindingChange, now_us: int) -> events.Unnumbered:
    finding = change.finding
    new: dict[str, Json] = {
        "model": finding.model, "subject": finding.subject, "start_us": finding.start_us, "end_us": finding.end_us,
    }  # fmt: skip
    subject = f"shadow_finding:{finding.id}"
    return events.Unnumbered(now_us, SYSTEM, str(change.change), subject, finding.retracted or "", None, new)


def _subject(card: ModelCard) -> str:
    return f"model:{card.id}"


def _told(model: Model) -> dict[str, Json]:
    """The fields whose change an event tells."""
    return {
        "model": model.card.label,
        "stage": str(model.stage),
        "frozen": model.frozen,
        "threshold": model.card.threshold,
    }


def _row(model: Model) -> dict[str, Any]:
    card = model.card
    named = {"id": card.id, "name": card.name, "version": card.version, "digest": card.digest}
    return {**named, "card": msgspec.to_builtins(replace(card, digest="")), **_standing(model)}


def _standing(model: Model) -> dict[str, Any]:
    return {
        "stage": str(model.stage), "frozen": model.frozen, "terms": msgspec.to_builtins(list(model.terms)),
        "revision": model.revision,
    }  # fmt: skip


def _model(row: RowMapping) -> Model:
    card = msgspec.convert({**row["card"], "digest": row["digest"]}, ModelCard)
    terms = tuple(msgspec.convert(term, Term) for term in row["terms"])
    return Model(card, Stage(row["stage"]), row["frozen"], terms, row["revision"])
