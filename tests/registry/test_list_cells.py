"""Cells as clerks fill them: readers never break, what they read round trips, and the forms people type are understood."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.faults import FieldError
from registry.lists import cells, moments, words
from registry.lists.headers import layout_of, letter
from registry.lists.nouns import Fault, LocalTime
from registry.lists.sheets import SHEETS
from registry.lists.words import ENUMS, choice, choices, word
from texts import LANGUAGES, catalogue

SHANGHAI = ZoneInfo("Asia/Shanghai")
ANY_CELL = (
    st.text(max_size=40) | st.integers() | st.floats() | st.booleans() | st.none() | st.datetimes() | st.dates()
    | st.times() | st.timedeltas() | st.lists(st.text(max_size=5), max_size=3) | st.dictionaries(st.text(), st.text())
)  # fmt: skip
READERS = [(sheet.name, column) for sheet in SHEETS.values() for column in sheet.columns]


@given(cell=ANY_CELL, at=st.integers(0, len(READERS) - 1))
def test_no_cell_breaks_a_reader(cell: Any, at: int) -> None:
    """Whatever stands in a cell, it is read or named as a fault that has a text in both languages."""
    code = ""
    try:
        READERS[at][1].read(cell)
    except FieldError as error:
        code = error.code
    assert not code or all(f"lists.fault.{code}" in catalogue(lang) for lang in LANGUAGES), code


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False))
def test_numbers_round_trip(value: Decimal) -> None:
    """Plain, with thousands separators, full-width, and as a spreadsheet's float."""
    full = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
    for typed in (f"{value:f}", f"{value:,f}", f" {value:,f} ".translate(full), f"{value:f}\u00a0"):
        assert cells.decimal(typed) == value
    assert cells.decimal(float(value)) == Decimal(f"{float(value):.15g}")


