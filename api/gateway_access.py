"""What a person needs to connect a gateway: where the broker is, the topics, and a line to try it with."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import msgspec

from ingest.broker_url import parse_broker_url


class BrokerView(msgspec.Struct, frozen=True):
    """Where gateways find the broker."""

    address: str
    host: str
    port: int
    tls: bool


class AccessView(msgspec.Struct, frozen=True):
    """How a gateway connects, without its secret. The user name is the gateway's id."""

    gateway: str
    broker: BrokerView
    publish: list[str]
    """Topics (filters) it may publish to."""
    read: list[str]
    """Topics it may read."""


def access_of(gateway: str, address: str, extra: Sequence[str]) -> AccessView:
    """How `gateway` reaches the broker at `address` (mqtt[s]://host:port); `extra` are topics that mappings grant it."""
    url = parse_broker_url(address)
    own = [f"keepwell/v1/{gateway}/telemetry", f"keepwell/v1/{gateway}/status"]
    broker = BrokerView(address, url.host, url.port, url.tls)
    return AccessView(gateway, broker, [*own, *extra], [f"keepwell/v1/{gateway}/alarm"])


def trial_line(access: AccessView, secret: str) -> str:
    """A command that publishes one reading in the gateway's name, of a device that nobody has: no real one gets a false reading."""
    words = ["mosquitto_pub", "-h", access.broker.host, "-p", str(access.broker.port)]
    words += ["--cafile", "ca.pem"] if access.broker.tls else []
    words += ["-i", access.gateway, "-u", access.gateway, "-P", secret, "-q", "1", "-t", access.publish[0]]
    return shlex.join([*words, "-m", '{"device": "try-it", "temperature": 20.0}'])
