"""Who was where when."""

from __future__ import annotations

from dataclasses import dataclass

from registry.nouns.words import ALWAYS_US, How, PlaceKind, SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A lot or device was in a place from–to. Unique: (subject, place, valid_from)."""

    subject_kind: SubjectKind
    subject: str
    place_kind: PlaceKind
    place: str
    valid_from_us: int = ALWAYS_US
    valid_to_us: int | None = None
    """Exclusive; None while it lasts."""
    set_by: str = ""
    how: How = How.HAND
