"""A whole desk for stories: rooms of goods that can be warmed, people, and receivers of e-mail, SMS, calls and webhooks."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import paho.mqtt.client as mqtt
from sqlalchemy import Select

from keepwell.wiring.user_acts import UserActs
from simulators.link import Link, parse_broker
from store.service import open_service
from store.tables.outbox import messages, tellings
from store.tables.webhooks import deliveries
from tests.brokers import GATEWAY
from tests.notify.providers import KEY_ID, SECRET, Aliyun
from tests.notify.receivers import Mailbox, WebServer, running
from tests.receivers import Got, Receiver, receiving
from tests.stories.installation import RealInstallation

PASSWORD = "seven lazy herons on a raft"
REGISTRY = """
format = 1
[[site]]
key = "harbour"
time_zone = "Asia/Shanghai"
[[gateway]]
key = "gw1"
site = "harbour"
[[profile]]
key = "tender"
band = [{ band = "high", quantity = "temperature", side = "high", limit = 8.0, on_delay = "1 s", min_samples = 2, severity = "critical" }]
[[person]]
key = "kim"
role = "keeper"
site = "harbour"
phone = "+86 138 0013 8000"
email = "kim@goods.example"
language = "en"
[[person]]
key = "enno"
role = "engineer"
site = "harbour"
phone = "+86 138 0013 8001"
email = "enno@goods.example"
language = "en"
skills = ["refrigeration", "hvac"]
level = 4
capacity = 100
[[person]]
key = "su"
role = "supervisor"
site = "harbour"
phone = "+86 138 0013 8002"
email = "su@goods.example"
[[rota]]
key = "keepers"
level = "keeper"
site = "harbour"
people = ["kim"]
[[rota]]
key = "first"
level = "first"
people = ["enno"]
"""
ROOM = """
[[zone]]
key = "room-{n}"
site = "harbour"
profile = "tender"
[[device]]
gateway = "gw1"
device = "t{n}"
zone = "room-{n}"
interval = "1 h"
"""
LAMP = "keepwell/v1/gw1/alarm"
TOLD = {"critical", "high"}


def _now_us() -> int:
    return time.time_ns() // 1000


class Desk:
    """An installation with people and rooms, and everything that is told to the outside."""

    def __init__(self, installation: RealInstallation, mail: Mailbox, web: WebServer, hook: Receiver) -> None:
        self.home, self.mail, self.web, self.hook = installation, mail, web, hook
        self.aliyun = Aliyun()
        web.judge = self.aliyun
        self.took: list[Got] = []
        """Webhooks that were answered with 2xx."""
        hook.answer = taking(self.took)
        self.lacking: dict[str, list[Any]] = {}
        """What was not told yet when somebody asked last."""
        self.let_in: set[str] = set()
        """Who was given a password."""
        self._link: Link | None = None

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Ask the API with the administrator's key, or with `headers`."""
        settings = self.home.settings
        headers = more.pop("headers", {"Authorization": f"Bearer {self.home.key}"})
        url = f"http://127.0.0.1:{settings.http_port}/api/v1{path}"
        answer = httpx.request(method, url, headers=headers, timeout=30, **more)
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer

    def as_person(self, key: str) -> dict[str, str]:
        """Give somebody a password, log in, and return the headers of a page of ours."""
        acts = UserActs(self.home.settings)
        if key not in self.let_in:
            acts.add(acts.person(key), PASSWORD, "starts")  # type: ignore[arg-type]
            self.let_in.add(key)
        answer = self.ask("POST", "/login", json={"name": key, "password": PASSWORD}, headers={})
        (pair,) = [f"{name}={value}" for name, value in answer.cookies.items()]
        return {"Cookie": pair, "Sec-Fetch-Site": "same-origin"}

    def say(self, rooms: Iterable[int], degrees: float, at_s: Sequence[float] = (0.0,)) -> None:
        """The probes of these rooms say this, at moments seconds from now."""
        self.say_by_name([f"t{n}" for n in rooms], degrees, at_s)

    def say_by_name(self, devices: Iterable[str], degrees: float, at_s: Sequence[float] = (0.0,)) -> None:
        """As `say`, by the names that the gateway gives its devices."""
        now_us = _now_us()
        rows = [
            {"device": name, "time": now_us + round(s * 1e6), "temperature": degrees}
            for name in devices
            for s in at_s
        ]
        self.publish(rows)

    def publish(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """The gateway says this, in one message, and waits until the broker has it."""
        if self._link is None:
            self._link = Link(parse_broker(self.home.gateway_url(GATEWAY)), GATEWAY)
        self._link.publish(json.dumps(rows).encode(), len(rows))
        self._link.drain()

    def warm(self, *rooms: int) -> None:
        """It gets too warm there: reason enough for an alarm at once."""
        self.say(rooms, 12.0, (-5.0, -3.0, -1.0))

    def tickets(self) -> list[dict[str, Any]]:
        """All tickets."""
        return list(self.home.api.all("/api/v1/tickets"))

    def outbox(self, **which: str) -> list[dict[str, Any]]:
        """What was to be told."""
        return list(self.home.api.all("/api/v1/outbox", **which))

    def events(self) -> list[dict[str, Any]]:
        """The event table."""
        return list(self.home.api.all("/api/v1/events"))

    def let_pass(self, *, repeats: bool = False) -> None:
        """As if minutes had passed: what a killed sender had in hand is free, what failed is due again (and repeats are)."""
        database = open_service(self.home.settings.service, _now_us())
        with database.writing() as connection:
            connection.execute(messages.update().values(lease_us=None, next_us=_now_us()))
            waiting = deliveries.c.next_us.is_not(None)
            connection.execute(deliveries.update().where(waiting).values(next_us=_now_us()))
            if repeats:
                due = tellings.c.next_us.is_not(None)
                connection.execute(tellings.update().where(due).values(next_us=_now_us()))
        database.close()

    def quiet(self) -> bool:
        """Whether everything on record was told: no message waits, every event of a ticket was delivered."""
        self.lacking = {
            "messages": self._rows(messages.select().where(messages.c.state.in_(["waiting", "failed_retrying"]))),
            "deliveries": self._rows(deliveries.select().where(deliveries.c.state != "delivered")),
            "tellings": [one for one in self.outbox() if one["urgency"] in TOLD and not one["messages"]],
            "events": self._unheard(),
        }  # fmt: skip
        return not any(self.lacking.values())

    def _rows(self, query: Select[Any]) -> list[Any]:
        database = open_service(self.home.settings.service, _now_us())
        try:
            with database.reading() as connection:
                return list(connection.execute(query))
        finally:
            database.close()

    def _unheard(self) -> list[int]:
        heard = {got.message["data"].get("event") for got in self.took}
        return [
            e["sequence"]
            for e in self.events()
            if e["subject"].startswith("ticket:") and e["sequence"] not in heard
        ]

    def lamp(self) -> Callable[[], str]:
        """What the lamp on site was told last, by a subscriber of its own."""
        said: list[str] = []
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "lamp")
        client.on_message = lambda _c, _u, message: said.append(json.loads(message.payload)["state"])
        client.connect("127.0.0.1", self.home.settings.mqtt_port)
        client.subscribe(LAMP, 1)
        client.loop_start()
        return lambda: said[-1] if said else ""

    def leave(self) -> None:
        """The gateway disconnects."""
        if self._link is not None:
            self._link.close(farewell=False)


