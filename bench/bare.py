"""The yardstick: a plain paho subscriber, QoS 1, that counts messages and acknowledges them in batches.

`python -m bench.bare --broker URL --seconds N` prints how many it counted and in what time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from paho.mqtt.client import Client, MQTTMessage, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from ingest.broker_url import parse_broker_url

BATCH = 1_000
IDLE_S = 2.0


class Counter:
    """Counts, and acknowledges every thousand messages or when nothing comes."""

    def __init__(self, client: Client) -> None:
        self.count = 0
        self.first_s = self.last_s = 0.0
        self._client = client
        self._held: list[MQTTMessage] = []

    def on_message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        """Count one message."""
        self._held.append(message)
        if len(self._held) >= BATCH:
            self.acknowledge()

    def acknowledge(self) -> None:
        """Acknowledge what was counted."""
        now_s = time.monotonic()
        self.first_s = self.first_s or now_s
        self.last_s = now_s
        self.count += len(self._held)
        for message in self._held:
            self._client.ack(message.mid, message.qos)
        self._held.clear()

    @property
    def waiting(self) -> bool:
        """Whether messages are counted but not acknowledged."""
        return bool(self._held)


def main() -> None:
    """Count for a while, and print what was counted."""
    parser = argparse.ArgumentParser(prog="bench.bare", description=__doc__)
    parser.add_argument("--broker", required=True, metavar="URL")
    parser.add_argument(
        "--seconds", type=float, required=True, help="at most; it ends earlier when nothing comes any more"
    )
    options = parser.parse_args()
    url = parse_broker_url(options.broker)
    client = Client(
        CallbackAPIVersion.VERSION2,
        f"bare-{time.time_ns()}",
        clean_session=True,
        protocol=MQTTv311,
        manual_ack=True,
    )
    client.username_pw_set(url.user, url.password)
    counter = Counter(client)
    client.on_message = counter.on_message
    client.on_connect = subscribe
    client.on_subscribe = lambda *_: print_line("ready")
    client.connect(url.host, url.port)
    end_s = time.monotonic() + options.seconds
    while time.monotonic() < end_s and not (counter.count and time.monotonic() - counter.last_s > IDLE_S):
        before = counter.count
        client.loop(0.05)
        if counter.waiting and counter.count == before and not client.want_write():
            idle_from = counter.count
            client.loop(0.0)
            if counter.count == idle_from and time.monotonic() - counter.last_s > 0.05:
                counter.acknowledge()
    print_line(json.dumps({"messages": counter.count, "seconds": counter.last_s - counter.first_s}))
    client.disconnect()


def subscribe(client: Client, *_: Any) -> None:
    """Ask for all telemetry."""
    client.subscribe("keepwell/v1/+/telemetry", qos=1)


def print_line(text: str) -> None:
    """Tell the parent."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
