"""Models of devices: the catalogue that comes with Keepwell, and what the registry says of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from registry.file import parse
from registry.nouns import Device, DeviceModel, ModelQuantity, RegistrySnapshot

Models = Mapping[str, DeviceModel]


@cache
def default_models() -> Models:
    """The models of `registry/device_models.toml`, by key."""
    text = resources.files("registry").joinpath("device_models.toml").read_text("utf-8")
    return MappingProxyType({model.key: model for model in parse(text).device_models})


def models_of(snapshot: RegistrySnapshot) -> Models:
    """The catalogue, with the registry's own models in place of those of the same key."""
    return {**default_models(), **{model.key: model for model in snapshot.device_models}}


def model_of(device: Device, models: Models) -> DeviceModel | None:
    """The model of a device: by key, in whatever case; None for one that is only a text."""
    return models.get(device.model) or models.get(device.model.strip().casefold())


def quantity_of(model: DeviceModel | None, quantity: str) -> ModelQuantity | None:
    """What a model says of a quantity."""
    said = model.quantities if model else ()
    return next((one for one in said if one.quantity == quantity), None)


def sentinels(snapshot: RegistrySnapshot) -> dict[tuple[str, str], tuple[float, ...]]:
    """(full name, quantity) → the codes for "no value" of the device's model, where it has any."""
    models = models_of(snapshot)
    return {
        (device.full_name, one.quantity): one.sentinels
        for device in snapshot.devices
        if (model := model_of(device, models))
        for one in model.quantities
        if one.sentinels
    }
