"""The contract of a store of readings: whatever comes, in whatever order and pieces, is kept once and accounted for."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.nouns import US_PER_DAY, US_PER_HOUR, Count, DeadLetter, Flag, LinkChange, NewSeries
from store.readings import ColdTierDown, Limits, StoreFull, merging, run
from tests.store.contract import (
    GATEWAYS,
    START_US,
    Oracle,
    Row,
    assert_same,
    batch,
    received_us,
    tuples,
    value_lines,
)  # fmt: skip
from tests.store.contract_histories import BATCHES, STEPS
from tests.store.contract_influx import BINARY, InfluxServer
from tests.store.contract_stores import NOW_US, Embedded, InfluxDB

RELAXED = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of a handful of readings, so that small histories cross their borders too."""
    monkeypatch.setattr(run, "PAGE", 5)
    monkeypatch.setattr(run, "HOURS_PAGE", 3)
    monkeypatch.setattr(merging, "SLICE_PAGES", 2)
    monkeypatch.setattr(merging, "FAN_IN", 2)


@pytest.fixture(scope="module")
def influx_server() -> Iterator[InfluxServer]:
    """A real InfluxDB for all tests of this file."""
    if not Path(BINARY).exists():
        assert os.environ.get("CI") != "true", f"{BINARY} is not installed"
        pytest.skip(f"{BINARY} is not installed")
    server = InfluxServer()
    yield server
    server.close()


@pytest.fixture(params=["embedded", "influxdb"])
def kind(request: pytest.FixtureRequest) -> Embedded | InfluxDB:
    """One implementation, ready to be started."""
    return Embedded() if request.param == "embedded" else InfluxDB(request.getfixturevalue("influx_server"))


def groups(numbered: list, sizes: list[int]) -> list[list]:
    """The batches in apply groups of the given sizes (the last size repeats)."""
    found, at = [], 0
    for size in [*sizes, *([sizes[-1]] * len(numbered))]:
        found.append(numbered[at : at + size])
        at += size
    return [group for group in found if group]


def step(bench, what: str, position: int) -> None:
    """Something that may happen between two applies and must change no answer."""
    if what == "seal":
        bench.store.seal(received_us(position))
    elif what == "reopen":
        bench.reopen()
    elif what == "tend":
        for _ in range(30):
            bench.store.tend(NOW_US)


def run_history(kind, history, sizes, steps) -> None:
    """Apply a history in groups with steps between, and hold every answer against the oracle."""
    with closing(kind()) as bench:
        oracle = Oracle()
        numbered = [(i + 1, batch(rows, received_us(i + 1))) for i, rows in enumerate(history)]
        todo = iter(steps)
        for group in groups(numbered, sizes):
            bench.store.apply(group)
            step(bench, next(todo, "none"), group[-1][0])
            for position, _ in group:
                oracle.apply(history[position - 1], received_us(position))
            bench.store.apply(group)
            assert bench.store.position() == group[-1][0]
        assert_same(bench.store, oracle)
        assert_same(bench.reader, oracle)
        step(bench, "tend", len(history))
        step(bench, "reopen", len(history))
        assert_same(bench.store, oracle)
        assert_same(bench.reader, oracle)


def test_any_history_equals_the_oracle(kind) -> None:
    """Any batches in any groups, sealed, merged and reopened at any point: same readings, counts and aggregates."""

    @settings(RELAXED, max_examples=kind.examples)
    @given(BATCHES, st.lists(st.integers(1, 4), min_size=1, max_size=4), STEPS)
    def check(history, sizes, steps) -> None:
        run_history(kind, history, sizes, steps)

    check()


