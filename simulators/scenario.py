"""A scenario: rooms, machines, sensors, gateways, what goes wrong with them, and what ought to be found out.

Scenarios are TOML files in `scenarios/`. Spans are written "90 s", "10 min", "-8 h"; a point in time is a span from the
start of the live part, so that "-8 h" lies in the replayed history. The names of gateways, devices and zones are those
of the registry description beside the scenario (`NAME.registry.toml`), which the simulators never read.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal

import msgspec

FOLDER = Path(__file__).parent / "scenarios"
_SPAN = re.compile(r"(-?\d+(?:\.\d+)?) ?(s|min|h|d)")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
FOREVER_S = 1e12


class Span(float):
    """Seconds, written with a unit."""


class ScenarioError(ValueError):
    """A scenario file that cannot be played; the text names the place and the reason."""


class Weather(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recording of `weather/`, and which instant of it is the start of the live part."""

    file: str
    now: str


class Room(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A room or truck compartment with its machines; a power of 0 means there is no such machine."""

    name: str
    weather: str
    volume_m3: float
    structure_m2: float
    structure_w_m2k: float
    floor_m2: float
    goods_kg: float
    start_c: float
    start_rh_pct: float
    structure_j_m2k: float = 8e4
    floor_j_m2k: float = 3e5
    floor_w_m2k: float = 0.5
    """Towards the ground; 0 for a truck."""
    ground_c: float = 12.0
    goods_j_kgk: float = 800.0
    goods_m2: float = 100.0
    leak_per_h: float = 0.3
    door_per_h: float = 8.0
    doors_per_day: float = 0.0
    """How often somebody opens the door, at random moments."""
    doors_open: Span = Span(240)
    source_kg_h: float = 0.0
    heater_w: float = 0.0
    heater_c: float = -99.0
    cooler_w: float = 0.0
    cooler_c: float = 99.0
    band_k: float = 1.0
    defrost_every: Span = Span(0)
    defrost: Span = Span(0)
    dryer_kg_h: float = 0.0
    """Air drawn over the dryer's coil."""
    dryer_rh_pct: float = 999.0
    profile: str = ""
    """What the registry should watch for in this zone (for `registry_file`)."""


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At a time, a control of a room goes to a value, at once or gradually: a door, or a machine's health 0 … 1."""

    at: Span
    room: str
    control: Literal["door", "heater", "cooler", "dryer"]
    to: float
    over: Span = Span(0)
    course: Literal["straight", "accelerating", "steps"] = "straight"
    """How it gets there: a coil that clogs goes straight, refrigerant that leaks is hardly felt at first, the elements of a
    heater burn out one by one (four steps)."""


class Move(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from", "target": "to"}
):
    """At a time, the goods of one room are carried into another."""

    at: Span
    source: str
    target: str


class Outage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """The link is down from … to; without `to` it never comes back."""

    start: Span
    end: Span = Span(FOREVER_S)


class Gateway(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A gateway and its habits. Its clock may run behind, never ahead."""

    name: str
    format: Literal["native", "senml"] = "native"
    times: Literal["rfc3339", "epoch_s", "epoch_ms"] = "rfc3339"
    array: int = 50
    """Most readings in one message."""
    replay: Literal["oldest_first", "newest_first", "shuffled"] = "oldest_first"
    """In which order it sends what it buffered."""
    duplicate_rate: float = 0.0
    """Share of messages sent a second time."""
    conflict_rate: float = 0.0
    """Share of readings followed by one of the same time with another value."""
    behind: Span = Span(0)
    behind_ppm: float = 0.0
    """How much further behind the clock falls, counted from the start of the history."""
    outages: tuple[Outage, ...] = ()


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of device in a room; `count` above 1 appends -001, -002, … to the name."""

    gateway: str
    name: str
    room: str
    quantities: tuple[str, ...] = ("temperature", "relative_humidity")
    count: int = 1
    interval: Span = Span(60)
    live_interval: Span = Span(2)
    machine: Literal["", "heater", "cooler", "dryer"] = ""
    """On which machine of the room it sits; `running` and `power` are of that machine."""
    lag: Span = Span(20)
    """How slowly the probe follows the air."""
    door_share: float = 0.0
    """How much of the air at the probe comes straight through an open door."""
    noise: float = 0.05
    """Standard deviation, in the quantity's unit."""

    def names(self) -> list[str]:
        """The device names, as the gateway says them."""
        return [self.name] if self.count == 1 else [f"{self.name}-{n:03d}" for n in range(1, self.count + 1)]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """What is wrong with one quantity of one device (`gateway/device`), from … to."""

    device: str
    quantity: str
    kind: Literal["sentinel", "stuck", "spike", "drift", "offset", "noise", "dead"]
    start: Span
    end: Span = Span(FOREVER_S)
    size: float = 0.0
    """The sentinel itself, the spike's or offset's height, the drift per hour, the noise's standard deviation."""
    rate: float = 1.0
    """Share of readings it falls upon (sentinel, spike, dead)."""


class Truth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finding that ought to be there, in the public words: its kind, and what it is about."""

    kind: str
    zone: str | None = None
    device: str | None = None
    """`gateway/device`, where it is about a sensor."""
    gateway: str | None = None
    quantity: str | None = None
    side: Literal["high", "low"] | None = None
    part: Literal["history", "live"] = "history"
    within: Span = Span(30)
    """How long after the start of the live part it must be there at the latest."""
    title: str = ""
    title_zh: str = ""


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    title: str
    title_zh: str
    seed: int
    weather: dict[str, Weather]
    rooms: tuple[Room, ...]
    gateways: tuple[Gateway, ...]
    devices: tuple[Device, ...]
    history: Span = Span(86400)
    step: Span = Span(10)
    """Step of the simulated history; the live part steps as it goes, never longer."""
    events: tuple[Event, ...] = ()
    moves: tuple[Move, ...] = ()
    faults: tuple[Fault, ...] = ()
    truth: tuple[Truth, ...] = ()
    quiet: tuple[str, ...] = ()
    """Zones about whose goods nothing may be found."""


def load(path_or_name: str | Path) -> Scenario:
    """The scenario of that name in `scenarios/`, or of that file. Raises ScenarioError, FileNotFoundError."""
    path = Path(path_or_name)
    if path.suffix != ".toml":
        path = FOLDER / f"{path_or_name}.toml"
        if not path.exists():
            known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.toml") if "." not in file.stem))
            raise ScenarioError(
                f"there is no scenario {path_or_name}: expected a .toml file, or one of {known}"
            )
    try:
        scenario = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Scenario, dec_hook=_read_span)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ScenarioError(f"{path.name}: {error}") from error
    _check_names(path.name, scenario)
    return scenario


def _read_span(kind: type, written: object) -> Span:
    match = _SPAN.fullmatch(written) if isinstance(written, str) else None
    if kind is not Span or match is None:
        raise ValueError(f"{written!r} is not a span such as 90 s, 10 min, -8 h or 1 d")
    return Span(float(match[1]) * _SECONDS[match[2]])


def _check_names(file: str, scenario: Scenario) -> None:
    """Raise ScenarioError where a name is used that nothing bears, or a clock would run ahead."""
    rooms = {room.name for room in scenario.rooms}
    gateways = {gateway.name for gateway in scenario.gateways}
    quantities = {(f"{d.gateway}/{n}", q) for d in scenario.devices for n in d.names() for q in d.quantities}
    devices = {device for device, _ in quantities}
    used = [
        *((room.weather, scenario.weather.keys(), "weather") for room in scenario.rooms),
        *((device.room, rooms, "room") for device in scenario.devices),
        *((device.gateway, gateways, "gateway") for device in scenario.devices),
        *((event.room, rooms, "room") for event in scenario.events),
        *((room, rooms, "room") for move in scenario.moves for room in (move.source, move.target)),
        *(((fault.device, fault.quantity), quantities, "device and quantity") for fault in scenario.faults),
        *((zone, rooms, "room") for zone in scenario.quiet),
        *((truth.device, devices, "device") for truth in scenario.truth if truth.device),
        *((truth.gateway, gateways, "gateway") for truth in scenario.truth if truth.gateway),
    ]
    for name, known, what in used:
        if name not in known:
            raise ScenarioError(f"{file}: there is no {what} {name!r}")
    ahead = [g.name for g in scenario.gateways if g.behind < 0 or g.behind_ppm < 0]
    if ahead:
        raise ScenarioError(f"{file}: the clock of {ahead[0]!r} would run ahead")
