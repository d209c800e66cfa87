"""Play a scenario against a broker: the history first, as fast as the broker takes it, then live on the wall clock."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from simulators.gateway import GatewayReport, PlayedGateway, report
from simulators.link import Broker, Link, parse_broker
from simulators.scenario import Scenario, Truth, load
from simulators.world import Reading, World

TICK_S = 0.25


class Progress(msgspec.Struct, frozen=True):
    """Where a play is."""

    part: Literal["history", "live"]
    elapsed_s: float
    gateways: tuple[GatewayReport, ...]
    readings_per_s: float
    """Of late, over all gateways; values, as acknowledged."""


class Report(msgspec.Struct, frozen=True):
    """What a play published and what ought to have been found out."""

    scenario: str
    started_s: float
    """Wall clock (epoch seconds) at the end of the told history; likewise the next."""
    live_from_s: float
    """Start of the live part: truths and events of the live part count from here."""
    ended_s: float
    history_s: float
    """How long it took to simulate and send the history."""
    published: int
    """Values acknowledged by the broker, over all gateways."""
    gateways: tuple[GatewayReport, ...]
    truth: tuple[Truth, ...]
    quiet: tuple[str, ...]
    """Zones about whose goods nothing may be found."""


def report_json(finished: Report) -> bytes:
    """The report as one JSON object; spans are seconds."""
    return msgspec.json.encode(finished, enc_hook=float)


OnProgress = Callable[[Progress], None]


def play(
    scenario: Scenario,
    broker_url: str,
    *,
    seconds: float,
    on_progress: OnProgress | None = None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Report:
    """Play `scenario` until `seconds` have passed since the call; every value reported is acknowledged.

    `clock` is the wall clock in epoch seconds; no event time passes it. A live part is always begun, also when the
    history took longer than `seconds`. Raises ValueError (the URL), LinkDownError (the broker).
    """
    performance = _Performance(scenario, parse_broker(broker_url), clock, on_progress)
    performance.tell_history()
    performance.go_live(until_s=performance.start_s + seconds, sleep=sleep)
    return performance.end()


class _Performance:
    """One play: the world, its gateways and the clock they share."""

    def __init__(
        self, scenario: Scenario, broker: Broker, clock: Callable[[], float], on_progress: OnProgress | None
    ) -> None:
        self.start_s = self.live_from_s = clock()
        self._scenario, self._clock, self._on_progress = scenario, clock, on_progress
        self._world = World(scenario, self.start_s)
        self._gateways = {
            spec.name: PlayedGateway(spec, Link(broker, spec.name), self._world.time_s, scenario.seed)
            for spec in scenario.gateways
        }
        self._seen: tuple[float, int] = (self.start_s, 0)

    def tell_history(self) -> None:
        """Simulate the time until the start, and send it."""
        self._store(self._world.advance(self.start_s))
        for gateway in self._gateways.values():
            gateway.tell_history(self.start_s)
            self._tell_progress("history")

    def go_live(self, until_s: float, sleep: Callable[[float], None]) -> None:
        """Go on until the wall clock shows `until_s`; at least once."""
        self.live_from_s = self._clock()
        self._world.go_live(self.live_from_s)
        while True:
            self._store(self._world.advance(self._clock()))
            for gateway in self._gateways.values():
                gateway.tick(self._world.live_s())
            self._tell_progress("live")
            left_s = until_s - self._clock()
            if left_s <= 0:
                return
            sleep(min(TICK_S, left_s))

    def end(self) -> Report:
        """Settle all links. The end of a play is no outage: nobody says offline."""
        for gateway in self._gateways.values():
            gateway.link.close(farewell=False)
        gateways = tuple(report(gateway) for gateway in self._gateways.values())
        return Report(
            scenario=self._scenario.title,
            started_s=self.start_s,
            live_from_s=self.live_from_s,
            ended_s=self._clock(),
            history_s=self.live_from_s - self.start_s,
            published=sum(gateway.values for gateway in gateways),
            gateways=gateways,
            truth=self._scenario.truth,
            quiet=self._scenario.quiet,
        )

    def _store(self, readings: list[Reading]) -> None:
        for name, gateway in self._gateways.items():
            gateway.store([reading for reading in readings if reading.gateway == name])

    def _tell_progress(self, part: Literal["history", "live"]) -> None:
        if self._on_progress is None:
            return
        gateways = tuple(report(gateway) for gateway in self._gateways.values())
        now_s, values = self._clock(), sum(gateway.values for gateway in gateways)
        before_s, before = self._seen
        rate = (values - before) / max(now_s - before_s, 1e-3)
        self._seen = (now_s, values)
        self._on_progress(Progress(part, now_s - self.start_s, gateways, rate))


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m simulators.play SCENARIO --broker URL --seconds N [--json FILE]`; prints the report without a file."""
    parser = argparse.ArgumentParser(prog="simulators.play", description=__doc__)
    parser.add_argument("scenario", help="a name in simulators/scenarios, or a .toml file")
    parser.add_argument("--broker", required=True, metavar="URL", help="mqtt://host:port")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    finished = report_json(play(load(options.scenario), options.broker, seconds=options.seconds))
    if options.json:
        options.json.write_bytes(finished)
    else:
        sys.stdout.write(finished.decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
