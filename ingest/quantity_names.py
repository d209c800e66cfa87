"""Other names of quantities: a series that goes by one of them would be watched by nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from ingest.quantities import unit_of

_OTHER_NAMES: Final = {
    "compressor_duty": "duty_cycle",
    "compressor_running": "running",
    "outside_temperature": "outdoor_temperature",
    "室外温度": "outdoor_temperature",
    "室外湿度": "outdoor_relative_humidity",
    "temp": "temperature",
    "air_temperature": "temperature",
    "ambient_temperature": "temperature",
    "temperature_c": "temperature",
    "温度": "temperature",
    "humidity": "relative_humidity",
    "hum": "relative_humidity",
    "humi": "relative_humidity",
    "rh": "relative_humidity",
    "air_humidity": "relative_humidity",
    "relativehumidity": "relative_humidity",
    "湿度": "relative_humidity",
    "相对湿度": "relative_humidity",
    "dewpoint": "dew_point",
    "dew_point_temperature": "dew_point",
    "露点": "dew_point",
    "surface_temp": "surface_temperature",
    "airpressure": "pressure",
    "air_pressure": "pressure",
    "barometric_pressure": "pressure",
    "气压": "pressure",
    "lux": "illuminance",
    "light_level": "illuminance",
    "batt": "battery_level",
    "battery_percent": "battery_level",
    "battery_percentage": "battery_level",
    "battery_volt": "battery_voltage",
    "电量": "battery_level",
    "signal_strength": "rssi",
    "lorasnr": "snr",
    "lora_snr": "snr",
    "信号强度": "rssi",
    "信噪比": "snr",
    "spreadingfactor": "spreading_factor",
    "f_cnt": "frame_counter",
    "fcnt": "frame_counter",
    "fcntup": "frame_counter",
    "framecounter": "frame_counter",
    "message_counter": "frame_counter",
    "mains": "mains_power",
    "mains_ok": "mains_power",
    "mains_present": "mains_power",
    "ac_present": "mains_power",
    "acpresent": "mains_power",
    "ac_ok": "mains_power",
    "市电": "mains_power",
    "市电状态": "mains_power",
    "lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
}
"""Names that have one meaning wherever gateways use them, and whose numbers come in the quantity's own unit. "battery"
is not among them (per cent or volts), nor is "t" or "h"."""


_LONGEST: Final = 64
"""No name of a quantity is longer; longer ones are not even remembered."""


def canonical(name: str) -> str | None:
    """The quantity that a name means: one of the table, also as `Temperature` or `Relative Humidity`, or a well-known
    other name of one; None if it is no name of any."""
    return _known(name) if len(name) <= _LONGEST else None


@lru_cache(maxsize=4_096)
def _known(name: str) -> str | None:
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    return plain if unit_of(plain) is not None else _OTHER_NAMES.get(plain)


def quantities_of(names: tuple[str, ...]) -> Mapping[str, str]:
    """The fields of one record → the quantities they mean, where these differ.

    A field that goes by another name keeps it if the quantity itself, or another field that means it, is there too: two
    sensors in one record are two series.
    """
    meant = {name: canonical(name) or name for name in names}
    often = Counter(meant.values())
    return {name: quantity for name, quantity in meant.items() if name != quantity and often[quantity] == 1}
