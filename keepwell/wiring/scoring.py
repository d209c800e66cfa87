"""Scoring, composed: every detector of the catalogues, fresh."""

from __future__ import annotations

from detect.hours import catalogue as slow
from detect.scoring.scorer import Scorer
from detect.streams import catalogue as fast


def build() -> Scorer:
    """A scorer that has heard nothing yet."""
    return Scorer([make() for make in fast.ALL], [make() for make in slow.ALL])
