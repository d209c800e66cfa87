"""Messages reach real receivers: in order, once, also when a receiver is down, slow or failing for an hour."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from registry.nouns import Contact, Language
from store.messages import Held, MessageState, TellingState
from store.repositories import outbox, outbox_sending
from tests.notify.conftest import HOUR, MINUTE, T0, Post, notice, spread
from tickets.notices import Notice, Urgency

ROOT = Path(__file__).resolve().parents[2]


def test_a_notice_goes_out_once_on_each_way(post: Post) -> None:
    """Put twice, planned twice, it is one e-mail and one chat message, with ids that never change."""
    who = post.person("wang", chat=True)
    sender = post.sender()
    for _ in range(3):
        post.put(notice(who, "assigned", Urgency.HIGH))
        post.work(sender)
    assert len(post.mail.letters) == len(post.web.asked) == 1
    letter = post.mail.letters[0]
    assert letter["To"] == "wang@goods.example"
    ids = {message.id for message in post.messages()}
    assert letter["Message-ID"].strip("<>").split("@")[0] in ids
    assert {message.state for message in post.messages()} == {MessageState.SENT}


def test_people_behind_teams_and_customers(post: Post) -> None:
    """A member who is also named gets one message; whoever cannot be found is the desk's."""
    for key in ("a", "b"):
        post.person(key)
    post.teams["t"] = ["a", "b", "gone"]
    post.contacts["buyer"] = Contact(key="buyer", customer="c1", email="buyer@c1.example")
    sender = post.sender()
    post.put(
        notice("team:t", "x"),
        notice("person:a", "x"),
        notice("customer:c1", "y"),
        notice("person:ghost", "z"),
    )
    post.work(sender)
    to = Counter(str(letter["To"]) for letter in post.mail.letters)
    assert to == {"a@goods.example": 1, "b@goods.example": 1, "buyer@c1.example": 1, "desk@goods.example": 1}


@pytest.mark.parametrize("trouble", ["500", "refused", "wrong"])
def test_an_hour_of_trouble_loses_and_repeats_nothing(post: Post, trouble: str) -> None:
    """All that was told in that hour arrives, each once, in order per ticket, under ids made before the trouble."""
    who = post.person("wang", email="", chat=True)
    sender = post.sender()
    answers = {"500": (500, {}), "refused": (429, {}), "wrong": (200, b"<html>proxy</html>")}
    post.web.judge = lambda *_: answers[trouble]
    for minute in range(60):
        post.now_us = T0 + minute * MINUTE
        subject = f"ticket:{minute % 3}"
        if minute % 10 == 0:
            post.put(notice(who, f"c{minute}", subject=subject))
        post.work(sender)
    before = {message.id for message in post.messages()}
    assert before
    failures = len(post.web.asked)
    post.web.judge = lambda *_: (200, {"code": 0})
    spread(post, sender, range(61, 100))
    said = post.texts()[failures:]
    order = [word for text in said for word in text.split() if word.startswith("c") and word[1:].isdigit()]
    assert sorted(set(order), key=order.index) == [f"c{minute}" for minute in range(0, 60, 10)]
    assert {message.state for message in post.messages()} == {MessageState.SENT}
    assert before <= {message.id for message in post.messages()}
    assert len(said) == len(post.messages())


def test_a_dead_way_delays_no_other(post: Post) -> None:
    """While the mail server is gone and a bot hangs, the other bot gets its message at once."""
    post.person("wang", chat=True)
    post.wishes("person:wang", urls=(post.bot("slow"), post.bot("quick")))
    post.mail.stop()
    gate = {"open": False}

    def judge(path: str, *_: object) -> tuple[int, object]:
        while "slow" in path and not gate["open"]:
            time.sleep(0.02)
        return 200, {"code": 0}

    post.web.judge = judge
    sender = post.sender()
    post.put(notice("person:wang", "hot", Urgency.CRITICAL))
    begun = time.monotonic()
    sender.step(post.now_us)
    while not any("quick" in path for path, _, _ in post.web.asked):
        assert time.monotonic() - begun < 5
        time.sleep(0.01)
    post.put(notice("person:wang", "next", Urgency.NORMAL))  # tickets go on meanwhile
    post.now_us += 1
    assert sender.step(post.now_us) >= 1
    assert time.monotonic() - begun < 5
    gate["open"] = True
    post.work(sender)
    states = {message.lane.split(":")[0]: message.state for message in post.messages()}
    assert states == {"chat": MessageState.SENT, "email": MessageState.RETRYING}


