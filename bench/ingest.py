"""How fast messages become kept, judged readings, beside a subscriber that only counts them.

For each broker in turn, with the same publisher: a bare subscriber, the whole service with single readings, with arrays,
and at a moderate rate with excursions, to see how long a ticket takes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from bench import fleet
from keepwell.broker import EmbeddedBroker
from keepwell.broker_config import BrokerSettings, Profile
from keepwell.broker_rights import INGEST
from keepwell.client import ApiClient, NoAnswerError
from keepwell.demo import free_port
from keepwell.processes import STAGES, Installation, built
from keepwell.settings import Settings
from simulators.link import Link, parse_broker

SECONDS = 20.0
STEADY_SECONDS = 90.0
LATENCY_RATE = 2_000
DRAIN_S = 120.0
MOSQUITTO = """
listener {port} 127.0.0.1
allow_anonymous true
persistence false
max_queued_messages 0
max_inflight_messages 20000
max_packet_size 2097152
"""

POSITION = re.compile(r'^keepwell_position\{stage="\w+"\} (\S+)$', re.MULTILINE)

Say = Callable[[str], None]
Figures = dict[str, Any]


class BenchError(RuntimeError):
    """A part of the bench did not come up or did not finish."""


def run(json_file: Path | None, say: Say) -> dict[str, dict[str, Figures]]:
    """Measure every broker there is, and write the figures.

    Raises:
        BenchError: the service does not come up or does not catch up.
    """
    say("preparing ten million readings (once)")
    prepared = fleet.prepare()
    found: dict[str, Figures] = {}
    measures: dict[str, Callable[[], Figures]] = {
        "embedded": lambda: _embedded(prepared, Profile.PROCESS, say),
        "embedded_power": lambda: _embedded(prepared, Profile.POWER, say),
        "mosquitto": lambda: _mosquitto(prepared, say),
    }
    if shutil.which("mosquitto") is None:
        say("mosquitto is not installed: left out")
        del measures["mosquitto"]
    for name, measure in measures.items():
        say(f"{name} …")
        found[name] = measure()
        say(f"{name}: {json.dumps(found[name])}")
    outcome = {"brokers": found}
    if json_file is not None:
        json_file.write_text(json.dumps(outcome, indent=1) + "\n", encoding="utf-8")
    return outcome


def _embedded(prepared: Path, profile: Profile, say: Say) -> Figures:
    with tempfile.TemporaryDirectory(prefix="keepwell-bench-") as folder:
        broker = EmbeddedBroker(
            BrokerSettings(Path(folder, "bare"), free_port(), profile=profile), lambda: time.time_ns() // 1000
        )
        broker.start()
        try:
            bare = _bare(broker.url(INGEST).text(), f"mqtt://127.0.0.1:{broker.settings.mqtt_port}")
        finally:
            broker.stop()
        say(f"  bare subscriber: {bare:.0f} messages/s")
        return _service(prepared, Path(folder), Settings(mqtt_port=free_port(), profile=profile), bare, say)


def _mosquitto(prepared: Path, say: Say) -> Figures:
    with tempfile.TemporaryDirectory(prefix="keepwell-bench-") as folder:
        port = free_port()
        config = Path(folder, "mosquitto.conf")
        config.write_text(MOSQUITTO.format(port=port))
        with _process(["mosquitto", "-c", str(config)]):
            time.sleep(1.0)
            url = f"mqtt://127.0.0.1:{port}"
            bare = _bare(url, url)
            say(f"  bare subscriber: {bare:.0f} messages/s")
            return _service(prepared, Path(folder), Settings(broker=url), bare, say)


def _bare(subscriber_url: str, publisher_url: str) -> float:
    """Messages/s that a subscriber which only counts takes in."""
    command = [
        sys.executable,
        "-m",
        "bench.bare",
        "--broker",
        subscriber_url,
        "--seconds",
        str(3 * SECONDS + DRAIN_S),
    ]
    with _process(command, stdout=subprocess.PIPE) as counting:
        assert counting.stdout is not None  # asked for
        counting.stdout.readline()
        _publish(publisher_url, array=1, seconds=SECONDS)
        counted = json.loads(counting.stdout.readline())
    return float(counted["messages"]) / float(counted["seconds"])


def _service(prepared: Path, folder: Path, settings: Settings, bare: float, say: Say) -> Figures:
    data = folder / "data"
    shutil.copytree(prepared, data)
    settings = replace(settings, data=data, http_port=free_port())
    with _running(settings) as (installation, api):
        url = installation.broker_address()
        single = _through(api, url, array=1, seconds=SECONDS)
        say(f"  single readings: {single['messages_per_s']:.0f} messages/s")
        arrays = _through(api, url, array=50, seconds=SECONDS)
        say(f"  arrays of 50: {arrays['values_per_s']:.0f} values/s")
        memory = _Memory(installation)
        waits = _latencies(api, url)
        say(f"  reading to ticket: {waits}")
        return {
            "bare_messages_per_s": round(bare),
            "pipeline_messages_per_s": round(single["messages_per_s"]),
            "ratio": round(single["messages_per_s"] / bare, 3),
            "array_values_per_s": round(arrays["values_per_s"]),
            "rss_mb": memory.peak_mb(),
            "rss_after_first_minute_mb": memory.after_first_minute(),
            "reading_to_ticket_ms": waits,
            "cpu_us_per_message": single["cpu_us_per_message"],
        }


@contextmanager
def _running(settings: Settings) -> Iterator[tuple[Installation, ApiClient]]:
    key = built("first_key")(settings) or ""
    installation = Installation(settings)
    installation.start()
    api = ApiClient(f"http://127.0.0.1:{settings.http_port}", key)
    try:
        _until(api.ready, 120, "the service was not ready in time")
        yield installation, api
    finally:
        installation.stop()


def _through(api: ApiClient, url: str, *, array: int, seconds: float) -> Figures:
    """Publish as fast as it goes, and divide by the time until everything was kept and judged."""
    before, used_before = _received(api), _cpu_s()
    started_s = time.monotonic()
    report = _publish(url, array=array, seconds=seconds)
    _until_judged(api, before + report["values"])
    elapsed_s = time.monotonic() - started_s
    used = {stage: cpu_s - used_before[stage] for stage, cpu_s in _cpu_s().items()}
    return {
        "messages_per_s": report["acknowledged"] / elapsed_s,
        "values_per_s": report["values"] / elapsed_s,
        "cpu_us_per_message": {
            stage: round(s * 1e6 / report["acknowledged"], 1) for stage, s in used.items()
        },
    }


def _until_judged(api: ApiClient, values: int) -> None:
    """Wait until so many values were received in all, and detection has come as far as the journal."""
    _until(lambda: _received(api) >= values, DRAIN_S, f"fewer than {values} values came through in time")
    _until(lambda: _lag(api) <= 2, DRAIN_S, "detection did not catch up")  # a heartbeat is always under way


def _lag(api: ApiClient) -> int:
    """Journal positions between the first stage and the last."""
    positions = [int(float(position)) for position in POSITION.findall(api.text("/metrics"))]
    return max(positions) - min(positions) if len(positions) == len(STAGES) - 2 else 1_000_000


def _received(api: ApiClient) -> int:
    """Values that the store has accounted for so far."""
    return sum(line["values"]["received"] for line in api.all("/api/v1/ledger"))


def _publish(url: str, *, array: int, seconds: float, rate: float | None = None) -> Figures:
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [
            sys.executable, "-m", "simulators.publisher", "--broker", url, "--gateways", str(fleet.GATEWAYS),
            "--devices", str(fleet.DEVICES), "--values-per-message", str(fleet.VALUES), "--array", str(array),
            "--seconds", str(seconds), "--rate", str(rate or "max"), "--window", str(8000 if array == 1 else 400),
            "--json", report.name,
        ]  # fmt: skip
        subprocess.run(command, check=True)
        return dict(json.loads(Path(report.name).read_text()))


def _latencies(api: ApiClient, url: str) -> Figures:
    """At a moderate rate: from the receipt of a reading beyond its limit to the commit of its ticket."""
    publishing = threading.Thread(
        target=_publish, args=(url,), kwargs={"array": 1, "seconds": STEADY_SECONDS, "rate": LATENCY_RATE}
    )
    publishing.start()
    link = Link(parse_broker(url), fleet.PROBE_GATEWAY, announce=False)
    calm = [
        {"device": f"p{n}", "time": time.time_ns() // 1000, "temperature": 20.0} for n in range(fleet.PROBES)
    ]
    link.publish(json.dumps(calm).encode(), fleet.PROBES)
    time.sleep(10)
    for n in range(fleet.PROBES):
        payload = {"device": f"p{n}", "time": time.time_ns() // 1000, "temperature": 70.0}
        link.publish(json.dumps(payload).encode(), 1)
        time.sleep((STEADY_SECONDS - 20) / fleet.PROBES)
    link.close(farewell=False)
    publishing.join()
    _until(lambda: _lag(api) <= 2, DRAIN_S, "detection did not catch up")
    waits = []
    for row in api.all("/api/v1/tickets"):
        ticket = api.get(f"/api/v1/tickets/{row['number']}")
        if ticket["zone"] and ticket["zone"].startswith("probe-") and ticket["decided_received"]:
            opened, decided = (datetime.fromisoformat(ticket[k]) for k in ("opened_at", "decided_received"))
            waits.append((opened - decided).total_seconds() * 1000)
    waits.sort()
    if len(waits) < fleet.PROBES:
        raise BenchError(f"{len(waits)} tickets of {fleet.PROBES}")
    return {
        "p50": round(statistics.median(waits), 1),
        "p99": round(waits[int(len(waits) * 0.99)], 1),
        "n": len(waits),
    }


class _Memory:
    """Resident memory of all stages, sampled every second in a thread."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._samples: list[float] = []
        threading.Thread(target=self._sample, daemon=True).start()

    def _sample(self) -> None:
        while True:
            total = 0
            for stage in STAGES:
                pid = self._installation.pid(stage)
                if pid is None:
                    return
                try:
                    total += psutil.Process(pid).memory_info().rss
                except psutil.NoSuchProcess:
                    return
            self._samples.append(total / 1e6)
            time.sleep(1.0)

    def peak_mb(self) -> int:
        """The most it was."""
        return round(max(self._samples, default=0))

    def after_first_minute(self) -> list[int]:
        """Ten-second means from the first minute on."""
        tail = self._samples[60:]
        return [round(statistics.mean(tail[i : i + 10])) for i in range(0, len(tail) - 9, 10)]


def _cpu_s() -> dict[str, float]:
    """CPU seconds of every stage so far, by the name it was started with."""
    used: dict[str, float] = {}
    for child in psutil.Process(os.getpid()).children():
        line = child.cmdline()
        if "keepwell.processes" in line:
            times = child.cpu_times()
            used[line[line.index("keepwell.processes") + 1]] = times.user + times.system
    return used


def _until(enough: Callable[[], bool], seconds: float, complaint: str) -> None:
    deadline_s = time.monotonic() + seconds
    while not enough():
        if time.monotonic() > deadline_s:
            raise BenchError(complaint)
        time.sleep(0.1)


@contextmanager
def _process(command: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, text=True, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


__all__ = ["BenchError", "NoAnswerError", "run"]
