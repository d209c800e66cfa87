"""A real installation on free ports: all its processes, which a story may kill, restart and ask what they know."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import psutil

from detect.catching_up import SETTLE_US
from detect.nouns import Checkpoint
from keepwell.broker_config import BrokerSettings
from keepwell.client import ApiClient, NoAnswerError
from keepwell.processes import STAGES, built
from keepwell.settings import Settings
from registry.file import parse
from store.files import OperationalError
from store.journal import JournalReader
from store.readings import open_reader
from store.repositories import checkpoints
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import open_service
from tests.brokers import GATEWAY_PASSWORD, ROOT, RealBroker
from tests.ports import free_port

IDLE_BATCHES = BrokerSettings(Path()).ack_wait_s + 3
"""So many heartbeats in a row, one a second, outlast the time after which a broker delivers again what was not acknowledged."""
LONG_S = 90.0
AT_ONCE = {"excursion", "budget", "silence", "sensor_fault", "suspicion", "sudden"}
"""Detectors that judge what comes when it comes. Others look every few minutes or hours: of two runs that are compared one may have
seen such a look and the other not."""
T = TypeVar("T")


class Facts(NamedTuple):
    """What two runs must agree in (promise 3); what was retracted or withdrawn is left out."""

    findings: Counter[tuple[Any, ...]]
    tickets: Counter[tuple[Any, ...]]


class RealInstallation:
    """`keepwell up` on a data folder, with its own broker or a given one."""

    def __init__(self, folder: Path, broker: RealBroker | None = None, **more: Any) -> None:
        """`more`: other settings than those of every story."""
        self._broker = broker
        self.settings = Settings(
            data=folder / "data",
            http_port=free_port(),
            mqtt_port=free_port(),
            broker=broker.url.text() if broker else "",
            **more,
        )
        self.log = folder / "keepwell.log"
        self._parent: subprocess.Popen[bytes] | None = None
        self._api: ApiClient | None = None

    # ------------------------------------------------------------------ life and death

    def prepare(self, registry_toml: str, known_since_us: int) -> None:
        """Make the registry say what the text says, as if it had known since that moment; and make a key."""
        self.settings.data.mkdir(parents=True, exist_ok=True)
        database = open_service(self.settings.service, known_since_us)
        with database.writing() as connection:
            registry = RegistryRepository(connection)
            registry.apply(parse(registry_toml, registry.known_keys()), By("story", known_since_us))
        database.close()
        self.make_key()

    def make_key(self) -> None:
        """The first key of this installation."""
        key = built("first_key")(self.settings)
        assert key is not None, "there was a key before"
        self._use(key)

    def take_printed_key(self) -> None:
        """Use the key that `keepwell up` printed last."""
        self._use(self.printed_key())

    def printed_key(self) -> str:
        """The key that `keepwell up` printed last."""
        return self.until(lambda: re.findall(r"API key  (\S+)", self.log.read_text("utf-8")), "a key")[-1]

    def _use(self, key: str) -> None:
        self.key = key
        self._api = ApiClient(f"http://{self.settings.http_host}:{self.settings.http_port}", key)

    def up(self) -> None:
        """Start `keepwell up`, without waiting for anything."""
        with self.log.open("ab") as log:
            self._parent = subprocess.Popen(
                [sys.executable, "-m", "keepwell", "up"],
                cwd=ROOT,
                env={**os.environ, **self.settings.environment(), "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def start(self) -> None:
        """Start, and wait until every part is ready."""
        self.up()
        self.until(self.api.ready, "ready")

    def second(self) -> subprocess.CompletedProcess[str]:
        """What another `keepwell up` on the same data folder says."""
        ports = {"KEEPWELL_HTTP_PORT": str(free_port()), "KEEPWELL_MQTT_PORT": str(free_port())}
        return subprocess.run(
            [sys.executable, "-m", "keepwell", "up"],
            cwd=ROOT,
            env={**os.environ, **self.settings.environment(), **ports},
            capture_output=True,
            text=True,
            timeout=LONG_S,
            check=False,
        )

    def terminate(self) -> int:
        """End in good order, as a service manager would; returns the exit status."""
        assert self._parent is not None
        self._parent.terminate()
        status = self._parent.wait(LONG_S)
        self._parent = None
        return status

    def kill_parent(self) -> None:
        """Kill `keepwell up` alone; what becomes of the stages is their affair."""
        assert self._parent is not None
        self._parent.kill()
        self._parent.wait(LONG_S)
        self._parent = None

    def kill(self, *stages: str) -> None:
        """kill -9, all at once, of what runs of these stages (or the embedded `broker`)."""
        for process in [p for stage in stages for p in self._processes(stage)]:
            _send(process, signal.SIGKILL)

    def kill_everything(self) -> None:
        """Parent and stages at once. An embedded broker has a life of its own."""
        self.kill_parent()
        self.kill(*STAGES)

    def freeze(self, stage: str) -> None:
        """Let a stage, or the embedded broker, stand still."""
        for process in self._processes(stage):
            _send(process, signal.SIGSTOP)

    def thaw(self, stage: str) -> None:
        """Let it go on."""
        for process in self._processes(stage):
            _send(process, signal.SIGCONT)

    def pids(self, stage: str) -> list[int]:
        """The processes of a stage, or of the embedded `broker`."""
        return [process.pid for process in self._processes(stage)]

    def clean_up(self) -> None:
        """Leave no process behind, whatever the story did."""
        everything = ("broker", *STAGES)
        with suppress(subprocess.TimeoutExpired):
            for stage in everything:
                self.thaw(stage)
            if self._parent is not None:
                self.terminate()
        if self._parent is not None:
            self.kill_parent()
        self.kill(*everything)

    def _processes(self, stage: str) -> Iterator[psutil.Process]:
        for process in psutil.process_iter(["cmdline"]):
            words = process.info["cmdline"] or []
            if stage == "broker":
                found = str((self.settings.data / "broker/nats.conf").absolute()) in words
            else:
                found = words[-3:-1] == ["keepwell.processes", stage] and self._is_ours(process)
            if found and _lives(process):
                yield process

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return bool(process.environ().get("KEEPWELL_DATA") == str(self.settings.data))
        except psutil.Error:
            return False

    # ------------------------------------------------------------------ what it knows

    def gateway_url(self, gateway: str) -> str:
        """Where a gateway of the stories publishes, with its credential where one is needed."""
        if self._broker is None:
            return f"mqtt://127.0.0.1:{self.settings.mqtt_port}"
        return f"mqtt://{gateway}:{GATEWAY_PASSWORD}@127.0.0.1:{self._broker.port}"

    @property
    def api(self) -> ApiClient:
        """The public API with an administrator's key."""
        assert self._api is not None
        return self._api

    def until(self, ask: Callable[[], T], what: str, within_s: float = LONG_S) -> T:
        """Ask until the answer is true; what cannot answer yet is asked again."""
        deadline_s = time.monotonic() + within_s
        answer: Any = None
        while time.monotonic() < deadline_s:
            with suppress(NoAnswerError, OperationalError):
                answer = ask()
                if answer:
                    return answer  # type: ignore[no-any-return]
            time.sleep(0.1)
        raise AssertionError(f"not {what} within {within_s:g} s, last answer {answer!r}; log: {self.tail()}")

    def tail(self) -> str:
        """The last lines of the log."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-40:])

    def settle(self) -> None:
        """Wait until everything that was published has been received, applied and judged."""
        self.until(self.api.ready, "ready")
        began_us = _now_us()
        position = self.until(lambda: self._idle_since(began_us), "idle")
        self.until(lambda: self._judged(position), "judged to the end")
        last = self.facts()
        self.until(lambda: self._same(last) or self._look_again(), "at rest")

    def _same(self, before: Facts) -> bool:
        time.sleep(1.5)
        return self.facts() == before

    def _look_again(self) -> bool:
        before = self.facts()
        return self._same(before)

    def _idle_since(self, began_us: int) -> int:
        """The journal's position, once ingest, connected, has had nothing to do for a while; else 0.

        Only what it says after `began_us` counts: of a broker that stands still it hears nothing either.
        """
        journal = JournalReader(self.settings.journal)
        try:
            last, received_us = journal.last()
            batches = journal.read(max(0, last - IDLE_BATCHES))
        finally:
            journal.close()
        idle = len(batches) == IDLE_BATCHES and not any(b.series or b.counts for _, b in batches)
        since = idle and batches[0][1].received_us >= began_us
        return last if since and _now_us() - received_us < 5_000_000 else 0

    def journal_position(self) -> int:
        """The position of the newest batch."""
        journal = JournalReader(self.settings.journal)
        try:
            return journal.last()[0]
        finally:
            journal.close()

    def _judged(self, position: int) -> bool:
        checkpoint = self.checkpoint()
        reader = open_reader(self.settings.readings)
        applied = reader.position()
        reader.close()
        lagged_us = max(checkpoint.lagged.values(), default=0)
        calm = checkpoint.as_of_us - lagged_us > SETTLE_US and not checkpoint.due and not checkpoint.dirty
        return min(applied, checkpoint.position) >= position and calm

    def checkpoint(self) -> Checkpoint:
        """Where detection stands."""
        database = open_service(self.settings.service, _now_us())
        try:
            with database.reading() as connection:
                return checkpoints.load(connection)
        finally:
            database.close()

    def facts(self) -> Facts:
        """What was found at once, and what work was raised by it."""
        findings = [f for f in self.api.all("/api/v1/findings") if f["detector"] in AT_ONCE]
        tickets = (
            self.api.get(f"/api/v1/tickets/{row['number']}") for row in self.api.all("/api/v1/tickets")
        )
        return Facts(
            Counter(
                (f["detector"], f["subject"], f["kind"], f["start"], f["end"], f["peak"], f["area_unit_minutes"], f["coverage"])
                for f in findings
            ),
            Counter(
                (t["cause"], t["subject"], t["priority"], t["state"])
                for t in tickets
                if not t["findings_retracted"] and t["state"] != "withdrawn"
                and any(f["detector"] in AT_ONCE for f in t["findings"])
            ),
        )  # fmt: skip

    def ledger(self) -> Counter[str]:
        """The ledger's figures of the values, summed over hours, `rejected:reason` apart; it must add up everywhere."""
        total: Counter[str] = Counter()
        for line in self.api.all("/api/v1/ledger"):
            assert line["messages"]["adds_up"], line
            assert line["values"]["adds_up"], line
            values = line["values"]
            total.update({name: values[name] for name in ("received", "kept", "duplicate", "conflicting")})
            total.update({f"rejected:{r['reason']}": r["n"] for r in values["rejected"]})
            total["messages"] += line["messages"]["received"]
        return total

    def readings(self, device: str, quantity: str) -> list[tuple[str, float]]:
        """The kept readings of one series: time and value; the device by its full name."""
        rows = self.api.all("/api/v1/readings", **{
            "device": device, "quantity": quantity, "from": "2001-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z",
        })  # fmt: skip
        return [(row["time"], row["value"]) for row in rows]


def _now_us() -> int:
    return time.time_ns() // 1000


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _send(process: psutil.Process, number: int) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)