@pytest.mark.parametrize("seed", range(5))
def test_once_per_person_and_cause_whatever_the_order(post: Post, seed: int) -> None:
    """Put in any order, again and again, to people and their teams, while the sender works and fails: each is told once."""
    chance = random.Random(seed)
    for key in ("a", "b", "c"):
        post.person(key, email="", chat=True)
    post.teams["t"] = ["a", "b"]
    wanted = [
        notice(to, f"c{number}", chance.choice(list(Urgency)), subject=f"ticket:{number % 4}")
        for number in range(25)
        for to in ("person:a", "person:b", "person:c", "team:t")
    ]
    pending = wanted * 2
    chance.shuffle(pending)
    sender = post.sender()
    post.web.judge = lambda *_: (chance.choice([200, 200, 500]), {"code": 0})
    while pending:
        post.put(*[pending.pop() for _ in range(min(len(pending), chance.randint(1, 30)))])
        post.now_us += chance.randint(0, 5) * MINUTE
        post.work(sender, chance.randint(0, 3))
        if chance.random() < 0.3:
            sender = post.sender()
            post.now_us += 2 * MINUTE
    for _ in range(30):
        post.now_us += HOUR
        post.work(sender)
    told = post.tellings()
    assert Counter((one.person, one.cause) for one in told) == {
        (f"person:{key}", f"c{n}"): 1 for key in "abc" for n in range(25)
    }
    assert {one.state for one in told} == {TellingState.TOLD}
    with post.database.reading() as connection:
        about = outbox.messages_of(connection, [one.id for one in told])
    assert {(len(found), found[0].state) for found in about.values()} == {(1, MessageState.SENT)}


def test_a_digest_whose_parts_are_settled(post: Post) -> None:
    """What is settled while a digest waits is left out of it; a digest of nothing does not go out."""
    who = post.person("wang", email="", chat=True)
    post.wishes(who, per_hour=1)
    post.web.judge = lambda *_: (500, {})
    sender = post.sender()
    post.put(*[notice(who, f"c{number}", subject=f"ticket:{number}") for number in range(4)])
    post.work(sender)
    with post.database.writing() as connection:
        outbox.settled(connection, "ticket:2", post.now_us)
    post.web.judge = lambda *_: (200, {"code": 0})
    failed = len(post.web.asked)
    spread(post, sender, [20, 21])
    assert "c2" not in "".join(post.texts()[failed:])
    assert "2 messages" in post.texts()[-1]
    post.web.judge = lambda *_: (500, {})
    post.put(*[notice(who, f"d{number}", subject=f"ticket:{number}") for number in (7, 8)])
    spread(post, sender, [40])
    with post.database.writing() as connection:
        for number in (7, 8):
            outbox.settled(connection, f"ticket:{number}", post.now_us)
    asked = len(post.web.asked)
    spread(post, sender, [80, 81])
    assert len(post.web.asked) == asked
    assert Counter(one.state for one in post.messages())[MessageState.RETRYING] == 0


def test_a_storm_becomes_a_digest(post: Post) -> None:
    """Five thousand things at once are ten messages and one digest that counts the rest, and nothing is forgotten."""
    who = post.person("wang", email="", chat=True)
    sender = post.sender()
    post.put(*[notice(who, f"c{number}", subject=f"ticket:{number}") for number in range(5000)])
    post.work(sender)
    assert len(post.web.asked) == 11
    assert "4,990 messages" in post.texts()[-1]
    assert Counter(one.state for one in post.tellings()) == {TellingState.TOLD: 5000}


