"""Stages: the one table of how a model comes from one stage to the next, and the function that obeys it.

A model runs in the shadow before it speaks. One version of a name is active at a time; what it was before is kept as
terms, so that the past stays judged by whoever was active then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from detect.models.nouns import Model, Stage, Term
from ingest.nouns import US_PER_DAY

STALE_US = 28 * US_PER_DAY
"""What a model learnt so long ago may not be usual any more: seasons change."""


class ModelAct(StrEnum):
    """What a person can do with a model."""

    SHADOW = "shadow"
    PROMOTE = "promote"
    ROLL_BACK = "roll_back"
    """The version that was active before is so again."""
    RETIRE = "retire"
    FREEZE = "freeze"
    THAW = "thaw"


class ModelRefusal(StrEnum):
    """Why an act was refused. `models.refused.<name>` says it to people."""

    NOT_FROM_HERE = "not_from_here"
    FROZEN = "frozen"
    """The active version is frozen."""
    NOTHING_BEFORE = "nothing_before"
    """No earlier version was ever active."""


SOURCES: Mapping[ModelAct, frozenset[Stage]] = {
    ModelAct.SHADOW: frozenset({Stage.TRAINED, Stage.RETIRED}),
    ModelAct.PROMOTE: frozenset({Stage.SHADOW}),
    ModelAct.ROLL_BACK: frozenset({Stage.ACTIVE}),
    ModelAct.RETIRE: frozenset({Stage.TRAINED, Stage.SHADOW, Stage.ACTIVE}),
    ModelAct.FREEZE: frozenset({Stage.ACTIVE}),
    ModelAct.THAW: frozenset({Stage.ACTIVE}),
}
"""From which stages each act leads on."""


def acts_of(model: Model, others: Sequence[Model]) -> list[ModelAct]:
    """What can be done with a model now."""
    return [act for act in ModelAct if not isinstance(after(act, model, others, 0), ModelRefusal)]


def after(
    act: ModelAct, model: Model, others: Sequence[Model], now_us: int
) -> Mapping[str, Model] | ModelRefusal:
    """What an act makes of a model and of the other versions of its name (`others`), by id; or why not."""
    if model.stage not in SOURCES[act]:
        return ModelRefusal.NOT_FROM_HERE
    if act in {ModelAct.FREEZE, ModelAct.THAW}:
        frozen = act is ModelAct.FREEZE
        return (
            ModelRefusal.NOT_FROM_HERE if model.frozen is frozen else _changed(replace(model, frozen=frozen))
        )
    ousted = model if act in {ModelAct.ROLL_BACK, ModelAct.RETIRE} else _active(others)
    if act is not ModelAct.SHADOW and ousted and ousted.frozen:
        return ModelRefusal.FROZEN
    if act is ModelAct.SHADOW:
        return _changed(_moved(model, Stage.SHADOW, now_us))
    if act is ModelAct.RETIRE:
        return _changed(_moved(model, Stage.RETIRED, now_us))
    heir = model if act is ModelAct.PROMOTE else _before(model, others)
    if heir is None:
        return ModelRefusal.NOTHING_BEFORE
    gone = [_moved(ousted, Stage.RETIRED, now_us)] if ousted else []
    return _changed(*gone, _moved(heir, Stage.ACTIVE, now_us))


def due(model: Model, others: Sequence[Model], now_us: int) -> bool:
    """Whether training anew is proposed: it speaks, learnt long ago, is not frozen, and no younger version waits.

    Nothing is trained or promoted by itself for that.
    """
    younger = any(
        one.card.version > model.card.version and one.stage in {Stage.TRAINED, Stage.SHADOW} for one in others
    )
    old = now_us - model.card.to_us > STALE_US
    return model.stage is Stage.ACTIVE and not model.frozen and old and not younger


def _active(models: Sequence[Model]) -> Model | None:
    return next((one for one in models if one.stage is Stage.ACTIVE), None)


def _before(model: Model, others: Sequence[Model]) -> Model | None:
    """The earlier version that was active last."""
    spoke = [
        (term.from_us, one.card.version, one)
        for one in others
        for term in one.terms
        if term.stage is Stage.ACTIVE and one.card.version < model.card.version
    ]
    return max(spoke, key=lambda found: found[:2])[2] if spoke else None


def _moved(model: Model, stage: Stage, now_us: int) -> Model:
    terms = [term if term.to_us is not None else term._replace(to_us=now_us) for term in model.terms]
    if stage in {Stage.SHADOW, Stage.ACTIVE}:
        terms.append(Term(stage, now_us, None))
    return replace(model, stage=stage, frozen=False, terms=tuple(terms))


def _changed(*models: Model) -> dict[str, Model]:
    return {one.card.id: replace(one, revision=one.revision + 1) for one in models}
