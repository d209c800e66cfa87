"""The wire under paho: packets come out whole however the bytes arrive, and nothing a peer sends raises."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.link import Cause
from ingest.wire import Message, Room, Wire

LIMIT = 4_096
ALL = 1_000_000


@contextmanager
def pair(mqtt5: bool = False) -> Iterator[tuple[Wire, socket.socket]]:
    """A wire and its other end."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    try:
        yield Wire(ours, 7, mqtt5, LIMIT, lambda: 0.0), theirs
    finally:
        ours.close()
        theirs.close()


def packet(head: int, body: bytes) -> bytes:
    """An MQTT control packet."""
    size, length = len(body), b""
    while True:
        size, low = size >> 7, size & 0x7F
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            return bytes([head]) + length + body


def publish(topic: bytes, mid: int, payload: bytes, properties: bytes = b"") -> bytes:
    """A PUBLISH packet of QoS 1."""
    return packet(0x32, struct.pack(">H", len(topic)) + topic + struct.pack(">H", mid) + properties + payload)


def read(wire: Wire, messages: int = ALL) -> list[Message]:
    """What is there."""
    return wire.read(Room(messages, ALL), 5)


MESSAGES = st.lists(
    st.tuples(st.binary(max_size=40), st.integers(1, 65_535), st.binary(max_size=300)), max_size=20
)


@settings(max_examples=150, deadline=None)
@given(MESSAGES, st.lists(st.integers(1, 400), min_size=1), st.booleans(), st.integers(1, 7))
def test_messages_do_not_depend_on_the_pieces_they_come_in(
    sent: list[tuple[bytes, int, bytes]], cuts: list[int], mqtt5: bool, room: int
) -> None:
    """Any cutting of the stream and any room give the same messages in the same order, and paho gets the rest."""
    properties = b"\x03\x01\x01\x00"[: 4 if mqtt5 else 0]
    ping, suback = b"\xd0\x00", packet(0x90, b"\x00\x01\x01")
    stream = ping + b"".join(publish(*one, properties) + suback for one in sent)
    got: list[Message] = []
    with pair(mqtt5) as (wire, theirs):
        at, turn = 0, 0
        while at < len(stream) or wire.more:
            theirs.send(stream[at : at + cuts[turn % len(cuts)]])
            at, turn = at + cuts[turn % len(cuts)], turn + 1
            got += read(wire, room)
        assert wire.recv(ALL) == ping + suback * len(sent)
        assert wire.ended is None
    expected = [(topic.decode("utf-8", "surrogateescape"), mid, payload) for topic, mid, payload in sent]
    assert [(m.topic, m.mid, m.payload) for m in got] == expected
    assert all(m.size == len(m.payload) and m.connection == 7 and m.received_us == 5 for m in got)


@settings(max_examples=300, deadline=None)
@given(st.binary(min_size=1, max_size=600), st.booleans())
def test_no_bytes_make_it_raise(garbage: bytes, mqtt5: bool) -> None:
    """Whatever a broken or hostile peer sends, the wire says that it has ended or waits for more."""
    with pair(mqtt5) as (wire, theirs):
        theirs.sendall(garbage)
        theirs.shutdown(socket.SHUT_WR)
        read(wire)
        assert wire.ended is not None


@pytest.mark.parametrize("size", [LIMIT - 100, LIMIT, LIMIT + 1, 70_000, 300_000])
def test_a_packet_beyond_the_limit_is_cut_and_the_next_one_is_whole(size: int) -> None:
    """A huge message costs no more memory than the limit, keeps its packet id and true size, and harms no neighbour."""
    got: list[Message] = []
    stream = publish(b"t", 1, b"a" * size) + publish(b"t", 2, b"next")
    with pair() as (wire, theirs):
        theirs.setblocking(False)
        while len(got) < 2 and wire.ended is None:
            with suppress(BlockingIOError):
                stream = stream[theirs.send(stream[:50_000]) :]
            got += read(wire)
    assert [(m.mid, m.size) for m in got] == [(1, size), (2, 4)]
    assert len(got[0].payload) == min(size, LIMIT - 5)
    assert got[1].payload == b"next"


def test_room_in_bytes_holds() -> None:
    """A message more is taken only while there is room, so at most one goes beyond."""
    with pair() as (wire, theirs):
        theirs.sendall(b"".join(publish(b"t", mid, b"x" * 100) for mid in range(1, 11)))
        assert len(wire.read(Room(ALL, 250), 0)) == 3
        assert wire.more
        assert len(read(wire)) == 7
        assert not wire.more


def test_without_room_the_answer_to_a_ping_gets_through() -> None:
    """Back-pressure does not look like a dead broker while nothing but answers come."""
    with pair() as (wire, theirs):
        theirs.sendall(b"\xd0\x00" + publish(b"t", 1, b"x"))
        assert wire.read(Room(0, 0), 0) == []
        assert wire.more
        assert wire.recv(10) == b"\xd0\x00"


def test_a_topic_that_is_not_utf8_is_kept_as_it_is() -> None:
    """Its bytes can be had back."""
    with pair() as (wire, theirs):
        theirs.sendall(publish(b"keepwell/v1/\xff\xfe/telemetry", 1, b"{}"))
        (message,) = read(wire)
    assert message.topic.encode("utf-8", "surrogateescape") == b"keepwell/v1/\xff\xfe/telemetry"


def test_a_qos_2_message_ends_the_connection() -> None:
    """We never subscribe to QoS 2; a broker that sends it is not understood."""
    with pair() as (wire, theirs):
        theirs.sendall(b"\x34" + publish(b"t", 1, b"x")[1:])
        assert read(wire) == []
        assert wire.ended is not None
        assert wire.ended[0] is Cause.MALFORMED


def test_acknowledgements_leave_as_whole_packets_also_through_a_full_socket() -> None:
    """60,000 PUBACKs that the peer does not read at first all arrive, in order and unbroken."""
    with pair() as (wire, theirs):
        wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        mids = list(range(1, 60_001))
        wire.acknowledge(mids)
        assert wire.has_output
        came = bytearray()
        while len(came) < 240_000:
            came += theirs.recv(65_536)
            wire.flush()
    assert bytes(came) == b"".join(b"\x40\x02" + struct.pack(">H", mid) for mid in mids)
