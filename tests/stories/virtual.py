"""An installation in one process whose clock is an argument: real stores, the real engine, desk and API, days in seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from fastapi import FastAPI

from ingest.nouns import Batch, NewSeries
from keepwell.settings import Settings
from keepwell.wiring import api as api_wiring
from keepwell.wiring import detect as detect_wiring
from keepwell.wiring import tickets as tickets_wiring
from registry.file import parse
from registry.nouns import Role
from simulators.registry_file import registry_toml
from simulators.scenario import Scenario
from simulators.world import World
from store.readings import Writer, open_store
from store.repositories.keys import Grant, KeyRepository
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import open_service

MINUTE, HOUR = 60_000_000, 3_600_000_000


@dataclass
class Virtual:
    """Everything between a reading and a person's answer, on one clock that only the story moves."""

    folder: Path
    now_us: int
    scenario: Scenario | None = None
    settings: Settings = field(init=False)
    store: Writer = field(init=False)
    app: FastAPI = field(init=False)
    position: int = 0
    _series: dict[tuple[str, str], int] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def __post_init__(self) -> None:
        self.settings = Settings(data=self.folder, broker="mqtt://127.0.0.1:1")
        self.store = open_store(self.settings.readings, now_us=self.now_us)
        self.detecting = detect_wiring.build(self.settings, print, self.clock)
        self.clerk = tickets_wiring.clerk_of(open_service(self.settings.service, self.now_us), self.clock)
        self.app = api_wiring.build(self.settings, print, self.clock)
        self.world = (
            World(self.scenario, self.now_us / 1e6 + self.scenario.history) if self.scenario else None
        )

    def clock(self) -> int:
        """The one clock."""
        return self.now_us

    @property
    def database(self) -> Any:
        """The service database."""
        return self.app.state.keepwell.services.database

    def register(self, toml: str) -> None:
        """Make the registry say what a file says."""
        with self.database.writing() as connection:
            RegistryRepository(connection).apply(
                parse(toml), By("key:setup", self.now_us, "the story begins")
            )

    def key(self, name: str, role: Role, **scope: Any) -> str:
        """A key for somebody."""
        with self.database.writing() as connection:
            return (
                KeyRepository(connection)
                .issue(Grant(name, role, **scope), By("key:setup", self.now_us))
                .secret
            )

    def hear(self, to_us: int) -> None:
        """What the simulated gateways say until then reaches the store."""
        assert self.world is not None
        rows = [
            ((f"{r.gateway}/{r.device}", quantity), round(r.time_s * 1e6), value)
            for r in self.world.advance(to_us / 1e6)
            for quantity, value in r.values.items()
        ]
        self.say(rows, to_us)

    def say(self, rows: Sequence[tuple[tuple[str, str], int, float]], received_us: int) -> None:
        """Rows of ((device, quantity), time, value) reach the store as one batch."""
        if not rows:
            return
        new = []
        for (device, quantity), _, _ in rows:
            if (device, quantity) not in self._series:
                number = self._series[device, quantity] = len(self._series) + 1
                new.append(NewSeries(number, device.split("/")[0], device, quantity))
        self.position += 1
        batch = Batch(
            received_us=received_us, series=np.array([self._series[key] for key, _, _ in rows], "<i4").tobytes(),
            time_us=np.array([at for _, at, _ in rows], "<i8").tobytes(), value=np.array([v for _, _, v in rows], "<f8").tobytes(),
            flags=bytes(len(rows)), source=bytes(2 * len(rows)), gateways=sorted({d.split("/")[0] for (d, _), _, _ in rows}),
            new_series=new, counts=[], dead_letters=[], links=[],
        )  # fmt: skip
        self.store.apply([(self.position, batch)])

    def judge(self) -> None:
        """Detection and desk deal with everything there is."""
        while self.detecting.step():
            pass
        while self.clerk.step():
            pass

    def advance(self, to_us: int, step_us: int = 10 * MINUTE) -> None:
        """Time passes, step by step: readings come, are judged, the desk acts."""
        while self.now_us < to_us:
            self.now_us = min(self.now_us + step_us, to_us)
            if self.world is not None:
                self.hear(self.now_us)
            self.judge()

    def ask(self, method: str, path: str, key: str, **more: Any) -> httpx.Response:
        """One request to the API."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            headers = {"Authorization": f"Bearer {key}", **more.pop("headers", {})}
            async with httpx.AsyncClient(transport=transport, base_url="http://keepwell") as client:
                return await client.request(method, f"/api/v1{path}", headers=headers, **more)

        return self._loop.run_until_complete(asked())

    def close(self) -> None:
        """Release the files."""
        self.store.close()
        self._loop.close()


@contextmanager
def virtual(folder: Path, begin_us: int, scenario: Scenario | None = None) -> Iterator[Virtual]:
    """The installation, closed at the end. With a scenario the registry knows its places, and its past has not begun yet."""
    there = Virtual(folder, begin_us, scenario)
    try:
        if scenario is not None:
            there.register(registry_toml(scenario))
        yield there
    finally:
        there.close()
