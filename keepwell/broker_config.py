"""What the embedded broker is told: limits, listener, TLS, and who gets in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from keepwell.broker_rights import ANONYMOUS, Rights, anonymous_user, gateway_users, internal_users

_MIB = 1024 * 1024


class Profile(StrEnum):
    """What an acknowledgement of the broker survives."""

    POWER = "power"
    """A power cut: every message is synced to disk before its PUBACK."""
    PROCESS = "process"
    """The death of any process; a power cut may cost the last seconds. Some ten times as fast."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The files of TLS, PEM."""

    cert: Path
    """The broker's certificate, with those between it and its authority."""
    key: Path
    client_ca: Path | None = None
    """If given, a client must show a certificate of this authority, beside its password. Keepwell's own processes show
    the broker's, so that one must come from it too."""


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """Where the embedded broker lives and how much it may hold."""

    folder: Path
    """Everything of the broker: store, configuration, secrets, log. Belongs to one Keepwell at a time."""
    mqtt_port: int = 1883
    mqtt_host: str = "127.0.0.1"
    """Beyond loopback nobody gets in without a credential of his own."""
    tls: TlsFiles | None = None
    """None: plain text."""
    profile: Profile = Profile.POWER
    max_store_bytes: int = 4096 * _MIB
    reserve_bytes: int = 256 * _MIB
    """Beside the limit: what a full store is restarted with, because it could never be drained otherwise."""
    max_payload_bytes: int = 2 * _MIB
    ack_wait_s: int = 10
    """Unacknowledged messages come again after this time, also to a client that has just come back."""
    start_timeout_s: float = 60.0
    hung_after_s: float = 30.0
    """A server that does not answer for so long is killed and started anew."""

    @property
    def max_ack_pending(self) -> int:
        """What may be unacknowledged per subscription. NATS refuses those with which a session would pass 65,535.

        So ingest may have 63 subscriptions where syncing is the bottleneck anyway (1,024 allow 14,000 messages/s), and 31
        where messages come faster; three are its own, the others belong to mappings.
        """
        return 1_024 if self.profile is Profile.POWER else 2_048

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the broker."""
        return is_loopback(self.mqtt_host)

    @property
    def config_file(self) -> Path:
        """The generated configuration; its absolute path also names the server process."""
        return (self.folder / "nats.conf").absolute()

    @property
    def log_file(self) -> Path:
        """What the server says, refusals among it."""
        return (self.folder / "nats.log").absolute()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def render(settings: BrokerSettings, secrets: Mapping[str, str], rights: Rights, *, draining: bool) -> str:
    """The configuration of nats-server, as JSON (which its own format includes).

    While `draining` the store may use the reserve, and only Keepwell itself gets in: a refused CONNECT makes a gateway
    keep its messages, whereas a publish that is merely not permitted would be acknowledged and thrown away.
    """
    folder = settings.config_file.parent
    users = internal_users(rights, secrets)
    if not draining:
        users += gateway_users(rights)
    open_to_all = settings.loopback and rights.anonymous and not draining
    if open_to_all:
        users.append(anonymous_user(rights, secrets))
    config = {
        "server_name": "keepwell",
        # NATS's own protocol: no user may use it, so it only has to be out of the way.
        "listen": "127.0.0.1:-1",
        "http": "127.0.0.1:-1",
        "ports_file_dir": str(folder / "ports"),
        "log_file": str(settings.log_file),
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
        "mqtt": _listener(settings),
        "authorization": {"users": users},
    }
    if open_to_all:
        config["no_auth_user"] = ANONYMOUS
    return json.dumps(config, indent=1, ensure_ascii=False) + "\n"  # its own format knows no \u


def _listener(settings: BrokerSettings) -> dict[str, object]:
    told: dict[str, object] = {
        "host": settings.mqtt_host,
        "port": settings.mqtt_port,
        "ack_wait": f"{settings.ack_wait_s}s",
        "max_ack_pending": settings.max_ack_pending,
    }
    if settings.tls is not None:
        told["tls"] = _tls(settings.tls)
    return told


def _tls(files: TlsFiles) -> dict[str, object]:
    """Over a mobile network a handshake takes longer than the 2 s that are the default."""
    told: dict[str, object] = {"cert_file": str(files.cert), "key_file": str(files.key), "timeout": 15}
    if files.client_ca is not None:
        told |= {"ca_file": str(files.client_ca), "verify": True}
    return told
