"""Act-by: the latest moment at which acting still helps, and the damage clock behind it, which nothing ever stops.

act-by = min(resolution due, P10 of the breach less travel and repair). A forecast that says "earlier" tightens it at
once. One that says "later" loosens it only when a second one agrees and half an hour has passed since the first: a
forecast that wavers must not send people to bed. A forecast that was taken back counts as two, for many must deny a
breach before it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ingest.nouns import US_PER_MINUTE
from tickets.clocks.log import Entry, Log
from tickets.nouns import Text, Ticket

CALM_US = 30 * US_PER_MINUTE
AGREED = 2
_NEVER = 2**62


class Foreseen(NamedTuple):
    """By when damage must be averted, as of an instant."""

    breach_us: int | None
    """The P10 that counts; None: none is foreseen."""
    loosens_us: int | None
    """When it will give way to later forecasts that are already there."""


class ActBy(NamedTuple):
    """By when to act, and why."""

    act_by_us: int | None
    text: Text
    too_late: bool
    prevent_by_us: int | None
    next_us: int | None


def foreseen(ticket: Ticket, log: Log, now_us: int) -> Foreseen:
    """The breach that counts: the earliest said, until two forecasts and half an hour say otherwise."""
    said = _forecasts(ticket, log.until(now_us))
    if not said:
        return Foreseen(ticket.breach_p10_us, None)
    standing, later = said[0][1], list[tuple[int, int]]()
    for at_us, breach in said[1:]:
        standing, later = _loosened(standing, later, at_us)
        later = [*later, (at_us, breach)] if breach > standing else []
        standing = min(standing, breach)
    standing, later = _loosened(standing, later, now_us)
    waits = later[0][0] + CALM_US if _agreed(later) else None
    return Foreseen(None if standing == _NEVER else standing, waits)


def act_by(ticket: Ticket, log: Log, resolution_due_us: int | None, now_us: int) -> ActBy:
    """By when to act on a live ticket; of one that is done, nothing."""
    if not ticket.live:
        return ActBy(None, Text("clocks.act_by.done"), False, None, None)
    breach, loosens = foreseen(ticket, log, now_us)
    prevent = None if breach is None else breach - ticket.travel_us - ticket.repair_us
    params = {
        "breach_us": breach, "travel_us": ticket.travel_us, "repair_us": ticket.repair_us, "due_us": resolution_due_us,
        "prevent_us": prevent,
    }  # fmt: skip
    if prevent is not None and prevent <= now_us:
        began = breach is not None and breach <= now_us
        return ActBy(
            now_us,
            Text(f"clocks.act_by.{'harm_began' if began else 'too_late'}", params),
            True,
            prevent,
            loosens,
        )
    ahead = [time for time in (loosens, prevent) if time is not None and time > now_us]
    if prevent is not None and (resolution_due_us is None or prevent <= resolution_due_us):
        return ActBy(prevent, Text("clocks.act_by.damage", params), False, prevent, min(ahead, default=None))
    if resolution_due_us is None:
        return ActBy(None, Text("clocks.act_by.nothing"), False, prevent, min(ahead, default=None))
    late = resolution_due_us <= now_us
    text = Text(f"clocks.act_by.{'overdue' if late else 'due'}", params)
    return ActBy(max(resolution_due_us, now_us), text, False, prevent, min(ahead, default=None))


def _forecasts(ticket: Ticket, entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """(when it was said, the breach), in order; "none" is never, and said twice."""
    found: list[tuple[int, int]] = []
    for entry in entries:
        if "breach_p10_us" not in entry.new:
            continue
        said = entry.new["breach_p10_us"]
        if isinstance(said, int):
            found.append((entry.at_us, said))
        else:
            found += [(entry.at_us, _NEVER)] * AGREED
    return found


def _agreed(later: Sequence[tuple[int, int]]) -> bool:
    return len(later) >= AGREED


def _loosened(standing: int, later: list[tuple[int, int]], at_us: int) -> tuple[int, list[tuple[int, int]]]:
    """What stands at an instant: the earliest that the later forecasts say, once they are enough and old enough."""
    if not _agreed(later) or at_us < later[0][0] + CALM_US:
        return standing, later
    standing = min(breach for _, breach in later)
    return standing, [(when, breach) for when, breach in later if breach > standing]
