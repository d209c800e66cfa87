"""Models at work: read from their files, asked by detection, trained and moved by people."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import registry.plan
from detect.examining import Examiner
from detect.hours.learned import NAME, DailyCourses
from detect.models.examiner import Aside, ModelExaminer, Speaking
from detect.models.hourly import ByHours
from detect.models.nouns import Model, Stage
from detect.models.packing import UnusableModel, unpack
from detect.models.training import Request, Trained, packed, train
from detect.nouns import FindingChange
from detect.ports import Readings
from detect.reconcile import reconcile
from ingest.nouns import SeriesKey
from registry.nouns import uuid7
from store.model_files import ModelFiles, RefusedFile
from store.nouns import ReadingReader
from store.repositories import models as rows
from store.repositories.models import ModelRepository
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase

_log = logging.getLogger(__name__)


def load(files: ModelFiles, model: Model) -> Speaking:
    """A model from its file.

    Raises:
        RefusedFile: the file is not the one that was recorded.
        UnusableModel: it does not say what its card says, or judges otherwise than after training.
    """
    card = model.card
    learned, contents = unpack(files.read(card.id, card.digest))
    said = (contents.name, tuple(contents.features), contents.from_us, contents.to_us)
    if said != (card.label, card.features, card.from_us, card.to_us):
        raise UnusableModel(
            f"the file of {card.label} is of {contents.name}, or of other columns or another window"
        )
    return Speaking(model, learned)


def complaint(files: ModelFiles, model: Model) -> str | None:
    """Why the file of a model is refused; None if it is what was written after training and judges as it did."""
    try:
        load(files, model)
    except (RefusedFile, UnusableModel) as error:
        return str(error)
    return None


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
            return load(self._files, model)
        except (RefusedFile, UnusableModel) as error:
            _log.error("model %s does not judge: %s", model.card.label, error)
            return None


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


def keep(database: ServiceDatabase, files: ModelFiles, trained: Trained, reason: str, now_us: int) -> Model:
    """A trained model as the next version of its name: its file first, then its card with the event."""
    id = uuid7(now_us)
    with database.writing() as connection:
        repository = ModelRepository(connection)
        card = replace(trained.card, id=id, version=repository.next_version(trained.card.name))
        digest = files.keep(id, packed(trained._replace(card=card)))
        return repository.add(replace(card, digest=digest), By(card.trained_by, now_us, reason))


def train_one(
    database: ServiceDatabase,
    reader: ReadingReader,
    asked: Request,
    now_us: int,
    tell: Callable[[int, int], None],
) -> Trained:
    """Train on what is kept, as of the registry of now.

    Raises:
        TooLittlePast: there is too little to learn from.
    """
    with database.reading() as connection:
        watches = registry.plan.watches(RegistryRepository(connection).snapshot())
    return train(DailyCourses(), asked, watches, series_of(reader), reader, now_us, tell)


def series_of(reader: Readings) -> Mapping[int, SeriesKey]:
    """All series by number."""
    return {info.id: SeriesKey(info.device, info.quantity) for info in reader.series()}
