"""Tables of a policy document, read field by field: what is wrong is named by its place, as `promise[2].calendar`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TypeVar

from registry import fields
from registry.faults import FieldError

E = TypeVar("E", bound=Enum)
T = TypeVar("T")


class BadPolicy(ValueError):
    """The policy does not say what it must; `field` is where, and the message says both."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.said = message


class Table:
    """One table of the document."""

    def __init__(self, values: object, path: str = "") -> None:
        if not isinstance(values, Mapping):
            raise BadPolicy("must be a table", path)
        self.values: Mapping[str, object] = values
        self.path = path

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def only(self, *names: str) -> None:
        """Refuse fields with other names: a slip of the pen would be a rule that never holds."""
        for name in self.values:
            if name not in names:
                raise self.fault(name, f"unknown field, one of {', '.join(names)} was expected")

    def fault(self, name: str, message: str) -> BadPolicy:
        """What is wrong with a field."""
        return BadPolicy(message, f"{self.path}.{name}" if self.path else name)

    def raw(self, name: str) -> object:
        """A field that must be there."""
        if name not in self.values:
            raise self.fault(name, "is missing")
        return self.values[name]

    def table(self, name: str) -> Table:
        """A table within."""
        return Table(self.raw(name), f"{self.path}.{name}" if self.path else name)

    def tables(self, name: str) -> Iterator[Table]:
        """The tables of a list, none if it is not there."""
        found = self.values.get(name, [])
        if not isinstance(found, list):
            raise self.fault(name, "must be a list of tables")
        prefix = f"{self.path}.{name}" if self.path else name
        return (Table(one, f"{prefix}[{at}]") for at, one in enumerate(found))

    def text(self, name: str, default: str | None = None) -> str:
        """A text, not empty unless the default is."""
        found = self.values.get(name, default) if default is not None else self.raw(name)
        if not isinstance(found, str) or (not found and default != "") or len(found) > 200:
            raise self.fault(name, "must be a text")
        return found

    def flag(self, name: str) -> bool:
        """true or false; false if it is not there."""
        found = self.values.get(name, False)
        if not isinstance(found, bool):
            raise self.fault(name, "must be true or false")
        return found

    def texts(self, name: str) -> list[str]:
        """Texts: a list, or one alone; none if it is not there."""
        found = self.values.get(name, [])
        listed = [found] if isinstance(found, str) else found
        if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
            raise self.fault(name, "must be a text or a list of texts")
        return [str(one) for one in listed]

    def dates(self, name: str) -> frozenset[date]:
        """Dates; none if it is not there."""
        found = self.values.get(name, [])
        if not isinstance(found, list):
            raise self.fault(name, "must be a list of dates")
        return frozenset(self._date(name, one) for one in found)

    def duration(self, name: str) -> int:
        """`"30 min"`, `"2 h"`, `"7 d"`, also `"0 s"`, in µs."""
        return self.duration_of(name, self.raw(name))

    def duration_of(self, name: str, value: object) -> int:
        """A value of the field as a duration in µs."""
        try:
            return fields.delay(value)
        except (FieldError, OverflowError) as error:
            raise self.fault(name, f"{value!r} is not a duration like '30 min', '2 h' or '7 d'") from error

    def moment(self, name: str) -> int:
        """A time with an offset, in µs UTC."""
        found = self.raw(name)
        try:
            return fields.moment(datetime.fromisoformat(found) if isinstance(found, str) else found)
        except (FieldError, ValueError) as error:
            raise self.fault(name, "must be a time with an offset") from error

    def number(self, name: str, low: float, high: float, value: object = None) -> Decimal:
        """A number between two bounds, as it is written."""
        found = self.raw(name) if value is None else value
        if isinstance(found, bool) or not isinstance(found, int | float | str):
            raise self.fault(name, f"{found!r} is not a number")
        try:
            number = Decimal(str(found))
        except InvalidOperation as error:
            raise self.fault(name, f"{found!r} is not a number") from error
        if not (number.is_finite() and low <= number <= high):
            raise self.fault(name, f"{found!r} is not between {low:g} and {high:g}")
        return number

    def one_of(self, name: str, kind: type[E], default: E | None = None) -> E:
        """A member of an enumeration by its value."""
        if name not in self.values and default is not None:
            return default
        return self.member(name, kind, self.raw(name))

    def member(self, name: str, kind: type[E], value: object) -> E:
        """A value of the field as a member."""
        try:
            return kind(value)
        except ValueError as error:
            words = ", ".join(str(one.value) for one in kind)
            raise self.fault(name, f"{value!r} is none of {words}") from error

    def read(self, name: str, read: Callable[[str], T]) -> tuple[T, ...]:
        """Texts, each read by a function whose ValueError says what is wrong."""
        try:
            return tuple(read(one) for one in self.texts(name))
        except BadPolicy:
            raise
        except ValueError as error:
            raise self.fault(name, str(error)) from error

    def _date(self, name: str, value: object) -> date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError as error:
            raise self.fault(name, f"{value!r} is not a date") from error


def unique(tables: Sequence[tuple[Table, str]]) -> None:
    """Refuse a name that stands twice."""
    seen: set[str] = set()
    for table, name in tables:
        if name in seen:
            raise table.fault("name", f"{name!r} stands twice")
        seen.add(name)
