"""Learned courses: principal components of how a place usually goes through a day, temperature and humidity together.

A trained model knows the courses of its own past. A course that its components cannot rebuild, or that lies
farther out along them than any did before, is odd. From which oddness on that is a finding follows from the past alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from detect.hours.courses import DAY, HOLD, NAME, PERSIST, VERSION, Courses, Joint, courses
from detect.hours.standing import standing
from detect.hours.tails import threshold
from detect.nouns import Json, Kind
from detect.streams.nouns import Hours, Verdict

LEAST_DAYS = 14
"""So many days of courses make a habit; a past that knows fewer cannot be learnt from."""
FOLDS = 5
KEPT = 0.95
"""Share of the variance that the components keep."""


class TooLittlePast(ValueError):
    """Raised when there are fewer than LEAST_DAYS days of courses to learn from."""


class Trainable(Protocol):
    """Something that can be trained on the past of places and then judges hours."""

    name: str
    version: str
    kinds: tuple[Kind, ...]

    def fit(self, pasts: Sequence[Joint], seed: int) -> Learned:
        """Train on one place, or on several that belong together. The same pasts and seed give the same model.

        Raises:
            TooLittlePast: there is too little to learn from.
        """


@dataclass(frozen=True, slots=True)
class Learned:
    """A trained model: a scikit-learn estimator with `score_samples`, and how odd its own past was."""

    estimator: Pipeline
    humid: bool
    """Whether a course has humidity beside temperature."""
    usual: float
    """The median oddness of the past (negative log-likelihood)."""
    limit: float
    """The oddness at which a course is a finding."""

    def judge(self, temperature: Hours, humidity: Hours) -> Verdict:
        """Say something of each hour of `temperature`; it depends on that hour and the look-back alone."""
        seen = courses(Joint(temperature, humidity), humid=self.humid)
        odd = np.full(len(temperature.hour), np.nan)
        if len(seen.hour):
            said, at = np.unique(temperature.hour, return_index=True)
            mine = np.isin(seen.hour, said)
            odd[at[np.searchsorted(said, seen.hour[mine])]] = self.odd(seen.rows[mine])
        return standing(temperature.hour, odd, persist=PERSIST, hold=HOLD)

    def odd(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """How odd courses (n, 24 or 48) are: 0 as usual or less, 1 at the threshold of a finding."""
        raw = -self.estimator.score_samples(rows)
        odd: NDArray[np.float64] = np.maximum(raw - self.usual, 0) / (self.limit - self.usual)
        return odd

    def evidence(self, temperature: Hours, humidity: Hours, at: int) -> dict[str, Json]:
        """The day up to the hour with index `at`, its mean and swing, and those of what the model takes for its like."""
        seen = courses(Joint(temperature, humidity), humid=self.humid)
        found = np.flatnonzero(seen.hour == temperature.hour[at])
        if not len(found):
            return {}
        row = seen.rows[found]
        like = self.estimator.inverse_transform(self.estimator.transform(row))
        told = {
            "mean": _measure(row[0, :DAY].mean(), "temperature"),
            "usual": _measure(like[0, :DAY].mean(), "temperature"),
            "swing": _measure(row[0, :DAY].std(), "temperature"),
            "usual_swing": _measure(like[0, :DAY].std(), "temperature"),
        }
        if self.humid:
            told["humidity"] = _measure(row[0, DAY:].mean(), "relative_humidity")
            told["usual_humidity"] = _measure(like[0, DAY:].mean(), "relative_humidity")
        return told


class DailyCourses:
    """Learns principal components of the days of a place (or of several that share a room)."""

    name = NAME
    version = VERSION
    kinds: tuple[Kind, ...] = (Kind.ANOMALY,)

    def fit(self, pasts: Sequence[Joint], seed: int) -> Learned:
        """See Trainable. Humidity is learnt where every past has it.

        How odd a normal course is, is asked of models that have not seen it: the past is cut into FOLDS pieces of
        time, each judged by a model of the others.
        """
        humid = all(len(past.humidity.hour) for past in pasts)
        seen = [courses(past, humid=humid) for past in pasts]
        known = sum(len(s.hour) for s in seen)
        if known < LEAST_DAYS * DAY:
            raise TooLittlePast(f"{known} hours of courses, {LEAST_DAYS * DAY} are needed")
        raw = _unseen(seen, seed)
        hours = np.concatenate([s.hour for s in seen])
        usual = float(np.median(raw))
        return Learned(
            _model(np.concatenate([s.rows for s in seen]), seed), humid, usual, threshold(raw, hours // DAY)
        )


def _measure(value: float, quantity: str) -> Json:
    return {"value": round(float(value), 3), "quantity": quantity}


def _model(rows: NDArray[np.float64], seed: int) -> Pipeline:
    return make_pipeline(StandardScaler(), PCA(KEPT, svd_solver="full", random_state=seed)).fit(rows)


def _unseen(seen: Sequence[Courses], seed: int) -> NDArray[np.float64]:
    """The oddness (n,) of every course, by a model of the other folds."""
    rows = np.concatenate([s.rows for s in seen])
    fold = np.concatenate([np.arange(len(s.hour)) * FOLDS // len(s.hour) for s in seen if len(s.hour)])
    raw = np.empty(len(rows))
    for held_out in range(FOLDS):
        raw[fold == held_out] = -_model(rows[fold != held_out], seed).score_samples(rows[fold == held_out])
    return raw
