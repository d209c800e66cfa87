"""The socket under paho: reads and writes in large pieces, and takes the PUBLISH packets out by itself.

paho reads a packet with three recv calls and carries each message through some 20 µs of Python, and sends a PUBACK per
send call. `Wire` is handed to paho in place of the socket (by the public hook for a TLS context), so that a whole
recv's worth of messages is cut up in one loop and PUBACKs leave together. Everything else of MQTT, that is CONNECT,
authentication, properties, SUBSCRIBE, DISCONNECT, remains paho's. Figures: `docs/decisions/007-mqtt-wire.md`.
"""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from ingest.link import Cause

CHUNK_BYTES = 65_536
PINGREQ = b"\xc0\x00"
_DISCONNECT = b"\xe0\x00"
_PUBLISH = 0x30
_PUBACK = 0x40020000
"""A PUBACK is four bytes: its head, and in the lower half the packet id. MQTT 5 allows the same short form."""

_WOULD_BLOCK = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class MalformedPacketError(Exception):
    """What came is not MQTT as we asked for it; the connection cannot be read any further."""


class Message(msgspec.Struct, frozen=True, gc=False):
    """One MQTT message as it was delivered."""

    topic: str
    """Bytes that are not UTF-8 stand in it as lone surrogates (surrogateescape)."""
    payload: bytes
    """Cut to the limit of the wire; `size` is the true size in bytes."""
    mid: int
    qos: int
    dup: bool
    retain: bool
    received_us: int
    connection: int
    """Which connection of this subscriber delivered it: packet ids mean nothing beyond it."""
    size: int


@dataclass(slots=True)
class Room:
    """How much more may be taken in: messages, and bytes of payload (the last message may go beyond)."""

    messages: int
    bytes: int

    def __bool__(self) -> bool:
        return self.messages > 0 and self.bytes > 0


