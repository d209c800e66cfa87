"""The table of quantities: the one unit of each, what it can physically be, and its sensors' codes for "no value"."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import Flag

WORDS = (655.35, 6553.5, 65535.0, 327.67, 3276.7, 32767.0, -327.68, -3276.8, -32768.0)
"""0xFFFF, 0x7FFF and 0x8000 as 16-bit words, whole, in tenths and in hundredths."""

NINES = (-9999.0, -999.0, -999.9, 999.0, 999.9, 9999.0)
"""What loggers and gateways write for a value they do not have."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What can be measured, in one unit.

    `low` and `high` bound what can physically be, wide enough that no true reading of goods in storage or
    transport lies outside. `sentinels` are the codes of common sensors for "no value"; one that lies within the
    bounds could hide a true reading, so only those a design names (85 °C) or that no sensor meets by chance are here.
    """

    name: str
    unit: str
    low: float = -inf
    high: float = inf
    sentinels: tuple[float, ...] = ()


_CODES = (*WORDS, *NINES)
# Colder than liquid nitrogen (-196) no goods are kept, and no room or truck is hotter than boiling water: sensors
# that die report 103 to 123 there. -127 is a DS18B20 without contact, 85 one that was just switched on.
_THERMOMETER = {"low": -200.0, "high": 100.0}
_THERMOMETER_CODES = (-127.0, 85.0, *_CODES)
# Capacitive sensors in saturated air read up to about 105 %; below zero they are dead. 255 is 0xFF, 127.5 its half.
_HYGROMETER_CODES = (655.0, 255.0, 127.5, *_CODES)

QUANTITIES: Final = (
    Quantity("temperature", "°C", **_THERMOMETER, sentinels=_THERMOMETER_CODES),
    Quantity("surface_temperature", "°C", **_THERMOMETER, sentinels=_THERMOMETER_CODES),
    Quantity("supply_air_temperature", "°C", **_THERMOMETER, sentinels=_THERMOMETER_CODES),
    Quantity("return_air_temperature", "°C", **_THERMOMETER, sentinels=_THERMOMETER_CODES),
    Quantity("set_point", "°C", **_THERMOMETER, sentinels=_CODES),
    Quantity("dew_point", "°C", **_THERMOMETER, sentinels=_CODES),
    Quantity("relative_humidity", "%", 0.0, 105.0, _HYGROMETER_CODES),
    Quantity("absolute_humidity", "g/m³", 0.0, 600.0, _CODES),
    Quantity("pressure", "hPa", 0.0, 1_000_000.0, (65535.0, *NINES[:3])),
    Quantity("co2", "ppm", 0.0, 1_000_000.0, (65535.0, *NINES[:3])),
    Quantity("illuminance", "lx", 0.0, 200_000.0, NINES[:3]),
    Quantity("battery_level", "%", 0.0, 100.0, (255.0, 127.5, *_CODES)),
    Quantity("battery_voltage", "V", 0.0, 150.0, (65.535, *_CODES)),
    Quantity("voltage", "V"),
    Quantity("current", "A"),
    Quantity("power", "W"),
    Quantity("energy", "kWh"),
    Quantity("frequency", "Hz", 0.0),
    Quantity("speed", "m/s"),
    Quantity("acceleration", "m/s²"),
    Quantity("mass", "kg"),
    Quantity("distance", "m"),
    Quantity("altitude", "m", -12_000.0, 100_000.0),
    Quantity("latitude", "deg", -90.0, 90.0),
    Quantity("longitude", "deg", -180.0, 180.0),
    Quantity("door", "", 0.0, 1.0),
    Quantity("ratio", ""),
    Quantity("count", ""),
    Quantity("rssi", "dBm", -250.0, 100.0),
    Quantity("snr", "dB", -100.0, 100.0),
    Quantity("spreading_factor", "", 5.0, 12.0),
    Quantity("frame_counter", "", 0.0),
    Quantity("mains_power", "", 0.0, 1.0),
    Quantity("running", "", 0.0, 1.0),
    Quantity("duty_cycle", "%", 0.0, 100.0),
    Quantity("outdoor_temperature", "°C", **_THERMOMETER, sentinels=_THERMOMETER_CODES),
    Quantity("outdoor_relative_humidity", "%", 0.0, 105.0, _HYGROMETER_CODES),
)

Linear = tuple[float, float, float]
"""(zero, by, over): a value in the foreign unit becomes (value - zero) * by / over, exact where the unit is."""

_AS_IS: Linear = (0.0, 1.0, 1.0)
_PERCENT_OF_ONE: Linear = (0.0, 100.0, 1.0)
_MILLI: Linear = (0.0, 1.0, 1_000.0)
_KILO: Linear = (0.0, 1_000.0, 1.0)
_KELVIN: Linear = (273.15, 1.0, 1.0)
_FAHRENHEIT: Linear = (32.0, 5.0, 9.0)

_FOREIGN: Final[dict[str, dict[str, Linear]]] = {
    "": dict.fromkeys(("/", "1", "count", "bool"), _AS_IS),
    "°C": dict.fromkeys(("Cel", "degC", "℃", "C", "celsius"), _AS_IS)
    | dict.fromkeys(("K", "kelvin"), _KELVIN)
    | dict.fromkeys(("degF", "°F", "℉", "F", "fahrenheit"), _FAHRENHEIT),
    "%": dict.fromkeys(("%RH", "%EL", "percent"), _AS_IS) | dict.fromkeys(("/", "ratio"), _PERCENT_OF_ONE),
    "g/m³": {"g/m3": _AS_IS, "kg/m3": _KILO},
    "hPa": {
        "mbar": _AS_IS,
        "Pa": (0.0, 1.0, 100.0),
        "kPa": (0.0, 10.0, 1.0),
        "bar": _KILO,
        "mmHg": (0.0, 1.333_223_874_15, 1.0),
        "psi": (0.0, 68.947_572_931_683, 1.0),
    },
    "ppm": {},
    "lx": {"lux": _AS_IS, "klx": _KILO},
    "V": {"mV": _MILLI, "kV": _KILO},
    "A": {"mA": _MILLI},
    "W": {"mW": _MILLI, "kW": _KILO},
    "kWh": {"Wh": _MILLI, "J": (0.0, 1.0, 3_600_000.0)},
    "Hz": {"kHz": _KILO},
    "m/s": {"km/h": (0.0, 1.0, 3.6), "kn": (0.0, 1.852, 3.6)},
    "m/s²": {"m/s2": _AS_IS},
    "kg": {"g": _MILLI, "t": _KILO},
    "m": {"mm": _MILLI, "cm": (0.0, 1.0, 100.0), "km": _KILO, "ft": (0.0, 0.3048, 1.0)},
    "deg": dict.fromkeys(("°", "lat", "lon"), _AS_IS),
    "dBm": {},
    "dB": {},
}

_BY_UNIT: Final = {
    "Cel": "temperature",
    "K": "temperature",
    "%RH": "relative_humidity",
    "%EL": "battery_level",
    "Pa": "pressure",
    "hPa": "pressure",
    "V": "voltage",
    "mV": "voltage",
    "A": "current",
    "mA": "current",
    "W": "power",
    "kW": "power",
    "J": "energy",
    "kWh": "energy",
    "Hz": "frequency",
    "m/s": "speed",
    "km/h": "speed",
    "m/s2": "acceleration",
    "kg": "mass",
    "g": "mass",
    "m": "distance",
    "lx": "illuminance",
    "lat": "latitude",
    "lon": "longitude",
    "ppm": "co2",
    "dBm": "rssi",
    "dB": "snr",
    "/": "ratio",
    "1": "ratio",
    "count": "count",
}

_UNIT_OF: Final = {quantity.name: quantity.unit for quantity in QUANTITIES}
_HOME: Final = {name: home for home, foreign in reversed(_FOREIGN.items()) for name in (*foreign, home)}
"""Unit → the unit it is converted to where the quantity is not in the table ("/" stays a ratio there)."""


def unit_of(quantity: str) -> str | None:
    """The one unit of a quantity; None if the table does not know the quantity."""
    return _UNIT_OF.get(quantity)


def quantity_of_unit(unit: str) -> str | None:
    """The quantity that a SenML unit (RFC 8428, RFC 8798) speaks of when the record names none."""
    return _BY_UNIT.get(unit)


def convert(quantity: str, value: float, unit: str) -> float | None:
    """`value` in the quantity's one unit; None if `unit` is unknown or does not measure this quantity.

    A quantity outside the table takes any known unit and gets the one unit of its kind (degF → °C).
    """
    home = _UNIT_OF.get(quantity)
    if home is None:
        home = _HOME.get(unit)
    if home is None:
        return None
    if unit == home:
        return value
    linear = _FOREIGN[home].get(unit)
    if linear is None:
        return None
    zero, by, over = linear
    return (value - zero) * by / over


_CODE_OF: Final = {quantity.name: code for code, quantity in enumerate(QUANTITIES, start=1)}
_LOW: Final = np.array([-inf, *(quantity.low for quantity in QUANTITIES)])
_HIGH: Final = np.array([inf, *(quantity.high for quantity in QUANTITIES)])
_CLOSE: Final = 1e-6
"""How near (relative) a value must be to a sentinel: nearer than any sensor's step, wider than float32 and °F."""


