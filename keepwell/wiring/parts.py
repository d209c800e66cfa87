"""What several processes are built with: the clock, ids, the reader of readings."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

from ingest.broker_url import BrokerUrl, parse_broker_url
from keepwell.settings import Settings
from store.readings import InfluxSettings, Reader, StoreAbsent, open_influx_reader, open_reader


def now_us() -> int:
    """The wall clock, µs UTC."""
    return time.time_ns() // 1000


def broker_of(settings: Settings) -> BrokerUrl:
    """Where the broker is, as whom a stage comes there, and how it trusts it."""
    return replace(
        parse_broker_url(settings.broker, settings.broker_ca or None),
        cert_file=settings.broker_cert or None, key_file=settings.broker_key or None, pinned=settings.broker_pinned,
    )  # fmt: skip


def client_id(data: Path, stage: str) -> str:
    """The MQTT client id of a stage: made once, kept, and unique to this installation."""
    path = data / f"{stage}.client-id"
    if not path.exists():
        temporary = path.with_suffix(".new")
        temporary.write_text(f"keepwell-{stage}-{os.urandom(6).hex()}")
        temporary.replace(path)
    return path.read_text().strip()


def expect_service(settings: Settings) -> None:
    """Go on only where somebody has worked before: a command that reads makes no new database.

    Raises:
        FileNotFoundError: there is no embedded service database in the data directory.
    """
    if isinstance(settings.service, Path) and not settings.service.exists():
        raise FileNotFoundError(f"there is no {settings.service}: name the data directory with --data")


def reader_of(settings: Settings) -> Reader:
    """The readings, as the settings say where they are kept."""
    if settings.influx_url:
        return open_influx_reader(settings.readings, influx_of(settings))
    return open_reader(settings.readings)


def influx_of(settings: Settings) -> InfluxSettings:
    """Where InfluxDB is, and who we are there."""
    return InfluxSettings(
        url=settings.influx_url,
        token=settings.influx_token,
        org=settings.influx_org,
        bucket=settings.influx_bucket,
    )


def position_of(reader: Reader) -> int:
    """The last journal position applied; 0 while nothing ever was."""
    try:
        return reader.position()
    except StoreAbsent:
        return 0
