"""Every bad message of the corpus gets its named reason in time, and what is good in it is kept."""

from __future__ import annotations

import gc
import time
from collections import Counter

import pytest

from ingest.decode import Kind, Limits, Topic, decode, parse_topic
from ingest.nouns import Decoded, Reason
from tests.corpus.bad_messages import BadMessage, corpus

RECEIVED_US = 1_795_300_000_000_000
GATEWAY = "gw-1"
MOST_SECONDS = 0.25
"""Of processor time, best of three: what other programs of a busy machine take is no fault of the message."""
CORPUS = corpus(GATEWAY)


def receive(message: BadMessage) -> Decoded:
    """What ingest does with a message: its topic first, then its payload."""
    topic = parse_topic(message.topic)
    if isinstance(topic, Reason):
        return Decoded(reason=topic)
    assert topic == Topic(GATEWAY, Kind.TELEMETRY)
    return decode(topic.gateway, message.payload, RECEIVED_US)


def receive_timed(message: BadMessage) -> tuple[Decoded, float]:
    """What ingest made of it, in how many seconds.

    Without the collector of garbage: its work grows with all that the test session holds, which ingest does not.
    """
    gc.disable()
    try:
        started = time.thread_time()
        decoded = receive(message)
        return decoded, time.thread_time() - started
    finally:
        gc.enable()


def test_the_corpus_is_large_and_varied() -> None:
    """At least 170 messages in 25 families, no two of the same name."""
    assert len(CORPUS) >= 170
    assert len({message.family for message in CORPUS}) >= 25
    assert len({message.name for message in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("message", CORPUS, ids=lambda message: message.name)
def test_each_bad_message_gets_its_reason_and_what_is_good_is_kept(message: BadMessage) -> None:
    """The reason of the message, those of its values, and every good value beside them."""
    decoded, took = receive_timed(message)
    for _ in range(2):
        if took >= MOST_SECONDS:
            took = receive_timed(message)[1]

    rejected: Counter[Reason] = Counter()
    for part in decoded.rejected:
        rejected[part.reason] += part.values
    kept = sorted(zip(decoded.devices, decoded.quantities, decoded.values, strict=True))

    assert decoded.reason == message.reason
    assert dict(rejected) == message.rejected
    assert kept == sorted(message.kept)
    assert took < MOST_SECONDS


@pytest.mark.parametrize("message", CORPUS, ids=lambda message: message.name)
def test_what_is_said_of_a_bad_message_can_be_written_anywhere(message: BadMessage) -> None:
    """Details are short, printable and encodable, whatever the message held."""
    decoded = receive(message)
    for detail in (decoded.detail, *(part.detail for part in decoded.rejected)):
        assert len(detail.encode("utf-8")) <= 500
        assert detail.isprintable()
        assert len(decoded.devices) == len(decoded.times) == len(decoded.flags)


def test_every_reason_of_decoding_is_in_the_corpus() -> None:
    """Only the reasons that need the registry, the series table or the packet are not decided here."""
    seen = {message.reason for message in CORPUS} | {
        reason for message in CORPUS for reason in message.rejected
    }
    decided_later = {Reason.UNKNOWN_DEVICE, Reason.TOO_MANY_SERIES, Reason.RETAINED}
    of_mappings = {Reason.UNMAPPED, Reason.SKIPPED, Reason.NO_NAME, Reason.NOT_LINE_PROTOCOL}

    assert seen - {None} >= set(Reason) - decided_later - of_mappings


def test_limits_are_settings() -> None:
    """Smaller limits refuse what the default ones take."""
    payload = b'[{"a":1,"b":[[1]]}]'

    assert decode("g", payload, RECEIVED_US).reason is None
    assert decode("g", payload, RECEIVED_US, Limits(payload_bytes=10)).reason is Reason.TOO_LARGE
    assert decode("g", payload, RECEIVED_US, Limits(depth=3)).reason is Reason.TOO_DEEP
    assert decode("g", payload, RECEIVED_US, Limits(depth=4)).reason is None
    assert decode("g", payload, RECEIVED_US, Limits(readings=1)).reason is Reason.TOO_MANY_READINGS
    assert decode("g", b'{"a":1,"b":2}', RECEIVED_US, Limits(readings=1)).reason is Reason.TOO_MANY_READINGS
