"""The fleet: the machines there are, the series that show them, and the figures of their days, kept and made anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from detect.examining import Span
from detect.machines.nouns import US_PER_DAY, Day, FigureLog, Machine, Task
from detect.machines.reading import Showing
from detect.nouns import Severity, Watch
from detect.ports import Rows
from ingest.nouns import SeriesKey

_KEPT = {
    Task.COOLING: (frozenset({"temperature", "product_temperature"}), "high"),
    Task.HEATING: (frozenset({"temperature", "product_temperature"}), "low"),
    Task.DRYING: (frozenset({"relative_humidity", "surface_humidity"}), "high"),
}
"""What a machine keeps from being passed, and on which side."""


class Fleet:
    """The machines as the registry has them now, each with the series that show it."""

    def __init__(self, readings: Rows, log: FigureLog, machines: Callable[[], Sequence[Machine]]) -> None:
        self.readings, self._log, self._machines = readings, log, machines
        self.showing: dict[str, Showing] = {}
        """By the machine's key."""
        self._by_series: dict[int, list[str]] = {}

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Take up the machines, what their rooms must not pass, and the series that exist."""
        numbers = {key: number for number, key in series.items()}
        limits = _limits(watches)
        self.showing, self._by_series = {}, {}
        for machine in self._machines():
            limited = replace(machine, limit=limits.get((machine.zone, machine.task)))
            showing = self.showing[machine.key] = Showing(limited, numbers)
            for number in showing.series:
                self._by_series.setdefault(number, []).append(machine.key)

    def touched(self, spans: Mapping[int, Span]) -> dict[str, Span]:
        """The machines of which readings came, with the span of these."""
        found: dict[str, Span] = {}
        for number, span in spans.items():
            for key in self._by_series.get(number, ()):
                known = found.get(key, span)
                found[key] = Span(min(known.first_us, span.first_us), max(known.last_us, span.last_us))
        return found

    def days(self, key: str, from_day: int, behind_day: int, span: Span | None = None) -> list[Day]:
        """The figures of a machine's whole days: those kept, but for what was touched or rests on other series now."""
        showing = self.showing[key]
        kept = {day.day: day for day in self._log.kept(key, from_day, behind_day)}
        fresh: list[Day] = []
        for number in range(from_day, behind_day):
            digest, known = showing.digest(number), kept.get(number)
            if not digest:
                kept.pop(number, None)
            elif known is None or known.inputs != digest or _within(span, number):
                kept[number] = showing.day(self.readings, number)
                fresh.append(kept[number])
        if fresh:
            self._log.keep(key, fresh)
        return [kept[number] for number in sorted(kept) if number < behind_day and kept[number].figures]

    def keep(self, key: str, days: Sequence[Day]) -> None:
        """Keep days that say more than they did."""
        self._log.keep(key, days)

    def kept(self, key: str, from_day: int, behind_day: int) -> Sequence[Day]:
        """The days that are kept of a machine, as they are."""
        return self._log.kept(key, from_day, behind_day)

    def like(self, key: str) -> list[str]:
        """The machines that do the same: of the same model where one is named, else of any."""
        own = self.showing[key].machine
        return [
            other
            for other, showing in self.showing.items()
            if other != key and showing.machine.task is own.task and showing.machine.model == own.model
        ]


def _within(span: Span | None, day: int) -> bool:
    return span is not None and span.first_us < (day + 1) * US_PER_DAY and span.last_us >= day * US_PER_DAY


def _limits(watches: Sequence[Watch]) -> Mapping[tuple[str, Task], float]:
    """Zone and task → the strictest limit that calls for work there, as of now."""
    found: dict[tuple[str, Task], float] = {}
    for watch in watches:
        if watch.valid_to_us is not None:
            continue
        for task, (quantities, side) in _KEPT.items():
            own = [
                limit.limit
                for limit in watch.limits
                if limit.quantity in quantities
                and limit.side == side
                and limit.severity is not Severity.ADVICE
            ]
            if own:
                strictest, known = (min, max)[side == "low"](own), found.get((watch.zone, task))
                found[watch.zone, task] = (
                    strictest if known is None else (min, max)[side == "low"](strictest, known)
                )
    return found
