"""An installation in one process whose clock is an argument: real stores, the real engine, desk, senders and API, days in seconds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np

from ingest.nouns import Batch, NewSeries
from keepwell.settings import Settings
from keepwell.wiring import api as api_wiring
from keepwell.wiring import detect as detect_wiring
from keepwell.wiring import notify as notify_wiring
from keepwell.wiring import tickets as tickets_wiring
from keepwell.wiring.links import Linker
from notify.channels.building import routes_of
from notify.sending import Sender
from registry.file import parse
from registry.nouns import Role
from simulators.scenario import Scenario
from simulators.world import World
from store.readings import open_store
from store.repositories import clerk
from store.repositories.keys import Grant, KeyRepository
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import open_service
from tests.notify.providers import KEY_ID, SECRET, Aliyun
from tests.notify.receivers import Mailbox, WebServer

MINUTE, HOUR = 60_000_000, 3_600_000_000
DAY = 24 * HOUR
PUBLIC = "https://goods.example"


class Call(NamedTuple):
    """A telephone call or short message that went out."""

    at_us: int
    what: str
    """`SingleCallByTts` or `SendSms`."""
    number: str


@dataclass
class Outside:
    """The mail server and the telephone of the world outside, real servers on this machine."""

    mail: Mailbox
    web: WebServer
    phone: Aliyun

    def settings(self) -> dict[str, Any]:
        """What the installation is told of them."""
        url = f"http://{self.web.host}"
        return {
            "notify_provider": "aliyun", "notify_key_id": KEY_ID, "notify_key_secret": SECRET, "notify_sms_sign": "货安",
            "notify_sms_template": "SMS_1", "notify_voice_template": "TTS_1", "notify_voice_number": "", "notify_sms_url": url,
            "notify_voice_url": url, "notify_email_url": self.mail.url, "public_url": PUBLIC,
        }  # fmt: skip


@contextmanager
def outside() -> Iterator[Outside]:
    """Both servers, running."""
    there = Outside(Mailbox(), WebServer(), Aliyun())
    there.web.judge = there.phone
    with ExitStack() as stack:
        for server in (there.mail, there.web):
            server.start()
            stack.callback(server.stop)
        yield there


@dataclass
class Virtual:
    """Everything between a reading and a person's answer, on one clock that only the story moves."""

    folder: Path
    now_us: int
    scenario: Scenario | None = None
    outside: Outside | None = None
    position: int = 0
    series: dict[tuple[str, str], int] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def __post_init__(self) -> None:
        more = self.outside.settings() if self.outside else {}
        self.settings = Settings(data=self.folder, broker="mqtt://127.0.0.1:1", **more)
        self.store = open_store(self.settings.readings, now_us=self.now_us)
        self.detecting = detect_wiring.build(self.settings, print, self.clock)
        self.database = open_service(self.settings.service, self.now_us)
        self.clerk = tickets_wiring.clerk_of(self.database, self.clock)
        self.world = (
            World(self.scenario, self.now_us / 1e6 + self.scenario.history) if self.scenario else None
        )

    def clock(self) -> int:
        """The one clock."""
        return self.now_us

    @cached_property
    def app(self) -> Any:
        """The API."""
        return api_wiring.build(self.settings, print, self.clock)

    @cached_property
    def sender(self) -> Sender:
        """The sender over the outbox."""
        routes = routes_of(notify_wiring.wanted_of(self.settings), self.clock)
        return Sender(
            self.database, lambda connection: notify_wiring.directory_of(connection, self.settings, routes), routes,
            ack_link=Linker(self.database, PUBLIC, self.clock), random=lambda: 0.5,
        )  # fmt: skip

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

    def hear(self) -> None:
        """What the simulated gateways say until now reaches the store."""
        assert self.world is not None
        self.say([
            ((f"{r.gateway}/{r.device}", quantity), round(r.time_s * 1e6), value)
            for r in self.world.advance(self.now_us / 1e6)
            for quantity, value in r.values.items()
        ])  # fmt: skip

    def say(self, rows: Sequence[tuple[tuple[str, str], int, float]]) -> None:
        """Rows of ((device, quantity), time, value) reach the store as one batch, now."""
        if not rows:
            return
        fresh = dict.fromkeys(key for key, _, _ in rows if key not in self.series)
        new = [NewSeries(len(self.series) + n, d.split("/")[0], d, q) for n, (d, q) in enumerate(fresh, 1)]
        self.series |= {key: one.id for key, one in zip(fresh, new, strict=True)}
        self.position += 1
        batch = Batch(
            received_us=self.now_us, series=np.array([self.series[key] for key, _, _ in rows], "<i4").tobytes(),
            time_us=np.array([at for _, at, _ in rows], "<i8").tobytes(), value=np.array([v for _, _, v in rows], "<f8").tobytes(),
            flags=bytes(len(rows)), source=bytes(2 * len(rows)), gateways=sorted({d.split("/")[0] for (d, _), _, _ in rows}),
            new_series=new, counts=[], dead_letters=[], links=[],
        )  # fmt: skip
        self.store.apply([(self.position, batch)])

    def work(self) -> None:
        """Detection, desk and senders deal with everything there is."""
        while self.detecting.step():
            pass
        while self.clerk.step():
            pass
        if self.outside is not None:
            self._send(self.outside)

    def _send(self, there: Outside) -> None:
        before = len(there.phone.asked)
        while self.sender.step(self.now_us) + self.sender.settle(self.now_us, 10):
            pass
        for what, query in there.phone.asked[before:]:
            self.calls.append(Call(self.now_us, what, query.get("CalledNumber") or query["PhoneNumbers"]))

    def advance(self, to_us: int, step_us: int = 10 * MINUTE) -> None:
        """Time passes, step by step: readings come, are judged, the desk acts, also in between when something is due."""
        while self.now_us < to_us:
            self.now_us = min(self.now_us + step_us, to_us, self._next_us())
            if self.world is not None:
                self.hear()
            self.work()

    def _next_us(self) -> int:
        """When the clerk has something to do though nothing happens."""
        with self.database.reading() as connection:
            wake_us = clerk.next_wake_us(connection)
        return max(self.now_us + 1, wake_us) if wake_us is not None else 2**62

    def ask(self, method: str, path: str, key: str = "", **more: Any) -> httpx.Response:
        """One request to the API; what comes of it is dealt with at once."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://keepwell") as client:
                return await client.request(
                    method, f"/api/v1{path}", headers=headers | more.pop("headers", {}), **more
                )

        answer = self._loop.run_until_complete(asked())
        if method != "GET":
            self.work()
        return answer

    def get(self, path: str, key: str) -> Any:
        """What the API answers to a question."""
        answer = self.ask("GET", path, key)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def do(self, path: str, key: str, **body: Any) -> Any:
        """An act over the API, which must be possible."""
        answer = self.ask("POST", path, key, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def letters(self, to: str) -> list[str]:
        """What the mailbox got for an address, subject and words, in order."""
        assert self.outside is not None
        letters = [letter for letter in self.outside.mail.letters if to in str(letter["To"])]
        return [f"{letter['Subject']}\n{letter.get_content()}" for letter in letters]

    def close(self) -> None:
        """Release the files."""
        if "sender" in self.__dict__:
            self.sender.close()
        self.store.close()
        self.database.close()
        self._loop.close()


@contextmanager
def virtual(folder: Path, begin_us: int, scenario: Scenario | None = None, **more: Any) -> Iterator[Virtual]:
    """The installation, closed at the end. The past of a scenario has not begun yet."""
    there = Virtual(folder, begin_us, scenario, **more)
    try:
        yield there
    finally:
        there.close()


def words(value: Any) -> str:
    """An answer as text, to look for words in it."""
    return json.dumps(value, ensure_ascii=False)
