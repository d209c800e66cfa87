"""TOML files that ship with the registry: each read against its tables once, and faultless."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from typing import Any, TypeVar

from registry.faults import InvalidFileError
from registry.rows import Rows
from registry.toml_lines import lines_of

T = TypeVar("T")


def shipped(name: str, read: Callable[[Rows, Mapping[str, Any]], Iterable[T]]) -> tuple[T, ...]:
    """What `read` makes of the file `registry/<name>`, in order.

    Raises:
        InvalidFileError: something in the file is not as its tables say.
    """
    text = resources.files("registry").joinpath(name).read_text("utf-8")
    rows = Rows(lines_of(text))
    found = tuple(read(rows, tomllib.loads(text)))
    if rows.faults:
        raise InvalidFileError(rows.faults)
    return found
