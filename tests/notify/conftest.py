"""A real service database, people in it, and real receivers behind a sender with a clock as argument."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from notify.channels.chat import Chat
from notify.channels.feishu import Feishu
from notify.channels.http import Http
from notify.channels.mail import Mail, server_of
from notify.recipients import Directory, Reach
from notify.routes import Routes
from notify.sending import Sender
from registry.nouns import Contact, Person, Site
from store.messages import Habits, Message, Telling
from store.repositories import outbox
from store.service import Place, ServiceDatabase, open_service
from store.tables.outbox import messages
from tests.notify.receivers import Mailbox, WebServer, running
from tickets.notices import Notice, Urgency

T0 = 1_795_248_000_000_000  # 2026-11-21T08:00:00Z, 16:00 in Shanghai
MINUTE, HOUR = 60_000_000, 3_600_000_000


@dataclass
class Post:
    """The outbox with everything around it."""

    place: Place
    database: ServiceDatabase
    mail: Mailbox
    web: WebServer
    now_us: int = T0
    people: dict[str, Person] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    teams: dict[str, list[str]] = field(default_factory=dict)
    habits: dict[str, Habits] = field(default_factory=dict)
    reach: Reach = field(default_factory=lambda: Reach(email=True, desk_email="desk@goods.example"))
    more: dict[str, Any] = field(default_factory=dict)

    def directory(self, _connection: Any = None) -> Directory:
        """Who there is."""
        sites = {"ningbo": Site(key="ningbo", time_zone="Asia/Shanghai")}
        return Directory(self.people, self.contacts, sites, self.teams, self.habits, self.reach)

    def sender(self, routes: Routes | None = None, **more: Any) -> Sender:
        """A sender as a process would start one."""
        http = Http()
        made = Routes(
            email=Mail(server_of(self.mail.url), lambda: self.now_us), chat=Chat(),
            signed_chat=Feishu(http, lambda: self.now_us), **self.more,
        )  # fmt: skip
        return Sender(self.database, self.directory, routes or made, random=lambda: 0.5, **more)

    def bot(self, name: str = "") -> str:
        """The address of a Feishu bot at the web server."""
        return f"feishu+http://{self.web.host}/hook/{name}?secret=SECRET-OF-THE-BOT"

    def person(self, key: str, *, chat: bool = False, **more: Any) -> str:
        """Somebody with an e-mail address."""
        self.people[key] = Person(
            **{"key": key, "email": f"{key}@goods.example", "language": "en", "site": "ningbo"} | more
        )
        if chat:
            self.wishes(f"person:{key}", urls=(self.bot(key),))
        return f"person:{key}"

    def wishes(self, to: str, **more: Any) -> None:
        """How somebody wants to be told."""
        self.habits[to] = replace(self.habits.get(to, Habits(to)), **more)

    def put(self, *notices: Notice) -> None:
        """Something happened."""
        with self.database.writing() as connection:
            outbox.put(connection, notices, self.now_us)

    def work(self, sender: Sender, rounds: int = 30) -> None:
        """Let it do all that can be done at this moment."""
        for _ in range(rounds):
            if not sender.step(self.now_us) + sender.settle(self.now_us, 30):
                return

    def tellings(self, **which: Any) -> list[Telling]:
        """What is in the outbox, the oldest first."""
        with self.database.reading() as connection:
            found = outbox.find(connection, outbox.TellingFilter(**which), limit=100_000)
        return sorted(found, key=lambda one: one.sequence)

    def messages(self) -> list[Message]:
        """All messages, in their order."""
        with self.database.reading() as connection:
            query = messages.select().order_by(messages.c.made_us, messages.c.id)
            return [outbox.message_of(row) for row in connection.execute(query).mappings()]

    def texts(self) -> list[str]:
        """What the bots said, in order."""
        return [body["content"]["text"] for body in self.web.bodies()]


def notice(
    to: str,
    cause: str,
    urgency: Urgency = Urgency.NORMAL,
    *,
    subject: str = "ticket:1",
    code: str = "warned",
    **more: Any,
) -> Notice:
    """A notice whose title is its cause."""
    words: dict[str, Any] = {
        "title": {"code": "ticket.by_hand.title", "params": {"words": cause}},
        "number": "KW-000001",
    }
    params = (
        words
        | {"share": 0.5, "measure": "resolution", "due_us": T0, "at_us": T0, "lots": ["L1"]}
        | more.pop("params", {})
    )
    return Notice(to, cause, subject, code, params, urgency, **more)


def spread(post: Post, sender: Sender, minutes: Sequence[float]) -> None:
    """Let time pass, working at each of these minutes."""
    for minute in minutes:
        post.now_us = T0 + int(minute * MINUTE)
        post.work(sender)


@pytest.fixture
def post(place: Place) -> Iterator[Post]:
    """A post office with nobody in it, over each engine in turn."""
    database = open_service(place, T0)
    with running(Mailbox()) as mail, running(WebServer()) as web:
        web.judge = lambda *_: (200, {"code": 0})
        yield Post(place, database, mail, web)
    database.close()
