"""EPC to GS1: a tag's 96 bits, or its URN, as (application identifier, value) pairs.

Source: GS1 EPC Tag Data Standard 2.1, chapters 6 (URN), 7 (correspondence with GS1 keys) and 14 (partition tables,
binary encodings). Only the 96-bit schemes that goods, shipments, places and assets carry: SGTIN, SSCC, SGLN, GIAI.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

Pairs = tuple[tuple[str, str], ...]
"""(application identifier, value), the key first."""


class BadEpcError(ValueError):
    """The text has the form of an EPC and says something that no EPC can say."""


class _Layout(NamedTuple):
    """A 96-bit scheme: header, filter 3, partition 3, company prefix and reference (together `bits`), serial."""

    scheme: str
    bits: int
    digits: int
    """Of company prefix and reference together; 0 = the reference is a plain number."""
    serial_bits: int


_LAYOUTS = {
    0x30: _Layout("sgtin", 44, 13, 38),
    0x31: _Layout("sscc", 58, 17, 0),
    0x32: _Layout("sgln", 41, 12, 41),
    0x34: _Layout("giai", 82, 0, 0),
}
_COMPANY_BITS = (40, 37, 34, 30, 27, 24, 20)
"""By partition; the company prefix has 12 digits in partition 0 and one less in each that follows."""
_HEX = re.compile(r"[0-9A-Fa-f]{24}")
_URN = re.compile(r"urn:epc:(id|class|tag):([a-z]+)(?:-\d+)?:(.+)", re.IGNORECASE)


def from_hex(text: str) -> Pairs | None:
    """What an RFID tag's 24 hexadecimal digits name; None if they are no tag of a known scheme."""
    if not _HEX.fullmatch(text):
        return None
    number = int(text, 16)
    layout = _LAYOUTS.get(number >> 88)
    partition = number >> 82 & 7
    if layout is None or partition > 6:
        return None
    key = number >> (82 - layout.bits) & ((1 << layout.bits) - 1)
    reference_bits = layout.bits - _COMPANY_BITS[partition]
    company_digits = 12 - partition
    company, reference = divmod(key, 1 << reference_bits)
    reference_digits = layout.digits - company_digits
    written = str(reference).zfill(reference_digits) if layout.digits and reference_digits else ""
    written = written if layout.digits else str(reference)
    if company >= 10**company_digits or (layout.digits and len(written) != reference_digits):
        return None
    rest = number & ((1 << 82 - layout.bits) - 1)
    serial = str(rest) if layout.serial_bits else ""
    return _pairs(layout.scheme, str(company).zfill(company_digits), written, serial)


def from_urn(text: str) -> Pairs | None:
    """What a `urn:epc:…` names; None if it is none.

    Raises:
        BadEpcError: it is one, but of a scheme that names nothing we keep, or with wrong parts.
    """
    match = _URN.fullmatch(text)
    if not match:
        return None
    form, scheme, rest = match[1].lower(), match[2].lower(), match[3]
    parts = rest.split(".", 3 if form == "tag" else 2)
    if form == "tag":
        parts = parts[1:]
    company, reference, serial = (*parts, "", "", "")[:3]
    if not company.isdecimal() or not 6 <= len(company) <= 12:
        raise BadEpcError(text)
    return _pairs(scheme, company, reference, unquote(serial))


def _pairs(scheme: str, company: str, reference: str, serial: str) -> Pairs:
    """The GS1 key of company prefix and reference (chapter 7), with what qualifies it."""
    if scheme == "giai":
        return (("8004", company + unquote(reference)),)
    lengths = {"sgtin": 13, "lgtin": 13, "sscc": 17, "sgln": 12}
    digits = company + reference
    if len(digits) != lengths.get(scheme) or not digits.isdecimal():
        raise BadEpcError(f"{scheme} {company}.{reference}")
    if scheme == "sgln":
        extension = (("254", serial),) if serial not in {"", "0"} else ()
        return (("414", _checked(digits)), *extension)
    turned = _checked(reference[0] + company + reference[1:]) if reference else ""
    if scheme == "sscc":
        return (("00", turned),)
    if not serial:
        raise BadEpcError(f"{scheme} {company}.{reference}")
    return ("01", turned), ("10" if scheme == "lgtin" else "21", serial)


def _checked(digits: str) -> str:
    """With GS1's check digit: three times every other digit from the right, and the others, add up to a multiple of ten."""
    return f"{digits}{-sum(map(int, digits[::-2] * 3 + digits[-2::-2])) % 10}"
