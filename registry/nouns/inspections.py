"""What is on record of inspections of equipment."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from detect.nouns import Json


class InspectionResult(StrEnum):
    """How a machine was left."""

    GOOD = "good"
    REPAIRED = "repaired"
    """It is another machine now: what it was before is no measure of it any more."""
    DEFECT = "defect"
    """Something is left to be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """An inspection that was done."""

    id: str
    """UUIDv7."""
    equipment: str
    done_us: int
    result: InspectionResult
    readings: dict[str, float] = field(default_factory=dict)
    """What was read off there: name → value (pressures, currents, temperatures)."""
    note: str = ""
    principal: str = ""
    recorded_us: int = 0

    def told(self) -> dict[str, Json]:
        """The fields that the event tells."""
        return {
            "id": self.id, "done_us": self.done_us, "result": str(self.result), "readings": dict(self.readings),
            "note": self.note,
        }  # fmt: skip
