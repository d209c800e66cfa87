"""The corpus of bad messages through a real broker to a running service, with good messages between them."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from ingest.broker_url import parse_broker_url
from ingest.tally import MAX_DEAD_LETTER_BYTES
from store.readings.accounts import LETTERS_PER_GATEWAY
from tests.brokers import GATEWAY, RawPublisher, make_mosquitto
from tests.corpus.bad_messages import BadMessage, corpus
from tests.replays.questions import Installation, readings

CHUNK = 20
"""Bad messages sent before asking whether they were received: fewer than a batch keeps dead letters of."""
TOPIC = f"keepwell/v1/{GATEWAY}/telemetry"
TIME_S = 1_709_280_000


class Sent(NamedTuple):
    """An installation that has received the corpus, what was sent, and how many good messages between."""

    installation: Installation
    messages: list[BadMessage]
    good: int


@pytest.fixture(scope="module", params=["embedded", "mosquitto"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An installation with each of the brokers in turn."""
    folder = tmp_path_factory.mktemp("bad")
    broker = make_mosquitto(folder) if request.param == "mosquitto" else None
    if broker is not None:
        broker.start()
    made = Installation(folder, broker)
    try:
        made.prepare("format = 1\n", TIME_S * 1_000_000)
        made.start()
        yield made
    finally:
        made.clean_up()
        if broker is not None:
            broker.stop()


@pytest.fixture(scope="module")
def sent(running: Installation) -> Sent:
    """The corpus sent. Mosquitto lets a gateway publish below its own name only, so other topics never arrive there."""
    embedded = not running.settings.broker
    messages = [m for m in corpus(GATEWAY) if m.carried and (embedded or m.topic == TOPIC)]
    before, good = received(running), 0
    with publisher(running) as gateway:
        for first in range(0, len(messages), CHUNK):
            for message in messages[first : first + CHUNK]:
                gateway.publish(message.topic, message.payload)
                gateway.publish(TOPIC, native("good", good, float(good)))
                good += 1
            gateway.settle()
            until_received(running, before + 2 * good)
    return Sent(running, messages, good)


def native(device: str, second: int, value: float) -> bytes:
    """A good message of one value."""
    return json.dumps({"device": device, "time": TIME_S + second, "temperature": value}).encode()


def publisher(installation: Installation) -> RawPublisher:
    """The gateway's connection, which sends whatever it is told."""
    return RawPublisher(parse_broker_url(installation.gateway_url(GATEWAY)))


def received(installation: Installation) -> int:
    """How many messages the ledger has."""
    return sum(line["messages"]["received"] for line in installation.api.all("/api/v1/ledger"))


def until_received(installation: Installation, messages: int) -> None:
    """Wait until the ledger has so many."""
    installation.until(lambda: received(installation) >= messages, f"{messages} messages received")


def letters(installation: Installation, gateway: str | None = None) -> list[dict[str, Any]]:
    """All dead letters, newest first."""
    return list(installation.api.all("/api/v1/dead-letters", gateway=gateway))


def submit(installation: Installation, letter: dict[str, Any], **repair: str) -> httpx.Response:
    """Submit a dead letter again."""
    return httpx.post(
        f"{installation.address}/api/v1/dead-letters/{letter['id']}/submit", json=repair,
        headers={"Authorization": f"Bearer {installation.key}"}, timeout=20,
    )  # fmt: skip


def test_the_ledger_names_every_reason(sent: Sent) -> None:
    """Messages refused as a whole and refused values, each under its reason; everything adds up."""
    whole: Counter[str] = Counter()
    values: Counter[str] = Counter()
    for line in sent.installation.api.all("/api/v1/ledger"):
        assert line["messages"]["adds_up"], line
        assert line["values"]["adds_up"], line
        whole.update({r["reason"]: r["n"] for r in line["messages"]["rejected"]})
        values.update({r["reason"]: r["n"] for r in line["values"]["rejected"]})

    assert whole == Counter(m.reason.value for m in sent.messages if m.reason)
    assert values == sum(
        (Counter({r.value: n for r, n in m.rejected.items()}) for m in sent.messages), Counter()
    )


