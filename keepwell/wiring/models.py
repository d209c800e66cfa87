"""Models at work: read from their files, asked by detection, trained and moved by people."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from importlib import import_module

from detect.examining import Examiner
from detect.hours.courses import NAME
from detect.models.examiner import Aside, ModelExaminer, Speaking
from detect.models.hourly import ByHours
from detect.models.nouns import Model, Stage
from detect.nouns import FindingChange
from detect.reconcile import reconcile
from registry.nouns import uuid7
from store.model_files import ModelFiles, RefusedFile
from store.repositories import models as rows
from store.repositories.models import ModelRepository
from store.service import ServiceDatabase

_LOADING = "keepwell.wiring.training"
"""Its library takes a second to load: only where a model judges."""
_log = logging.getLogger(__name__)


class StoredBook:
    """`detect.models.examiner.Book` over the service database. Each file is opened once."""

    def __init__(self, database: ServiceDatabase, files: ModelFiles) -> None:
        self._database, self._files = database, files
        self._loaded: dict[str, Speaking | None] = {}

    def sequence(self) -> int:
        """See Book."""
        with self._database.reading() as connection:
            return ModelRepository(connection).sequence()

    def speaking(self) -> Sequence[Speaking]:
        """See Book. What is refused is named in the log once; the others go on."""
        with self._database.reading() as connection:
            found = ModelRepository(connection).spoke()
        for model in found:
            if model.card.id not in self._loaded:
                self._loaded[model.card.id] = self._load(model)
        asked = [(model, self._loaded[model.card.id]) for model in found]
        return [Speaking(model, known.learned) for model, known in asked if known is not None]

    def _load(self, model: Model) -> Speaking | None:
        try:
            found: Speaking = import_module(_LOADING).load(self._files, model)
        except (RefusedFile, ValueError) as error:
            _log.error("model %s does not judge: %s", model.card.label, error)
            return None
        return found


class _Shadow:
    """Where what the shadow finds is kept."""

    def __init__(self, database: ServiceDatabase, now_us: Callable[[], int]) -> None:
        self._database, self._now_us = database, now_us

    def __call__(self, said: Sequence[Aside]) -> None:
        changes: list[FindingChange] = []
        with self._database.reading() as connection:
            for model, judged in said:
                known = rows.shadow_of(connection, model, [judged.subject], judged.from_us)
                on_record = [
                    one
                    for one in known
                    if one.start_us < judged.to_us
                    or any(one.start_us == new.start_us for new in judged.findings)
                ]
                changes += reconcile(
                    on_record, judged.findings, "late_readings", lambda: uuid7(self._now_us())
                )
        if changes:
            with self._database.writing() as connection:
                rows.note_shadow(connection, changes, self._now_us())


def examiners(
    database: ServiceDatabase, files: ModelFiles, readings: ByHours, now_us: Callable[[], int]
) -> list[Examiner]:
    """The active models, whose findings count, and those in the shadow, whose findings are kept apart."""
    return [
        ModelExaminer(readings, StoredBook(database, files), Stage.ACTIVE),
        ModelExaminer(
            readings, StoredBook(database, files), Stage.SHADOW, _Shadow(database, now_us), f"{NAME}_shadow"
        ),
    ]
