"""Training: the past of a scope becomes a model, with what its card has to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.hours.courses import DAY, Joint, courses
from detect.hours.learned import Learned, TooLittlePast, Trainable
from detect.hours.tails import BUDGET_DAYS
from detect.models.hourly import HUMIDITY, TEMPERATURE, ByHours, joint_of, numbers, stays
from detect.models.nouns import ModelCard, Scope, name_of
from detect.models.packing import LIBRARY, LIBRARY_VERSION, PROBES, Contents, pack
from detect.nouns import Watch
from ingest.nouns import US_PER_HOUR, SeriesKey

SEED = 2026
TRAINING_DAYS = 56
"""Unless another window is asked for: eight weeks, so that a habit of the week is seen several times."""


class Request(NamedTuple):
    """What is to be trained, from when to when (µs), for whom."""

    scope: Scope
    from_us: int
    to_us: int
    by: str
    seed: int = SEED


class Trained(NamedTuple):
    """A model that was trained; its card has neither id nor version yet, and no digest."""

    learned: Learned
    card: ModelCard
    probes: NDArray[np.float64]


def train(
    trainable: Trainable,
    asked: Request,
    watches: Sequence[Watch],
    series: Mapping[int, SeriesKey],
    readings: ByHours,
    now_us: int,
    tell: Callable[[int, int], None],
) -> Trained:
    """Train on the hours in which the devices were where the scope means them.

    Args:
        tell: told how many devices of how many have been read.

    Raises:
        TooLittlePast: there is too little to learn from.
    """
    own, named = stays(watches, asked.scope), numbers(series)
    pasts: dict[str, Joint] = {}
    for at, (device, times) in enumerate(sorted(own.items())):
        tell(at, len(own))
        warm, wet = named.get(device, (None, None))
        if warm is not None:
            joint = joint_of(readings, warm, wet, asked.from_us, asked.to_us, times)
            pasts |= {device: joint} if len(joint.temperature.hour) else {}
    if not pasts:
        raise TooLittlePast(f"nothing was measured for {asked.scope} in that time")
    return _trained(trainable, asked, _alike(pasts), now_us)


def _alike(pasts: Mapping[str, Joint]) -> dict[str, Joint]:
    """Those with humidity if any has one: a model has the same columns for all it judges."""
    humid = {device: past for device, past in pasts.items() if len(past.humidity.hour)}
    return humid or dict(pasts)


def _trained(trainable: Trainable, asked: Request, pasts: Mapping[str, Joint], now_us: int) -> Trained:
    learned = trainable.fit(list(pasts.values()), asked.seed)
    rows = np.concatenate([courses(past, humid=learned.humid).rows for past in pasts.values()])
    possible = len(pasts) * max((asked.to_us - asked.from_us) // US_PER_HOUR, 1)
    known = sum(len(past.temperature.hour) for past in pasts.values())
    quantities = (TEMPERATURE, HUMIDITY) if learned.humid else (TEMPERATURE,)
    card = ModelCard(
        id="", name=name_of(trainable.name, asked.scope), version=0, detector=trainable.name,
        detector_version=trainable.version, scope=asked.scope, quantities=quantities, features=features(quantities),
        from_us=asked.from_us, to_us=asked.to_us, rows=len(rows), coverage=round(min(known / possible, 1.0), 4),
        devices=tuple(sorted(pasts)), library=LIBRARY, library_version=LIBRARY_VERSION, seed=asked.seed, digest="",
        threshold=learned.limit, usual=learned.usual, false_alert_days=BUDGET_DAYS, trained_us=now_us,
        trained_by=asked.by,
    )  # fmt: skip
    return Trained(learned, card, rows[:: max(len(rows) // PROBES, 1)])


def features(quantities: Sequence[str]) -> tuple[str, ...]:
    """The columns of a course: each quantity at every hour of the day that ends now, the oldest first."""
    return tuple(f"{quantity}_{hour - DAY + 1:+d}h" for quantity in quantities for hour in range(DAY))


def packed(trained: Trained) -> bytes:
    """The file of a trained model whose card has its version."""
    card = trained.card
    contents = Contents(card.label, list(card.features), card.from_us, card.to_us)
    return pack(trained.learned, contents, trained.probes)


def retuned(
    learned: Learned, card: ModelCard, probes: NDArray[np.float64], threshold: float, by: str, now_us: int
) -> Trained:
    """The same model with another threshold: a version of its own, which has to go its own way to being active."""
    changed = replace(
        card, id="", version=0, digest="", threshold=threshold, trained_us=now_us, trained_by=by, retuned_from=card.version
    )  # fmt: skip
    return Trained(replace(learned, limit=threshold), changed, probes)
