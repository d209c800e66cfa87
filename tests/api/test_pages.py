"""Cursors: opaque, tied to their list, and never a way to break anything."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from api.pages import cut, fingerprint, read_cursor, write_cursor
from api.problems import Code, Problem

WHOLE = st.integers(-(2**63), 2**63 - 1)


def asked(path: str = "/api/v1/readings", query: str = "zone=z1") -> Request:
    """A request as the server would hand it in."""
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
    return Request(scope)


@settings(deadline=None)
@given(st.tuples(WHOLE, WHOLE))
def test_what_is_written_is_read(position: tuple[int, int]) -> None:
    """A cursor gives back the position it was made of."""
    request = asked()
    assert read_cursor(request, write_cursor(request, position), tuple[int, int]) == position


def test_page_size_may_change_between_pages() -> None:
    """limit, format and the cursor itself are not part of what a list is."""
    cursor = write_cursor(asked(query="zone=z1&limit=10"), 5)
    assert read_cursor(asked(query=f"limit=20&zone=z1&cursor={cursor}&format=csv"), cursor, int) == 5


@pytest.mark.parametrize("other", [asked(query="zone=z2"), asked(query=""), asked(path="/api/v1/series")])
def test_a_cursor_of_another_list_is_refused(other: Request) -> None:
    """A cursor is of use with the same path and filters only."""
    with pytest.raises(Problem) as caught:
        read_cursor(other, write_cursor(asked(), 5), int)
    assert caught.value.code is Code.BAD_CURSOR


@settings(deadline=None)
@given(
    st.one_of(st.text(max_size=60), st.binary(max_size=60).map(lambda raw: urlsafe_b64encode(raw).decode()))
)
def test_garbage_is_refused(text: str) -> None:
    """Whatever is sent as a cursor is refused by name, never an error."""
    with pytest.raises(Problem) as caught:
        read_cursor(asked(), text, int)
    assert caught.value.code is Code.BAD_CURSOR


@pytest.mark.parametrize("position", [2**63, -(2**63) - 1, "5", None, [1, 2], 1.5])
def test_a_forged_position_is_refused(position: object) -> None:
    """A cursor made by hand cannot carry a number that no database holds, nor another type."""
    forged = urlsafe_b64encode(msgspec.json.encode([fingerprint(asked()), position])).decode()
    with pytest.raises(Problem):
        read_cursor(asked(), forged, int)


def test_the_last_page_says_so() -> None:
    """`cut` finds out whether more follows from one row too many."""
    assert cut([1, 2, 3], 2) == ([1, 2], 2)
    assert cut([1, 2], 2) == ([1, 2], None)
    assert cut([], 2) == ([], None)
