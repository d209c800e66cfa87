"""What a scanned text names: GS1 barcodes and Digital Links, EPC tags, our own labels, any other code; or why it cannot be.

One thing has one canonical form, however it was written:

* GS1 keys as the canonical Digital Link, `https://id.gs1.org/01/06901234567892/10/LOT7` (GS1 Digital Link 1.3, 4.12);
* our own labels as `keepwell:lot/lot-7`;
* any other text (a maker's serial number, a house label) as itself, without spaces around it, in Unicode's NFKC.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any
from urllib.parse import quote, unquote

from registry import epc
from registry.nouns import GATEWAY_PATTERN, KEY_PATTERN, KINDS

MAX_CODE = 200
GS1_HOST = "https://id.gs1.org"


class Names(StrEnum):
    """What sort of thing an identity names."""

    PRODUCT = "product"
    LOT = "lot"
    SHIPMENT = "shipment"
    PLACE = "place"
    ASSET = "asset"
    """A returnable or individual asset: a device, a machine, a container."""
    OBJECT = "object"
    """An object of this registry, by our own label."""
    OTHER = "other"


class Unreadable(StrEnum):
    """Why a text names nothing. `identity.<name>` says it to people."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_PRINTABLE = "not_printable"
    BAD_CHECK_DIGIT = "bad_check_digit"
    NO_KEY = "no_key"
    """GS1 data without anything that identifies (a date, a weight alone)."""
    BAD_GS1 = "bad_gs1"
    BAD_EPC = "bad_epc"
    BAD_LABEL = "bad_label"
    """Our own label, of a kind or key that cannot be."""


class UnreadableError(ValueError):
    """The text cannot name anything."""

    def __init__(self, why: Unreadable, text: str) -> None:
        super().__init__(f"{why}: {text!r}")
        self.why, self.text = why, text


@dataclass(frozen=True, slots=True)
class Identity:
    """What a text names."""

    names: Names
    canonical: str
    text: str
    """For people: `(01)06901234567892(10)LOT7`, `lot/lot-7`, or the code itself."""
    pairs: epc.Pairs = ()
    """GS1 application identifiers and values, the key first."""
    kind: str = ""
    key: str = ""
    """Of an own label: the object of the registry."""

    @property
    def alternatives(self) -> tuple[str, ...]:
        """All canonical forms under which it may be on record, the most exact first.

        An item of a lot (01)(10)(21) is also one of the lot (01)(10), and of the lot known by (01)(21).
        """
        values = dict(self.pairs)
        if {"01", "10", "21"} <= values.keys():
            return self.canonical, *(_link((("01", values["01"]), (ai, values[ai]))) for ai in ("10", "21"))
        return (self.canonical,)

    def value(self, identifier: str) -> str:
        """The value of a GS1 application identifier, "" without it."""
        return dict(self.pairs).get(identifier, "")


KEYS = {
    "01": Names.PRODUCT,
    "00": Names.SHIPMENT,
    "414": Names.PLACE,
    "8004": Names.ASSET,
    "8003": Names.ASSET,
}
"""GS1 application identifiers that identify something, the most telling first."""
_FNC1 = re.compile(r"␝|<GS>|\{GS\}|\[GS\]|<FNC1>", re.IGNORECASE)
"""How keyboards and terminals write the separator that they cannot type."""
_AIM = re.compile(r"\]([A-Za-z][0-9A-Za-z])")
"""The symbology identifier that a scanner may put before the data (ISO/IEC 15424)."""
_GS1_AIMS = frozenset({"C1", "e0", "d2", "Q3", "J1"})
_BATCH = re.compile(r"[!\"%-?A-Z_a-z]{1,20}")
"""Up to 20 characters of GS1's set 82."""
_OWN = re.compile(r"keepwell:([a-z_]+)/([^/]+)", re.IGNORECASE)


