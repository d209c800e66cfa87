"""A small installation with a past to learn from: two probes in a chilled room, weeks of a daily course, then another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from detect.engine import Engine
from detect.models.nouns import Model, Scope, scope_of
from detect.models.stages import ModelAct, ModelRefusal, after
from detect.models.training import Request
from detect.nouns import Checkpoint, Finding, Limit, Severity
from ingest.nouns import Batch, NewSeries
from keepwell.wiring import models as wiring
from keepwell.wiring import training
from registry import nouns as r
from registry.plan import watches
from store.model_files import ModelFiles
from store.readings import Reader, Writer, open_reader, open_store
from store.repositories import checkpoints, desk, findings
from store.repositories.models import ModelRepository
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase, open_service
from tickets.places import RegistryPlaces
from tickets.policy import load
from tickets.raising import Raising

MINUTE, HOUR = 60_000_000, 3_600_000_000
DAY = 24 * HOUR
T0 = 1_790_000_000_000_000 // DAY * DAY
LEARNED_DAYS = 30
SCOPE = scope_of("zone:cold-1")
BY = By("key:setup", T0)
STEP = 30 * MINUTE
CHILLED = (
    Limit("warm", "temperature", "high", 8.0, 0.5, HOUR, 2, Severity.ALARM),
    Limit("hot", "temperature", "high", 9.0, 0.5, HOUR, 2, Severity.WARNING),
    Limit("cosy", "temperature", "high", 6.2, 0.2, HOUR, 2, Severity.WARNING, off="too soon"),
)


@dataclass
class Installation:
    """Real files of readings and of everything else; detection runs when it is told to."""

    folder: Path
    store: Writer
    reader: Reader
    database: ServiceDatabase
    files: ModelFiles
    now_us: int = T0
    position: int = 0
    raising: Raising = field(
        default_factory=lambda: Raising(load(), RegistryPlaces(r.RegistrySnapshot()), r.uuid7)
    )

    def hear(
        self, days: range, *, odd: Sequence[int] = (), warm: Sequence[int] = (), door: Sequence[int] = ()
    ) -> None:
        """Both probes speak every half hour; on `odd` days the course stands still, on `warm` ones it is too warm
        for a morning, on `door` ones for an hour and a half."""
        new = [NewSeries(n, "g1", f"g1/p{n}", "temperature") for n in (1, 2)] if not self.position else []
        times = np.concatenate([T0 + day * DAY + np.arange(0, DAY, STEP) for day in days])
        values = [
            np.concatenate([self._values(n, day, odd, warm) + self._door(day in door) for day in days])
            for n in (1, 2)
        ]
        series = np.repeat([1, 2], len(times)).astype("<i4")
        self.position += 1
        self.store.apply([(self.position, Batch(
            received_us=int(times[-1]), series=series.tobytes(), time_us=np.tile(times, 2).astype("<i8").tobytes(),
            value=np.concatenate(values).astype("<f8").tobytes(), flags=bytes(len(series)), source=bytes(2 * len(series)),
            gateways=["g1"], new_series=new, counts=[], dead_letters=[], links=[],
        ))])  # fmt: skip
        self.now_us = int(times[-1]) + STEP

    def _values(self, number: int, day: int, odd: Sequence[int], warm: Sequence[int]) -> np.ndarray:
        times = np.arange(0, DAY, STEP)
        noise = np.random.default_rng(100 * day + number).normal(0, 0.1, len(times))
        hours = times / HOUR
        course = 5.0 + (0.0 if day in odd else np.sin(hours / 24 * 2 * np.pi)) + noise
        return course + (4.0 if day in warm else 0.0) * ((hours > 6) & (hours < 12))

    def _door(self, stands_open: bool) -> np.ndarray:
        hours = np.arange(0, DAY, STEP) / HOUR
        return np.where((hours >= 13) & (hours < 14.5) & stands_open, 5.5, 0.0)

    def detect(self) -> None:
        """Judge all that came since the last time, as the detect process does."""
        engine = Engine(
            self.reader, self, self.watches, self.checkpoint(), lambda: r.uuid7(self.now_us),
            wiring.examiners(self.database, self.files, self.reader, lambda: self.now_us),
        )  # fmt: skip
        for _ in range(200):
            step = engine.step()
            with self.database.writing() as connection:
                desk.record(connection, step.changes, self.raising, self.now_us)
                checkpoints.keep(connection, step.checkpoint, self.now_us)
            if not step.readings and not step.changes:
                return

    def watches(self) -> list:
        with self.database.reading() as connection:
            return watches(RegistryRepository(connection).snapshot())

    def checkpoint(self) -> Checkpoint:
        with self.database.reading() as connection:
            return checkpoints.load(connection)

    def stored(self, subjects: Sequence[str], from_us: int) -> list[Finding]:
        with self.database.reading() as connection:
            return findings.stored(connection, subjects, from_us)

    def open_findings(self) -> list[Finding]:
        with self.database.reading() as connection:
            return findings.going_on(connection)

    def standing(self) -> list[Finding]:
        with self.database.reading() as connection:
            return findings.standing(connection)

    def train(self, scope: Scope = SCOPE) -> Model:
        """A model of the days learnt from."""
        asked = Request(scope, T0, T0 + LEARNED_DAYS * DAY, "user:li")
        trained = training.train_one(self.database, self.reader, asked, self.now_us, lambda _a, _b: None)
        return training.keep(self.database, self.files, trained, "first try", self.now_us)

    def act(self, act: ModelAct, label: str) -> ModelRefusal | None:
        """A person does something with a model."""
        name, _, version = label.rpartition("@")
        with self.database.writing() as connection:
            repository = ModelRepository(connection)
            versions = repository.versions(name)
            model = next(m for m in versions if m.card.version == int(version))
            others = [m for m in versions if m is not model]
            moved = after(act, model, others, self.now_us)
            if isinstance(moved, ModelRefusal):
                return moved
            repository.move(str(act), moved, By("user:li", self.now_us, "because"))
        return None


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """The installation, with its room, goods and probes registered."""
    store = open_store(folder / "readings.sqlite", now_us=T0)
    database = open_service(folder / "service.sqlite", T0)
    reader = open_reader(folder / "readings.sqlite")
    found = Installation(folder, store, reader, database, ModelFiles(folder / "models"))
    with database.writing() as connection:
        _register(RegistryRepository(connection))
    try:
        yield found
    finally:
        reader.close()
        store.close()
        database.close()


def _register(registry: RegistryRepository) -> None:
    version = r.ProfileVersion(limits=CHILLED, unwatched_us=4 * HOUR)
    objects = [
        r.Profile(key="chilled", versions=(version,)), r.Site(key="depot", time_zone="Asia/Shanghai"), r.Zone(key="cold-1", site="depot", profile="chilled"),
        r.Gateway(key="g1", site="depot"), *[r.Device(key=f"p{n}", gateway="g1", device=f"p{n}", interval_us=STEP) for n in (1, 2)],
    ]  # fmt: skip
    for value in objects:
        registry.put(value, BY)
    for device in ("p1", "p2"):
        registry.placements.place(
            r.Placement(
                subject_kind=r.SubjectKind.DEVICE, subject=device, place_kind=r.PlaceKind.ZONE, place="cold-1"
            ),
            BY,
        )
