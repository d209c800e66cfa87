"""What the findings must be, told one reading at a time from the whole history: slow, plain, and no code of detect/."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detect.nouns import Limit, Watch
from ingest.nouns import Flag
from store.nouns import SeriesInfo
from tests.detect.facts import DAY, FOREVER, UNTRUSTED, Fact, History, silence_us
from tests.detect.oracle_budgets import budget_facts
from tests.detect.oracle_lag import Lagging
from tests.detect.oracle_silence import Quiet
from tests.detect.runs_oracle import runs


def findings(history: History) -> set[Fact]:
    """All findings that the history gives cause for."""
    beyond = [*excursions(history), *Lagging(history).facts()]
    single = [fact for fact in beyond if fact.detector == "excursion"]
    return {*beyond, *faults(history), *Quiet(history, single).facts()}


# ---------------------------------------------------------------------------------------------- excursions


def _intervals(watches: Sequence[Watch], zone: str, limit: Limit, gap_us: int) -> list[tuple[int, int]]:
    """When a device was under this limit in this zone; what touches is one interval."""
    found: list[tuple[int, int]] = []
    for watch in sorted(watches, key=lambda w: w.valid_from_us):
        if (watch.zone, silence_us(watch.interval_us)) != (zone, gap_us) or limit not in watch.limits:
            continue
        start, end = watch.valid_from_us, FOREVER if watch.valid_to_us is None else watch.valid_to_us
        if found and found[-1][1] == start:
            start = found.pop()[0]
        found.append((start, end))
    return found


def excursions(history: History) -> Iterator[Fact]:
    """Every stretch beyond a limit that lasted long enough (or used up a budget), per series, limit and stay in a zone."""
    for info in history.series:
        watches = [w for w in history.watches if w.device == info.device]
        rows = sorted(
            (r.time_us, r.value) for r in history.kept if r.series == info.id and not r.flags & int(UNTRUSTED)
        )
        tracks = {
            (w.zone, limit, silence_us(w.interval_us))
            for w in watches
            for limit in w.limits
            if limit.quantity == info.quantity
        }
        for zone, limit, gap_us in tracks:
            for start, end in _intervals(watches, zone, limit, gap_us):
                inside = [row for row in rows if start <= row[0] < end]
                yield from _judged(info, zone, limit, gap_us, inside, (start, end), history.as_of_us)


def _judged(
    info: SeriesInfo, zone: str, limit: Limit, gap_us: int, rows: list[tuple[int, float]], span: tuple[int, int],
    as_of_us: int,
) -> Iterator[Fact]:  # fmt: skip
    if limit.budget_us:
        return budget_facts(info.device, zone, limit, gap_us, rows, span, as_of_us)
    return _excursions_of(info, zone, limit, gap_us, rows, span[1], as_of_us)


def _excursions_of(
    info: SeriesInfo, zone: str, limit: Limit, gap_us: int, rows: list[tuple[int, float]], to_us: int,
    as_of_us: int,
) -> Iterator[Fact]:  # fmt: skip
    side = 1.0 if limit.side == "high" else -1.0
    for run in runs(rows, side, limit.limit, limit.deadband, gap_us):
        if run.beyond_us < limit.on_delay_us or run.samples < limit.min_samples:
            continue
        end_us = run.end_us
        if end_us is None and to_us <= as_of_us:
            end_us = to_us
        length = (run.last_us if end_us is None else end_us) - run.start_us
        yield Fact(
            "excursion", f"device:{info.device}:{info.quantity}",
            "too_high" if limit.side == "high" else "too_low", limit.band, zone,
            f"zone:{zone}:{info.quantity}:{limit.side}", run.start_us, end_us, side * run.peak,
            round(run.area2 / (2 * 1000 * 60_000), 3), round(run.covered_us / length, 4) if length else 1.0,
            run.samples,
        )  # fmt: skip


# ------------------------------------------------------------------------------------------- sensor faults


def faults(history: History) -> Iterator[Fact]:
    """Episodes of readings that say something about the sensor: within a day of each other they are one."""
    for info in history.series:
        rows = sorted(r for r in history.kept if r.series == info.id)
        disputed = [r.time_us for r in rows if r.flags & Flag.DISPUTED]
        yield from _episodes(info, "shared_identity", "identity", disputed, 3, history.as_of_us)
        for kind, flag in (("sentinel", Flag.SENTINEL), ("impossible", Flag.IMPOSSIBLE)):
            times = [r.time_us for r in rows if r.flags & flag and not r.flags & Flag.DISPUTED]
            yield from _episodes(info, kind, "sensor", times, 1, history.as_of_us)


def _episodes(
    info: SeriesInfo, kind: str, work: str, times: list[int], least: int, as_of_us: int
) -> Iterator[Fact]:
    groups: list[list[int]] = []
    for time_us in times:
        if groups and time_us - groups[-1][-1] <= DAY:
            groups[-1].append(time_us)
        else:
            groups.append([time_us])
    for group in groups:
        if len(group) >= least:
            yield Fact(
                "sensor_fault", f"device:{info.device}:{info.quantity}", kind, "", None,
                f"device:{info.device}:{work}", group[0], None if as_of_us - group[-1] <= DAY else group[-1],
                None, None, 1.0, 0,
            )  # fmt: skip


# ------------------------------------------------------------------------------------------------- silence
