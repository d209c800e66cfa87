"""Labels on paper: what a scanner reads from the printed page, and how large it is."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from api.label_sheet import A4, SINGLE, Grid, Label, pdf_of

MM = 72 / 25.4
LONGEST = "https://goods.example.cn:8443/s/shipment/" + "x" * 64


def label(n: int) -> Label:
    """A label with Chinese and Latin words."""
    return Label(
        f"https://id.gs1.org/01/06901234567892/10/LOT{n}",
        f"(10)LOT{n}",
        f"铅锭 99.994 · {n}",
        ("北海铅库", "Hall 1"),
    )


def pages(pdf: bytes, dpi: int = 203) -> list[list[zxingcpp.Barcode]]:
    """The barcodes on each page, as a label printer of 203 dpi would show them."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return [zxingcpp.read_barcodes(page.render(scale=dpi / 72).to_numpy()) for page in document]


def test_every_code_of_a_sheet_can_be_read() -> None:
    """Three columns of eight, the first two places used up: 22 codes on the first sheet, the rest on the second."""
    found = pages(pdf_of([label(n) for n in range(30)], A4, skip=2))
    assert [len(page) for page in found] == [22, 8]
    assert {code.text for page in found for code in page} == {label(n).code for n in range(30)}


@pytest.mark.parametrize("code", ["keepwell:lot/1", label(7).code, LONGEST])
def test_a_single_label_is_60_by_40_and_its_code_at_least_20_mm(code: str) -> None:
    """The page has the label's size; the code without its white margin is 20 mm or wider, also the longest one."""
    pdf = pdf_of([replace(label(1), code=code)], SINGLE)
    page = pypdfium2.PdfDocument(io.BytesIO(pdf))[0]
    assert [round(side / MM, 1) for side in page.get_size()] == [60, 40]
    (found,) = pages(pdf, 300)[0]
    width_mm = (found.position.top_right.x - found.position.top_left.x) / 300 * 25.4
    assert found.text == code
    assert width_mm >= 20


def test_what_does_not_fit_is_cut_and_set_smaller_never_outside() -> None:
    """A name of 300 characters and a long id leave the neighbours' codes readable."""
    long = Label("keepwell:lot/a", "lot/" + "a" * 64, "很长的名称" * 60, ("x" * 300, "y z " * 100))
    assert [len(page) for page in pages(pdf_of([long] * 24, A4))] == [24]


def test_a_grid_says_whether_it_fits() -> None:
    """Margins and gaps that push a label off the sheet are found before printing."""
    assert A4.fits()
    assert SINGLE.fits()
    assert not replace(A4, left=1.0).fits()
    assert Grid((210, 297), 2, 7, (99, 38), left=4.5, top=15, gap=(3, 0)).fits()


def test_the_same_labels_make_the_same_file() -> None:
    """No clock and no chance in it."""
    assert pdf_of([label(1)], SINGLE) == pdf_of([label(1)], SINGLE)
