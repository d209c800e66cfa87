"""A real announcement, as the examiner of forecasts delivers it."""

from __future__ import annotations

from detect.forecasts import announcing
from detect.forecasts.nouns import Foretold
from detect.nouns import Finding, Limit, Severity
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE
from tests.detect.worlds import T0

DETECTORS = frozenset({announcing.DETECTOR})


def findings() -> list[Finding]:
    """Paint that will be too cold in the night."""
    limit = Limit(
        "paint-water/low", "product_temperature", "low", 5.0, 0.5, 30 * US_PER_MINUTE, 2, Severity.WARNING
    )
    p10_us, p50_us, p90_us = (T0 + n * US_PER_HOUR for n in (6, 7, 9))
    one = Foretold(
        limit, 7 * US_PER_HOUR, T0, T0 + 3 * US_PER_HOUR, 0.97, 0.95, p10_us, p50_us, p90_us, 9.1, "room 2@2026-11-21T05Z"
    )  # fmt: skip
    return [announcing.opened(one, "z1")]
