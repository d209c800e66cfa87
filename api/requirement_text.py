"""Models, gaps, certificates and exposure as they go over the wire."""

from __future__ import annotations

from collections.abc import Callable

from api.times import text_of
from api.views_devices import (
    CalibrationDueView,
    CatalogueModelView,
    GapView,
    ModelQuantityView,
)
from detect.nouns import Json
from registry.calibrations import Due
from registry.gaps import Gap, GapKind
from registry.nouns import DeviceModel
from texts import Language, render

UnitOf = Callable[[str], str]
_OF_INTERVAL = {GapKind.INTERVAL, GapKind.INTERVAL_MEASURED}


def model_view(model: DeviceModel, unit_of: UnitOf) -> CatalogueModelView:
    """A model of the catalogue."""
    quantities = [
        ModelQuantityView(
            one.quantity, unit_of(one.quantity), one.resolution, one.accuracy, one.low, one.high, list(one.sentinels)
        )
        for one in model.quantities
    ]  # fmt: skip
    interval_s = None if model.interval_us is None else model.interval_us / 1e6
    return CatalogueModelView(
        model.key, model.name, model.manufacturer, interval_s, quantities, list(model.battery), model.note
    )


def gap_view(gap: Gap, unit_of: UnitOf, lang: Language) -> GapView:
    """A gap with what to do about it."""
    device, scale = gap.device, 1e-6 if gap.kind in _OF_INTERVAL else 1.0
    params: dict[str, Json] = {
        "device": device.name or device.key, "place": gap.place, "profile": gap.profile, "quantity": gap.quantity,
        "unit": unit_of(gap.quantity), "required": gap.required, "actual": gap.actual, "due_us": gap.due_us,
    }  # fmt: skip
    return GapView(
        str(gap.kind), device.key, device.full_name, gap.place, gap.profile, gap.quantity,
        "s" if gap.kind in _OF_INTERVAL else unit_of(gap.quantity),
        None if gap.required is None else gap.required * scale,
        None if gap.actual is None else round(gap.actual * scale, 6),
        render(f"gap.{gap.kind}", params, lang),
    )  # fmt: skip


def due_view(due: Due, now_us: int) -> CalibrationDueView:
    """A certificate that runs out."""
    one = due.calibration
    return CalibrationDueView(
        due.device.key, due.device.full_name, due.place, due.site, one.quantity, one.key, one.certificate,
        text_of(one.done_us), text_of(due.due_us), due.due_us <= now_us, one.deviation, one.uncertainty,
    )  # fmt: skip
