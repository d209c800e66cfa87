"""The readings of a SenML pack: which device and quantity each resolved record speaks of."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.fields import Fault, keep, measured, name_fault, shown
from ingest.nouns import Decoded, Flag, Reason, Rejected
from ingest.quantities import convert, quantity_of_unit
from ingest.quantity_names import quantities_of
from ingest.senml import Resolved, resolve
from ingest.timestamps import clock_fault


def read_pack(records: Sequence[tuple[str, object]], received_us: int, into: Decoded) -> None:
    """Add the readings of a pack to `into`, kept or rejected; raises `BadPackError` if it is refused as a whole.

    `records` are (path in the message, record). A sum becomes a series of its own, named "<quantity>_sum", in the
    quantity's unit times seconds.
    """
    resolved, rejected = resolve(records, received_us)
    into.rejected += rejected
    subjects = [_subject(record) for record in resolved]
    meant = quantities_of(tuple(dict.fromkeys(quantity for _, quantity in subjects)))
    for record, (device, said) in zip(resolved, subjects, strict=True):
        quantity = meant.get(said, said)
        doubt = _doubt(record, device, quantity, received_us)
        flag = Flag.NO_TIME.value if record.relative else 0
        for series, measure in _measures(record, quantity):
            figure = doubt or measure
            if isinstance(figure, Fault):
                into.rejected.append(Rejected(figure.reason, record.path + figure.says))
            else:
                keep(into, device, series, record.time_us, figure, flag)


def _subject(record: Resolved) -> tuple[str, str]:
    """Device and quantity; the quantity is "" if neither the name nor the unit says it."""
    if record.base_name and record.local_name:
        return record.base_name.rstrip(":/"), record.local_name
    return record.name.rstrip(":/"), quantity_of_unit(record.unit or "") or ""


def _doubt(record: Resolved, device: str, quantity: str, received_us: int) -> Fault | None:
    """What keeps all values of a resolved record out."""
    clock = clock_fault(record.time_us, received_us)
    if clock is not None:
        return Fault(clock.reason, f"t: the time {clock.says}")
    if not quantity:
        return Fault(
            Reason.UNKNOWN_UNIT, f"u: no name and no unit says what is measured: {shown(record.unit)}"
        )
    return name_fault(device)


def _measures(record: Resolved, quantity: str) -> list[tuple[str, float | Fault]]:
    """The values of a record by series: the value, the sum, or both."""
    measures: list[tuple[str, float | Fault]] = []
    if record.value is not None:
        value = float(record.value) if isinstance(record.value, bool) else record.value
        measures.append((quantity, measured(quantity, value, record.unit or None)))
    if record.sum is not None:
        measures.append((f"{quantity}_sum", _sum_in_unit(quantity, record.sum, record.unit or None)))
    return measures


def _sum_in_unit(quantity: str, total: float, unit: str | None) -> float | Fault:
    """A sum over time can only be converted where the units share their zero (not °F)."""
    zero = 0.0 if unit is None else convert(quantity, 0.0, unit)
    if zero != 0.0:
        return Fault(Reason.UNKNOWN_UNIT, f"s: a sum in {shown(unit)} cannot be converted")
    return measured(quantity, total, unit)
