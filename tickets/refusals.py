"""Why an act on a ticket is refused, by name."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """Why an act was refused. `ticket.refused.<name>` says it to people."""

    NOT_FROM_HERE = "not_from_here"
    """The table has no such way out of this state."""
    NOT_ON_THIS_PATH = "not_on_this_path"
    """Only tickets of another kind go this way."""
    NOT_THIS_ROLE = "not_this_role"
    REASON_MISSING = "reason_missing"
    TARGET_MISSING = "target_missing"
    TARGET_NOT_LIVE = "target_not_live"
    """Merging into itself, or into a ticket that is done."""
    ANOTHER_IS_LIVE = "another_is_live"
    """The cause already has a live ticket: say it there."""
    TAKEN_UP = "taken_up"
    """A person has taken it up, so it is not withdrawn any more."""
    PROOF_MISSING = "proof_missing"
    """Force majeure stops the customer's clock, so it is proven."""
    NOT_ASSIGNED = "not_assigned"
    """Nobody has it, so nobody can decline it."""
    NOT_THE_ASSIGNEE = "not_the_assignee"
    """Only who has it declines it, or a supervisor for them."""
    SAME_LINE = "same_line"
    """It is there already."""
    TRIED_MISSING = "tried_missing"
    """The experts are told what was tried."""
    CHILDREN_LIVE = "children_live"
    """Parts of it are still worked on: a reason is needed."""
    PARENT_MISSING = "parent_missing"
    """Neither named, nor is it part of any."""
    PARENT_UNFIT = "parent_unfit"
    """Itself, done, or part of another; or this one has parts of its own: there is one level."""
    SCORE_MISSING = "score_missing"
    DATE_MISSING = "date_missing"
    """A new promise names a time to come."""
    NOTHING_CHANGED = "nothing_changed"
    """Everything is as the correction would have it."""
