"""Every detector of the catalogues passes every check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from detect import checks, hour_checks
from detect.hours import catalogue as hours
from detect.streams import catalogue as streams


def _name(thing: Any) -> str:
    return str(
        getattr(thing, "__name__", None) or f"{thing.func.__name__}-{'-'.join(map(str, thing.args[:1]))}"
    )


@pytest.mark.parametrize("check", checks.CHECKS, ids=_name)
@pytest.mark.parametrize("make", streams.ALL, ids=_name)
def test_every_stream_detector(make: checks.Maker, check: Callable[[checks.Maker], None]) -> None:
    """A detector that follows readings keeps what all of them promise."""
    check(make)


@pytest.mark.parametrize("check", hour_checks.CHECKS, ids=_name)
@pytest.mark.parametrize("make", hours.ALL, ids=_name)
def test_every_hour_detector(make: hour_checks.Maker, check: Callable[[hour_checks.Maker], None]) -> None:
    """A detector that judges hours keeps what all of them promise."""
    check(make)
