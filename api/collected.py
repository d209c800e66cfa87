"""Figures about the data, collected when Prometheus asks: the ledger, how far each stage is, what is open."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.services import Services
from api.sighted import sightings
from ingest.nouns import US_PER_HOUR
from store.repositories.tickets import TicketFilter
from tickets.nouns import LIVE

_SETTLED_US = 6 * US_PER_HOUR
_MOST_TICKETS = 100_000


class Collected(Collector):
    """Asks the stores; runs in the pool of threads."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._ledger = LedgerTotals(services)

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked when the collector is registered."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """All figures as they are now."""
        yield self._ledger.metric()
        yield from self._progress()
        states = Counter(str(one.state) for one in sightings(self._services))
        yield _gauge(
            "keepwell_gateways", "Gateways by how they stand (GET /gateways/sightings).", ("state",), states
        )
        with self._services.database.reading() as connection:
            findings = Counter(str(f.kind) for f in self._services.findings.going_on(connection))
            live = self._services.tickets.find(connection, TicketFilter(states=LIVE), None, _MOST_TICKETS)
            newest = self._services.events.last_sequence(connection)
        yield _gauge("keepwell_findings_going_on", "Findings that go on, by kind.", ("kind",), findings)
        tickets = Counter((t.priority.name, str(t.state)) for t in live)
        yield _gauge("keepwell_tickets_live", "Tickets with work to be done.", ("priority", "state"), tickets)
        yield _gauge("keepwell_event_sequence", "Number of the newest event.", (), {(): newest})

    def _progress(self) -> Iterable[Metric]:
        positions = self._services.positions()
        head = max(positions.values(), default=0)
        yield _gauge("keepwell_position", "Journal position a stage has reached.", ("stage",), positions)
        lag = {stage: head - position for stage, position in positions.items()}
        yield _gauge(
            "keepwell_lag_batches", "Journal batches a stage is behind the foremost.", ("stage",), lag
        )


class LedgerTotals:
    """Sums of the ledger since the hour in which this process started; hours long over are summed up once.

    A counter may begin anew with the process (Prometheus allows for that), so the past is not read at every start.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        now = services.now_us()
        self._from_us = now - now % US_PER_HOUR
        self._settled: Counter[tuple[str, str]] = Counter()

    def metric(self) -> Metric:
        """`keepwell_ledger_total{what, reason}`."""
        family = CounterMetricFamily(
            "keepwell_ledger", "Messages and values by what became of them.", labels=("what", "reason")
        )
        for labels, n in sorted(self._totals().items()):
            family.add_metric(labels, n)
        return family

    def _totals(self) -> Counter[tuple[str, str]]:
        with self._lock:
            end = self._services.now_us() + US_PER_HOUR
            lines = self._services.readings.ledger(None, self._from_us, end)
            border = max(self._from_us, end - end % US_PER_HOUR - _SETTLED_US)
            if self._behind():
                border = self._from_us
            recent: Counter[tuple[str, str]] = Counter()
            for line in lines:
                (self._settled if line.hour_us < border else recent)[line.what, line.reason] += line.n
            self._from_us = border
            return self._settled + recent

    def _behind(self) -> bool:
        """While a stage has batches to apply, hours of receipt that are over may still grow."""
        positions = self._services.positions().values()
        return bool(positions) and min(positions) < max(positions)


def _gauge(name: str, text: str, labels: tuple[str, ...], values: Mapping[Any, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric((key,) if isinstance(key, str) else key, value)
    return family
