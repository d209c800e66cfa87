"""One real finding of every kind that goods suffer over time: frost, fast change, wetness, conditioning, the kinetic mean."""

from __future__ import annotations

from detect.nouns import Finding, Kind
from tests.detect.test_goods import AIR, FAST, World, everything, said, watch

DETECTORS = ("freeze_thaw", "fast_change", "wetness", "conditioning", "mean_kinetic")


def findings() -> list[Finding]:
    """What is said of goods from the cold, of frosty, damp days with a warm noon, and of goods moved into the cold."""
    watches, rows = everything()
    world, moved = World(watches), World([watch([FAST])])
    world.live(rows)
    moved.live(said(AIR, lambda hour: -5.0 if hour >= 10 else 20.0, 24))
    slow = (Kind.FREEZE_THAW, Kind.WETNESS, Kind.CONDITIONING, Kind.MEAN_KINETIC)
    return [*(world.of(kind)[-1] for kind in slow), *moved.of(Kind.FAST_CHANGE)]