def identify(text: str, public_url: str = "") -> Identity:
    """What a scanned text names.

    Args:
        text: as the scanner, the tag reader or a person gave it.
        public_url: where this installation is seen from outside; its labels may be web addresses below it.

    Raises:
        UnreadableError: nothing, and why.
    """
    code, says_gs1 = _clean(text)
    own = _own_label(code, public_url)
    if own:
        return own
    try:
        pairs = epc.from_urn(code) or epc.from_hex(code)
    except epc.BadEpcError as error:
        raise UnreadableError(Unreadable.BAD_EPC, code) from error
    if code.lower().startswith("urn:epc:") and not pairs:
        raise UnreadableError(Unreadable.BAD_EPC, code)
    pairs = pairs or _gs1().read(code, marked=says_gs1)
    return _of_pairs(pairs) if pairs else Identity(Names.OTHER, code, code)


def canonical(text: str, public_url: str = "") -> str:
    """The canonical form of a code, as it is kept on objects.

    Raises:
        UnreadableError: it names nothing.
    """
    return identify(text, public_url).canonical


def own_code(kind: str, key: str, public_url: str = "") -> str:
    """What stands on our own label of an object."""
    return f"{public_url.rstrip('/')}/s/{kind}/{key}" if public_url else f"keepwell:{kind}/{key}"


def lot_link(gtin: str, batch: str) -> str:
    """The canonical Digital Link of a batch of a product; "" if GS1 cannot say the product's number or the batch."""
    if not _BATCH.fullmatch(batch):
        return ""
    whole = _gs1().gtin_14(gtin)
    return _link((("01", whole), ("10", batch))) if whole else ""


def gtin_forms(gtin: str) -> tuple[str, ...]:
    """All lengths (14, 13, 12, 8) in which a GTIN-14 may be written."""
    return tuple(gtin[-n:] for n in (14, 13, 12, 8) if set(gtin[:-n]) <= {"0"})


def _gs1() -> Any:
    """`registry.gs1`, loaded when the first code is read: its tables take a tenth of the start of a stage that reads none."""
    return import_module("registry.gs1")


def _clean(text: str) -> tuple[str, bool]:
    """The text without what devices put around it, separators as ASCII 29; and whether these promise GS1 data."""
    code = _FNC1.sub("\x1d", unicodedata.normalize("NFKC", text)).strip(" \t\r\n\0")
    aim = _AIM.match(code)
    code = code.removeprefix(aim[0]) if aim else code
    says_gs1 = "\x1d" in code or (aim is not None and aim[1] in _GS1_AIMS)
    if not code.strip(" \x1d"):
        raise UnreadableError(Unreadable.EMPTY, "")
    if len(code) > MAX_CODE:
        raise UnreadableError(Unreadable.TOO_LONG, code[:40])
    if not code.replace("\x1d", "").isprintable():
        raise UnreadableError(Unreadable.NOT_PRINTABLE, ascii(code)[:40])
    return code.strip("\x1d "), says_gs1


def _own_label(code: str, public_url: str) -> Identity | None:
    below = f"{public_url.rstrip('/')}/s/"
    if public_url and code.startswith(below):
        code = f"keepwell:{unquote(code.removeprefix(below))}"
    if not code.lower().startswith("keepwell:"):
        return None
    match = _OWN.fullmatch(code)
    kind, key = (match[1].lower(), match[2]) if match else ("", "")
    if kind not in KINDS or not re.fullmatch(GATEWAY_PATTERN if kind == "gateway" else KEY_PATTERN, key):
        raise UnreadableError(Unreadable.BAD_LABEL, code)
    return Identity(Names.OBJECT, f"keepwell:{kind}/{key}", f"{kind}/{key}", kind=kind, key=key)


def _of_pairs(pairs: epc.Pairs) -> Identity:
    names = KEYS[pairs[0][0]]
    if names is Names.PRODUCT and {"10", "21"} & dict(pairs).keys():
        names = Names.LOT
    return Identity(names, _link(pairs), "".join(f"({ai}){value}" for ai, value in pairs), pairs)


def _link(pairs: epc.Pairs) -> str:
    return GS1_HOST + "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in pairs)