def test_critical_ones_do_not_wait_in_a_storm(post: Post) -> None:
    """In the middle of a storm a critical thing goes out at once, by itself, before what waits."""
    who = post.person("wang", email="", chat=True)
    sender = post.sender()
    post.put(*[notice(who, f"c{number}", subject=f"ticket:{number}") for number in range(100)])
    post.put(notice(who, "fire", Urgency.CRITICAL, subject="ticket:fire", code="alarm_raised"))
    post.work(sender)
    assert "fire" in post.texts()[0]
    assert sum("fire" in text for text in post.texts()) == 1


def test_repeats_end_with_the_answer_of_that_person_only(post: Post) -> None:
    """Until acknowledged it is told again; who acknowledged is left alone, the other is not."""
    for key in ("a", "b"):
        post.person(key, chat=True, email="")
    sender = post.sender()
    for key in ("a", "b"):
        post.put(notice(f"person:{key}", "fire", Urgency.CRITICAL, until_answered=True))
    spread(post, sender, range(7))
    assert len(post.web.asked) == 4
    with post.database.writing() as connection:
        assert outbox.answered(connection, "person:a", "ticket:1", post.now_us) == 1
    spread(post, sender, range(7, 200))
    by_bot = Counter(path for path, _, _ in post.web.asked)
    assert by_bot == {"/hook/a": 2, "/hook/b": 12}
    assert [one.state for one in post.tellings(person="person:a")] == [TellingState.ANSWERED]


def test_work_that_is_done_is_not_told_any_more(post: Post) -> None:
    """What waits for the morning about a ticket that was solved at night is dropped; the last word is not."""
    who = post.person("wang", chat=True, email="")
    post.wishes(who, quiet_from_min=12 * 60, quiet_to_min=20 * 60)
    sender = post.sender()
    post.put(notice(who, "warned"), notice(who, "other", subject="ticket:2"))
    post.work(sender)
    assert [one.held for one in post.tellings()] == [Held.QUIET_HOURS, Held.QUIET_HOURS]
    with post.database.writing() as connection:
        outbox.settled(connection, "ticket:1", post.now_us)
        outbox.put(
            connection, [notice(who, "closed", code="closed_unconfirmed", params={"count": 2})], post.now_us
        )
    spread(post, sender, [0, 4 * 60, 4 * 60 + 1])
    assert [one.cause for one in post.tellings(states=[TellingState.TOLD])] == ["other", "closed"]
    assert [one.cause for one in post.tellings(states=[TellingState.DROPPED])] == ["warned"]


def test_nobody_reachable_is_the_desks(post: Post) -> None:
    """Something pressing for somebody without an address reaches the desk at once, and says why it waits."""
    who = post.person("wang", email="", phone="")
    sender = post.sender()
    post.put(notice(who, "fire", Urgency.CRITICAL), notice(who, "chat"))
    post.work(sender)
    assert [str(letter["To"]) for letter in post.mail.letters] == ["desk@goods.example"]
    assert {one.held for one in post.tellings(person=who)} == {Held.NO_WAY}
    spread(post, sender, [60 * hour for hour in range(1, 27)])
    assert {one.state for one in post.tellings(person=who)} == {TellingState.DEAD}
    assert len(post.mail.letters) == 1


def test_a_refused_message_is_dead_on_record_and_can_be_sent_again(post: Post) -> None:
    """A wrong signature is not tried for days; a person mends it and sends the same message, under the same id."""
    who = post.person("wang", chat=True, email="")
    sender = post.sender()
    post.web.judge = lambda *_: (200, {"code": 19021, "msg": "sign match fail"})
    post.put(notice(who, "x"))
    post.work(sender)
    (dead,) = post.messages()
    assert (dead.state, dead.error, len(post.web.asked)) == (MessageState.DEAD, "feishu_19021", 1)
    post.web.judge = lambda *_: (200, {"code": 0})
    with post.database.writing() as connection:
        assert outbox_sending.replay(connection, post.tellings()[0].id, post.now_us) == [dead.id]
    post.work(sender)
    assert [(one.id, one.state) for one in post.messages()] == [(dead.id, MessageState.SENT)]


