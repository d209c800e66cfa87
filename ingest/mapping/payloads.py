"""The bytes of a mapped message as one value to look into, or why they cannot be read."""

from __future__ import annotations

import csv

import msgspec
from line_protocol_parser import LineFormatError, parse_line

from ingest.decode import Limits, parse_json
from ingest.fields import Fault
from ingest.mapping.nouns import Payload
from ingest.nouns import Reason

_json = msgspec.json.Decoder().decode
_BYTE_ORDER_MARK = "\ufeff"
_BOX = (b"{", b"[")


def read_payload(payload: bytes, kind: Payload, separator: str, limits: Limits) -> object:
    """JSON as it is; line protocol as Telegraf's JSON has it; text as a text; CSV as lists of texts; or a Fault."""
    if not payload:
        return Fault(Reason.EMPTY, "no payload")
    if len(payload) > limits.payload_bytes:
        return Fault(Reason.TOO_LARGE, f"{len(payload)} bytes, at most {limits.payload_bytes}")
    if kind is Payload.JSON:
        return _read_json(payload, limits)
    try:
        text = payload.decode("utf-8").removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        return Fault(Reason.NOT_UTF8, f"byte {error.start} is not UTF-8")
    if not text.strip():
        return Fault(Reason.EMPTY, "nothing but blanks")
    if kind is Payload.TEXT:
        return text.strip()
    if text.count("\n") > limits.readings:
        return Fault(Reason.TOO_MANY_READINGS, f"more than {limits.readings} lines")
    return _read_csv(text, separator) if kind is Payload.CSV else _read_lines(text)


def _read_json(payload: bytes, limits: Limits) -> object:
    """The quick way for what is plainly well-formed and flat, else the patient one, which names what is wrong."""
    if payload.count(_BOX[0]) + payload.count(_BOX[1]) <= limits.depth:
        try:
            return _json(payload)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return parse_json(payload, limits)
    return parse_json(payload, limits)


def _read_csv(text: str, separator: str) -> object:
    try:
        rows = csv.reader(text.splitlines(), delimiter=separator, skipinitialspace=True)
        return [[cell.strip() for cell in row] for row in rows if row]
    except csv.Error as error:
        return Fault(Reason.WRONG_TYPE, f"not lines of cells: {error}")


def _read_lines(text: str) -> object:
    records: list[dict[str, object]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if "\0" in line:
            return Fault(Reason.NOT_LINE_PROTOCOL, f"line {number}: has a NUL character")
        if not line.strip():
            continue
        try:
            parsed = parse_line(line)
        except LineFormatError as error:
            return Fault(Reason.NOT_LINE_PROTOCOL, f"line {number}: {error}")
        if parsed is not None:  # a comment
            records.append({
                "name": parsed["measurement"], "tags": parsed["tags"], "fields": parsed["fields"],
                "timestamp": parsed["time"],
            })  # fmt: skip
    return records
