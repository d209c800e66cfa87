"""When something was done that was told later: by a telephone that had no network."""

from __future__ import annotations

from api.problems import invalid
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE

OLDEST_US = 72 * US_PER_HOUR
AHEAD_US = 2 * US_PER_MINUTE
"""A telephone's clock may be so much ahead or behind; what is to come is then taken for now."""


def own_time(said_us: int | None, now_us: int, where: str) -> int:
    """The time at which something was done; now, if nothing is said of it.

    Raises:
        Problem: invalid, for what is to come and for what is too long past to be believed.
    """
    if said_us is None or now_us < said_us <= now_us + AHEAD_US:
        return now_us
    if said_us > now_us:
        raise invalid(where, "in_the_future")
    if said_us < now_us - OLDEST_US:
        raise invalid(where, "too_long_ago")
    return said_us
