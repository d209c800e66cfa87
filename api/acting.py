"""Who acts, for the record: the person where one is known, and the key by which that person came in."""

from __future__ import annotations

from api.policy import acting_as
from registry.nouns import Principal
from store.repositories.records import By


def by_of(asker: Principal, now_us: int, reason: str = "") -> By:
    """Who makes a change, when and why. A session is the person; with a person's key the events name the key, too."""
    who = acting_as(asker)
    return By(who, now_us, reason, "" if who == asker.name else asker.name)
