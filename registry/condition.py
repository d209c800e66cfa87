"""What the condition of devices is judged by: the batteries of their models, and the sites they stand on."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from registry.models import model_of, models_of
from registry.nouns import RegistrySnapshot, SubjectKind

Curve = Sequence[tuple[float, float]]


def about(snapshot: RegistrySnapshot, devices: Container[str]) -> RegistrySnapshot:
    """The registry as if there were no other devices than these (keys), nor anything about others."""
    return replace(
        snapshot,
        devices=tuple(one for one in snapshot.devices if one.key in devices),
        placements=tuple(
            one for one in snapshot.placements if one.subject_kind is SubjectKind.DEVICE and one.subject in devices
        ),
        calibrations=tuple(one for one in snapshot.calibrations if one.device in devices),
    )  # fmt: skip


def hanging(snapshot: RegistrySnapshot) -> Mapping[str, str]:
    """Key of a device → where it hangs now."""
    return {
        one.subject: one.place
        for one in snapshot.placements
        if one.subject_kind is SubjectKind.DEVICE and one.valid_to_us is None
    }


def curves(snapshot: RegistrySnapshot) -> Mapping[str, Curve]:
    """Device (full name) → the discharge curve of its model (V, % left), where there is one."""
    models = models_of(snapshot)
    return {
        device.full_name: model.battery
        for device in snapshot.devices
        if (model := model_of(device, models)) and model.battery
    }


def sites(snapshot: RegistrySnapshot) -> Mapping[str, str]:
    """Gateway or device (full name) → its site: that of the zone where it hangs now, else that of its gateway."""
    found: dict[str, str] = {gateway.key: gateway.site for gateway in snapshot.gateways if gateway.site}
    of_zone = {zone.key: zone.site for zone in snapshot.zones if zone.site}
    names = {device.key: device for device in snapshot.devices}
    for device in snapshot.devices:
        if device.gateway in found:
            found.setdefault(device.full_name, found[device.gateway])
    for placement in snapshot.placements:
        hung = names.get(placement.subject) if placement.subject_kind is SubjectKind.DEVICE else None
        if hung and placement.valid_to_us is None and placement.place in of_zone:
            found[hung.full_name] = of_zone[placement.place]
    return found