def _table(rows: list[list[float]]) -> NDArray[np.float64]:
    """Rows of unequal length as one array, filled up with NaN, which equals nothing."""
    width = max(len(row) for row in rows)
    return np.array([row + [np.nan] * (width - len(row)) for row in rows])


_SENTINELS: Final = _table([[], *(list(q.sentinels) for q in QUANTITIES)])
_INNER: Final = _table([[], *([s for s in q.sentinels if q.low <= s <= q.high] for q in QUANTITIES)])
"""The sentinels a range check would miss: few, so most readings are never compared with all of them."""


def code_of(quantity: str) -> int:
    """The row of a quantity in the tables behind `flags_of` (not for keeping); 0, never flagged, if unknown."""
    return _CODE_OF.get(quantity, 0)


def flags_of(code: NDArray[np.int16], value: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Flag.SENTINEL or Flag.IMPOSSIBLE or 0 per reading: a pure function of quantity and kept value.

    Shapes: `code` (n,) from `code_of`, `value` (n,) in the quantity's unit; answers (n,).
    """
    flags = np.zeros(len(value), np.uint8)
    suspect = (value < _LOW[code]) | (value > _HIGH[code])
    for column in _INNER.T:
        suspect |= _near(value, column[code])
    (at,) = np.nonzero(suspect)
    if len(at):
        known = _near(value[at, None], _SENTINELS[code[at]]).any(axis=1)
        flags[at] = np.where(known, Flag.SENTINEL, Flag.IMPOSSIBLE)
    return flags


def _near(value: NDArray[np.float64], sentinel: NDArray[np.float64]) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = np.abs(value - sentinel) <= _CLOSE * np.abs(sentinel)
    return near
