"""Versions of objects as ETags (RFC 9110, 13.1): a change names the version it was made for."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header

from api.problems import Code, Problem

_ETAG = re.compile(r'"([0-9]{1,15})"')

IfMatch = Annotated[
    str | None, Header(max_length=40, description="The ETag that was read; `*` for any version.")
]
IfNoneMatch = Annotated[str | None, Header(max_length=40, description="`*`: only if there is none yet.")]


def etag(version: int) -> dict[str, str]:
    """The header that names a version."""
    return {"ETag": f'"{version}"'}


def expected_version(if_match: str | None, if_none_match: str | None = None) -> int | None:
    """The version that a change was made for: None = any (`If-Match: *`), 0 = none yet (also when nothing is said).

    Raises:
        Problem: changed_meanwhile, for an ETag that we never gave out.
    """
    if if_match is None:
        if if_none_match not in (None, "*"):
            raise Problem(Code.CHANGED_MEANWHILE)
        return 0
    if if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if not found or int(found[1]) == 0:
        raise Problem(Code.CHANGED_MEANWHILE)
    return int(found[1])


def any_version(if_match: str | None) -> int | None:
    """As `expected_version`, for an act that fits any version unless one is named."""
    return None if if_match is None else expected_version(if_match)


def required_version(if_match: str | None) -> int | None:
    """As `expected_version`, for a change of what exists: something must be said.

    Raises:
        Problem: if_match_required, if nothing is said.
    """
    if if_match is None:
        raise Problem(Code.IF_MATCH_REQUIRED)
    return expected_version(if_match)
