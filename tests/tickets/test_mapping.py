"""Our states in other systems' words, and theirs in ours: nothing without a word, nothing that turns work into no work."""

from __future__ import annotations

import pytest

from tickets.mapping import System, foreign, names, ours
from tickets.nouns import LIVE, Hold, Line
from tickets.nouns import TicketState as S

ALL = [(state, hold, line) for state in S for hold in (None, *Hold) for line in Line]


@pytest.mark.parametrize("system", System)
def test_every_state_has_a_word_that_leads_back(system: System) -> None:
    """A word of theirs is one we know, and means live work exactly if ours did."""
    for state, hold, line in ALL:
        theirs = foreign(system, state, hold, line)
        assert theirs.state in names(system)
        back = ours(system, theirs.state)
        assert back is not None
        assert (back in LIVE) == (state in LIVE), (state, theirs)


@pytest.mark.parametrize("system", System)
def test_every_word_of_theirs_is_used(system: System) -> None:
    """No name of theirs is known that we never say."""
    assert {foreign(system, *one).state for one in ALL} == set(names(system))


def test_what_is_known_of_each() -> None:
    """The names that their own documentation gives."""
    assert foreign(System.ZAMMAD, S.PENDING).state == "pending reminder"
    assert foreign(System.SERVICENOW, S.PENDING, Hold.CUSTOMER) == ("On Hold", "Awaiting Caller")
    assert foreign(System.SERVICENOW, S.CANCELLED).state == "Canceled"
    assert foreign(System.JIRA, S.PENDING, Hold.CUSTOMER).state == "Waiting for customer"
    assert foreign(System.JIRA, S.IN_PROGRESS, None, Line.EXPERT).state == "Escalated"
    assert ours(System.JIRA, " in Progress ") is S.IN_PROGRESS
    assert ours(System.JIRA, "Parked") is None
