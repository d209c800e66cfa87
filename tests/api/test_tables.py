"""CSV: what a spreadsheet must never run, and the exact bytes of a file."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.tables import csv_answer, table

DANGEROUS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize("char", DANGEROUS)
def test_no_cell_begins_like_a_formula(char: str) -> None:
    """Text that a spreadsheet would run stands behind an apostrophe, also behind spaces."""
    for text in (f"{char}cmd|' /C calc'!A0", f"  {char}1+1"):
        (row,) = csv.reader(io.StringIO(table(["name"], [[text]]).partition("\r\n")[2], newline=""))
        assert row == ["'" + text]


def test_negative_numbers_stay_numbers() -> None:
    """-18.5 is a temperature and no formula."""
    assert table(["value"], [[-18.5], [-1]]) == "value\r\n-18.5\r\n-1\r\n"


@settings(deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
        min_size=1,
        max_size=4,
    )
)
def test_every_text_comes_back(cells: list[str]) -> None:
    """Commas, quotes and line breaks are quoted; nothing but the apostrophe is added."""
    written = table([str(i) for i in range(len(cells))], [cells])
    *_, row = csv.reader(io.StringIO(written, newline=""))
    assert [
        found if found == cell else found.removeprefix("'") for found, cell in zip(row, cells, strict=True)
    ] == cells


def test_the_file_is_known_as_utf8() -> None:
    """A spreadsheet knows UTF-8 by the mark at the beginning; the browser saves it and guesses nothing."""
    answer = csv_answer("readings", ("设备",), [("探头",)], {})
    assert bytes(answer.body) == "\ufeff设备\r\n探头\r\n".encode()
    assert answer.headers["content-disposition"] == 'attachment; filename="readings.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"
