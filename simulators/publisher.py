"""A fast publisher for benches: ready-made QoS 1 packets over one raw socket, with a bounded window.

`python -m simulators.publisher --broker URL --gateways G --devices D --array 1|50 --rate R|max --seconds N --json FILE`
"""

from __future__ import annotations

import argparse
import select
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from simulators.link import Broker, parse_broker
from simulators.packets import Fleet, connect_packet

WINDOW = 8_000
"""Messages in flight at most; packet ids are 16 bits wide."""
CHUNK_BYTES = 256 * 1024
"""About how much is written and sent at once."""
TICK_S = 0.01
"""With a rate, what falls due in this time is sent together."""
SETTLE_S = 30.0
"""How long the last acknowledgements are waited for."""
PACKET_IDS = 65_535


class PublisherReport(msgspec.Struct, frozen=True):
    """What was published."""

    messages: int
    """Handed to the socket."""
    acknowledged: int
    values: int
    """Values in acknowledged messages."""
    seconds: float
    """From the first packet to the last acknowledgement."""
    messages_per_s: float
    values_per_s: float
    per_second: list[int]
    """Acknowledged messages in each second."""
    cpu_us_per_message: float
    first_us: int
    """Time stamp of the first reading; likewise of the last message."""
    last_us: int


class Publisher:
    """One connection that publishes for a whole fleet of gateways."""

    def __init__(self, broker: Broker, fleet: Fleet, window: int = WINDOW, seed: int = 1) -> None:
        """Connects. Raises OSError, ConnectionRefusedError with the broker's return code."""
        self.sent = self.acknowledged = 0
        self.first_us = self.last_us = 0
        self._fleet, self._window = fleet, window
        self._rng = np.random.default_rng(seed)
        self._row = 0
        self._in_flight = np.zeros(PACKET_IDS + 1, bool)
        self._unread = b""
        self._per_second: dict[int, int] = {}
        self._chunk = max(1, min(window // 2, CHUNK_BYTES // fleet.rows.shape[1]))
        self._socket = socket.create_connection((broker.host, broker.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(
            connect_packet(f"publisher-{seed}-{time.time_ns()}", broker.user, broker.password)
        )
        answer = self._socket.recv(4, socket.MSG_WAITALL)
        if answer[:1] != b"\x20" or answer[3:4] != b"\x00":
            raise ConnectionRefusedError(f"CONNACK {answer.hex()}")
        self._socket.setblocking(False)

    def run(self, seconds: float, rate: float | None) -> PublisherReport:
        """Publish for `seconds`, at `rate` messages/s or as fast as acknowledgements come; then settle."""
        started, cpu_started = time.monotonic(), time.process_time()
        self._started = started
        least = self._chunk if rate is None else max(1, min(self._chunk, int(rate * TICK_S)))
        while (elapsed := time.monotonic() - started) < seconds:
            allowed = self._window - (self.sent - self.acknowledged)
            if rate is not None:
                allowed = min(allowed, int(rate * elapsed) - self.sent)
            ready = allowed >= least
            if ready:
                self._send(min(allowed, self._chunk))
            self._receive(0.0 if ready else 0.002)
        deadline = time.monotonic() + SETTLE_S
        while self.acknowledged < self.sent and time.monotonic() < deadline:
            self._receive(0.1)
        return self._report(time.monotonic() - started, time.process_time() - cpu_started)

    def close(self) -> None:
        """Disconnect."""
        self._socket.setblocking(True)
        self._socket.sendall(b"\xe0\x00")
        self._socket.close()

    def _send(self, count: int) -> None:
        row, fleet = self._row, self._fleet
        count = min(count, len(fleet.rows) - row)
        ids = (self.sent + np.arange(count)) % PACKET_IDS + 1
        if self._in_flight[ids].any():
            return  # the broker still owes an acknowledgement from 65,535 messages ago
        now_us = max(time.time_ns() // 1000, self.last_us + 1)
        packets = fleet.write(slice(row, row + count), ids, now_us, self._rng)
        self._in_flight[ids] = True
        self._push(memoryview(packets.tobytes()))
        self.first_us = self.first_us or now_us
        self.last_us = now_us + count - 1
        self.sent += count
        self._row = (row + count) % len(fleet.rows)

    def _push(self, data: memoryview) -> None:
        while data:
            try:
                data = data[self._socket.send(data) :]
            except BlockingIOError:
                self._receive(0.0)
                select.select([self._socket], [self._socket], [])

    def _receive(self, timeout_s: float) -> None:
        if not select.select([self._socket], [], [], timeout_s)[0]:
            return
        data = self._socket.recv(1 << 20)
        if not data:
            raise ConnectionResetError("the broker closed the connection")
        data = self._unread + data
        whole = len(data) // 4 * 4
        acks = np.frombuffer(data[:whole], np.uint8).reshape(-1, 4)
        if (acks[:, 0] != 0x40).any():
            raise ConnectionResetError("something else than an acknowledgement came")
        self._unread = data[whole:]
        self._in_flight[acks[:, 2].astype(np.int64) << 8 | acks[:, 3]] = False
        self.acknowledged += len(acks)
        second = int(time.monotonic() - self._started)
        self._per_second[second] = self._per_second.get(second, 0) + len(acks)

    def _report(self, seconds: float, cpu_s: float) -> PublisherReport:
        values = self.acknowledged * self._fleet.values_per_message
        return PublisherReport(
            messages=self.sent,
            acknowledged=self.acknowledged,
            values=values,
            seconds=seconds,
            messages_per_s=self.acknowledged / seconds,
            values_per_s=values / seconds,
            per_second=[self._per_second.get(n, 0) for n in range(int(seconds) + 1)],
            cpu_us_per_message=1e6 * cpu_s / max(1, self.sent),
            first_us=self.first_us,
            last_us=self.last_us,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one publisher and write its report."""
    parser = argparse.ArgumentParser(prog="simulators.publisher", description=__doc__)
    parser.add_argument("--broker", required=True, metavar="URL")
    parser.add_argument("--gateways", type=int, default=10)
    parser.add_argument("--devices", type=int, default=350, help="per gateway; a multiple of --array")
    parser.add_argument("--values-per-message", type=int, default=3, help="quantities of each reading")
    parser.add_argument("--array", type=int, default=1, help="readings in a message")
    parser.add_argument("--rate", default="max", help="messages/s, or max")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--prefix", default="bench", help="gateways are PREFIX-0000, …")
    parser.add_argument("--window", type=int, default=WINDOW)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    fleet = Fleet(
        options.gateways, options.devices, options.values_per_message, options.array, options.prefix
    )
    publisher = Publisher(parse_broker(options.broker), fleet, options.window)
    report = publisher.run(options.seconds, None if options.rate == "max" else float(options.rate))
    publisher.close()
    written = msgspec.json.encode(report)
    if options.json:
        options.json.write_bytes(written)
    else:
        sys.stdout.write(written.decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
