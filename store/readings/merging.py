"""Merging: many small runs of a day become few large ones, a slice at a time so that nothing waits long for it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from ingest.nouns import US_PER_DAY, US_PER_HOUR
from store.files import Connection
from store.readings.run import Page, Run, RunWriter
from store.readings.runs import Runs
from store.readings.schema import transaction

FAN_IN = 8
"""Runs of like size that are merged into one: each reading is rewritten once per factor of FAN_IN."""
SLICE_PAGES = 48
"""Pages merged per step: some 200,000 readings, some 50 ms."""
IDLE_US = US_PER_HOUR
"""A past day that got nothing for so long is tidied up."""


def due(con: Connection, now_us: int) -> list[int]:
    """The runs that should become one now, or none."""
    days: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    crowded = "SELECT day FROM run GROUP BY day HAVING count(*) > 1"
    for id, day, n, made_us in con.execute(
        f"SELECT id, day, n, made_us FROM run WHERE day IN ({crowded}) ORDER BY day, id"
    ):
        days[day].append((id, n, made_us))
    for day, runs in days.items():
        if (found := _of_like_size(runs)) or (found := _of_past_day(day, runs, now_us)):
            return found
    return []


def _of_like_size(runs: list[tuple[int, int, int]]) -> list[int]:
    levels: dict[int, list[int]] = defaultdict(list)
    for id, n, _ in runs:
        levels[int(math.log(n, FAN_IN))].append(id)
    return next((ids for _, ids in sorted(levels.items()) if len(ids) >= FAN_IN), [])


def _of_past_day(day: int, runs: list[tuple[int, int, int]], now_us: int) -> list[int]:
    idle = now_us - max(made_us for _, _, made_us in runs) >= IDLE_US
    if not idle or (day + 1) * US_PER_DAY > now_us:
        return []
    largest, total = max(n for _, n, _ in runs), sum(n for _, n, _ in runs)
    worth_it = (total - largest) * FAN_IN >= largest or len(runs) >= FAN_IN // 2
    return [id for id, _, _ in runs] if worth_it else []


def merge(con: Connection, store: Runs, ids: list[int], now_us: int) -> Iterator[None]:
    """Make one run of several of one day; each step is a transaction, readers see the change with the last."""
    runs = [store.run(id) for id in ids]
    writer = RunWriter(con, store.next_id(), runs[0].day)
    edges = _edges(runs)
    for low, high in pairwise(edges):
        page = _sorted([part for run in runs for part in _slice(store, run, low, high)])
        with transaction(con):
            writer.add(*page)
        yield
    with transaction(con):
        writer.close(now_us)
        store.drop(ids)


def _edges(runs: list[Run]) -> list[int]:
    """Keys that cut all runs into slices of about SLICE_PAGES pages, between hours."""
    firsts = np.sort(np.concatenate([run.pages.first for run in runs]))[::SLICE_PAGES]
    last = max(int(run.pages.last[-1]) for run in runs)
    return [*np.unique(firsts // US_PER_HOUR * US_PER_HOUR).tolist(), last + 1]


def _slice(store: Runs, run: Run, low: int, high: int) -> Iterator[Page]:
    for number in run.pages.pages(np.array([low]), np.array([high])).tolist():
        page = store.page(run, number)
        part = slice(*np.searchsorted(page.keys, (low, high)))
        yield Page(page.keys[part], page.value[part], page.flags[part])


def _sorted(parts: list[Page]) -> Page:
    keys = np.concatenate([part.keys for part in parts])
    order = np.argsort(keys, kind="stable")
    value = np.concatenate([part.value for part in parts])
    return Page(keys[order], value[order], np.concatenate([part.flags for part in parts])[order])
