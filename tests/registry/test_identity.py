"""What a scanned text names: every way of writing one thing ends in one form, and what is wrong is refused by name."""

from __future__ import annotations

import pytest
from biip.checksums import gs1_standard_check_digit
from hypothesis import given
from hypothesis import strategies as st

from registry import epc
from registry.identity import (
    Names,
    Unreadable,
    UnreadableError,
    canonical,
    gtin_forms,
    identify,
    lot_link,
    own_code,
)

LOT7 = "https://id.gs1.org/01/06901234567892/10/LOT7"
TAGS = [
    # Written by epcpy 0.1.8 (and the example of the Tag Data Standard); partitions 0, 5 and 6 among them.
    ("3074257BF7194E4000001A85", "urn:epc:id:sgtin:0614141.812345.6789", "(01)80614141123458(21)6789"),
    ("3035A537C837757FFFFFFFFF", "urn:epc:id:sgtin:6901234.056789.274877906943", "(01)06901234567892(21)274877906943"),
    ("302282BA4104540000000001", "urn:epc:id:sgtin:690123456789.0.1", "(01)06901234567892(21)1"),
    ("303AA1F2C22A94C000000005", "urn:epc:id:sgtin:690123.0567891.5", "(01)06901235678917(21)5"),
    ("3134257BF4499602D2000000", "urn:epc:id:sscc:0614141.1234567890", "(00)106141412345678908"),
    ("312282BA4104547A02000000", "urn:epc:id:sscc:690123456789.31234", "(00)369012345678912341"),
    ("322282BA3D8D00000000000C", "urn:epc:id:sgln:690123400000..12", "(414)6901234000009(254)12"),
    ("3234257BF460720000000190", "urn:epc:id:sgln:0614141.12345.400", "(414)0614141123452(254)400"),
    ("322282BA3D8D000000000000", "urn:epc:id:sgln:690123400000..0", "(414)6901234000009"),
    ("3434257BF400000000BC6038", "urn:epc:id:giai:0614141.12345400", "(8004)061414112345400"),
    ("342282BA410454000000004D", "urn:epc:id:giai:690123456789.77", "(8004)69012345678977"),
]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "010690123456789210LOT7", "\x1d010690123456789210LOT7", "]C1010690123456789210LOT7", "]d2010690123456789210LOT7\x1d",
        "]Q3010690123456789210LOT7", "10LOT7\x1d0106901234567892", "10LOT7<GS>0106901234567892", "10LOT7␝0106901234567892",
        "(01)06901234567892(10)LOT7", "(10)LOT7(01)06901234567892", "（01）０６９０１２３４５６７８９２（10）LOT7", " (01)06901234567892(10)LOT7\r\n",
        LOT7, "http://brand.example/p/01/06901234567892/10/LOT7?17=270101&linkType=all", "https://x.example/01/6901234567892/10/LOT7",
        "urn:epc:class:lgtin:6901234.056789.LOT7", "]Q1https://id.gs1.org/01/06901234567892/10/LOT7",
        "0106901234567892" "17270101" "10LOT7",
    ],
)  # fmt: skip
def test_a_lot_has_one_form_however_it_is_written(text: str) -> None:
    """Barcode with and without separators, brackets, full-width typing, any host's Digital Link, EPC."""
    found = identify(text)
    assert (found.names, found.canonical, found.text) == (Names.LOT, LOT7, "(01)06901234567892(10)LOT7")


@pytest.mark.parametrize(("hexadecimal", "urn", "text"), TAGS)
def test_a_tag_and_its_urn_name_the_same(hexadecimal: str, urn: str, text: str) -> None:
    """96 bits, lower or upper case, and the pure identity become the same GS1 key with its check digit."""
    found = [identify(form) for form in (hexadecimal, hexadecimal.lower(), urn, text)]
    assert {one.canonical for one in found} == {found[0].canonical}
    assert {one.text for one in found} == {text}


