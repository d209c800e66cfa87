"""A bounded memory of what never changes once read: the least recently asked for goes first."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class Cache(Generic[T]):
    """At most `size` things by number."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._things: OrderedDict[int, T] = OrderedDict()

    def get(self, number: int) -> T | None:
        """The thing, if it is still known."""
        found = self._things.get(number)
        if found is not None:
            self._things.move_to_end(number)
        return found

    def put(self, number: int, thing: T) -> T:
        """Remember the thing, and hand it back."""
        self._things[number] = thing
        if len(self._things) > self._size:
            self._things.popitem(last=False)
        return thing
