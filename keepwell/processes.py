"""The processes of one installation: each stage by itself, and the parent that starts and watches them all."""

from __future__ import annotations

import ctypes
import errno
import faulthandler
import fcntl
import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from keepwell.broker import BrokerEvent, EmbeddedBroker
from keepwell.broker_rights import API, INGEST, Rights
from keepwell.broker_server import BrokerError
from keepwell.embedding import ADDRESS_FILE, broker_settings, gateway_address, told
from keepwell.garbage import collect_seldom
from keepwell.gatekeeping import Gatekeeper
from keepwell.settings import Settings, read_settings
from store.files import SetAside

STAGES = ("ingest", "store", "detect", "tickets", "api")
RESTART_S = 1.0
STOP_S = 10.0
PORT_S = 3.0
_PR_SET_PDEATHSIG = 1  # prctl(2)

_log = logging.getLogger(__name__)


class InUseError(Exception):
    """Raised when another Keepwell works in the data directory, or a port is taken."""


def run_stage(stage: str, settings: Settings) -> None:
    """Run one stage in this process until SIGTERM or SIGINT.

    Raises:
        InUseError: another process runs this stage on the same data.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    collect_seldom()
    with _only_one(settings.data / f"{stage}.lock"):
        if stage == "api":
            _serve(settings)
            return
        stop = _stop_on_signal()
        built(stage)(settings, note_set_aside).run(stop.is_set, time.sleep)


def built(part: str) -> Any:
    """The builder of one process, loading nothing of the others: a killed stage is back the sooner."""
    # Loading makes hundreds of thousands of objects that stay: to look for garbage among them took a quarter of the time.
    looking = gc.isenabled()
    gc.disable()
    try:
        return import_module(f"keepwell.wiring.{part}").build
    finally:
        if looking:
            gc.enable()


def _serve(settings: Settings) -> None:
    uvicorn = import_module("uvicorn")  # only this stage needs it
    with built("answering")(settings):
        uvicorn.run(
            built("api")(settings, note_set_aside), host=settings.http_host, port=settings.http_port, log_level="warning",
            access_log=False, loop="uvloop", http="httptools", timeout_graceful_shutdown=3,
        )  # fmt: skip


def note_set_aside(found: SetAside) -> None:
    """Name a damaged file in the log."""
    _log.error(
        "%s was damaged (%s): set aside as %s, going on with a new file", found.path, found.why, found.kept_as
    )


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


class _only_one:  # noqa: N801  # reads as a sentence where it is used
    """A lock on a file for as long as the block lasts. Raises InUseError if another process holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> None:
        self._file = self._path.open("a")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUseError(f"another Keepwell process holds {self._path}") from None

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()


@dataclass(slots=True)
class _Child:
    """One stage in a process of its own."""

    stage: str
    process: subprocess.Popen[bytes]
    started_s: float


class Installation:
    """Broker and stages of one data directory: `start`, `tend` now and then, `stop`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = _only_one(settings.data / "up.lock")
        self._broker: EmbeddedBroker | None = None
        self._gatekeeper: Gatekeeper | None = None
        self._children: dict[str, _Child] = {}

    def start(self) -> None:
        """Start everything that is not running.

        Raises:
            InUseError: another Keepwell works in the data directory, or somebody has one of our ports.
            BrokerError: the embedded broker does not come up.
        """
        self.settings.data.mkdir(parents=True, exist_ok=True)
        self._lock.__enter__()
        _await_free(self.settings.http_host, self.settings.http_port, "--http-port")
        self._gatekeeper = Gatekeeper(self.settings, built("gateways")(self.settings))
        rights = self._gatekeeper.rights()
        (self.settings.data / ADDRESS_FILE).write_text(gateway_address(self.settings), "utf-8")
        if not self.settings.broker:
            self._start_broker(rights, self._gatekeeper)
        for stage in STAGES:
            self._spawn(stage)

    def _start_broker(self, rights: Rights, gatekeeper: Gatekeeper) -> None:
        settings = self.settings
        folder = broker_settings(settings)
        self._broker = EmbeddedBroker(folder, lambda: time.time_ns() // 1000, rights=rights)
        gatekeeper.guard(folder.log_file)
        try:
            self._broker.start()
        except BrokerError:
            _await_free(settings.mqtt_host, settings.mqtt_port, "--mqtt-port")
            raise

    def _spawn(self, stage: str) -> None:
        settings = self.settings
        if self._broker is not None:
            settings = told(settings, self._broker.url(API if stage in {"api", "tickets"} else INGEST))
        process = subprocess.Popen(
            [sys.executable, "-m", "keepwell.processes", stage, str(os.getpid())],
            env={**os.environ, **settings.environment()},
            stdin=subprocess.DEVNULL,
        )
        self._children[stage] = _Child(stage, process, time.monotonic())

    def tend(self, note: Callable[[str], None]) -> None:
        """Look after broker and stages: whatever died is started again."""
        if self._broker is not None:
            self._broker.check()
            for event in self._broker.take_events():
                note(_say(event))
        if self._gatekeeper is not None:
            self._gatekeeper.tend(self._broker)
        for child in list(self._children.values()):
            code = child.process.poll()
            if code is not None and time.monotonic() - child.started_s >= RESTART_S:
                note(f"{child.stage} ended ({code}): starting it again")
                self._spawn(child.stage)

    def pid(self, stage: str) -> int | None:
        """The process id of a stage or of the embedded `broker`."""
        if stage == "broker":
            return self._broker.pid if self._broker else None
        child = self._children.get(stage)
        return child.process.pid if child else None

    def broker_address(self) -> str:
        """Where gateways publish."""
        return self.settings.broker or gateway_address(self.settings)

    def stop(self) -> None:
        """End the stages, ingest first so that what it took in is committed, the others at once, then the broker."""
        first, *others = STAGES
        for stages in ([first], others):
            _end([self._children.pop(stage).process for stage in stages if stage in self._children])
        if self._broker is not None:
            self._broker.stop()
        if self._gatekeeper is not None:
            self._gatekeeper.close()
        self._lock.__exit__()


def _await_free(host: str, port: int, option: str) -> None:
    """Wait a moment for a port that an earlier Keepwell is about to leave. Raises InUseError if it stays taken."""
    deadline_s = time.monotonic() + PORT_S
    while True:
        try:
            socket.create_server(
                (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
            ).close()
            return
        except OSError as error:
            if time.monotonic() > deadline_s or error.errno != errno.EADDRINUSE:
                reason = (
                    "is in use" if error.errno == errno.EADDRINUSE else f"cannot be had: {error.strerror}"
                )
                raise InUseError(f"port {port} of {host} {reason}; choose another with {option}") from None
        time.sleep(0.1)


def _say(event: BrokerEvent) -> str:
    return f"broker {event.kind.value} {event.detail}".rstrip()


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    deadline_s = time.monotonic() + STOP_S
    for process in processes:
        try:
            process.wait(max(0.0, deadline_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with(parent: int) -> None:
    """Get SIGTERM when the parent dies, however it does: a stage left alone would hold its lock and its port."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(1)


def main(stage: str, parent: int) -> None:
    """Run one stage with the settings of the environment: what `keepwell up` starts, without the command line."""
    _end_with(parent)
    faulthandler.enable()  # a library that crashes the process leaves its stack in the log
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        run_stage(stage, read_settings(os.environ))
    except InUseError as error:
        _log.warning("%s: %s", stage, error)
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
