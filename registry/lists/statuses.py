"""What a list may not change because of who sends it: quality decides whether goods may leave, an admin who may do what."""

from __future__ import annotations

from collections.abc import Collection

from registry.granting import oversteps
from registry.lists.nouns import Fault, Where
from registry.lists.planning import Change


def rights_fault(
    change: Change,
    kinds: Collection[str] | None,
    *,
    may_set_status: bool,
    roles: Collection[str] | None = None,
) -> Fault | None:
    """What is wrong with a change by somebody who may write these kinds (None: all), the status of lots or not, and
    register people in these roles (None: all)."""
    if kinds is not None and change.kind not in kinds:
        where = Where(change.where.sheet, change.where.row, "", "", "")
        return Fault(where, "fault.kind_not_yours")
    if change.kind == "person":
        return _role_fault(change, roles)
    return None if may_set_status else status_fault(change)


def _role_fault(change: Change, roles: Collection[str] | None) -> Fault | None:
    role = oversteps(change.old.value if change.old else None, change.new, roles)
    if role is None:
        return None
    where = Where(change.where.sheet, change.where.row, "", "role", str(role))
    return Fault(where, "fault.role_not_yours", {"role": str(role)})


def status_fault(change: Change) -> Fault | None:
    """What is wrong with a change by somebody who may not change the status of lots."""
    if change.kind != "lot" or change.old is None or change.old.value.status == change.new.status:
        return None
    where = Where(change.where.sheet, change.where.row, "", "status", str(change.new.status))
    return Fault(where, "fault.status_not_yours", {"was": str(change.old.value.status)})
