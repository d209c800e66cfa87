"""A gateway with five thousand sensors behind it dies and comes back: one ticket, and one chain of messages."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.messages import Telling
from store.repositories import outbox, tickets
from tests.notify.receivers import Mailbox
from tests.stories.virtual import MINUTE, Virtual, outside, virtual
from tickets.nouns import Ticket

BEGIN = 1_795_248_000_000_000  # 2026-11-21T08:00:00Z, 16:00 in Shanghai
SENSORS, ZONES = 5_000, 10
INTERVAL = 10 * MINUTE
MOST_TOLD = 10
"""Who has it, the rungs of one ladder and the warnings of its clocks; thousands if it went by sensors."""
PROFILE = """
[[profile]]
key = "cool"
unwatched = "30 min"
band = [{ band = "warm", quantity = "temperature", side = "high", limit = 8.0, on_delay = "30 min", severity = "alarm" }]
"""
PEOPLE = {"kim": "keeper", "ann": "engineer", "ben": "engineer", "boss": "supervisor"}


def registry() -> str:
    """One site, one gateway, everybody on call, and all sensors behind it in ten cool rooms."""
    parts = [
        f'format = 1\n{PROFILE}[[site]]\nkey = "hub"\ntime_zone = "Asia/Shanghai"\n[[gateway]]\nkey = "gw"\nsite = "hub"'
    ]
    parts += [
        '[[gateway]]\nkey = "other"\nsite = "hub"\n[[device]]\ngateway = "other"\ndevice = "o"\ninterval = "10 min"'
    ]
    parts += [f'[[zone]]\nkey = "room-{n}"\nsite = "hub"\nprofile = "cool"' for n in range(ZONES)]
    parts += [
        f'[[person]]\nkey = "{key}"\nrole = "{role}"\nsite = "hub"\nlanguage = "en"\nemail = "{key}@goods.example"\n'
        f'skills = ["sensor", "network"]\nhead = {str(role == "supervisor").lower()}'
        for key, role in PEOPLE.items()
    ]
    parts += [
        f'[[rota]]\nkey = "{level}"\nlevel = "{level}"\nsite = "hub"\npeople = ["{key}"]'
        for level, key in (("first", "ann"), ("second", "ben"))
    ]
    parts += [
        f'[[device]]\ngateway = "gw"\ndevice = "s{n}"\nzone = "room-{n % ZONES}"\ninterval = "10 min"\n'
        'quantities = ["temperature"]'
        for n in range(SENSORS)
    ]
    return "\n".join(parts) + "\n"


class Storm:
    """The installation with a mail server, and all that happens in it."""

    def __init__(self, there: Virtual, mail: Mailbox) -> None:
        self.there, self.mail = there, mail
        self.random = random.Random(5)
        self.missed: list[int] = []

    def measured(self, at_us: int) -> list[tuple[tuple[str, str], int, float]]:
        """What all sensors say of one moment."""
        return [
            ((f"gw/s{n}", "temperature"), at_us + n, 5.0 + self.random.gauss(0.0, 0.1))
            for n in range(SENSORS)
        ]

    def pass_time(self, to_us: int, *, heard: bool) -> None:
        """Ten minutes after ten minutes; what is not heard now is replayed later."""
        while self.there.now_us < to_us:
            self.there.now_us += INTERVAL
            at_us = self.there.now_us - MINUTE
            self.there.say([(("other/o", "temperature"), at_us, 20.0 + self.random.gauss(0.0, 0.1))])
            if heard:
                self.there.say(self.measured(at_us))
            else:
                self.missed.append(at_us)
            self.there.work()

    def come_back(self) -> None:
        """The gateway sends all that it had kept, the oldest first."""
        rows = [row for at_us in self.missed for row in self.measured(at_us)]
        size = len(rows) // 2
        for at in range(0, len(rows), size):
            self.there.now_us += 1_000_000
            self.there.say(rows[at : at + size])
            self.there.work()

    def tickets(self) -> list[Ticket]:
        """All tickets, whatever became of them."""
        with self.there.database.reading() as connection:
            return tickets.find(connection, tickets.TicketFilter(), limit=10_000)

    def tellings(self) -> list[Telling]:
        """All that anybody was, or is to be, told."""
        with self.there.database.reading() as connection:
            return outbox.find(connection, outbox.TellingFilter(), limit=100_000)


@pytest.fixture
def storm(tmp_path: Path) -> Iterator[Storm]:
    """Twenty minutes in which all is well."""
    with outside() as world, virtual(tmp_path, BEGIN, outside=world) as there:
        there.register(registry())
        made = Storm(there, world.mail)
        made.pass_time(BEGIN + 20 * MINUTE, heard=True)
        yield made


def assert_one_chain(storm: Storm) -> None:
    """One ticket about the gateway; everything told is about it, each step once per person, and went out as few letters."""
    (ticket,) = storm.tickets()
    assert ticket.cause == "gateway:gw:silent"
    tellings = storm.tellings()
    assert {one.subject for one in tellings} == {f"ticket:{ticket.id}"}
    assert sum(one.code == "assigned" for one in tellings) == 1
    steps = Counter((one.person, one.cause) for one in tellings)
    assert set(steps.values()) == {1}
    assert len(tellings) <= MOST_TOLD
    assert len(storm.mail.letters) <= 2 * MOST_TOLD
    assert not any("/s" in str(letter["subject"]) for letter in storm.mail.letters), "nothing per sensor"


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_dead_gateway_is_one_ticket_and_one_chain(storm: Storm) -> None:
    """Dead, nobody reacts, then back with everything it had kept: nobody hears of single sensors at any time."""
    assert storm.tickets() == []
    storm.pass_time(BEGIN + 70 * MINUTE, heard=False)
    assert storm.tickets()[0].live
    assert storm.mail.letters
    assert_one_chain(storm)
    storm.come_back()
    assert_one_chain(storm)
    storm.pass_time(storm.there.now_us + 10 * MINUTE, heard=True)
    assert_one_chain(storm)
