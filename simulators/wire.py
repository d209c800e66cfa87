"""What gateways write: readings as native JSON or as SenML (RFC 8428)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from simulators.scenario import Gateway
from simulators.world import Reading

_UNITS = {
    "temperature": "Cel",
    "surface_temperature": "Cel",
    "relative_humidity": "%RH",
    "battery_voltage": "V",
}
_encode = msgspec.json.Encoder().encode


def encode(readings: Sequence[Reading], gateway: Gateway) -> bytes:
    """One message with all the readings, in the format and with the time stamps of the gateway."""
    if gateway.format == "senml":
        return _encode([record for reading in readings for record in _senml(reading)])
    native = [{"device": r.device, "time": stamp(r.time_s, gateway.times), **r.values} for r in readings]
    return _encode(native if len(native) > 1 else native[0])


def stamp(time_s: float, style: str) -> str | int:
    """A time (epoch seconds) as a gateway writes it: `rfc3339`, `epoch_s` or `epoch_ms`."""
    if style == "rfc3339":
        return datetime.fromtimestamp(time_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return int(time_s) if style == "epoch_s" else int(time_s * 1000)


def _senml(reading: Reading) -> list[dict[str, Any]]:
    """One record a value; the first carries the base name and time of all."""
    records: list[dict[str, Any]] = [
        {"n": name, "v": value, **({"u": _UNITS[name]} if name in _UNITS else {})}
        for name, value in reading.values.items()
    ]
    records[0] = {"bn": f"{reading.device}:", "bt": int(reading.time_s * 1000) / 1000, **records[0]}
    return records