@contextmanager
def desk(folder: Path, rooms: int, **more: Any) -> Iterator[Desk]:
    """A desk that works, its rooms at five degrees."""
    with ExitStack() as stack:
        mail, web = stack.enter_context(running(Mailbox())), stack.enter_context(running(WebServer()))
        hook = stack.enter_context(receiving())
        url = f"http://{web.host}"
        home = RealInstallation(
            folder, webhook_allow="127.0.0.1/32", notify_email_url=mail.url, notify_provider="aliyun", notify_key_id=KEY_ID,
            notify_key_secret=SECRET, notify_sms_sign="Keepwell", notify_sms_template="SMS_1", notify_voice_template="TTS_1",
            notify_voice_number="05710000", notify_sms_url=url, notify_voice_url=url, **more,
        )  # fmt: skip
        stack.callback(home.clean_up)
        home.prepare(REGISTRY + "".join(ROOM.format(n=n) for n in range(rooms)), _now_us() - 180_000_000)
        home.start()
        made = Desk(home, mail, web, hook)
        made.ask("POST", "/webhooks", json={"name": "story", "url": hook.url})
        stack.callback(made.leave)
        made.say(range(rooms), 5.0, (-120.0, -60.0))
        yield made


def taking(into: list[Got]) -> Callable[[Got], tuple[int, dict[str, str]]]:
    """A receiver's answer: taken, and noted."""

    def answer(got: Got) -> tuple[int, dict[str, str]]:
        into.append(got)
        return 204, {}

    return answer


def one_to_one(pairs: Iterable[tuple[Hashable, Hashable]]) -> bool:
    """Whether each left belongs to one right, and each right to one left."""
    there, back = defaultdict(set), defaultdict(set)
    for left, right in pairs:
        there[left].add(right)
        back[right].add(left)
    return all(len(found) == 1 for found in (*there.values(), *back.values()))


def letters(mail: Mailbox) -> list[tuple[str, str]]:
    """Message id, and what it says to whom."""
    return [
        (str(one["Message-ID"]), f"{one['To']} {one['Subject']} {one.get_body(('plain',)).get_content()}")  # type: ignore[union-attr]
        for one in mail.letters
    ]


def in_order(got: Sequence[Got]) -> bool:
    """Whether no message about a subject came before an earlier one was there."""
    latest: dict[str, int] = {}
    for one in got:
        data = one.message["data"]
        if data["event"] < latest.get(data["subject"], 0):
            return False
        latest[data["subject"]] = data["event"]
    return True


def meanwhile(deed: Callable[[], None]) -> threading.Thread:
    """Do it in a thread."""
    thread = threading.Thread(target=deed)
    thread.start()
    return thread
