"""How the ways in which a change of the registry fails become problems: one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from api.problems import Code, Problem, invalid
from store.repositories.records import (
    BadValueError,
    InUseError,
    NoSuchObjectError,
    OutdatedVersionError,
    OverlapError,
    TakenError,
)

T = TypeVar("T")


def _outdated(error: OutdatedVersionError) -> Problem:
    """Who said nothing about a version meant to make something new, but it exists."""
    return Problem(Code.IF_MATCH_REQUIRED if error.expected == 0 else Code.CHANGED_MEANWHILE)


def _unknown(error: NoSuchObjectError) -> Problem:
    return invalid("body", "unknown_reference", kind=str(error.kind), key=error.key)


_PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    OutdatedVersionError: _outdated,
    NoSuchObjectError: _unknown,
    TakenError: lambda error: Problem(Code.KEY_TAKEN, {"by": error.by}),
    InUseError: lambda error: Problem(Code.IN_USE, {"by": error.by}),
    OverlapError: lambda error: Problem(Code.OVERLAP, {"subject": error.subject, "place": error.place}),
    BadValueError: lambda error: invalid(f"body/{error.field}", "impossible"),
}


@contextmanager
def as_problems() -> Iterator[None]:
    """Within this, a change that fails for a known reason raises its problem instead."""
    try:
        yield
    except tuple(_PROBLEMS) as error:
        raise _PROBLEMS[type(error)](error) from error


def kept(connection: Any, act: Callable[[Any], T], *addressed: str) -> T:
    """What a change makes of the thing that the path names, in its transaction.

    Args:
        addressed: the kinds of things that the path names. Of one that is not there: not_found; a thing of another kind
            is named in the body, and refused as such.
    """
    try:
        with as_problems():
            return act(connection)
    except Problem as problem:
        cause = problem.__cause__
        if isinstance(cause, NoSuchObjectError) and cause.kind in addressed:
            raise Problem(Code.NOT_FOUND) from None
        raise
