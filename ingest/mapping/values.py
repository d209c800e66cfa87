"""Reading the rules of values, times and conditions of a mapping's records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from math import isfinite

from ingest.fields import name_fault
from ingest.mapping.fields import Table, shown
from ingest.mapping.nouns import AS_IS, Condition, Conversion, Distrusted, Name, Numbers, Time, Value
from ingest.mapping.paths import BadPathError, Path, parse_path
from ingest.mapping.settings import zone_of
from ingest.mapping.templates import BadTemplateError, Template, parse_template
from ingest.mapping.times import UNITS_US
from ingest.nouns import EARLIEST_US
from ingest.quantities import convert
from ingest.quantity_names import canonical
from ingest.timestamps import to_us

RECEIPT = "receipt"
_SMALLEST = 1e-12
_VALUE_FIELDS = (
    "quantity", "unit", "unit_at", "scale", "offset", "words", "absent", "device", "numbers",
)  # fmt: skip
_TIME_FIELDS = ("at", "format", "zone", "distrust_before", "distrusted")
_TESTS = ("is", "not", "present")


def read_values(record: Table, known: frozenset[str], numbers: Numbers) -> tuple[Value, ...]:
    """The table of values of a record; `known` are the captures there are before its paths."""
    table = record.table("values")
    if table is None or not table.row:
        record.fault("values", "no_values")
        return ()
    found = (_value(table, text, known, numbers) for text in table.row)
    return tuple(value for value in found if value is not None)


def _value(values: Table, text: str, known: frozenset[str], numbers: Numbers) -> Value | None:
    name = text or '""'
    try:
        path = parse_path(text)
    except BadPathError as error:
        values.fault(shown(name), "bad_path", found=shown(str(error)))
        return None
    if isinstance(values.row[text], str):
        quantity = _quantity(values, shown(name), str(values.row[text]), known | path.captures)
        return Value(path, quantity, numbers=numbers, constant=_constant(quantity)) if quantity else None
    described = values.row[text]
    if not isinstance(described, dict):
        values.fault(shown(name), "not_table")
        return None
    row = Table(values.faults, values.field(shown(name)), described)
    return _described(row, path, known | path.captures, numbers)


def _described(row: Table, path: Path, known: frozenset[str], numbers: Numbers) -> Value | None:
    row.only(_VALUE_FIELDS)
    quantity = _quantity(row, "quantity", row.text("quantity"), known)
    device = row.template("device") if "device" in row.row else None
    if device is not None:
        check_captures(row, "device", device, known)
    absent = row.number("absent", 0.0) if "absent" in row.row else None
    if absent is not None and path.many:
        row.fault("absent", "absent_many")
    if quantity is None:
        return None
    return Value(
        path=path,
        quantity=quantity,
        conversion=read_conversion(row, quantity.constant),
        unit_at=row.path("unit_at") if "unit_at" in row.row else None,
        words=_words(row),
        absent=absent,
        device=device,
        numbers=row.choice("numbers", Numbers, numbers),
        constant=_constant(quantity),
    )


def _constant(quantity: Template) -> Name | None:
    return None if quantity.constant is None else Name(canonical(quantity.constant) or quantity.constant)


def _quantity(table: Table, field: str, text: str, known: frozenset[str]) -> Template | None:
    try:
        template = parse_template(text)
    except BadTemplateError as error:
        table.fault(field, "bad_template", found=shown(str(error)))
        return None
    if template.constant is not None and name_fault(text) is not None:
        table.fault(field, "bad_quantity", found=shown(text))
        return None
    check_captures(table, field, template, known)
    return template


def check_captures(table: Table, field: str, template: Template, known: frozenset[str]) -> None:
    """Note captures that nothing captures."""
    for name in sorted(template.captures - known):
        table.fault(field, "no_such_capture", name=name, known=", ".join(sorted(known)) or "–")


def read_conversion(row: Table, quantity: str | None) -> Conversion:
    """`unit`, `scale` and `offset`; a unit that does not measure a known quantity is noted."""
    unit, scale, offset = row.text("unit"), row.number("scale", 1.0), row.number("offset", 0.0)
    if not _SMALLEST <= abs(scale) <= 1.0 / _SMALLEST:
        row.fault("scale", "bad_scale", found=f"{scale:g}")
        return AS_IS
    if unit and quantity and convert(canonical(quantity) or quantity, 1.0, unit) is None:
        row.fault("unit", "bad_unit", unit=shown(unit), quantity=quantity)
    over = float(round(1.0 / scale))
    exact = over != 0.0 and 1.0 / over == scale
    conversion = Conversion(unit, 1.0 if exact else scale, over if exact else 1.0, offset)
    return AS_IS if conversion == AS_IS else conversion


def _words(row: Table) -> dict[str, float]:
    table = row.table("words")
    return {word.lower(): table.number(word, 0.0) for word in table.row} if table else {}


def read_time(table: Table) -> Time | None:
    """`time` of a document, message or record."""
    if table.row.get("time") == RECEIPT:
        return None
    row = table.table("time")
    if row is None:
        return None
    row.only(_TIME_FIELDS)
    zone = zone_of(row.text("zone"))
    if row.text("zone") and zone is None:
        row.fault("zone", "not_time_zone", found=shown(row.text("zone")))
    return Time(
        at=_paths(row),
        format=_format(row),
        zone=zone,
        distrust_before_us=_before(row),
        distrusted=row.choice("distrusted", Distrusted, Distrusted.REFUSE),
    )


def _paths(row: Table) -> tuple[Path, ...]:
    stated = row.row.get("at")
    texts = stated if isinstance(stated, list) else [stated]
    if not texts or len(texts) > 10 or not all(isinstance(text, str) for text in texts):
        row.fault("at", "no_time_path")
        return ()
    tables = [Table(row.faults, row.place, {"at": text}) for text in texts]
    return tuple(table.path("at") for table in tables)


def _format(row: Table) -> str:
    text = row.text("format", "auto")
    if text in UNITS_US or text == "auto":
        return text
    try:
        legible = "%" in text and datetime(2026, 11, 21, tzinfo=UTC).strftime(text) != text
        if legible:
            datetime.strptime(datetime(2026, 11, 21, tzinfo=UTC).strftime(text), text)  # noqa: DTZ007  # read only
    except ValueError:
        legible = False
    if not legible:
        row.fault("format", "bad_time_format", found=shown(text))
    return text


def _before(row: Table) -> int:
    text = row.row.get("distrust_before")
    if text is None:
        return EARLIEST_US
    time_us = to_us(text) if isinstance(text, str) else None
    if time_us is None:
        row.fault("distrust_before", "bad_time", found=shown(text))
        return EARLIEST_US
    return max(time_us, EARLIEST_US)


def read_conditions(record: Table) -> tuple[Condition, ...]:
    """The conditions of a record."""
    found = (_condition(row) for row in record.rows("where"))
    return tuple(condition for condition in found if condition is not None)


def _condition(row: Table) -> Condition | None:
    row.only(("at", *_TESTS))
    tests = [name for name in _TESTS if name in row.row]
    if len(tests) != 1 or "at" not in row.row:
        row.fault("", "bad_condition")
        return None
    path, test = row.path("at"), tests[0]
    if test == "present":
        wanted = row.flag("present")
        return Condition(path, lambda found: any(value is not None for value in found) == wanted)
    stated = row.row[test]
    listed = stated if isinstance(stated, list) else [stated]
    if not all(isinstance(value, str | int) or _finite(value) for value in listed):
        row.fault(test, "bad_condition_value")
        return None
    return Condition(path, _one_of(listed, wanted=test == "is"))


def _finite(value: object) -> bool:
    return isinstance(value, float) and isfinite(value)


def _one_of(listed: Iterable[object], *, wanted: bool) -> Callable[[list[object]], bool]:
    """Whether some value found is one of those listed; true is not 1 here."""
    allowed = frozenset((value, isinstance(value, bool)) for value in listed)

    def holds(found: list[object]) -> bool:
        plain = [value for value in found if isinstance(value, str | int | float)]
        return any((value, isinstance(value, bool)) in allowed for value in plain) == wanted

    return holds
