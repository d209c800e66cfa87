"""Models made and opened: trained on what is kept, written to their files, read back if these are what was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import registry.plan
from detect.hours.learned import DailyCourses
from detect.models.examiner import Speaking
from detect.models.nouns import Model
from detect.models.packing import UnusableModel, unpack
from detect.models.training import Request, Trained, packed, train
from detect.ports import Readings
from ingest.nouns import SeriesKey
from registry.nouns import uuid7
from store.model_files import ModelFiles, RefusedFile
from store.nouns import ReadingReader
from store.repositories.models import ModelRepository
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase


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