@pytest.mark.parametrize(
    ("text", "names", "form"),
    [
        ("00061414100000000014", Names.SHIPMENT, "https://id.gs1.org/00/061414100000000014"),
        ("6901234567892", Names.PRODUCT, "https://id.gs1.org/01/06901234567892"),
        ("]E06901234567892", Names.PRODUCT, "https://id.gs1.org/01/06901234567892"),
        ("414690123400000925412", Names.PLACE, "https://id.gs1.org/414/6901234000009/254/12"),
        ("(8004)4012345a/b", Names.ASSET, "https://id.gs1.org/8004/4012345a%2Fb"),
        ("]Q1keepwell:lot/lot-7", Names.OBJECT, "keepwell:lot/lot-7"),
        ("KEEPWELL:gateway/GW-1", Names.OBJECT, "keepwell:gateway/GW-1"),
        ("https://goods.example/s/zone/hall-1", Names.OBJECT, "keepwell:zone/hall-1"),
        ("SN A4-C1 38", Names.OTHER, "SN A4-C1 38"),
        ("https://maker.example/?sn=7", Names.OTHER, "https://maker.example/?sn=7"),
        ("10LOT7", Names.OTHER, "10LOT7"),
        ("6901234567890", Names.OTHER, "6901234567890"),
        ("FF74257BF7194E4000001A85", Names.OTHER, "FF74257BF7194E4000001A85"),
    ],
)  # fmt: skip
def test_what_else_can_be_scanned(text: str, names: Names, form: str) -> None:
    """Shipments, products, places, assets, our own labels, and any maker's code as it is."""
    found = identify(text, "https://goods.example/")
    assert (found.names, found.canonical) == (names, form)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Unreadable.EMPTY), (" \x1d\r\n", Unreadable.EMPTY), ("x" * 201, Unreadable.TOO_LONG),
        ("a\x07b", Unreadable.NOT_PRINTABLE),
        ("010690123456789110LOT7", Unreadable.BAD_CHECK_DIGIT), ("(00)061414100000000011", Unreadable.BAD_CHECK_DIGIT),
        ("(414)6901234000001", Unreadable.BAD_CHECK_DIGIT), ("https://id.gs1.org/01/06901234567891/10/A", Unreadable.BAD_CHECK_DIGIT),
        ("(10)LOT7", Unreadable.NO_KEY), ("]C110LOT7", Unreadable.NO_KEY), ("(01)0690123456789", Unreadable.BAD_GS1),
        ("(01)06901234567892(10)LOT(7)", Unreadable.BAD_GS1), ("]C1nothing", Unreadable.BAD_GS1),
        ("urn:epc:id:gid:1.2.3", Unreadable.BAD_EPC), ("urn:epc:id:sgtin:0614141.81234.6789", Unreadable.BAD_EPC),
        ("urn:epc:id:sgtin:0614141.812345", Unreadable.BAD_EPC), ("urn:epc:id", Unreadable.BAD_EPC),
        ("urn:epc:idpat:sgtin:*.*.*", Unreadable.BAD_EPC),
        ("keepwell:castle/x", Unreadable.BAD_LABEL), ("keepwell:lot/Ä", Unreadable.BAD_LABEL), ("keepwell:lot", Unreadable.BAD_LABEL),
    ],
)  # fmt: skip
def test_what_names_nothing_is_refused_by_name(text: str, why: Unreadable) -> None:
    """A wrong check digit, half a barcode, a foreign scheme: said, not guessed."""
    with pytest.raises(UnreadableError) as caught:
        identify(text)
    assert caught.value.why is why


def test_check_digits_of_the_standard() -> None:
    """Mod 10, weights 3 and 1 from the right: the vectors of the specification."""
    found = [gs1_standard_check_digit(digits) for digits in ("0690123456789", "690123400000", "061414100001")]
    assert found == [2, 9, 2]


def test_an_item_is_found_by_its_lot() -> None:
    """A scanned piece (01)(10)(21) is looked for as itself, then as its batch, then by its serial number."""
    found = identify("(01)06901234567892(10)LOT7(21)5")
    assert found.alternatives == (
        f"{LOT7}/21/5", LOT7, "https://id.gs1.org/01/06901234567892/21/5",
    )  # fmt: skip


def test_our_own_labels_can_be_scanned_again() -> None:
    """What we print names the object again, with and without a public address; another address's label does not."""
    for public in ("", "https://goods.example", "http://10.0.0.5:8080/"):
        assert identify(own_code("lot", "l1", public), public).canonical == "keepwell:lot/l1"
    assert identify("https://other.example/s/lot/l1", "https://goods.example").names is Names.OTHER


def test_a_products_number_in_any_length() -> None:
    """GTIN-8, -12, -13 and -14 of one product are one number; a wrong one makes no link."""
    assert gtin_forms("06901234567892") == ("06901234567892", "6901234567892")
    assert gtin_forms("00000096385074") == ("00000096385074", "0000096385074", "000096385074", "96385074")
    assert lot_link("6901234567892", "LOT7") == LOT7
    assert lot_link("6901234567891", "LOT7") == lot_link("", "LOT7") == ""
    assert (
        lot_link("6901234567892", "批次7")
        == lot_link("6901234567892", "L" * 21)
        == lot_link("6901234567892", "")
        == ""
    )
    assert identify(lot_link("6901234567892", "L/7%")).value("10") == "L/7%"


@given(st.text(max_size=60) | st.text("0123456789()]dC1/:.\x1d", max_size=40))
def test_any_text_is_named_or_refused_and_naming_is_final(text: str) -> None:
    """No text breaks it, and the canonical form of a canonical form is itself."""
    try:
        once = canonical(text)
    except UnreadableError:
        return
    assert canonical(once) == once


@given(st.integers(0, 2**96 - 1).map(lambda n: f"{n:024X}"), st.sampled_from(["30", "31", "32", "34"]))
def test_any_tag_is_decoded_or_left_alone(digits: str, header: str) -> None:
    """Whatever 96 bits say, they are a GS1 key of the right length or no tag."""
    pairs = epc.from_hex(header + digits[2:])
    lengths = {"01": 14, "00": 18, "414": 13}
    assert pairs is None or len(pairs[0][1]) == lengths.get(pairs[0][0], len(pairs[0][1]))
