"""An event of a ticket, as far as those who read its history need to know it."""

from __future__ import annotations

from typing import Protocol

from detect.nouns import Json


class Happened(Protocol):
    """What happened to a ticket (`store.events.Event` is one)."""

    @property
    def time_us(self) -> int: ...
    @property
    def principal(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def old(self) -> Json: ...
    @property
    def new(self) -> Json: ...
