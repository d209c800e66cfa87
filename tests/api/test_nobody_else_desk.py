"""Two customers at one desk: a ticket about goods of both, counts, acts that name a second ticket, links, hooks and webhooks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.guesses import Guesses
from api.webhook_events import WebhookEvents
from store import events
from store.repositories import webhooks
from tests.api.conftest import make_world
from tests.api.test_nobody_else import WHO, bare, described, filled, refuse_leak, told_of, word_of
from tests.neighbours import WORDS, Neighbours, other, settle
from tests.neighbours_desk import JOURNEY


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    """Both customers, settled."""
    for world in make_world(tmp_path_factory.mktemp("neighbours")):
        yield settle(world)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_ticket_about_goods_of_both_names_each_only_itself(house: Neighbours, who: str, lang: str) -> None:
    """Reasons, clocks, comments, history, findings and alarms of one excursion in which both had goods."""
    word = word_of(who)
    speaking = {"Accept-Language": lang}
    whole = house.ask("GET", f"/api/v1/tickets/{house.ids[word].both}", who, headers=speaking)
    ticket = whole.json()
    assert ticket["lots"] == [f"{word}-grouped"]
    said = {comment["text"] for comment in ticket["comments"] if not comment["note"]}
    assert said == {"We are at it.", f"{word} waits"}
    refuse_leak(whole, word)
    for path in ("/tickets", "/alarms", "/findings"):
        listed = house.ask("GET", f"/api/v1{path}", who, headers=speaking, params={"cause": JOURNEY})
        assert len(listed.json()["items"]) == 1
        refuse_leak(listed, word)
        if path != "/tickets":
            one = house.ask("GET", f"/api/v1{path}/{listed.json()['items'][0]['id']}", who, headers=speaking)
            assert one.status_code == 200
            refuse_leak(one, word)
    found = house.ask("GET", "/api/v1/tickets", who, params={"text": other(word)})
    assert found.json()["items"] == []


@pytest.mark.parametrize("who", WHO)
def test_ones_own_ticket_cannot_name_the_others(house: Neighbours, who: str) -> None:
    """Merging, joining and many acts at once, where only the second ticket is the other's: as for one that does not exist."""
    word = word_of(who)
    own, foreign = house.ids[word], house.ids[other(word)]
    before = told_of(house, other(word))
    for number in (foreign.ticket, foreign.words):
        for act in ("merge", "join_parent"):
            bodies = [{"act": act, "reason": "x", "into": into} for into in (number, "99999999")]
            path = f"/api/v1/tickets/{own.words}/transitions"
            there, nowhere = (house.ask("POST", path, who, json=body) for body in bodies)
            assert (there.status_code, bare(there)) == (404, bare(nowhere))
            many = [{**body, "numbers": [own.words]} for body in bodies]
            there, nowhere = (house.ask("POST", "/api/v1/tickets/bulk", who, json=body) for body in many)
            assert (there.status_code, bare(there)) == (404, bare(nowhere))
        asked = {"act": "cancel", "reason": "x", "numbers": [number, "99999999"]}
        there, nowhere = house.ask("POST", "/api/v1/tickets/bulk", who, json=asked).json()["items"]
        assert there["problem"]["code"] == nowhere["problem"]["code"] == "not_found"
        assert {**there, "number": ""} == {**nowhere, "number": ""}
    assert told_of(house, other(word)) == before


@pytest.mark.parametrize("who", WHO)
def test_what_is_counted_is_ones_own(house: Neighbours, who: str) -> None:
    """Every number of the counts is that of the list, with and without filters."""
    filters: list[dict[str, Any]] = [{}, {"kind": "goods"}, {"live": True}, {"customer": other(word_of(who))}]
    for params in filters:
        counted = house.ask("GET", "/api/v1/tickets/counts", who, params=params).json()
        listed = house.ask("GET", "/api/v1/tickets", who, params=params | {"limit": 1000}).json()["items"]
        assert (counted["total"], counted["unassigned"]) == (len(listed), 0)
        assert sum(item["n"] for item in counted["items"]) == len(listed)


@pytest.mark.parametrize("who", WHO)
def test_a_key_or_session_opens_no_link_and_no_hook(house: Neighbours, who: str) -> None:
    """What has its own way in does not know customers' keys: neither in the address, nor in the header, nor for the other's hook."""
    word = word_of(who)
    foreign, tried = house.ids[other(word)], 0
    before = told_of(house, other(word))
    for method, path, verb in described(house):
        way = verb.get("x-keepwell-way")
        if way is None:
            continue
        for name in {"link": ("-", foreign.link), "hook": (f"{other(word)}-hook",)}[way]:
            house.world.app.state.keepwell.guesses = Guesses()
            answer = house.ask(method, filled(path, name), who, json={"title": "x", "text": "x"})
            assert answer.status_code == {"link": 404, "hook": 401}[way], (path, answer.text)
            refuse_leak(answer, word, name)
            tried += 1
    assert tried >= 15
    assert told_of(house, other(word)) == before


@pytest.mark.parametrize("word", WORDS)
def test_a_link_shows_one_thing_to_whom_it_was_sent(house: Neighbours, word: str) -> None:
    """The ticket of both by the link of one: no word of the other, read in both languages and written on."""
    house.world.app.state.keepwell.guesses = Guesses()
    path = f"/api/v1/links/{house.ids[word].token}"
    for lang in ("en", "zh"):
        seen = house.world.ask("GET", path, None, headers={"Accept-Language": lang})
        assert seen.status_code == 200
        refuse_leak(seen, word)
    said = house.world.ask("POST", f"{path}/comment", None, json={"text": f"{word} waits still"})
    assert said.status_code == 201
    refuse_leak(said, word)
    for who in (other(word), f"{other(word)}/page"):
        refuse_leak(house.ask("GET", f"/api/v1/tickets/{house.ids[word].both}", who), other(word))


@pytest.mark.parametrize("word", WORDS)
def test_a_webhook_of_one_is_told_nothing_of_the_other(house: Neighbours, word: str) -> None:
    """Everything that ever happened, as the customer's own webhook is told it."""
    with house.world.database.reading() as connection:
        (endpoint,) = [one for one in webhooks.all_of_them(connection) if one.customer == word]
        tell = WebhookEvents()(connection)
        told = [tell(event, endpoint) for event in events.since(connection, 0, 10_000)]
    said = json.dumps([one for one in told if one is not None], ensure_ascii=False).lower()
    assert word in said
    assert other(word) not in said


@pytest.mark.parametrize("who", WHO)
def test_work_on_goods_of_both_asks_nobody(house: Neighbours, who: str) -> None:
    """Resolved: neither can confirm or rate it, by key or by link, and neither learns a word of the other's by trying."""
    word = word_of(who)
    number = house.ids[word].both
    house.world.post(f"/tickets/{number}/transitions", {"act": "resolve", "done": "door shut"}, "engineer")
    ticket = house.ask("GET", f"/api/v1/tickets/{number}", who)
    assert (ticket.json()["state"], ticket.json()["path"]) == ("resolved", "short")
    for act in ("confirm", "survey"):
        body = {"act": act, "score": 5}
        answer = house.ask("POST", f"/api/v1/tickets/{number}/transitions", who, json=body)
        assert answer.json()["refusal"] in {"not_on_this_path", "not_from_here"}
        refuse_leak(answer, word)
    assert set(ticket.json()["acts"]) <= {"reopen"}
    refuse_leak(ticket, word)
