"""Alarms that come and go too fast to be told each time: a function of when their findings began and ended."""

from __future__ import annotations

from collections.abc import Sequence

from detect.nouns import Finding
from ingest.nouns import US_PER_MINUTE

BURSTS = ((3, US_PER_MINUTE), (5, 30 * US_PER_MINUTE))
"""So many transitions within so long: the chattering of ISA-18.2, and the same at the pace of slow sensors."""
QUIET_US = 30 * US_PER_MINUTE
"""The off-delay: so long without coming or going, and it is calm."""


def flapping_until_us(findings: Sequence[Finding], now_us: int) -> int | None:
    """Until when an alarm with these findings flaps, if it does so now (event time, whatever the order of news)."""
    edges = transitions(findings)
    until: int | None = None
    for at, edge in enumerate(edges):
        bursts = any(at + 1 >= n and edge - edges[at + 1 - n] <= within for n, within in BURSTS)
        if bursts or (until is not None and edge <= until):
            until = edge + QUIET_US
    return until if until is not None and until > now_us else None


def transitions(findings: Sequence[Finding]) -> list[int]:
    """When the alarm of these findings came and went, in order: thousands that go on together are one coming."""
    edges: list[int] = []
    reached: int | None = None
    for start, end in sorted((f.start_us, f.end_us) for f in findings if f.end_us is not None):
        if reached is None or start > reached:
            edges += [start] if reached is None else [reached, start]
            reached = end
        else:
            reached = max(reached, end)
    open_ones = [f.start_us for f in findings if f.end_us is None]
    if reached is not None:
        edges.append(reached)
    return _with_open(edges, min(open_ones)) if open_ones else edges


def _with_open(edges: list[int], since_us: int) -> list[int]:
    """The transitions when one goes on since then: what came and went later was within it."""
    kept = [edge for edge in edges if edge < since_us]
    return kept if len(kept) % 2 else [*kept, since_us]