@given(st.datetimes(datetime(2001, 1, 2), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_times_round_trip(when: datetime) -> None:
    """However a clerk types a minute, the same instant is read by the clock of the site, and with an offset by that."""
    minute = when.replace(second=0, microsecond=0)
    wanted = int(minute.replace(tzinfo=SHANGHAI).timestamp() * 1_000_000)
    half = "上午" if minute.hour < 12 else "下午"
    hour = minute.hour % 12 or 12
    typed = [
        f"{minute:%Y-%m-%d %H:%M}", f"{minute:%Y/%m/%d %H:%M}", f"{minute.year}年{minute.month}月{minute.day}日 {minute:%H:%M}",
        f"{minute:%Y.%m.%d %H:%M:%S}", f"{minute:%Y%m%d %H:%M}", minute,
        f"{minute.year}年{minute.month}月{minute.day}日{half}{hour}点{minute.minute:02d}分",
        f"{minute.month}/{minute.day}/{minute.year} {minute:%H:%M}" if minute.day > 12 else minute,
    ]  # fmt: skip
    for cell in typed:
        assert moments.in_zone(moments.moment(cell), SHANGHAI) == wanted, cell
    offset = minute.replace(tzinfo=SHANGHAI).isoformat()
    assert moments.moment(offset) == wanted
    number = (minute - datetime(1899, 12, 30)).total_seconds() / 86_400  # noqa: DTZ001
    assert moments.in_zone(moments.moment(number), SHANGHAI) == wanted


def test_a_date_alone_as_an_end_is_inclusive() -> None:
    """Usable until the 22nd means until its midnight; as a beginning it is its first instant."""
    assert moments.end("2026-11-22") == LocalTime(datetime(2026, 11, 23))  # noqa: DTZ001
    assert moments.end(date(2026, 11, 22)) == LocalTime(datetime(2026, 11, 23))  # noqa: DTZ001
    assert moments.end("2026-11-22 08:00") == LocalTime(datetime(2026, 11, 22, 8))  # noqa: DTZ001
    assert moments.moment(datetime(2026, 11, 22, tzinfo=UTC)) == 1_795_305_600_000_000


@pytest.mark.parametrize(
    ("read", "cell", "wanted"),
    [
        (cells.amount, "¥12,800.50", Decimal("12800.5")), (cells.amount, "1.28万", Decimal(12800)),
        (cells.amount, "３５００元", Decimal(3500)), (cells.amount, "2亿", Decimal(200_000_000)),
        (cells.decimal, 0.1 + 0.2, Decimal("0.3")), (cells.percentage, 0.14, 14.0), (cells.percentage, "14 %", 14.0),
        (cells.flag, "是", True), (cells.flag, "×", False), (cells.flag, 1.0, True),
        (cells.duration, "15分钟", 900_000_000), (cells.duration, 900, 900_000_000), (cells.duration, time(0, 15), 900_000_000),
        (cells.duration, timedelta(hours=2), 7_200_000_000), (cells.phone, 13800138000.0, "13800138000"),
        (cells.key, "ＰＢ-1", "pb-1"), (cells.time_zone, "北京时间", "Asia/Shanghai"), (cells.currency, "元", "CNY"),
        (cells.language, "中文", "zh"), (cells.gtin, 6901234567892.0, "6901234567892"), (cells.text, 7.0, "7"),
        (choice("lot_status"), "已放行", "released"), (choice("lot_status"), "ON HOLD", "hold"), (choice("lot_status"), "不合格", "rejected"),
    ],
)  # fmt: skip
def test_what_clerks_type_is_understood(read: Any, cell: Any, wanted: Any) -> None:
    """Signs, units, words and widths of everyday lists."""
    assert read(cell) == wanted


@pytest.mark.parametrize(
    ("read", "cell", "code"),
    [
        (cells.decimal, "12,5", "decimal_comma"), (cells.decimal, "12t", "not_a_number"), (cells.decimal, float("nan"), "not_a_number"),
        (cells.amount, -1, "negative"), (cells.text, "#REF!", "formula_fault"), (cells.gtin, "6901234567890", "bad_check_digit"),
        (moments.moment, "03/04/2026", "ambiguous_date"), (moments.moment, "2026-02-30", "no_such_date"),
        (moments.moment, "1899-01-01", "date_out_of_range"), (moments.moment, 12.5, "not_a_time"), (cells.email, "a@b", "bad_email"),
        (cells.number(-90, 90), "117.1", "out_of_range"), (choice("role"), "D", "bad_choice"), (words.grade, "x" * 41, "bad_text"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_named(read: Any, cell: Any, code: str) -> None:
    """Rather a question than a guess."""
    with pytest.raises(FieldError) as caught:
        read(cell)
    assert caught.value.code == code


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SHEETS)
def test_every_column_is_found_by_its_header(name: str, lang: Any) -> None:
    """In either language and any order, below titles; each header names one column of its sheet, and each has an explanation."""
    sheet = SHEETS[name]
    titles = [catalogue(lang)[f"lists.field.{column.text}"] for column in sheet.columns]
    rows: list[list[Any]] = [["某公司 2026", None], [], list(reversed(titles))]
    found = layout_of("Sheet1" if len(titles) > 6 else name, rows, "" if len(titles) > 6 else name)
    assert found is not None
    assert not isinstance(found, Fault)
    if found.sheet is sheet:
        assert [column for column, _ in found.columns.values()] == list(reversed(sheet.columns))
    named = layout_of(catalogue(lang)[f"lists.sheet.{name}"], rows)
    assert not isinstance(named, Fault)
    assert named is not None
    assert named.sheet is sheet
    assert all(catalogue(lang)[f"lists.help.{column.text}"] for column in sheet.columns)


def test_no_header_names_two_columns_of_a_sheet() -> None:
    """What people also call a column must not be what another is called."""
    for sheet in SHEETS.values():
        seen: dict[str, str] = {}
        for column in sheet.columns:
            for text in {cells.folded(also) for also in (column.field, *column.also)}:
                assert seen.setdefault(text, column.field) == column.field, (sheet.name, text)


def test_every_word_of_an_enumeration_is_read_back() -> None:
    """The words of the drop-downs, in both languages; the list of them in a fault is the same words."""
    for name, kind in ENUMS.items():
        for lang in LANGUAGES:
            for member in kind:
                assert choice(name)(word(name, member.value, lang)) == member
            assert catalogue(lang)[f"lists.words.{name}"] == (", ", "、")[lang == "zh"].join(
                choices(name, lang)
            )


@given(st.integers(0, 20_000))
def test_letters_count_as_in_a_spreadsheet(position: int) -> None:
    """A, …, Z, AA: base 26 without a zero."""
    number = 0
    for char in letter(position):
        number = number * 26 + ord(char) - ord("A") + 1
    assert number == position + 1
