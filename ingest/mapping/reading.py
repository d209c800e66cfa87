"""Reading a mapping: a document (from TOML or JSON) becomes a checked `GatewayMapping`, or all that is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from ingest.mapping.answers import read_answer
from ingest.mapping.fields import MAX_ROWS, Faults, Table, shown
from ingest.mapping.messages import DEFAULTS, read_message
from ingest.mapping.nouns import (
    AS_IS,
    FORMAT,
    Conversion,
    Fault,
    GatewayMapping,
    InvalidMappingError,
    Name,
    Setting,
    Text,
)
from ingest.mapping.settings import GATEWAY, fill, read_settings
from ingest.mapping.values import read_conversion
from ingest.quantity_names import canonical

KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FIELDS = (
    "format", "key", "title", "note", "settings", "names", "gateways", "devices", "message", "answer", *DEFAULTS,
)  # fmt: skip
_NAME_FIELDS = ("quantity", "unit", "scale", "offset")
MAX_BYTES = 262_144

Document = Mapping[str, Any]


def parse_toml(text: str) -> dict[str, Any]:
    """The document of a TOML text.

    Raises:
        InvalidMappingError: it is not TOML; the fault says in which line and column.
    """
    if len(text) > MAX_BYTES:
        raise InvalidMappingError((Fault("", "mapping.too_large", {"most": MAX_BYTES}),))
    try:
        found: dict[str, Any] = msgspec.to_builtins(tomllib.loads(text))  # dates become texts, as in JSON
        return found
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        why = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "too deep"
        raise InvalidMappingError((Fault("", "mapping.syntax", {"why": why}),)) from error


def asked(document: Document) -> dict[str, Setting]:
    """The settings a document asks for, by name.

    Raises:
        InvalidMappingError: they are not well described.
    """
    faults = Faults()
    found = read_settings(Table(faults, "", document))
    _raise_any(faults)
    return found


def about(document: Document) -> tuple[Text, Text]:
    """Title and note of a document."""
    table = Table(Faults(), "", document)
    return table.spoken("title"), table.spoken("note")


def read_mapping(
    document: Document, settings: Mapping[str, object] | None = None, key: str = ""
) -> GatewayMapping:
    """Read and check a document with its settings filled in; `key` counts instead of the document's own.

    Raises:
        InvalidMappingError: everything that is wrong, by place.
    """
    faults = Faults()
    filled = fill(document, read_settings(Table(faults, "", document)), settings or {}, faults)
    _raise_any(faults)
    if key:
        filled["key"] = key
    table = Table(faults, "", filled)
    table.only(_FIELDS)
    if table.row.get("format") is not FORMAT:
        table.fault("format", "bad_format", found=shown(table.row.get("format", "")), format=FORMAT)
    key = _key(table)
    rows = table.rows("message")
    if not rows:
        table.fault("message", "no_messages")
    mapping = GatewayMapping(
        key=key,
        title=table.spoken("title", key),
        messages=tuple(read_message(row, table, key) for row in rows),
        names=_names(table),
        gateways=_gateways(table),
        devices=table.words("devices"),
        answers=tuple(read_answer(row) for row in table.rows("answer")),
    )
    table.spoken("note")
    _raise_any(faults)
    return mapping


def _raise_any(faults: Faults) -> None:
    if faults.found:
        raise InvalidMappingError(tuple(faults.found))


def _key(table: Table) -> str:
    key = table.text("key")
    if not KEY.fullmatch(key):
        table.fault("key", "bad_key", found=shown(key))
    return key


def _gateways(table: Table) -> dict[str, str]:
    names = table.words("gateways")
    for found, ours in names.items():
        if not GATEWAY.fullmatch(ours):
            table.fault(f"gateways.{shown(found)}", "not_gateway", found=shown(ours))
    return names


def _names(table: Table) -> dict[str, Name]:
    names = table.table("names")
    if names is None:
        return {}
    return {found: _name(names, found) for found in list(names.row)[:MAX_ROWS]}


def _name(names: Table, found: str) -> Name:
    if isinstance(names.row[found], str):
        return _named(names.text(found))
    table = names.table(found)
    if table is None:
        return Name(found)
    table.only(_NAME_FIELDS)
    quantity = table.text("quantity")
    return _named(quantity, read_conversion(table, quantity))


def _named(quantity: str, conversion: Conversion = AS_IS) -> Name:
    return Name(canonical(quantity) or quantity, conversion)
