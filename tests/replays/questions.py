"""Replays of one installation: sending a log in a gateway's name, and asking what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from keepwell.client import ApiClient
from simulators.mapping import load
from simulators.replay import Order, ReplayReport, read_log, replay
from tests.stories.installation import AT_ONCE, RealInstallation

EARLIEST_S = 978_307_200
"""Before 2001 a clock was never set."""


class Installation(RealInstallation):
    """An installation that also speaks other languages."""

    def _use(self, key: str) -> None:
        super()._use(key)
        self.key = key

    def speaking(self, language: str) -> ApiClient:
        """The API in a language."""
        return ApiClient(self.address, self.key, language)

    @property
    def address(self) -> str:
        """Where the API is."""
        return f"http://{self.settings.http_host}:{self.settings.http_port}"


class Excursion(NamedTuple):
    """What was found about goods or sensors, but for its number and the gateway's name."""

    kind: str
    subject: str
    band: str
    zone: str | None
    start: str
    end: str | None
    peak: float | None
    area: float | None
    samples: int


GOODS = {"too_high", "too_low", "unwatched"}


def send(
    installation: Installation, file: Path, gateway: str, mapping: str, order: Order = "file"
) -> ReplayReport:
    """Replay a file through the installation's broker."""
    return replay(file, gateway, mapping, installation.gateway_url(gateway), order=order)


def account(file: Path, mapping: str) -> Counter[str]:
    """What promise 2 makes of the values of a log, whatever their order: counted here with sets, not by the service."""
    values: Counter[tuple[str, float, str, float | str]] = Counter()
    for record in read_log(file, load(mapping)).records:
        assert record.time_s is not None
        values.update((record.device, record.time_s, name, value) for name, value in record.values.items())
    total = Counter({"received": values.total()})
    taken: dict[tuple[str, float, str], int] = Counter()
    for (device, time_s, name, value), times in values.items():
        if time_s < EARLIEST_S or isinstance(value, str):
            total["rejected"] += times
            continue
        taken[device, time_s, name] += 1
        total["duplicate"] += times - 1
    total["kept"] = len(taken)
    total["conflicting"] = sum(taken.values()) - len(taken)
    return total


def ledger(installation: Installation, gateway: str) -> Counter[str]:
    """What the ledger says of the values of one gateway; refused ones as `rejected:reason`."""
    total: Counter[str] = Counter()
    for line in installation.api.all("/api/v1/ledger", gateway=gateway):
        values = line["values"]
        assert line["messages"]["adds_up"], line
        assert values["adds_up"], line
        total.update({name: values[name] for name in ("received", "kept", "duplicate", "conflicting")})
        total.update({f"rejected:{refused['reason']}": refused["n"] for refused in values["rejected"]})
    return total


def findings(installation: Installation, gateway: str) -> Counter[Excursion]:
    """What stands of all that was found at once behind a gateway, with `GW` for its name."""

    def named(text: str | None) -> str | None:
        return text.replace(gateway, "GW") if text else text

    return Counter(
        Excursion(
            f["kind"], str(named(f["subject"])), f["band"], named(f["zone"]), f["start"], f["end"], f["peak"],
            f["area_unit_minutes"], f["samples"],
        )
        for f in installation.api.all("/api/v1/findings")
        if not f["retracted"] and f["detector"] in AT_ONCE and _is_of(f["subject"], gateway)
    )  # fmt: skip


def tickets(installation: Installation, gateway: str, language: str = "en") -> list[dict[str, Any]]:
    """The live tickets about a gateway's devices, in full."""
    return [
        installation.speaking(language).get(f"/api/v1/tickets/{row['number']}")
        for row in installation.api.all("/api/v1/tickets")
        if row["live"] and _is_of(row["subject"], gateway)
    ]


def readings(installation: Installation, device: str, quantity: str) -> Iterator[dict[str, Any]]:
    """All kept readings of a series, in order of time."""
    return installation.api.all(
        "/api/v1/readings", device=device, quantity=quantity,
        **{"from": "2001-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"},
    )  # fmt: skip


def at_us(text: str) -> int:
    """A time of the API in µs."""
    return round(datetime.fromisoformat(text).timestamp() * 1e6)


def _is_of(subject: str, gateway: str) -> bool:
    """Zones in these stories are named after their gateway: GATEWAY-room."""
    return f":{gateway}/" in subject or subject in {f"gateway:{gateway}", f"zone:{gateway}-room"}


def registry_toml(gateways: Sequence[str], devices: Sequence[str], profile: str, interval: str) -> str:
    """Each gateway with its devices in a room of its own, GATEWAY-room, with goods of that profile."""
    lines = []
    for gateway in gateways:
        lines += [
            f'[[gateway]]\nkey = "{gateway}"',
            f'[[zone]]\nkey = "{gateway}-room"\nprofile = "{profile}"',
        ]
        lines += [
            f'[[device]]\ngateway = "{gateway}"\ndevice = "{device}"\nzone = "{gateway}-room"\ninterval = "{interval}"'
            for device in devices
        ]
    return "\n".join(lines) + "\n"
