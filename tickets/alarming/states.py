"""The life of an alarm: one table of what takes it from which state to which (ISA-18.2); docs/alarms.md draws it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from tickets.alarming.nouns import QUIET
from tickets.alarming.nouns import AlarmState as S


class Act(StrEnum):
    """What happens to an alarm: the acts of its events."""

    RAISED = "raised"
    """A finding began, got worse than what was acknowledged, or is told late."""
    RETURNED = "returned"
    ACKNOWLEDGED = "acknowledged"
    CHANGED = "changed"
    """Only its severity, downwards."""
    DECIDED = "decided"
    """What becomes of the goods."""
    UNLATCHED = "unlatched"
    """The excursions it was latched for turned out not to have been."""
    SHELVED = "shelved"
    SHELVING_ASKED = "shelving_asked"
    """A second person has to confirm."""
    SHELVING_LAPSED = "shelving_lapsed"
    """Nobody confirmed in time."""
    UNSHELVED = "unshelved"
    SUPPRESSED = "suppressed"
    RELEASED = "released"
    """What explained it is over."""
    TAKEN_OUT = "taken_out"
    PUT_BACK = "put_back"
    CALMED = "calmed"
    """It has not come or gone for a while."""


class Way(NamedTuple):
    """One line of the table."""

    act: Act
    source: S | None
    """None: there was no alarm yet."""
    targets: frozenset[S]


CONDITIONS = frozenset(S) - QUIET
"""What goes on underneath, whatever covers it."""
RAISED = frozenset({S.ACTIVE_UNACKED, S.RETURNED_UNACKED, S.LATCHED_UNACKED})
"""An alarm that is told when it is over already is raised all the same."""
RAISED_AGAIN = RAISED | {S.ACTIVE_ACKED}
"""While it flaps, an acknowledgement holds."""


def _to(*states: S) -> frozenset[S]:
    return frozenset(states)


# act, from, to
TABLE = (
    Way(Act.RAISED, None, RAISED | {S.SUPPRESSED, S.OUT_OF_SERVICE}),
    Way(Act.RAISED, S.NORMAL, RAISED_AGAIN),
    Way(Act.RAISED, S.RETURNED_UNACKED, RAISED),
    Way(Act.RAISED, S.ACTIVE_ACKED, _to(S.ACTIVE_UNACKED)),
    Way(Act.RAISED, S.LATCHED_UNACKED, _to(S.ACTIVE_UNACKED)),
    Way(Act.RAISED, S.LATCHED_ACKED, RAISED_AGAIN),
    Way(Act.RETURNED, S.ACTIVE_UNACKED, _to(S.RETURNED_UNACKED, S.LATCHED_UNACKED)),
    Way(
        Act.RETURNED,
        S.ACTIVE_ACKED,
        _to(S.NORMAL, S.LATCHED_ACKED, S.RETURNED_UNACKED, S.LATCHED_UNACKED),
    ),  # unacknowledged if its end was worse than what was acknowledged
    Way(Act.ACKNOWLEDGED, S.ACTIVE_UNACKED, _to(S.ACTIVE_ACKED)),
    Way(Act.ACKNOWLEDGED, S.RETURNED_UNACKED, _to(S.NORMAL)),
    Way(Act.ACKNOWLEDGED, S.LATCHED_UNACKED, _to(S.LATCHED_ACKED)),
    Way(Act.DECIDED, S.LATCHED_UNACKED, _to(S.NORMAL)),
    Way(Act.DECIDED, S.LATCHED_ACKED, _to(S.NORMAL)),
    Way(Act.UNLATCHED, S.LATCHED_UNACKED, _to(S.RETURNED_UNACKED)),
    Way(Act.UNLATCHED, S.LATCHED_ACKED, _to(S.NORMAL)),
    Way(Act.CALMED, S.ACTIVE_ACKED, _to(S.ACTIVE_UNACKED)),
    *(Way(Act.SHELVED, condition, _to(S.SHELVED)) for condition in S if condition in CONDITIONS),
    Way(Act.UNSHELVED, S.SHELVED, CONDITIONS),
    *(
        Way(Act.SUPPRESSED, state, _to(S.SUPPRESSED))
        for state in S
        if state not in _to(S.SUPPRESSED, S.OUT_OF_SERVICE)
    ),
    Way(Act.RELEASED, S.SUPPRESSED, CONDITIONS | {S.SHELVED}),
    *(Way(Act.TAKEN_OUT, state, _to(S.OUT_OF_SERVICE)) for state in S if state is not S.OUT_OF_SERVICE),
    Way(Act.PUT_BACK, S.OUT_OF_SERVICE, CONDITIONS | {S.SHELVED, S.SUPPRESSED}),
)


def possible(act: str, source: S | None, target: S) -> bool:
    """Whether the table knows this way. What happens underneath a shelf or a suppression leaves that state as it is."""
    if source is target:
        return True
    return any(way.act == act and way.source is source and target in way.targets for way in TABLE)
