"""Which budgets must be found to have been used up, told from the whole history, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from detect.nouns import Limit
from tests.detect.facts import DAY, Fact

Row = tuple[int, float]


def spent(
    rows: list[Row], limit: Limit, gap_us: int, from_us: int, to_us: int, *, covered: bool = False
) -> int:
    """Time beyond the limit (or covered at all) in [from, to)."""
    total = 0
    for (a, value), (b, _) in pairwise(rows):
        beyond = value > limit.limit if limit.side == "high" else value < limit.limit
        if b - a <= gap_us and (beyond or covered):
            total += max(min(b, to_us) - max(a, from_us), 0)
    return total


def budget_facts(
    device: str, zone: str, limit: Limit, gap_us: int, rows: list[Row], span: tuple[int, int], as_of_us: int
) -> Iterator[Fact]:
    """All findings of one budget over one stay; `rows` are those of the stay."""
    window = max(-(-limit.window_us // DAY), 1)
    last = min(max([as_of_us, *(t for t, _ in rows)]), span[1] - 1) // DAY
    start: int | None = None
    for day in range(rows[0][0] // DAY if rows else last, last + 1):
        first = (day - window + 1) * DAY
        before = spent(rows, limit, gap_us, first, day * DAY)
        if start is not None and before <= limit.budget_us:
            yield _fact(device, zone, limit, gap_us, rows, span, start, day * DAY)
            start = None
        if (
            start is None
            and before + spent(rows, limit, gap_us, day * DAY, (day + 1) * DAY) > limit.budget_us
        ):
            start = _moment(rows, limit, gap_us, first, day)
    if start is not None:
        yield _fact(device, zone, limit, gap_us, rows, span, start, span[1] if span[1] <= as_of_us else None)


def _moment(rows: list[Row], limit: Limit, gap_us: int, first: int, day: int) -> int:
    """By bisection: the last moment of a day at which the budget is not yet passed."""
    low, high = day * DAY, (day + 1) * DAY
    while low < high:
        middle = (low + high + 1) // 2
        if spent(rows, limit, gap_us, first, middle) <= limit.budget_us:
            low = middle
        else:
            high = middle - 1
    return low


def _fact(
    device: str, zone: str, limit: Limit, gap_us: int, rows: list[Row], span: tuple[int, int], start: int,
    end: int | None,
) -> Fact:  # fmt: skip
    window = max(-(-limit.window_us // DAY), 1)
    first = max((start // DAY - window + 1) * DAY, span[0])
    covered = spent(rows, limit, gap_us, first, start, covered=True)
    return Fact(
        "budget", f"device:{device}:{limit.quantity}", "budget_used", limit.band, zone,
        f"zone:{zone}:{limit.quantity}:budget", start, None if end is None else min(end, span[1]), None, None,
        round(covered / (start - first), 4) if start > first else 1.0, 0,
    )  # fmt: skip