def test_outcome_does_not_depend_on_order(kind) -> None:
    """The same values in any order and any pieces: same keys, same values per key, same counts."""

    @settings(RELAXED, max_examples=kind.examples // 2)
    @given(BATCHES, st.randoms(use_true_random=False))
    def check(history, chance) -> None:
        rows = [row for rows in history for row in rows]
        shuffled = chance.sample(rows, len(rows))
        cut = chance.randint(0, len(rows))
        assert outcome(kind, [rows]) == outcome(kind, [shuffled[:cut], shuffled[cut:]])

    check()


def outcome(kind, history) -> tuple:
    """What is left of a history once the order of arrival is forgotten."""
    with closing(kind()) as bench:
        for i, rows in enumerate(history):
            bench.store.apply([(i + 1, batch(rows, NOW_US))])
            bench.store.seal(NOW_US)
        series = [0, 1, 2, 3, 1023, 1024, 65_537]
        values = {(s, t, v) for s, t, v, _ in tuples(bench.store.range(series, 0, NOW_US))}
        values |= {(c.series, c.time_us, c.value) for c in bench.store.conflicts(series, 0, NOW_US)}
        return values, totals(value_lines(bench.store))


def totals(lines: dict) -> Counter:
    """Counts over all gateways: which gateway's copy was the duplicate does depend on the order."""
    found: Counter = Counter()
    for (_, _, what), n in lines.items():
        if what != "values_late":
            found[what] += n
    return found


def test_ledger_adds_up(kind) -> None:
    """Per gateway and hour: received = kept + duplicate + conflicting + rejected, ingest's counts added once."""
    chance = random.Random(4)
    with closing(kind()) as bench:
        sent: Counter = Counter()
        for position in range(1, 20):
            rows = [
                Row(
                    chance.randint(0, 3),
                    START_US + chance.randint(0, 40),
                    chance.choice([1.0, 2.0]),
                    0,
                    chance.randint(0, 2),
                )
                for _ in range(50)
            ]
            hour_us = received_us(position) // US_PER_HOUR * US_PER_HOUR
            per_gateway = Counter(GATEWAYS[row.gateway] for row in rows)
            counts = [Count(g, hour_us, "values_received", "", n + 2) for g, n in per_gateway.items()]
            counts += [Count(g, hour_us, "values_rejected", "clock", 2) for g in per_gateway]
            for g, n in per_gateway.items():
                sent[g, hour_us] += n + 2
            bench.store.apply([(position, batch(rows, received_us(position), counts=counts))])
        lines = {(x.gateway, x.hour_us, x.what): x.n for x in bench.reader.ledger(None, 0, NOW_US)}
        for lane, n in sent.items():
            became = sum(
                lines.get((*lane, f"values_{w}"), 0) for w in ("kept", "duplicate", "conflicting", "rejected")
            )
            assert lines[*lane, "values_received"] == became == n
        assert [x.gateway for x in bench.reader.ledger("g1", 0, NOW_US)] == ["g1"] * len(
            bench.reader.ledger("g1", 0, NOW_US)
        )


def test_feed_tells_each_change_once(kind) -> None:
    """The feed has every kept reading exactly once, what became disputed, links and heartbeats; None once it is gone."""
    with closing(kind()) as bench:
        store = bench.store
        link = LinkChange("g1", 5, False)
        store.apply([
            (1, batch([Row(1, START_US, 4.0), Row(0, START_US, 1.0)], 11)),
            (2, batch([], 12, links=[link])),
        ])
        store.apply([(3, batch([Row(1, START_US, 5.0), Row(1, START_US, 4.0)], 13))])
        store.apply([(4, batch([], 14))])
        first, second, third = bench.reader.feed(0)
        assert (first.position, first.first_received_us, first.received_us, first.links) == (
            2,
            11,
            12,
            (link,),
        )
        assert tuples(first.kept) == [(0, START_US, 1.0, 0), (1, START_US, 4.0, 0)]
        assert tuples(second.disputed) == [(1, START_US, 4.0, Flag.DISPUTED)]
        assert (len(second.kept), third.position, len(third.kept)) == (0, 4, 0)
        assert [feed.position for feed in bench.reader.feed(2)] == [3, 4]
        assert len(bench.reader.feed(0, max_readings=1)) == 1
        assert bench.reader.links() == [link]
        for position in range(5, 80):
            store.apply([(position, batch([Row(1, START_US + position, 1.0)], 20))])
        assert bench.reader.feed(0) is None
        assert bench.reader.feed(81) is None
        assert bench.reader.feed(79) == []
        held = bench.reader.feed(75)
        assert [t for feed in held for _, t, _, _ in tuples(feed.kept)] == [
            START_US + p for p in range(76, 80)
        ]


def test_conflicts_are_capped(kind) -> None:
    """A device that says something new for one instant all the time fills neither the disk nor the ledger's gaps."""
    with closing(kind()) as bench:
        rows = [Row(1, START_US, float(i)) for i in range(100)]
        bench.store.apply([(1, batch(rows, NOW_US))])
        bench.store.apply([(2, batch(rows[:65], NOW_US))])
        assert len(bench.store.conflicts([1], START_US, START_US + 1)) == 64
        lines = {what: n for (_, _, what), n in value_lines(bench.store).items()}
        assert lines == {"values_kept": 1, "values_conflicting": 99, "values_duplicate": 65}


def test_dead_letters_are_kept_and_capped(kind) -> None:
    """The newest thousand of a gateway, cut to 64 KiB; another gateway's are not pushed out."""
    with closing(kind()) as bench:
        letter = DeadLetter(1, "g2", "t", "not_json", "", b"x" * 100_000, 100_000)
        bench.store.apply([(1, batch([], 1, dead_letters=[letter]))])
        for position in range(2, 5):
            flood = [DeadLetter(i, "g1", "t", "not_json", str(i), b"{", 1) for i in range(600)]
            bench.store.apply([(position, batch([], 1, dead_letters=flood))])
        page = bench.reader.dead_letters("g1", None, 2_000)
        assert len(page) == 1_000
        assert [x.letter.detail for x in page[:2]] == ["599", "598"]
        assert bench.reader.dead_letters("g1", page[1].id, 1) == [page[2]]
        (other,) = bench.reader.dead_letters("g2", None, 10)
        assert (len(other.letter.payload), other.letter.size) == (64 << 10, 100_000)
        assert bench.reader.dead_letter(other.id) == other
        assert bench.reader.dead_letter(other.id - 1) is None or other.id > 1


def test_series_and_positions(kind) -> None:
    """Series come by number; positions must ascend, and an old one changes nothing."""
    with closing(kind()) as bench:
        new = [NewSeries(7, "g1", "g1/p", "temperature"), NewSeries(3, "g1", "g1/p", "humidity")]
        bench.store.apply([(5, batch([], 1, new_series=new))])
        assert [tuple(s) for s in bench.reader.series()] == [
            (3, "g1", "g1/p", "humidity"),
            (7, "g1", "g1/p", "temperature"),
        ]
        with pytest.raises(ValueError, match="ascend"):
            bench.store.apply([(7, batch([], 1)), (7, batch([], 1))])
        bench.store.apply([(4, batch([Row(3, START_US, 1.0)], 1))])
        assert bench.reader.position() == 5
        assert len(bench.reader.latest()) == 0


def test_odd_numbers_stop_nobody() -> None:
    """A value that is no number must not have come so far, but if it does, the store goes on."""
    with closing(Embedded()()) as bench:
        rows = [Row(1, START_US, float("nan")), Row(1, START_US, float("inf")), Row(2, START_US, 1.0)]
        bench.store.apply([(1, batch(rows, NOW_US))])
        bench.store.apply([(2, batch(rows, NOW_US))])
        assert value_lines(bench.store)["g0", NOW_US // US_PER_HOUR * US_PER_HOUR, "values_duplicate"] == 3
        assert len(bench.store.range([2], START_US, START_US + US_PER_DAY)) == 1


def test_influxdb_down_stops_nobody(influx_server: InfluxServer) -> None:
    """While InfluxDB is down readings wait in the file up to a bound; late ones and questions say so; then all is there."""
    kind, oracle = InfluxDB(influx_server), Oracle()
    limits = Limits(recent_readings=20, waiting_readings=100)

    def rows_of(position: int) -> list[Row]:
        return [Row(s, START_US + position * US_PER_HOUR, float(position), 0, s % 3) for s in range(10)]

    with closing(kind(limits)) as bench:
        for position in range(1, 13):
            if position == 3:
                influx_server.kill()
            bench.store.apply([(position, batch(rows_of(position), received_us(position)))])
            oracle.apply(rows_of(position), received_us(position))
        with pytest.raises(StoreFull):
            bench.store.apply([(13, batch(rows_of(13), received_us(13)))])
        assert bench.store.waiting
        with pytest.raises(StoreFull):
            bench.store.apply([(50, batch([Row(1, START_US, 7.0)], received_us(50)))])
        with pytest.raises(ColdTierDown):
            bench.reader.range([1], START_US, NOW_US)
        assert tuples(bench.reader.latest()) == oracle.latest()
        influx_server.start()
        for position in (13, 14):
            bench.store.apply([(position, batch(rows_of(position), received_us(position)))])
            oracle.apply(rows_of(position), received_us(position))
        assert not bench.store.waiting
        assert_same(bench.reader, oracle)


def test_sealing_in_influxdb_may_be_repeated(
    influx_server: InfluxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash after InfluxDB took the readings and before the file knows: they are in both, and counted once."""
    kind, oracle = InfluxDB(influx_server), Oracle()
    rows = [Row(s, START_US + i * US_PER_HOUR // 3, float(i), 0, 0) for s in range(3) for i in range(9)]
    with closing(kind()) as bench:
        bench.store.apply([(1, batch(rows, received_us(1)))])
        oracle.apply(rows, received_us(1))
        monkeypatch.setattr(bench.store, "_trim_feed", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bench.store.seal(NOW_US)
        assert_same(bench.reader, oracle)
        bench.reopen()
        assert_same(bench.store, oracle)
        bench.store.seal(NOW_US)
        assert_same(bench.reader, oracle)
