"""What a list may not change because of who sends it: whether goods may leave is decided by quality, which lists certificates alone."""

from __future__ import annotations

from collections.abc import Collection

from registry.lists.nouns import Fault, Where
from registry.lists.planning import Change


def rights_fault(change: Change, kinds: Collection[str] | None, *, may_set_status: bool) -> Fault | None:
    """What is wrong with a change by somebody who may write these kinds (None: all), and the status of lots or not."""
    if kinds is not None and change.kind not in kinds:
        where = Where(change.where.sheet, change.where.row, "", "", "")
        return Fault(where, "fault.kind_not_yours")
    return None if may_set_status else status_fault(change)


def status_fault(change: Change) -> Fault | None:
    """What is wrong with a change by somebody who may not change the status of lots."""
    if change.kind != "lot" or change.old is None or change.old.value.status == change.new.status:
        return None
    where = Where(change.where.sheet, change.where.row, "", "status", str(change.new.status))
    return Fault(where, "fault.status_not_yours", {"was": str(change.old.value.status)})
