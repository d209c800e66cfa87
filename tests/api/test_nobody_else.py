"""Two customers and every operation of the document: neither reads, lists, counts, streams, exports or changes anything of the other."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from store import events
from tests.api.conftest import make_world
from tests.api.test_stream import listening, started
from tests.neighbours import (
    BODIES,
    FOREIGN_STATUS,
    MORE,
    NAMING,
    NEUTRAL,
    REPLACES,
    SECOND,
    THINGS,
    WORDS,
    Neighbours,
    needs,
    other,
    settle,
)

WHO = ("quokka", "numbat", "quokka/page", "numbat/page")
ANSWERS_WITHOUT_KEY = {
    "/api/v1/login",
    "/api/v1/invitations/accept",
    "/api/v1/set-up",
    "/api/v1/receipts/{provider}",
}
Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    """Both customers, settled."""
    for world in make_world(tmp_path_factory.mktemp("neighbours")):
        yield settle(world)


def word_of(who: str) -> str:
    """Whose key or session it is."""
    return who.partition("/")[0]


def operations(house: Neighbours) -> list[Operation]:
    """(method, path, operation) of everything behind the gate of keys and sessions."""
    return [one for one in described(house) if "x-keepwell-way" not in one[2]]


def described(house: Neighbours) -> list[Operation]:
    """The same, and what stands behind links and hooks."""
    paths = house.world.ask("GET", "/openapi.json", None).json()["paths"]
    every = [(method.upper(), path, verb) for path, verbs in paths.items() for method, verb in verbs.items()]
    return [one for one in every if one[1].startswith("/api/v1/") and one[1] not in ANSWERS_WITHOUT_KEY]


def allowed(house: Neighbours) -> list[Operation]:
    """Those that a customer's role ever does."""
    return [one for one in operations(house) if "customer" in one[2]["x-keepwell-roles"]]


def filled(path: str, key: str) -> str:
    """The path with its parameters."""
    first = re.sub(r"\{[^}]+\}", key, path, count=1)
    return re.sub(r"\{([^}]+)\}", lambda match: SECOND[match[1]], first)


def things_of(path: str) -> Any:
    """The line of THINGS for a path."""
    kind = path.split("/")[3]
    assert kind in THINGS, f"teach tests/neighbours.py: THINGS[{kind!r}] (a new operation {path})"
    return THINGS[kind]


def body_of(house: Neighbours, verb: dict[str, Any], word: str) -> list[Any]:
    """The bodies to try, naming things of `word`; one None for operations without."""
    if "requestBody" not in verb:
        return [None]
    id = verb["operationId"]
    assert id in BODIES, f"teach tests/neighbours.py: BODIES[{id!r}] (customers may do it)"
    return BODIES[id](word, house.ids[word])


def bare(answer: httpx.Response, *asked: str) -> tuple[int, str, dict[str, str]]:
    """An answer without what was asked: two that differ in nothing else are the same."""
    text = answer.text
    if answer.headers.get("content-type", "").endswith("json") and text:
        body = json.loads(text)
        if isinstance(body, dict):
            body.pop("instance", None)
        text = json.dumps(body)
    for one in spellings(*asked):
        text = text.replace(one, "§")
    headers = {k: v for k, v in answer.headers.items() if k not in {"content-length", "link", "etag"}}
    return answer.status_code, text, headers


def spellings(*asked: str) -> list[str]:
    """How what was asked for can be said again, the longest first."""
    ways = {way for one in asked for way in (one, one.partition(":")[2]) if way and not way.isdecimal()}
    return sorted(ways, key=len, reverse=True)


def nowhere_like(foreign: str, word: str, absent: str) -> str:
    """What is called alike, of somebody who does not exist; of numbers, one that was not given out."""
    return foreign.replace(word, "wombat") if word in foreign else absent


def refuse_leak(answer: httpx.Response, word: str, *asked: str) -> None:
    """Nothing of the neighbour stands in body, headers or cursors, but what was asked for in so many words."""
    said = answer.text + "".join(f"{k}: {v}\n" for k, v in answer.headers.items())
    for cursor in re.findall(r"\"next\": ?\"([^\"]+)\"", answer.text):
        said += urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("utf-8", "replace")
    for one in spellings(*asked):
        said = said.replace(one, "")
    at = said.lower().find(other(word))
    assert at < 0, (answer.request.method, str(answer.request.url), said[max(0, at - 200) : at + 100])


