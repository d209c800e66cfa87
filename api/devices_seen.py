"""Which devices one may know of."""

from __future__ import annotations

from collections.abc import Callable

from api.guard import may
from api.ownership import Ownership
from api.policy import Act, bound
from registry.nouns import Principal


def seen_by(asker: Principal, ownership: Ownership) -> Callable[[str], bool]:
    """Key of a device → whether the asker may see its technical side."""
    if not bound(asker):
        return lambda key: True
    return lambda key: may(asker, Act.READ_REGISTRY, ownership.of_object("device", key))
