"""What is wrong with a registry file, where, and what to do about it: codes and parameters, rendered by `texts`."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from detect.nouns import Json


class FieldError(Exception):
    """Raised by a reader of one field: what is wrong with the value."""

    def __init__(self, code: str, **params: Json) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the file."""

    line: int
    """From 1."""
    field: str
    """As in `zone[2].site`: the field `site` of the second `[[zone]]`; "" for the file as a whole."""
    code: str
    """The message's code, `registry.file.…`."""
    params: dict[str, Json] = dataclasses.field(default_factory=dict)


class InvalidFileError(Exception):
    """Raised when a registry file cannot be used; it carries everything that is wrong, by line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line, fault.field, fault.code)))
        super().__init__("; ".join(f"line {f.line}, {f.field or 'file'}: {f.code}" for f in self.faults))
