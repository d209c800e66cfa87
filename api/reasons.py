"""Where limits change, somebody says why: one question for every way in."""

from __future__ import annotations

from api.problems import Code, Problem
from registry.nouns import Registered
from registry.tolerating import changes_limits

QUERY = "?reason=…"
BODY = "`reason`"


def require_reason(old: Registered | None, new: Registered | None, reason: str, where: str = QUERY) -> None:
    """Go on unless the change is one of limits and nobody said why.

    Raises:
        Problem: reason_required.
    """
    if changes_limits(old, new):
        require(reason, where)


def require(reason: str, where: str = QUERY) -> None:
    """Go on only with a reason.

    Raises:
        Problem: reason_required.
    """
    if not reason.strip():
        raise Problem(Code.REASON_REQUIRED, {"where": where})
