"""The demonstration: a whole installation watches a simulated day, and what it found is held against what it ought to find."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from keepwell.client import ApiClient, NoAnswerError
from keepwell.processes import Installation, built
from keepwell.settings import Settings
from simulators.play import Progress, Report, play
from simulators.scenario import Scenario, Truth

T = TypeVar("T")
READY_S = 60.0
DRAIN_S = 60.0
EXCURSIONS = ("too_high", "too_low", "condensation", "wet_metal")
TOLD_OF_TICKETS = (
    "title", "subject", "priority", "state", "opened_at", "why", "assignee", "act_by", "deadline", "deadline_why",
)  # fmt: skip
GOODS = (*EXCURSIONS, "budget_used", "unwatched")


class DemoError(Exception):
    """Raised when the demonstration cannot run; the message says why."""


class Demonstration:
    """`start`, `play` in a thread of its own, look at `findings`, `tickets` and `ledger` meanwhile, `outcome` at the end."""

    def __init__(self, settings: Settings, scenario: Scenario, registry_file: Path, lang: str = "en") -> None:
        self.installation = Installation(settings)
        self.scenario = scenario
        self.progress: Progress | None = None
        self._ends = threading.Event()
        self._report: Report | None = None
        self._failure: Exception | None = None
        self._names: dict[str, str] = {}
        settings.data.mkdir(parents=True, exist_ok=True)
        built("installation_file")(settings, registry_file)
        self.key = built("first_key")(settings) or ""
        self.set_up = built("first_user")(settings) or ""
        """The link by which whoever runs it becomes the first user of its page."""
        self.api_address = f"http://{settings.http_host}:{settings.http_port}"
        self.api = ApiClient(self.api_address, self.key, lang)

    def start(self) -> None:
        """Start everything and wait until it is ready.

        Raises:
            DemoError: it is not ready within a minute.
        """
        self.installation.start()
        deadline_s = time.monotonic() + READY_S
        while not self.api.ready():
            if time.monotonic() > deadline_s:
                raise DemoError("the service was not ready within a minute: its log above says why")
            self.installation.tend(lambda _: None)
            time.sleep(0.2)

    def play(self, seconds: float) -> threading.Thread:
        """Play the scenario in a thread."""
        thread = threading.Thread(target=self._play, args=(seconds,), name="scenario")
        thread.start()
        return thread

    def end_play(self) -> None:
        """Let the play come to its end soon."""
        self._ends.set()

    def _play(self, seconds: float) -> None:
        def clock() -> float:
            return time.time() + (seconds if self._ends.is_set() else 0.0)

        try:
            self._report = play(
                self.scenario, self.installation.broker_address(), seconds=seconds, on_progress=self._note
            )
        except (OSError, ValueError, RuntimeError) as error:
            self._failure = error

    def _note(self, progress: Progress) -> None:
        self.progress = progress

    def tickets(self) -> list[dict[str, Any]]:
        """All tickets as they explain themselves, newest first."""
        return [self.api.get(f"/api/v1/tickets/{row['number']}") for row in self.api.all("/api/v1/tickets")]

    def names(self) -> dict[str, str]:
        """What people are called, by how they stand on tickets."""
        if not self._names:
            self._names = {f"person:{one['key']}": one["name"] for one in self.api.all("/api/v1/people")}
        return self._names

    def findings(self) -> list[dict[str, Any]]:
        """All findings that were not retracted."""
        return list(self.api.all("/api/v1/findings"))

    def ledger(self) -> dict[str, Any]:
        """The ledger's values, summed over gateways and hours."""
        total: Counter[str] = Counter()
        rejected: Counter[str] = Counter()
        adds_up = True
        for line in self.api.all("/api/v1/ledger", **{"from": "2001-01-01T00:00:00Z"}):
            values = line["values"]
            adds_up = adds_up and values["adds_up"] and line["messages"]["adds_up"]
            total.update({name: values[name] for name in ("received", "kept", "duplicate", "conflicting")})
            rejected.update({r["reason"]: r["n"] for r in values["rejected"]})
        names = ("received", "kept", "duplicate", "conflicting")
        return {name: total[name] for name in names} | {"rejected": dict(rejected), "adds_up": adds_up}

    def outcome(self) -> dict[str, Any]:
        """What was published, kept and found, once everything has come through.

        Raises:
            DemoError: the scenario could not be played.
        """
        if self._report is None:
            raise DemoError(f"the scenario could not be played: {self._failure}")
        report = self._report
        ledger = self._until(self.ledger, lambda ledger: _taken_once(ledger) >= _distinct(report))
        self._settled()
        findings, tickets = self.findings(), self.tickets()
        missing = [t for t in report.truth if not _is_met(t, findings, tickets, report)]
        disturbed = [f for f in findings if f["zone"] in report.quiet and f["kind"] in GOODS]
        return {
            "published": report.published,
            **ledger,
            "complete": ledger["adds_up"] and _taken_once(ledger) == _distinct(report),
            "excursions": sum(f["kind"] in EXCURSIONS for f in findings),
            "findings": len(findings),
            "alarms": sum(1 for _ in self.api.all("/api/v1/alarms")),
            "tickets": [{"id": t["number"]} | {name: t[name] for name in TOLD_OF_TICKETS} for t in tickets],
            "reading_to_ticket_ms": self._latency_ms(tickets, report.live_from_s),
            "ground_truth": len(report.truth),
            "ground_truth_missing": [t.title for t in missing],
            "disturbed_quiet_zones": sorted({f["zone"] for f in disturbed}),
            "ground_truth_met": not missing and not disturbed,
        }

    def _settled(self) -> None:
        """Wait until detection has read all that is stored, and has had an idle moment to record it."""
        self._until(lambda: self.api.get("/readyz"), lambda ready: ready["status"] == "ok")
        last: list[int] = []

        def count() -> int:
            last.append(len(self.findings()))
            return last[-1]

        time.sleep(2.5)
        self._until(count, lambda n: len(last) > 2 and last[-3:] == [n] * 3)
        self._until(self.tickets, lambda tickets: all(t["assignee"] or not t["live"] for t in tickets))

    def _until(self, ask: Callable[[], T], enough: Callable[[T], bool]) -> T:
        deadline_s = time.monotonic() + DRAIN_S
        while True:
            answer = ask()
            if enough(answer) or time.monotonic() > deadline_s:
                return answer
            time.sleep(0.5)

    def _latency_ms(self, tickets: list[dict[str, Any]], live_from_s: float) -> dict[str, float | None]:
        """From the receipt of the deciding reading to the ticket's commit, for the live part."""
        waits = sorted(
            (_seconds(ticket["opened_at"]) - _seconds(ticket["decided_received"])) * 1000
            for ticket in tickets
            if ticket["decided_received"] and _seconds(ticket["decided_received"]) >= live_from_s
        )
        if not waits:
            return {"p50": None, "p99": None}
        return {
            "p50": round(waits[len(waits) // 2], 1),
            "p99": round(waits[min(len(waits) - 1, int(len(waits) * 0.99))], 1),
        }

    def stop(self) -> None:
        """End everything."""
        self.installation.stop()


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _distinct(report: Report) -> int:
    """How many values were published that were not sent again as they were."""
    return report.published - sum(gateway.duplicates for gateway in report.gateways)


def _taken_once(ledger: Mapping[str, Any]) -> int:
    """How many values arrived, each counted once: the broker may deliver again what was not acknowledged in time."""
    return int(ledger["kept"] + ledger["conflicting"] + sum(ledger["rejected"].values()))


def _is_met(
    truth: Truth, findings: list[dict[str, Any]], tickets: list[dict[str, Any]], report: Report
) -> bool:
    """Whether a finding says what ought to have been found, in time, and work was raised for it."""
    latest_s = report.live_from_s + float(truth.within)
    causes = {ticket["cause"]: ticket for ticket in tickets}
    for finding in findings:
        ticket = causes.get(finding["cause"])
        if ticket is None or not _speaks_of(finding, truth):
            continue
        if truth.part == "live" and _seconds(finding["start"]) < report.live_from_s:
            continue
        if _seconds(finding["received"]) <= latest_s:
            return True
    return False


def _speaks_of(finding: dict[str, Any], truth: Truth) -> bool:
    if finding["kind"] != truth.kind:
        return False
    subject = finding["subject"]
    if truth.device and not subject.startswith(f"device:{truth.device}"):
        return False
    if truth.gateway and subject != f"gateway:{truth.gateway}":
        return False
    if truth.zone and not truth.device and finding["zone"] != truth.zone:
        return False
    return not truth.quantity or subject.endswith(f":{truth.quantity}") or not subject.startswith("device:")


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


__all__ = ["DemoError", "Demonstration", "NoAnswerError", "free_port"]