def test_each_refused_message_is_a_dead_letter_with_its_reason(sent: Sent) -> None:
    """Found again by topic and payload, as it came; a long one is cut, and says so."""
    found: Counter[tuple[str, bytes]] = Counter()
    reasons: dict[tuple[str, bytes], set[str]] = {}
    for row in letters(sent.installation):
        letter = sent.installation.api.get(f"/api/v1/dead-letters/{row['id']}")
        payload = base64.b64decode(letter["payload_base64"])
        assert letter["complete"] == (letter["size_bytes"] == len(payload))
        assert letter["detail"]
        found[letter["topic"], payload] += 1
        reasons.setdefault((letter["topic"], payload), set()).add(letter["reason"])
    refused = [m for m in sent.messages if m.reason or m.rejected]

    assert found == Counter((m.topic, m.payload[:MAX_DEAD_LETTER_BYTES]) for m in refused)
    for message in refused:
        said = reasons[message.topic, message.payload[:MAX_DEAD_LETTER_BYTES]]
        expected = {message.reason.value} if message.reason else {r.value for r in message.rejected}
        assert said & expected, message.name
    assert len(refused) >= 250


def test_whatever_was_good_is_kept(sent: Sent) -> None:
    """Every good message between the bad ones, and every good value beside a bad one; the service is up."""
    kept = [
        (row["time"], row["value"]) for row in readings(sent.installation, f"{GATEWAY}/good", "temperature")
    ]
    assert [value for _, value in kept] == [float(n) for n in range(sent.good)]

    newest = {
        (row["device"], row["quantity"]): row["value"]
        for row in sent.installation.api.all("/api/v1/readings/latest")
    }
    for message in sent.messages:
        for device, quantity, value in message.kept:
            assert newest[f"{GATEWAY}/{device}", quantity] == value, message.name
    assert sent.installation.api.ready()


def test_a_dead_letter_is_repaired_and_then_kept(sent: Sent) -> None:
    """As it was it is refused once more; repaired it is kept like any other; one that was cut can only be repaired."""
    api, before = sent.installation.api, received(sent.installation)
    of_ours = letters(sent.installation, GATEWAY)
    wrong = next(letter for letter in of_ours if letter["reason"] == "text_number")
    cut = next(letter for letter in of_ours if not letter["complete"])

    assert submit(sent.installation, wrong).status_code == 202
    until_received(sent.installation, before + 1)
    again = letters(sent.installation, GATEWAY)[0]
    assert (again["reason"], again["id"] > of_ours[0]["id"]) == ("text_number", True)

    answer = submit(sent.installation, wrong, payload_text=native("repaired", 0, 21.5).decode())
    assert answer.status_code == 202
    until_received(sent.installation, before + 2)
    assert [row["value"] for row in readings(sent.installation, f"{GATEWAY}/repaired", "temperature")] == [
        21.5
    ]

    assert submit(sent.installation, cut).json()["code"] == "truncated"
    acts = [event["subject"] for event in api.all("/api/v1/events") if event["act"] == "submitted"]
    assert acts == [f"dead_letter:{wrong['id']}"] * 2


def test_dead_letters_of_one_gateway_have_a_limit(sent: Sent) -> None:
    """The newest are kept, the ledger has counted them all, and nothing else is lost for them."""
    before, more = received(sent.installation), LETTERS_PER_GATEWAY + 100
    with publisher(sent.installation) as gateway:
        for n in range(more):
            gateway.publish(TOPIC, b"flood %d" % n)
            if n % 40 == 39:
                gateway.settle()
                until_received(sent.installation, before + n + 1)
        gateway.publish(TOPIC, native("after", 0, 1.0))
        gateway.settle()
    until_received(sent.installation, before + more + 1)

    kept = letters(sent.installation, GATEWAY)
    newest = sent.installation.api.get(f"/api/v1/dead-letters/{kept[0]['id']}")
    assert len(kept) == LETTERS_PER_GATEWAY
    assert newest["payload_text"] == f"flood {more - 1}"
    assert [row["value"] for row in readings(sent.installation, f"{GATEWAY}/after", "temperature")] == [1.0]
