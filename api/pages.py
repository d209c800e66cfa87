"""Lists page by page: opaque cursors that stay valid while rows are added, and say which list they belong to."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Annotated, Generic, TypeVar
from zlib import crc32

import msgspec
from fastapi import Query
from starlette.requests import Request

from api.problems import Code, Problem

T = TypeVar("T")
Position = TypeVar("Position")

Limit = Annotated[int, Query(ge=1, le=1000, description="How many rows a page may have.")]
Cursor = Annotated[
    str | None,
    Query(max_length=400, description="`next` of the page before; opaque, valid with the same filters only."),
]


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A page of a list, and the cursor of the next one (null on the last)."""

    items: list[T]
    next: str | None


def fingerprint(request: Request) -> int:
    """What a list was asked for (path and filters without cursor and limit), as a number that cursors carry."""
    asked = sorted(
        (k, v) for k, v in request.query_params.multi_items() if k not in ("cursor", "limit", "format")
    )
    return crc32(repr((request.url.path, asked)).encode("utf-8", "replace"))


def write_cursor(request: Request, position: object) -> str:
    """`position` (JSON: numbers, text, tuples of them) as an opaque text that belongs to the list of `request`."""
    return urlsafe_b64encode(msgspec.json.encode([fingerprint(request), position])).decode().rstrip("=")


def read_cursor(request: Request, cursor: str | None, kind: type[Position]) -> Position | None:
    """The position behind a cursor; None without one.

    Raises:
        Problem: bad_cursor, if it is damaged, of another list or of a list with other filters.
    """
    if cursor is None:
        return None
    try:
        packed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        owner, position = msgspec.json.decode(packed, type=tuple[int, kind])  # type: ignore[valid-type]
    except (binascii.Error, UnicodeEncodeError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Problem(Code.BAD_CURSOR) from error
    if owner != fingerprint(request) or not _fits(position):
        raise Problem(Code.BAD_CURSOR)
    return position


def _fits(position: object) -> bool:
    """Whether every number in it is one that a database can hold."""
    parts = position if isinstance(position, tuple) else (position,)
    return all(-(2**63) <= part < 2**63 for part in parts if isinstance(part, int))


def next_link(request: Request, cursor: str | None) -> Mapping[str, str]:
    """The Link header (RFC 8288) to the next page, empty on the last one."""
    if cursor is None:
        return {}
    url = request.url.include_query_params(cursor=cursor)
    return {"Link": f'<{url.path}?{url.query}>; rel="next"'}


def cut(rows: Sequence[T], limit: int) -> tuple[Sequence[T], T | None]:
    """The first `limit` of rows that were asked for one too many, and the last of them if more follow."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], rows[limit - 1]
