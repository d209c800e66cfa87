"""Models, back-tests and retunings from the command line, beside a running service or without one."""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from detect.models.nouns import Model, Stage, scope_of, split_label
from detect.models.stages import ModelAct, ModelRefusal, after
from detect.models.training import Request
from detect.nouns import Finding
from ingest.nouns import US_PER_DAY
from keepwell.settings import Settings
from keepwell.wiring import training
from keepwell.wiring.backtesting import backtest
from keepwell.wiring.long_work import Work, opened, sentence
from keepwell.wiring.parts import expect_service
from keepwell.wiring.trying import Asked
from registry.faults import InvalidFileError
from store.repositories.models import ModelRepository, shadow_of
from store.repositories.records import By
from tickets.outcomes import Outcome

Tell = Callable[[int, int], None]


class NoSuchModel(ValueError):
    """Raised when no model is called so."""


@dataclass(frozen=True, slots=True)
class ModelActs:
    """What the command line does with models and rules."""

    work: Work

    def all(self) -> list[Model]:
        """All models, by name, the newest version first."""
        with self.work.database.reading() as connection:
            return ModelRepository(connection).all()

    def show(self, label: str) -> tuple[Model, str | None, list[Finding]]:
        """A model, why its file is refused if it is, and what it found in the shadow.

        Raises:
            NoSuchModel: none is called so.
        """
        model, _ = self._find(label)
        with self.work.database.reading() as connection:
            found = shadow_of(connection, model.card.label)
        return model, training.complaint(self.work.files, model), found

    def train(self, scope: str, days: int, reason: str, tell: Tell) -> Model:
        """A new version of the model of a scope.

        Raises:
            BadScope, TooLittlePast: the message says what is wrong.
        """
        now_us = self.work.now_us()
        asked = Request(scope_of(scope), now_us - days * US_PER_DAY, now_us, _who())
        trained = training.train_one(self.work.database, self.work.reader, asked, now_us, tell)
        return training.keep(self.work.database, self.work.files, trained, reason, now_us)

    def act(self, act: ModelAct, label: str, reason: str) -> Model | tuple[Model, ModelRefusal | str]:
        """The model after an act; or as it is, with why not.

        Raises:
            NoSuchModel: none is called so.
        """
        with self.work.database.writing() as connection:
            repository = ModelRepository(connection)
            model, others = self._found(repository, label, _acts_on(act))
            complaint = training.complaint(self.work.files, model) if act in _SPEAKING else None
            if complaint is not None:
                return model, complaint
            moved = after(act, model, others, self.work.now_us())
            if isinstance(moved, ModelRefusal):
                return model, moved
            repository.move(str(act), moved, By(_who(), self.work.now_us(), reason))
            return moved[model.card.id] if act is not ModelAct.ROLL_BACK else _heir(moved)

    def backtest(self, rule: str, days: int, to_us: int | None, zones: list[str], file: str, change: Mapping[str, Any], tell: Tell) -> Outcome:  # fmt: skip
        """Try a rule on what is kept.

        Raises:
            ValueError: the rule cannot be read; the message says what there is.
        """
        asked = Asked(rule, to_us or self.work.now_us(), days, zones, file, dict(change))
        try:
            return backtest(self.work.past(), asked, tell, time.monotonic)
        except InvalidFileError as error:
            raise ValueError(sentence(error)) from error

    def _find(self, label: str) -> tuple[Model, list[Model]]:
        with self.work.database.reading() as connection:
            return self._found(ModelRepository(connection), label, None)

    def _found(
        self, repository: ModelRepository, label: str, stage: Stage | None
    ) -> tuple[Model, list[Model]]:
        """The version that is named; without one the newest, or the newest at a stage."""
        name, version = split_label(label)
        known = repository.versions(name)
        fitting = [one for one in known if version in {None, one.card.version}]
        if version is None and stage is not None:
            fitting = [one for one in fitting if one.stage is stage] or fitting
        if not fitting:
            raise NoSuchModel(label)
        return fitting[0], [one for one in known if one is not fitting[0]]


_SPEAKING = frozenset({ModelAct.SHADOW, ModelAct.PROMOTE})


def _acts_on(act: ModelAct) -> Stage | None:
    """Which version is meant where none is named."""
    if act in {ModelAct.ROLL_BACK, ModelAct.FREEZE, ModelAct.THAW}:
        return Stage.ACTIVE
    return {ModelAct.PROMOTE: Stage.SHADOW, ModelAct.SHADOW: Stage.TRAINED}.get(act)


def _heir(moved: Mapping[str, Model]) -> Model:
    return next(model for model in moved.values() if model.stage is Stage.ACTIVE)


def _who() -> str:
    return f"command line:{getpass.getuser()}"


def build(settings: Settings) -> ModelActs:
    """Over a data directory.

    Raises:
        FileNotFoundError: there is no service database in it.
    """
    expect_service(settings)
    return ModelActs(opened(settings))