@pytest.mark.parametrize("who", WHO)
def test_a_thing_of_the_other_is_as_one_that_does_not_exist(house: Neighbours, who: str) -> None:
    """Every operation with a parameter in its path: 404 word for word as for a thing that is nowhere, 403 for all alike."""
    word, tried = word_of(who), 0
    for method, path, verb in operations(house):
        if "{" not in path:
            continue
        thing, number = things_of(path)
        may = "customer" in verb["x-keepwell-roles"]
        for one in (thing, *MORE.get(path.split("/")[3], ())):
            foreign = one(other(word), house.ids[other(word)])
            absent = nowhere_like(foreign, other(word), number)
            for body in body_of(house, verb, other(word)) if may else [{}]:
                asked = {"json": body} if body is not None else {}
                there = house.ask(method, filled(path, foreign), who, **asked)
                nowhere = house.ask(method, filled(path, absent), who, **asked)
                assert there.status_code == (404 if may else 403), (method, path, foreign, there.text)
                assert bare(there, foreign) == bare(nowhere, absent), (method, path)
                refuse_leak(there, word, foreign)
                tried += may
    assert tried >= 35


@pytest.mark.parametrize("who", WHO)
def test_ones_own_is_there(house: Neighbours, who: str) -> None:
    """The table of things is right: what it calls a customer's own is found by that customer, wherever it may look."""
    word = word_of(who)
    for method, path, verb in allowed(house):
        if method != "GET" or path.endswith("/stream"):
            continue
        own = things_of(path)[0](word, house.ids[word]) if "{" in path else ""
        params = needs(verb["operationId"], word)
        answer = house.ask(method, filled(path, own), who, params=params)
        hidden = path.split("/")[3] in {"carriers", "people"} and "{" in path
        hidden = hidden or "/photos/{id}" in path  # no photo has the second id: see test_photos
        assert answer.status_code == (404 if hidden else 200), (path, answer.text)
        refuse_leak(answer, word)
        for kind in ("csv",) if any(p["name"] == "format" for p in verb.get("parameters", [])) else ():
            file = house.ask(method, filled(path, own), who, params=params | {"format": kind})
            assert file.status_code == 200, (path, file.text)
            refuse_leak(file, word)


@pytest.mark.parametrize("who", WHO)
def test_lists_hold_ones_own_and_nothing_else(house: Neighbours, who: str) -> None:
    """All pages of all lists, asked widely: with a thousand rows, and row by row through every cursor."""
    word = word_of(who)
    for method, path, verb in allowed(house):
        if method != "GET" or "{" in path or path.endswith("/stream"):
            continue
        names = {parameter["name"] for parameter in verb.get("parameters", [])}
        params = needs(verb["operationId"], word)
        whole = house.ask(method, path, who, params=params | ({"limit": 1000} if "limit" in names else {}))
        refuse_leak(whole, word)
        if "cursor" not in names:
            continue
        rows, cursor = 0, None
        for _ in range(2000):
            page = house.ask(
                method, path, who, params=params | {"limit": 7} | ({"cursor": cursor} if cursor else {})
            )
            refuse_leak(page, word)
            rows += len(page.json()["items"])
            cursor = page.json()["next"]
            if cursor is None:
                break
        if verb["operationId"] not in {"list_events"}:
            assert rows == len(whole.json()["items"]), path


@pytest.mark.parametrize("who", WHO)
def test_naming_a_thing_of_the_other_finds_what_naming_nothing_finds(house: Neighbours, who: str) -> None:
    """Every query parameter of every operation a customer may do; an unknown parameter has to be taught first."""
    word, tried = word_of(who), 0
    for method, path, verb in allowed(house):
        for parameter in verb.get("parameters", []):
            name = parameter["name"]
            if parameter["in"] != "query" or path.endswith("/stream"):
                continue
            assert name in NAMING or name in NEUTRAL, f"teach tests/neighbours.py: {name!r} of {path}"
            if name not in NAMING:
                continue
            own = things_of(path)[0](word, house.ids[word]) if "{" in path else ""
            known = needs(verb["operationId"], word)
            known = {k: v for k, v in known.items() if k not in REPLACES.get(name, ())}
            values, number = NAMING[name]
            for value in values:
                foreign = value(other(word), house.ids[other(word)])
                absent = nowhere_like(foreign, other(word), number)
                there = house.ask(method, filled(path, own), who, params=known | {name: foreign})
                nowhere = house.ask(method, filled(path, own), who, params=known | {name: absent})
                refuse_leak(there, word, foreign)
                assert bare(there, foreign) == bare(nowhere, absent), (path, name, foreign)
                tried += 1
    assert tried >= 60


