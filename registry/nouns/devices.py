"""What measures: gateways, devices, the catalogue of their models, and their calibrations."""

from __future__ import annotations

from dataclasses import dataclass

from registry.nouns.registered import Registered


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelQuantity:
    """What devices of a model say of one quantity, in the quantity's unit."""

    quantity: str
    resolution: float | None = None
    accuracy: float | None = None
    """±."""
    low: float | None = None
    high: float | None = None
    """The range it can measure."""
    sentinels: tuple[float, ...] = ()
    """Its own codes for "no value"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceModel(Registered):
    """A model in the catalogue."""

    manufacturer: str = ""
    interval_us: int | None = None
    """How often it speaks as delivered."""
    quantities: tuple[ModelQuantity, ...] = ()
    battery: tuple[tuple[float, float], ...] = ()
    """The discharge curve: (V, % left), rising."""
    note: str = ""
    """Where the figures come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway(Registered):
    """An MQTT client that speaks for devices. Its key is its id on the wire (`GATEWAY_PATTERN`)."""

    site: str | None = None
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(Registered):
    """A probe or logger (监测终端)."""

    gateway: str
    device: str = ""
    """Its name as the gateway says it; "" = the gateway is its own device."""
    model: str = ""
    """Key of a `DeviceModel`, or a free text where the catalogue has none."""
    serial: str = ""
    codes: tuple[str, ...] = ()
    """What can be scanned on it, in canonical form (`registry.identity`)."""
    interval_us: int | None = None
    """How often it is expected to speak; None = as its goods' profile asks."""
    quantities: tuple[str, ...] = ()
    """What it is expected to say; empty = whatever it says."""
    shared: bool = False
    """Heard through several gateways: the same name behind any other gateway is this device."""
    read_out: bool = False
    """Read out after a journey (its file is uploaded) and never heard live: nobody expects it to speak."""
    known_as: str | None = None
    """The full name it keeps after it moved behind another gateway ("old-gateway/device")."""

    @property
    def full_name(self) -> str:
        """The name of its series: `gateway/device`, or `gateway` alone, or the name it keeps."""
        return self.known_as or (f"{self.gateway}/{self.device}" if self.device else self.gateway)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration(Registered):
    """A certificate for one quantity of one device. The newest one done by a time holds then; raw values are never edited."""

    device: str
    quantity: str
    certificate: str = ""
    """The certificate's own number."""
    laboratory: str = ""
    done_us: int
    due_us: int | None = None
    deviation: float | None = None
    """Indicated minus true, in the quantity's unit."""
    uncertainty: float | None = None
    """± (k = 2), in the quantity's unit."""
