"""Which language an Accept-Language header asks for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.languages import language


@pytest.mark.parametrize(
    ("header", "expected"),
    [("", "en"), ("zh", "zh"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB,zh;q=0.9", "en"), ("fr", "en"), ("fr,zh;q=0.1", "zh"),
     ("zh;q=0,en;q=0.1", "en"), ("zh;q=banana", "en"), ("ZH-hans", "zh"), ("*", "en"), ("zh;q=nan,en;q=0.1", "en")],
)  # fmt: skip
def test_the_best_of_ours(header: str, expected: str) -> None:
    """The highest weight wins, English stands in for what we do not have."""
    assert language(header) == expected


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_header_has_an_answer(header: str) -> None:
    """Nothing in a header is an error."""
    assert language(header) in ("en", "zh")
