"""Makes templates of lists: header, example, drop-downs, and a sheet that explains every column."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from api.views_lists import ColumnView, ListsView, ListView
from registry.lists.nouns import Column, Sheet
from registry.lists.sheets import SHEETS
from registry.lists.words import choices, word
from registry.nouns import KINDS
from texts import Language, render

_ROWS = 5000
"""Rows that have drop-downs."""
_BOLD, _FAINT = Font(bold=True), Font(italic=True, color="808080")
_NEEDED = PatternFill("solid", fgColor="FFF2CC")
_HEAD = PatternFill("solid", fgColor="E7EEF7")


def workbook_template(sheets: Sequence[Sheet], lang: Language) -> bytes:
    """An XLSX workbook with an empty list per sheet, and one of explanations."""
    workbook = Workbook()
    first: Any = workbook.active
    workbook.remove(first)
    for sheet in sheets:
        _fill(workbook.create_sheet(_title(sheet, lang)), sheet, lang)
    _explain(workbook.create_sheet(render("lists.template.explanations", {}, lang)), sheets, lang)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def csv_template(sheet: Sheet, lang: Language) -> bytes:
    """The header and an example as CSV, in UTF-8 with a byte order mark (a spreadsheet needs it to know)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([header(column, lang) for column in sheet.columns])
    writer.writerow(_example_row(sheet, lang))
    return out.getvalue().encode("utf-8-sig")


def described(lang: Language) -> ListsView:
    """All lists, for a page that shows them."""
    return ListsView([
        ListView(sheet.name, _title(sheet, lang), [_described(sheet, column, lang) for column in sheet.columns])
        for sheet in SHEETS.values()
    ])  # fmt: skip


def header(column: Column, lang: Language) -> str:
    """What a column is called."""
    return render(f"lists.field.{column.text}", {}, lang)


def _described(sheet: Sheet, column: Column, lang: Language) -> ColumnView:
    words = choices(column.words, lang) if column.words else []
    help_text = render(f"lists.help.{column.text}", {}, lang)
    return ColumnView(
        column.field,
        header(column, lang),
        help_text,
        needed(sheet, column),
        column.refers,
        words,
        example(column, lang),
    )


def needed(sheet: Sheet, column: Column) -> bool:
    """Whether a new object cannot be without it."""
    return column.required and (sheet.kind in KINDS or sheet.kind == "placement")


def example(column: Column, lang: Language) -> str:
    """What might stand there."""
    if column.words:
        return word(column.words, str(column.example), lang) if column.example else ""
    if isinstance(column.example, tuple):
        return column.example[lang == "zh"]
    return column.example


def _title(sheet: Sheet, lang: Language) -> str:
    return render(f"lists.sheet.{sheet.name}", {}, lang)


def _example_row(sheet: Sheet, lang: Language) -> list[str]:
    """The first cell says that it is one: such rows are not read."""
    row = [example(column, lang) for column in sheet.columns]
    row[0] = f"{render('lists.template.example', {}, lang)} {row[0]}".strip()
    return row


def _fill(page: Any, sheet: Sheet, lang: Language) -> None:
    page.append([header(column, lang) for column in sheet.columns])
    page.append(_example_row(sheet, lang))
    page.freeze_panes = "A2"
    for at, column in enumerate(sheet.columns, 1):
        head, letter = page.cell(1, at), get_column_letter(at)
        head.font, head.fill = _BOLD, _NEEDED if needed(sheet, column) else _HEAD
        head.comment = Comment(render(f"lists.help.{column.text}", {}, lang), "Keepwell", 120, 320)
        page.cell(2, at).font = _FAINT
        page.column_dimensions[letter].width = max(14, 2 * len(str(head.value)) + 2)
        if column.words:
            _offer(page, f"{letter}3:{letter}{_ROWS}", choices(column.words, lang))
        else:
            _as_text(page, letter, column)


def _offer(page: Any, cells: str, words: Sequence[str]) -> None:
    """A drop-down. Excel parts the words at commas, so words must have none."""
    quoted = ",".join(word.replace(",", " ") for word in words)
    validation = DataValidation(type="list", formula1=f'"{quoted}"', allow_blank=True, showErrorMessage=False)
    page.add_data_validation(validation)
    validation.add(cells)


def _as_text(page: Any, letter: str, column: Column) -> None:
    """Numbers that are names (telephone, GTIN, order) must not become 1.38E+10 while they are typed."""
    if column.field in {"phone", "gtin", "external_number", "key", "serial", "codes", "device"}:
        page.column_dimensions[letter].number_format = "@"


def _explain(page: Any, sheets: Sequence[Sheet], lang: Language) -> None:
    page.append([render("lists.template.rules", {}, lang)])
    heads = ("sheet", "column", "required", "meaning", "choices")
    page.append([render(f"lists.template.{name}", {}, lang) for name in heads])
    for sheet in sheets:
        for column in sheet.columns:
            view = _described(sheet, column, lang)
            yes = render("lists.template.yes", {}, lang) if view.required else ""
            page.append([_title(sheet, lang), view.header, yes, view.help, ", ".join(view.choices)])
    for letter, width in zip("ABCDE", (18, 24, 16, 70, 50), strict=True):
        page.column_dimensions[letter].width = width
    page.cell(1, 1).alignment = Alignment(wrap_text=False)
    for cell in page[2]:
        cell.font = _BOLD
