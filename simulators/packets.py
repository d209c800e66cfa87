"""MQTT packets by the thousand: PUBLISH packets of equal length as rows of a byte matrix, changed in place by numpy.

Each packet is a row; packet id, time stamps and values are columns of digits. So a message costs a fraction of a
microsecond, where a client library takes tens.
"""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
QUANTITIES = (  # name, lowest value, range, digits after the point
    ("temperature", 10.0, 20.0, 2),
    ("relative_humidity", 30.0, 60.0, 2),
    ("battery_voltage", 3.1, 0.9, 3),
    ("co2", 400.0, 500.0, 1),
    ("illuminance", 100.0, 800.0, 1),
    ("pressure", 950.0, 49.0, 2),
)
TIME_DIGITS = 16  # µs since 1970


def connect_packet(client_id: str, user: str | None = None, password: str | None = None) -> bytes:
    """CONNECT of MQTT 3.1.1: clean session, and a keep-alive of 18 hours, for a publisher is never idle that long."""
    flags = 2 | (0x80 if user is not None else 0) | (0x40 if password is not None else 0)
    texts = [client_id] + [text for text in (user, password) if text is not None]
    body = b"\x00\x04MQTT\x04" + bytes([flags]) + b"\xff\xff"
    body += b"".join(struct.pack(">H", len(t.encode())) + t.encode() for t in texts)
    return b"\x10" + length(len(body)) + body


def length(n: int) -> bytes:
    """MQTT's variable length integer."""
    out = bytearray()
    while True:
        n, low = divmod(n, 128)
        out.append(low | (128 if n else 0))
        if not n:
            return bytes(out)


class Fleet:
    """All messages of one round: every device of every gateway once. Rows are messages, in the order of sending.

    Readings of one message are of neighbouring devices of one gateway and of one time. Each message is stamped with its
    own µs, so that no two readings of a series share a time.
    """

    def __init__(self, gateways: int, devices: int, values: int, array: int, prefix: str = "bench") -> None:
        """`devices` is per gateway and a multiple of `array`; `values` is at most `len(QUANTITIES)`."""
        if devices % array or not 1 <= values <= len(QUANTITIES):
            raise ValueError("devices must be a multiple of array, and values 1 … 6")
        rows = [
            self._packet(f"{prefix}-{gateway:04d}", range(first, first + array), values, array > 1)
            for gateway in range(gateways)
            for first in range(0, devices, array)
        ]
        self.rows: Bytes = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1).copy()
        self.array, self.values_per_message = array, array * values
        self._find_digits(rows[0], values)

    def _packet(self, gateway: str, devices: range, values: int, in_array: bool) -> bytes:
        numbers = ",".join(
            f'"{name}":{"0" * len(f"{low:.{after}f}")}' for name, low, _, after in QUANTITIES[:values]
        ).replace(":0", ":#")
        objects = [f'{{"device":"d{d:05d}","time":{"@" * TIME_DIGITS},{numbers}}}' for d in devices]
        payload = (f"[{','.join(objects)}]" if in_array else objects[0]).encode()
        topic = f"keepwell/v1/{gateway}/telemetry".encode()
        body = struct.pack(">H", len(topic)) + topic + b"\x00\x00" + payload
        self._id_at = 1 + len(length(len(body))) + 2 + len(topic)
        return b"\x32" + length(len(body)) + body

    def _find_digits(self, packet: bytes, values: int) -> None:
        """Where in a row the digits of time stamps and values stand; all rows are alike."""
        at = np.frombuffer(packet, np.uint8)
        self._times_at = np.flatnonzero(at == ord("@"))[::TIME_DIGITS]
        starts = np.flatnonzero(at == ord("#")).reshape(self.array, values)
        self._values_at = [starts[:, n] for n in range(values)]

    def write(
        self, rows: slice, packet_ids: NDArray[np.int64], now_us: int, rng: np.random.Generator
    ) -> Bytes:
        """The packets of `rows`, with these ids, stamped now_us, now_us + 1, …, with new values."""
        part = self.rows[rows]
        part[:, self._id_at] = packet_ids >> 8
        part[:, self._id_at + 1] = packet_ids & 255
        stamps = now_us + np.arange(len(part))[:, None]
        _put_digits(part, self._times_at, stamps, TIME_DIGITS)
        for at, (_, low, span, after) in zip(self._values_at, QUANTITIES, strict=False):
            whole = len(f"{low:.0f}")
            scaled = rng.integers(
                round(low * 10**after), round((low + span) * 10**after), (len(part), self.array)
            )
            head, tail = np.divmod(scaled, 10**after)
            _put_digits(part, at, head, whole)
            part[:, at + whole] = ord(".")
            _put_digits(part, at + whole + 1, tail, after)
        return part


def _put_digits(part: Bytes, at: NDArray[np.intp], numbers: NDArray[np.int64], digits: int) -> None:
    """Write `numbers` (messages, readings) in decimal, `digits` wide, at the columns `at` (readings,).

    `numbers` may be (messages, 1): then all readings of a message get the same.
    """
    for place in range(digits - 1, -1, -1):
        numbers, low = np.divmod(numbers, 10)
        part[:, at + place] = low + ord("0")
