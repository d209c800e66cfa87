"""How often Python looks for garbage that reference counts do not free."""

from __future__ import annotations

import gc

_THRESHOLDS = (50_000, 20, 50)
"""Python's own (700, 10, 10) takes a sixth of the time where rows become objects by the ten thousand, and finds nothing."""


def collect_seldom() -> None:
    """Have this process look for cycles once in 50,000 new objects: they are rare here, and large batches are not."""
    gc.set_threshold(*_THRESHOLDS)