@pytest.mark.parametrize("who", WHO)
def test_nothing_of_the_other_is_changed(house: Neighbours, who: str) -> None:
    """Every operation, also those the role never does, naming the other's things: no event says that anything of theirs changed."""
    word = word_of(who)
    before = told_of(house, other(word))
    for method, path, verb in operations(house):
        if method == "GET" or path.endswith("/logout"):
            continue
        may = "customer" in verb["x-keepwell-roles"]
        foreign = things_of(path)[0](other(word), house.ids[other(word)]) if "{" in path else ""
        for body in body_of(house, verb, other(word)) if may else [{"subject": f"lot:{other(word)}-lot"}]:
            asked = {"json": body} if body is not None else {}
            answer = house.ask(method, filled(path, foreign), who, headers={"If-Match": "*"}, **asked)
            expected = FOREIGN_STATUS.get(verb["operationId"], 404) if may else 403
            assert expected is None or answer.status_code == expected, (method, path, body, answer.text)
            refuse_leak(answer, word, foreign, *re.findall(r'"([^"]+)"', json.dumps(body)))
    assert told_of(house, other(word)) == before


def test_an_answer_given_once_is_not_given_to_the_other(house: Neighbours) -> None:
    """The same Idempotency-Key, and the cursor of the other's list: one's own things, or nothing."""
    first, second = WORDS
    same = {"Idempotency-Key": "the same for both"}
    for word in WORDS:
        body = {"title": f"{word} asks", "subject": f"customer:{word}"}
        answer = house.ask("POST", "/api/v1/tickets", word, json=body, headers=same)
        assert answer.status_code == 201
        refuse_leak(answer, word)
        again = house.ask("POST", "/api/v1/tickets", word, json=body, headers=same)
        assert again.json() == answer.json()
    for _, path, verb in allowed(house):
        if "{" in path or not any(p["name"] == "cursor" for p in verb.get("parameters", [])):
            continue
        for mine, theirs in ((first, second), (second, first)):
            asked = needs(verb["operationId"], theirs) | {"limit": 1}
            cursor = house.ask("GET", path, theirs, params=asked).json()["next"]
            if cursor is not None:
                taken = house.ask(
                    "GET",
                    path,
                    mine,
                    params=needs(verb["operationId"], mine) | {"limit": 1, "cursor": cursor},
                )
                refuse_leak(taken, mine, cursor)


@pytest.mark.parametrize("who", WORDS)
def test_the_stream_tells_nothing_of_the_other(house: Neighbours, who: str) -> None:
    """From the first event on, and with readings; naming the other's things is 404."""
    url, running, thread = started(house.world)
    house.world.secrets[who] = house.headers[who]["Authorization"].removeprefix("Bearer ")
    params: dict[str, Any] = {"after": 0, "readings_every_s": 1, "zone": f"{who}-cold"}
    kinds: set[str] = set()
    try:
        with listening(house.world, url, who, params=params) as messages:
            while "readings" not in kinds:
                message = next(messages)
                assert other(who) not in json.dumps(message).lower(), message
                kinds.add(message["event"])
    finally:
        running.should_exit = True
        thread.join(20)
    assert kinds == {"change", "readings"}
    for name in ("zone", "site", "device", "series"):
        foreign = NAMING[name][0][0](other(who), house.ids[other(who)])
        refused = house.ask("GET", "/api/v1/stream", who, params={"readings_every_s": 1, name: foreign})
        assert refused.status_code == 404, (name, refused.text)


def told_of(house: Neighbours, word: str) -> list[int]:
    """The numbers of all events in which a customer's word stands, or which are about its tickets and sessions."""
    found, after = [], 0
    with house.world.database.reading() as connection:
        while page := events.since(connection, after, 1000):
            found += [event.sequence for event in page if word in json.dumps(event).lower()]
            after = page[-1].sequence
    return found
