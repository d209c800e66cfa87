"""What became of breaches and of what was announced of them."""

from __future__ import annotations

from typing import NamedTuple


class Score(NamedTuple):
    """Counts over some zones; scores add up."""

    breaches: int
    ahead: int
    """Announced at least so long ahead as travel and repair take."""
    announced: int
    """Announced at all."""
    false: int
    held: int
    """Announcements that came true within their first P10…P90."""
    hours: float
    """Zone-hours watched."""

    def __add__(self, other: object) -> Score:
        """Both together."""
        if not isinstance(other, Score):
            return NotImplemented
        return Score(
            self.breaches + other.breaches, self.ahead + other.ahead, self.announced + other.announced,
            self.false + other.false, self.held + other.held, self.hours + other.hours,
        )  # fmt: skip
