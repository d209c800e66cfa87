"""Reading the rules of messages and records, with what they inherit from the document."""

from __future__ import annotations

from typing import Final

from ingest.mapping.fields import Table, shown
from ingest.mapping.nouns import Empty, Message, Numbers, Others, Payload, Record, Status
from ingest.mapping.paths import HERE
from ingest.mapping.settings import GATEWAY
from ingest.mapping.templates import Template, parse_template
from ingest.mapping.topics import BadTopicError, parse_pattern
from ingest.mapping.values import check_captures, read_conditions, read_time, read_values

DEFAULTS: Final = ("payload", "separator", "gateway", "device", "time", "numbers", "others", "empty")
_OF_RECORD = ("device", "time", "numbers", "others")
_RECORD_FIELDS = ("at", "where", "values", *_OF_RECORD)
_MESSAGE_FIELDS = ("topic", "skip", "status", "records", "at", "where", "values", *DEFAULTS)
MAX_TOPICS = 100


def read_message(row: Table, document: Table, key: str) -> Message:
    """One `[[message]]`; fields it lacks are the document's."""
    row.only(_MESSAGE_FIELDS)
    whole = _inheriting(row, document, DEFAULTS)
    topics, captures = _topics(row)
    if row.flag("skip"):
        speaker = whole.template("gateway", parse_template(key))
        return Message(topics, speaker if speaker.captures <= captures else parse_template(key), skip=True)
    payload = whole.choice("payload", Payload, Payload.JSON)
    status = _status(row)
    return Message(
        topics=topics,
        gateway=_gateway(whole, key, captures),
        payload=payload,
        separator=_separator(whole),
        status=status,
        records=_records(row, whole, captures, payload, status is not None),
        empty=whole.choice("empty", Empty, Empty.REFUSE),
    )


def _inheriting(row: Table, outer: Table, names: tuple[str, ...]) -> Table:
    """The row, with the outer table's fields where it has none of its own."""
    inherited = {name: outer.row[name] for name in names if name in outer.row}
    return Table(row.faults, row.place, {**inherited, **row.row})


def _topics(row: Table) -> tuple[tuple[str, ...], frozenset[str]]:
    """The patterns, and the captures that all of them have."""
    stated = row.row.get("topic")
    listed = stated if isinstance(stated, list) else [stated]
    texts = [text for text in listed if isinstance(text, str)]
    if not 0 < len(texts) <= MAX_TOPICS or len(texts) < len(listed):
        row.fault("topic", "no_topic")
        return (), frozenset()
    captures: list[frozenset[str]] = []
    for text in texts:
        try:
            captures.append(parse_pattern(text).captures)
        except BadTopicError as error:
            row.fault("topic", "bad_topic", found=shown(text), part=shown(str(error)))
    return tuple(texts), frozenset.intersection(*captures) if captures else frozenset()


def _gateway(row: Table, key: str, captures: frozenset[str]) -> Template:
    template = row.template("gateway", parse_template(key))
    check_captures(row, "gateway", template, captures)
    if any(not path.from_root for path in template.paths):
        row.fault("gateway", "gateway_in_record")
    constant = template.constant
    if constant is not None and not GATEWAY.fullmatch(constant):
        row.fault("gateway", "not_gateway", found=shown(constant))
    return template


def _separator(row: Table) -> str:
    text = row.text("separator", ",")
    if len(text) != 1 or text in '"\r\n ':
        row.fault("separator", "bad_separator")
        return ","
    return text


def _status(row: Table) -> Status | None:
    table = row.table("status")
    if table is None:
        return None
    table.only(("at", "online", "offline"))
    online, offline = _states(table, "online"), _states(table, "offline")
    if not online or not offline or online & offline:
        table.fault("", "bad_status")
    return Status(table.path("at"), online, offline)


def _states(table: Table, name: str) -> frozenset[str]:
    stated = table.row.get(name, [])
    listed = stated if isinstance(stated, list) else [stated]
    return frozenset(str(value).lower() for value in listed if isinstance(value, str | int | bool))


def _records(
    row: Table, whole: Table, captures: frozenset[str], payload: Payload, has_status: bool
) -> tuple[Record, ...]:
    if "records" not in row.row:
        alone = has_status and "values" not in row.row
        return () if alone else (_record(whole, captures, payload),)
    for name in ("at", "where", "values"):
        if name in row.row:
            row.fault(name, "beside_records")
    rows = row.rows("records")
    if not rows:
        row.fault("records", "no_records")
    for record in rows:
        record.only(_RECORD_FIELDS)
    return tuple(_record(_inheriting(record, whole, _OF_RECORD), captures, payload) for record in rows)


def _record(row: Table, captures: frozenset[str], payload: Payload) -> Record:
    as_text = payload in {Payload.TEXT, Payload.CSV}
    numbers = row.choice("numbers", Numbers, Numbers.POINT if as_text else Numbers.REFUSE)
    at = row.path("at") if "at" in row.row else HERE
    known = captures | at.captures
    device = row.template("device")
    check_captures(row, "device", device, known)
    return Record(
        at=at,
        where=read_conditions(row),
        values=read_values(row, known, numbers),
        device=device,
        time=read_time(row),
        others=row.choice("others", Others, Others.KEEP),
    )