def test_a_way_that_is_gone(post: Post) -> None:
    """Somebody removed the address while a message waited for it: dead with that reason, and the others go on."""
    who = post.person("wang", chat=True)
    post.web.judge = lambda *_: (500, {})
    sender = post.sender()
    post.put(notice(who, "x", Urgency.HIGH))
    post.work(sender)
    post.habits.clear()
    spread(post, sender, [1, 2])
    assert Counter((one.channel, one.state, one.error) for one in post.messages()) == {
        ("chat", MessageState.DEAD, "way_gone"): 1, ("email", MessageState.SENT, ""): 1,
    }  # fmt: skip


def test_a_links_address_is_asked_for_once(post: Post) -> None:
    """The repeated message leads to the same place; the mail server that was away does not make a second link."""
    who = post.person("wang", chat=True)
    asked: list[tuple[str, str]] = []

    def link(told: Notice, person: str) -> str:
        asked.append((told.cause, person))
        return f"https://k.example/{len(asked)}"

    sender = post.sender(ack_link=link)
    post.put(notice(who, "fire", Urgency.CRITICAL, until_answered=True))
    spread(post, sender, range(12))
    assert asked == [("fire", who)]
    assert all("https://k.example/1" in text for text in post.texts())


def test_customers_get_their_links(post: Post) -> None:
    """A survey has its address in the sentence, other news at its end; nobody is asked to acknowledge a comment."""
    post.contacts["buyer"] = Contact(
        key="buyer", customer="c1", email="buyer@c1.example", language=Language.EN
    )
    sender = post.sender(ack_link=lambda told, _person: f"https://k.example/{told.code}")
    for code in ("survey", "commented"):
        post.put(notice("customer:c1", code, code=code, params={"by": "person:x", "words": "soon"}))
    post.put(
        notice(post.person("wang"), "commented", code="commented", params={"by": "person:x", "words": "soon"})
    )
    post.work(sender)
    texts = sorted((one.get_content() for one in post.mail.letters), key=lambda text: text.count("https://"))
    assert [text.count("https://k.example/") for text in texts] == [0, 1, 1]
    assert "See how it goes on: https://k.example/commented" in "".join(texts)
    assert "One question: https://k.example/survey" in "".join(texts)


KILLED = """
import os, sys
from pathlib import Path
from store.service import open_service
from store.repositories import outbox
from tests.notify.conftest import notice
from tickets.notices import Urgency
place = sys.argv[1]
database = open_service(place if "://" in place else Path(place), 0)
with database.writing() as connection:
    outbox.put(connection, [notice("person:wang", "fire", Urgency.HIGH)], int(sys.argv[2]))
os.kill(os.getpid(), 9)
"""


def test_killed_between_ticket_and_message(post: Post) -> None:
    """Whoever put it in was killed at once after; the message goes out, once."""
    post.person("wang")
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(post.place), str(T0)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    post.work(post.sender())
    post.work(post.sender())
    assert len(post.mail.letters) == 1


def test_killed_while_sending(post: Post) -> None:
    """A sender that died after the receiver took the message: it comes once more, under the same id."""
    post.person("wang")
    first = post.sender()
    post.put(notice("person:wang", "x"))
    first.step(post.now_us)
    while not post.mail.letters:
        time.sleep(0.01)
    second = post.sender()  # nobody noted what came of it
    spread(post, second, [0, 0.5, 2, 3])
    assert len(post.mail.letters) == 2
    assert len({str(letter["Message-ID"]) for letter in post.mail.letters}) == 1


def test_figures_of_calls(post: Post) -> None:
    """Calls per person and night come from the table."""
    with post.database.reading() as connection:
        assert outbox_sending.calls(connection, T0, T0 + HOUR) == []
