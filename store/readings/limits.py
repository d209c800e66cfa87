"""Settings of a store of readings: the limits it lives by, and where its InfluxDB is."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.nouns import US_PER_MINUTE, US_PER_SECOND


@dataclass(frozen=True, slots=True)
class Limits:
    """When recent readings are sealed, and how much of the feed is held."""

    recent_readings: int = 1 << 18
    recent_chunks: int = 1_024
    recent_age_us: int = 10 * US_PER_MINUTE
    waiting_readings: int = 8 << 20
    """Recent readings at most, while sealing is not possible."""
    feed_readings: int = 2_000_000
    feed_chunks: int = 20_000


INFLUX_LIMITS = Limits(recent_readings=1 << 16, recent_age_us=5 * US_PER_SECOND)
"""People look into InfluxDB themselves: readings go there within seconds."""


@dataclass(frozen=True, slots=True)
class InfluxSettings:
    """Where the InfluxDB is. With 1.x the bucket is the database and the token "user:password"."""

    url: str
    bucket: str
    token: str = ""
    org: str = "-"
    timeout_ms: int = 10_000
