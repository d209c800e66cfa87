"""Catalogue: every detector that follows readings, once. A new one is added here and must pass detect/checks.py."""

from __future__ import annotations

from collections.abc import Callable

from detect.streams.nouns import Detector
from detect.streams.sudden import Sudden
from detect.streams.suspicion import Suspicion

ALL: tuple[Callable[[], Detector], ...] = (Suspicion, Sudden)
"""Each makes a detector that has heard nothing yet."""
