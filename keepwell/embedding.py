"""The embedded broker in the terms of an installation: its settings, what the stages are told of it, and the gateways."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ingest.broker_url import BrokerUrl, parse_broker_url
from keepwell.broker_config import BrokerSettings, TlsFiles
from keepwell.settings import Settings

ADDRESS_FILE = "gateway-address"
"""In the data: what gateways are told, as the service that ran last knew it."""
_EVERYWHERE = {"0.0.0.0", "::"}


def broker_settings(settings: Settings) -> BrokerSettings:
    """The embedded broker of an installation."""
    tls = None
    if settings.mqtt_tls_cert:
        ca = Path(settings.mqtt_client_ca).absolute() if settings.mqtt_client_ca else None
        tls = TlsFiles(Path(settings.mqtt_tls_cert).absolute(), Path(settings.mqtt_tls_key).absolute(), ca)
    return BrokerSettings(
        settings.data / "broker", settings.mqtt_port, settings.mqtt_host, tls, settings.profile,
        settings.mqtt_store_bytes,
    )  # fmt: skip


def told(settings: Settings, url: BrokerUrl) -> Settings:
    """The settings of a stage that comes to the embedded broker with `url`."""
    return replace(
        settings, broker=url.text(), broker_ca=url.ca_file or "", broker_cert=url.cert_file or "",
        broker_key=url.key_file or "", broker_pinned=url.pinned, gateway_address=gateway_address(settings),
    )  # fmt: skip


def gateway_address(settings: Settings) -> str:
    """mqtt[s]://host:port where gateways find the broker; if it listens everywhere, by this machine."""
    if settings.gateway_address:
        return settings.gateway_address
    if settings.broker:
        return str(replace(parse_broker_url(settings.broker), user=None))
    tls = bool(settings.mqtt_tls_cert)
    host = _own_host(tls) if settings.mqtt_host in _EVERYWHERE else settings.mqtt_host
    return str(BrokerUrl(host, settings.mqtt_port, tls=tls))


def _own_host(tls: bool) -> str:
    """This machine's name, which is in its certificate; without TLS its address, for few gateways can look up names."""
    if not tls:
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only chooses by which way it would
            return str(probe.getsockname()[0])
    return socket.getfqdn()
