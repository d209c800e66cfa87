"""Packing: a trained model as plain numbers, and back. Nothing in a file of ours can run.

A pickled scikit-learn model executes what whoever wrote it put there. So a file holds only names from a short list and arrays of
numbers, from which the estimator is built anew; and a few rows with the scores they had after training. If they come out
otherwise on loading, the library reckons differently now, and the model is refused instead of judging by other numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from detect.hours.learned import Learned

FORMAT = 1
LIBRARY = "scikit-learn"
LIBRARY_VERSION = str(sklearn.__version__)
PROBES = 8
_NEAR = 1e-6
_TYPES: Mapping[str, type] = {"StandardScaler": StandardScaler, "PCA": PCA}
_FITTED: Mapping[str, frozenset[str]] = {
    "StandardScaler": frozenset({"mean_", "scale_", "var_", "n_features_in_", "n_samples_seen_"}),
    "PCA": frozenset({
        "components_", "explained_variance_", "mean_", "n_components_", "n_features_in_", "n_samples_", "noise_variance_",
    }),
}  # fmt: skip
"""Type → the fitted attributes that it judges by. No other type and no other attribute is ever built."""


class UnusableModel(ValueError):
    """Raised when a file is no model of ours, or does not judge as it did after training; the message says which."""


class _Array(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers, little-endian, in C order."""

    dtype: Literal["<f8", "<i8"]
    shape: list[int]
    data: bytes


class _Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part of an estimator."""

    type: str
    fitted: dict[str, _Array | int | float]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of a file."""

    format: int
    name: str
    """Name and version: a file that was put under another model's id is found out."""
    features: list[str]
    from_us: int
    to_us: int
    library: str
    library_version: str
    steps: list[_Step]
    humid: bool
    usual: float
    limit: float
    probes: _Array
    scores: _Array
    """Of the probes, by the estimator itself."""


class Contents(msgspec.Struct, frozen=True):
    """What a file says beside the model: it must agree with the card."""

    name: str
    features: list[str]
    from_us: int
    to_us: int


def pack(learned: Learned, contents: Contents, rows: NDArray[np.float64]) -> bytes:
    """A model as bytes; the same model gives the same bytes.

    Args:
        rows: some courses (n, features) by which a loaded model is tried.

    Raises:
        UnusableModel: its estimator is not made of types we know.
    """
    probes = np.ascontiguousarray(rows[:PROBES], "<f8")
    file = _File(
        FORMAT, contents.name, list(contents.features), contents.from_us, contents.to_us, LIBRARY, LIBRARY_VERSION,
        [_step(part) for _, part in learned.estimator.steps], learned.humid, learned.usual, learned.limit,
        _array(probes), _array(learned.estimator.score_samples(probes)),
    )  # fmt: skip
    return msgspec.msgpack.encode(file)


def unpack(content: bytes) -> tuple[Learned, Contents]:
    """The model in some bytes, tried on its own probes.

    Raises:
        UnusableModel: it is no model of ours, or judges otherwise than after training.
    """
    try:
        file = msgspec.msgpack.decode(content, type=_File)
    except msgspec.DecodeError as error:
        raise UnusableModel(f"it is not a model file: {error}") from error
    if file.format != FORMAT or file.library != LIBRARY:
        raise UnusableModel(f"it has format {file.format} of {file.library}: this program reads {FORMAT}")
    if not all(math.isfinite(number) for number in (file.usual, file.limit)) or file.limit <= file.usual:
        raise UnusableModel("its threshold is not above what is usual")
    learned = Learned(_estimator(file.steps), file.humid, file.usual, file.limit)
    _try(learned, file)
    return learned, Contents(file.name, file.features, file.from_us, file.to_us)


def _try(learned: Learned, file: _File) -> None:
    """Whether it judges its probes as it did after training."""
    probes, scores = _numbers(file.probes), _numbers(file.scores)
    if not len(probes) or probes.shape != (len(scores), len(file.features)):
        raise UnusableModel("its rows do not have the columns it names")
    try:
        now = learned.estimator.score_samples(probes)
    except (ValueError, IndexError, AttributeError, ArithmeticError) as error:
        raise UnusableModel(f"it cannot judge: {error}") from error
    if not np.allclose(now, scores, rtol=_NEAR, atol=_NEAR):
        raise UnusableModel(
            f"it judges otherwise than when it was trained with {LIBRARY} {file.library_version} "
            f"(this is {LIBRARY_VERSION}): train it again"
        )


def _step(part: Any) -> _Step:
    name = type(part).__name__
    if _TYPES.get(name) is not type(part):
        raise UnusableModel(f"{name} is no part that a model file may have")
    return _Step(name, {key: _fitted(getattr(part, key)) for key in sorted(_FITTED[name])})


def _fitted(value: Any) -> _Array | int | float:
    if isinstance(value, np.ndarray):
        return _array(value)
    return float(value) if isinstance(value, float | np.floating) else int(value)


def _estimator(steps: list[_Step]) -> Pipeline:
    if not steps:
        raise UnusableModel("it has no parts")
    return make_pipeline(*[_part(step) for step in steps])


def _part(step: _Step) -> Any:
    kind = _TYPES.get(step.type)
    if kind is None:
        raise UnusableModel(f"{step.type} is no part that a model file may have")
    if set(step.fitted) != _FITTED[step.type]:
        raise UnusableModel(f"its {step.type} does not have the numbers that one has")
    part = kind()
    for name, value in step.fitted.items():
        setattr(part, name, _numbers(value) if isinstance(value, _Array) else value)
    return part


def _array(values: NDArray[Any]) -> _Array:
    dtype: Literal["<f8", "<i8"] = "<f8" if values.dtype.kind == "f" else "<i8"
    return _Array(dtype, list(values.shape), np.ascontiguousarray(values, dtype).tobytes())


def _numbers(array: _Array) -> NDArray[Any]:
    size = math.prod(array.shape)
    if any(side < 0 for side in array.shape) or size * 8 != len(array.data):
        raise UnusableModel("it is cut off")
    values = np.frombuffer(array.data, array.dtype).reshape(array.shape)
    if not np.isfinite(values).all():
        raise UnusableModel("it holds numbers that are none")
    return values
