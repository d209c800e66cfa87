"""GS1 data as (application identifier, value) pairs: element strings, brackets for people, Digital Links, bare numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementStrings
from biip.gs1_messages import GS1Message
from biip.gtin import Gtin

from registry import epc
from registry.identity import KEYS, Unreadable, UnreadableError

_QUALIFIERS = {"01": ("22", "10", "21"), "414": ("254",)}
"""In the order of the Digital Link standard."""
_BRACKETS = re.compile(r"\(\d{2,4}\)")


def gtin_14(text: str) -> str:
    """A product's number in fourteen digits; "" if it is none."""
    try:
        return Gtin.parse(text).as_gtin_14()
    except ParseError:
        return ""


def read(code: str, *, marked: bool) -> epc.Pairs | None:
    """The code's GS1 pairs; None if it is not GS1 data.

    Raises:
        UnreadableError: it is, but not whole.
    """
    if code.lower().startswith(("http://", "https://")):
        return _from_link(code)
    if _BRACKETS.match(code):
        return _from_brackets(code)
    try:
        return _checked(GS1Message.parse(code).element_strings, code, strict=marked)
    except ParseError as error:
        if marked:
            raise UnreadableError(Unreadable.BAD_GS1, code) from error
        return _bare_product(code)


def _from_link(code: str) -> epc.Pairs | None:
    """A web address may be anything; it is a Digital Link if it has a key in its path."""
    try:
        found = GS1DigitalLinkURI.parse(code).element_strings
    except ParseError:
        return None
    in_path = urlsplit(code).path.split("/")
    return _checked([e for e in found if e.ai.ai in in_path], code, strict=True)


def _from_brackets(code: str) -> epc.Pairs | None:
    try:
        message = GS1Message.parse_hri(code)
    except ParseError as error:
        raise UnreadableError(Unreadable.BAD_GS1, code) from error
    if message.as_hri() != code:  # a value with brackets of its own is cut short by the parser
        raise UnreadableError(Unreadable.BAD_GS1, code)
    return _checked(message.element_strings, code, strict=True)


def _bare_product(code: str) -> epc.Pairs | None:
    """The number of a product alone, as it stands on its package."""
    whole = gtin_14(code) if code.isdecimal() else ""
    return (("01", whole),) if whole else None


def _checked(found: Iterable[object] | GS1ElementStrings, code: str, *, strict: bool) -> epc.Pairs | None:
    """The pairs that identify. Not `strict`: digits without any sign of GS1 may mean something else.

    Raises:
        UnreadableError: a check digit is wrong, or (strict) nothing identifies.
    """
    elements = list(GS1ElementStrings(found))  # type: ignore[arg-type]
    values = {element.ai.ai: element.value for element in elements}
    key = next((ai for ai in KEYS if ai in values), None)
    if key is None:
        if strict:
            raise UnreadableError(Unreadable.NO_KEY, code)
        return None
    element = next(e for e in elements if e.ai.ai == key)
    if element.gtin_error or element.sscc_error or element.gln_error:
        raise UnreadableError(Unreadable.BAD_CHECK_DIGIT, code)
    qualifiers = ((ai, values[ai]) for ai in _QUALIFIERS.get(key, ()) if values.get(ai))
    return ((key, values[key]), *qualifiers)
