"""Which changes of the registry change what goods tolerate: they need a reason, whichever way they come in."""

from __future__ import annotations

from registry.nouns import Product, Profile, Registered, Zone

KINDS = frozenset({"profile", "product", "zone"})
"""Kinds of objects whose change can be one."""


def changes_limits(old: Registered | None, new: Registered | None) -> bool:
    """Whether goods are judged by other limits than before: other versions of a profile, or another profile, or none.

    What is new changes nothing: nothing was judged by it.
    """
    if isinstance(old, Profile):
        return not isinstance(new, Profile) or old.versions != new.versions
    if isinstance(old, Product | Zone):
        return isinstance(new, Product | Zone) and old.profile is not None and old.profile != new.profile
    return False
