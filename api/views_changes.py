"""What goes over the wire about what happened since somebody looked."""

from __future__ import annotations

import msgspec

from api.times import TimeText


class WhatHappenedView(msgspec.Struct, frozen=True):
    """Something that happened to a ticket, told in a sentence."""

    sequence: int
    """The number of the event, as the stream has it."""
    time: TimeText
    act: str
    ticket: int
    """Its number."""
    zone: str | None
    site: str | None
    priority: str
    state: str | None
    """The state it came to; null if it stayed as it was."""
    who: str | None
    """Who did it, as far as one may know."""
    sentence: str


class ChangesView(msgspec.Struct, frozen=True):
    """What happened, the latest first."""

    items: list[WhatHappenedView]
    newest: int
    """Ask for what comes `after` this the next time."""
    next: str | None