@dataclass(slots=True)
class Wire:
    """A non-blocking socket with buffers on both sides. What paho calls comes first, what we call below."""

    sock: socket.socket
    connection: int
    mqtt5: bool
    max_packet_bytes: int
    monotonic_s: Callable[[], float]
    heard_s: float = 0.0
    """When the last byte came in (monotonic seconds)."""
    more: bool = False
    """The last read stopped for lack of room: a message is there already, so there is no need to wait for one."""
    ended: tuple[Cause, str] | None = None
    """Why nothing more can come."""
    closed: bool = False
    _data: bytes = b""
    _at: int = 0
    _need: int = 2
    """Bytes that must be there before the next packet can be taken."""
    _control: bytearray = field(default_factory=bytearray)
    _out: bytearray = field(default_factory=bytearray)
    _skip: int = 0
    """Bytes still to come of a packet that was cut."""

    def recv(self, size: int) -> bytes:
        """The next bytes of packets that are not PUBLISH."""
        if not self._control:
            raise BlockingIOError
        taken = bytes(self._control[:size])
        del self._control[:size]
        return taken

    def send(self, data: bytes | bytearray) -> int:
        """Send now, or keep for `flush` what the socket does not take: never a part of a packet only."""
        self._out += data
        self.flush()
        return len(data)

    def close(self) -> None:
        """Close the socket; may be repeated."""
        self.closed = True
        self.sock.close()

    def fileno(self) -> int:
        """The file descriptor to wait for."""
        return self.sock.fileno()

    def setblocking(self, flag: bool) -> None:
        """As of a socket."""
        self.sock.setblocking(flag)

    def settimeout(self, seconds: float | None) -> None:
        """As of a socket."""
        self.sock.settimeout(seconds)

    def do_handshake(self) -> None:
        """Of TLS, where there is TLS."""
        if isinstance(self.sock, ssl.SSLSocket):
            self.sock.do_handshake()

    @property
    def has_control(self) -> bool:
        """Packets wait for paho."""
        return bool(self._control)

    @property
    def has_output(self) -> bool:
        """Bytes wait for the socket to take them."""
        return bool(self._out)

    def flush(self) -> None:
        """Send what waits, as far as the socket takes it. Raises OSError when the connection is gone."""
        while self._out:
            try:
                sent = self.sock.send(self._out)
            except _WOULD_BLOCK:
                return
            del self._out[:sent]

    def acknowledge(self, mids: list[int]) -> None:
        """Send PUBACKs, all with one send call."""
        self.send(struct.pack(f">{len(mids)}I", *[_PUBACK | mid for mid in mids]))

    def leave(self, timeout_s: float) -> None:
        """Send what waits and DISCONNECT, then wait until the broker has read it all and closes.

        If we closed first, a message under way to us would make the kernel reset the connection, and the broker would
        never see the PUBACKs before it.
        """
        ends_s = self.monotonic_s() + timeout_s
        with suppress(OSError):
            self.sock.settimeout(timeout_s)
            self.sock.sendall(self._out + _DISCONNECT)
            self.sock.shutdown(socket.SHUT_WR)
            while self.monotonic_s() < ends_s and self.sock.recv(CHUNK_BYTES):
                pass
        self.close()

    def read(self, room: Room, received_us: int) -> list[Message]:
        """The messages that are there, at most `room` (which is reduced). Sets `more` and `ended`; never raises.

        Without room it still goes on to the first message, so that an answer to CONNECT or to a ping gets through.
        """
        messages: list[Message] = []
        try:
            while not self._split(room, received_us, messages):
                if not self._receive():
                    break
        except OSError as error:
            self.ended = (Cause.CLOSED, str(error))
        except (MalformedPacketError, IndexError) as error:
            self.ended = (Cause.MALFORMED, str(error))
        return messages

    def _receive(self) -> bool:
        """Take one piece from the socket; False when there is nothing more for now."""
        try:
            chunk = self.sock.recv(CHUNK_BYTES)
        except _WOULD_BLOCK:
            return False
        if not chunk:
            raise ConnectionError("the broker closed the connection")
        self.heard_s = self.monotonic_s()
        if self._skip:
            skipped = min(self._skip, len(chunk))
            self._skip -= skipped
            chunk = chunk[skipped:]
        self._data = self._data[self._at :] + chunk
        self._at = 0
        return True

    def _split(self, room: Room, received_us: int, messages: list[Message]) -> bool:
        """Cut what has been received into packets: messages to `messages`, all others to paho's side.

        True when it stopped before a message for lack of room.
        """
        data, at, available = self._data, self._at, len(self._data)
        self.more = False
        while available - at >= self._need:
            size, body = data[at + 1], at + 2
            if size & 0x80:
                size, body = _long_size(data, at + 1)
            end = body + size
            # Of a packet beyond the limit only the beginning is kept; that is enough to name and acknowledge it.
            kept_end = min(end, body + self.max_packet_bytes)
            if kept_end > available:
                self._need = kept_end - at
                break
            if data[at] & 0xF0 != _PUBLISH:
                self._control += data[at:kept_end]
            elif room.messages > 0 and room.bytes > 0:
                messages.append(self._message(data, at, body, kept_end, end - kept_end, received_us))
                room.messages -= 1
                room.bytes -= size
            else:
                self.more = True
                break
            at = min(end, available)
            self._skip = end - at
            self._need = 2
        self._at = at
        return self.more

    def _message(self, data: bytes, at: int, body: int, end: int, cut: int, received_us: int) -> Message:
        """The PUBLISH packet at `at`, whose variable header starts at `body`; `cut` bytes of it are not kept."""
        head = data[at]
        topic_end = body + 2 + (data[body] << 8 | data[body + 1])
        qos = head >> 1 & 3
        payload_at, mid = topic_end, 0
        if qos:
            payload_at, mid = topic_end + 2, data[topic_end] << 8 | data[topic_end + 1]
        if self.mqtt5:
            properties_size, properties_at = _long_size(data, payload_at)
            payload_at = properties_at + properties_size
        if payload_at > end or qos > 1:
            raise MalformedPacketError("a PUBLISH packet that cannot be read")
        topic = data[body + 2 : topic_end].decode("utf-8", "surrogateescape")
        return Message(
            topic, data[payload_at:end], mid, qos, head & 8 != 0, head & 1 != 0, received_us,
            self.connection, end + cut - payload_at,
        )  # fmt: skip


def _long_size(data: bytes, at: int) -> tuple[int, int]:
    """A variable byte integer at `at`: its value and where it ends. A value beyond `data` counts as far too large."""
    size = shift = 0
    for place in range(at, min(at + 4, len(data))):
        byte = data[place]
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return size, place + 1
    if len(data) - at >= 4:
        raise MalformedPacketError("a packet length of more than four bytes")
    return 1, len(data)


class WireContext:
    """Hands paho a `Wire`. paho calls it as it calls an `ssl.SSLContext`; `tls` is the real one, or None for plain TCP."""

    check_hostname = True
    """Tells paho that the host name needs no second check: the real context does it during the handshake."""

    def __init__(self, make: Callable[[socket.socket], Wire], tls: ssl.SSLContext | None) -> None:
        self._make = make
        self._tls = tls
        self.wire: Wire | None = None

    def wrap_socket(self, sock: socket.socket, server_hostname: str, do_handshake_on_connect: bool) -> Wire:
        """The socket with buffers, below TLS where that is wanted."""
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is not None:
            sock = self._tls.wrap_socket(sock, server_hostname=server_hostname, do_handshake_on_connect=False)
        self.wire = self._make(sock)
        return self.wire
