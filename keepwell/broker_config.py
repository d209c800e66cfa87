"""What the embedded broker is told: limits, listeners, and who may publish and read what."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

INGEST, API, PROBE, ANONYMOUS = "keepwell-ingest", "keepwell-api", "keepwell-probe", "keepwell-anonymous"
INTERNAL_USERS = (INGEST, API, PROBE)
_GATEWAY = re.compile(r"(?!keepwell-)[A-Za-z0-9_-]{1,64}")
_MIB = 1024 * 1024


class Profile(StrEnum):
    """What an acknowledgement of the broker survives."""

    POWER = "power"
    """A power cut: every message is synced to disk before its PUBACK."""
    PROCESS = "process"
    """The death of any process; a power cut may cost the last seconds. Some ten times as fast."""


class UnusableUserError(ValueError):
    """A gateway user whose name or password the broker must not be given."""


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """Where the embedded broker lives and how much it may hold."""

    folder: Path
    """Everything of the broker: store, configuration, secrets, log. Belongs to one Keepwell at a time."""
    mqtt_port: int = 1883
    mqtt_host: str = "127.0.0.1"
    """Beyond loopback nobody gets in without a credential of his own."""
    profile: Profile = Profile.POWER
    max_store_bytes: int = 4096 * _MIB
    reserve_bytes: int = 256 * _MIB
    """Beside the limit: what a full store is restarted with, because it could never be drained otherwise."""
    max_payload_bytes: int = 2 * _MIB
    ack_wait_s: int = 10
    """Unacknowledged messages come again after this time, also to a client that has just come back."""
    max_ack_pending: int = 8_192
    """Per subscription; all of one session together may not pass 65,535."""
    start_timeout_s: float = 60.0
    hung_after_s: float = 30.0
    """A server that does not answer for so long is killed and started anew."""

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the broker."""
        return self.mqtt_host == "localhost" or ip_address(self.mqtt_host).is_loopback

    @property
    def config_file(self) -> Path:
        """The generated configuration; its absolute path also names the server process."""
        return (self.folder / "nats.conf").absolute()


def check_users(users: Mapping[str, str]) -> None:
    """Refuse gateway names that could reach beyond their own topics, and passwords that protect nothing.

    Raises:
        UnusableUserError: names the gateway, never the password.
    """
    for gateway, password in users.items():
        if not _GATEWAY.fullmatch(gateway):
            raise UnusableUserError(f"no gateway can be called {gateway!r}")
        if len(password) < 8 or not password.isprintable():
            raise UnusableUserError(f"the password of {gateway!r} is too short or not printable")


def render(
    settings: BrokerSettings, secrets: Mapping[str, str], gateways: Mapping[str, str], *, draining: bool
) -> str:
    """The configuration of nats-server, as JSON (which its own format includes).

    While `draining` the store may use the reserve, and only Keepwell itself gets in: a refused CONNECT makes a gateway
    keep its messages, whereas a publish that is merely not permitted would be acknowledged and thrown away.
    """
    folder = settings.config_file.parent
    users = [_internal_user(name, secrets[name]) for name in INTERNAL_USERS]
    if not draining:
        users += [_gateway_user(gateway, password) for gateway, password in sorted(gateways.items())]
    open_to_all = settings.loopback and not draining
    if open_to_all:
        users.append(_user(ANONYMOUS, secrets[ANONYMOUS], _telemetry_of("*"), ["keepwell.v1.>"]))
    config = {
        "server_name": "keepwell",
        # NATS's own protocol: no user may use it, so it only has to be out of the way.
        "listen": "127.0.0.1:-1",
        "http": "127.0.0.1:-1",
        "ports_file_dir": str(folder / "ports"),
        "log_file": str(folder / "nats.log"),
        "logfile_size_limit": 10 * _MIB,
        "logfile_max_num": 3,
        "max_payload": settings.max_payload_bytes,
        "max_pending": 256 * _MIB,
        # A reader that pauses for a slow disk is not cut off after 10 s, the default; MQTT's keepalive finds dead ones.
        "write_deadline": "60s",
        "jetstream": {
            "store_dir": str(folder / "store"),
            "max_file_store": settings.max_store_bytes + (settings.reserve_bytes if draining else 0),
            "max_memory_store": 64 * _MIB,
            "sync_interval": "always" if settings.profile is Profile.POWER else "5s",
        },
        "mqtt": {
            "host": settings.mqtt_host,
            "port": settings.mqtt_port,
            "ack_wait": f"{settings.ack_wait_s}s",
            "max_ack_pending": settings.max_ack_pending,
        },
        "authorization": {"users": users},
    }
    if open_to_all:
        config["no_auth_user"] = ANONYMOUS
    return json.dumps(config, indent=1) + "\n"


def _internal_user(name: str, password: str) -> dict[str, object]:
    # The API submits dead letters again, in the name of their gateways.
    publish = ["keepwell.v1.*.alarm", "keepwell.v1.*.telemetry"] if name == API else []
    subscribe = [] if name == PROBE else ["keepwell.v1.>"]
    return _user(name, password, publish, subscribe)


def _gateway_user(gateway: str, password: str) -> dict[str, object]:
    return _user(gateway, password, _telemetry_of(gateway), [f"keepwell.v1.{gateway}.alarm"])


def _telemetry_of(gateway: str) -> list[str]:
    return [f"keepwell.v1.{gateway}.telemetry", f"keepwell.v1.{gateway}.status"]


def _user(name: str, password: str, publish: list[str], subscribe: list[str]) -> dict[str, object]:
    """A user of MQTT and of nothing else. QoS 1 messages reach a reader through subjects below $MQTT.sub."""
    reads = [*subscribe, "$MQTT.sub.>"] if subscribe else []
    return {
        "user": name,
        "password": password,
        "allowed_connection_types": ["MQTT"],
        "permissions": {
            "publish": {"allow": publish} if publish else {"deny": [">"]},
            "subscribe": {"allow": reads} if reads else {"deny": [">"]},
        },
    }
