"""Catalogue: every detector that judges hours, once. A new one is added here and must pass detect/checks.py."""

from __future__ import annotations

from collections.abc import Callable

from detect.streams.nouns import HourDetector

ALL: tuple[Callable[[], HourDetector], ...] = ()
"""Each makes a detector; those of trained models are made with the models that ship with Keepwell."""
