"""Whether goods may leave is decided by quality: a list may not change it for others."""

from __future__ import annotations

from registry.lists.nouns import Fault, Where
from registry.lists.planning import Change


def status_fault(change: Change) -> Fault | None:
    """What is wrong with a change by somebody who may not change the status of lots."""
    if change.kind != "lot" or change.old is None or change.old.value.status == change.new.status:
        return None
    where = Where(change.where.sheet, change.where.row, "", "status", str(change.new.status))
    return Fault(where, "fault.status_not_yours", {"was": str(change.old.value.status)})
