"""Answers: what gateways ask before they send anything, and what they have to be told (docs/mappings.md, Answers)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ingest.decode import Limits
from ingest.fields import Fault
from ingest.mapping.fields import MAX_TEXT, Table, shown
from ingest.mapping.nouns import Answer, GatewayMapping, Payload
from ingest.mapping.paths import every
from ingest.mapping.payloads import read_payload
from ingest.mapping.templates import Capture
from ingest.mapping.topics import BadTopicError, overlap, parse_pattern, publishing_of
from ingest.mapping.values import check_captures, read_conditions

_FIELDS = ("topic", "where", "reply", "says", "unasked")
_OURS = "keepwell/#"
_LIMITS = Limits(payload_bytes=16_384)


class Reply(NamedTuple):
    """A message that goes out."""

    topic: str
    payload: bytes


def read_answer(row: Table) -> Answer:
    """One `[[answer]]` of a document."""
    row.only(_FIELDS)
    captures: frozenset[str] = frozenset()
    try:
        captures = parse_pattern(row.text("topic")).captures
    except BadTopicError as error:
        row.fault("topic", "bad_topic", found=shown(row.text("topic")), part=shown(str(error)))
    answer = Answer(
        row.text("topic"),
        read_conditions(row),
        row.template("reply"),
        row.text("says").encode(),
        row.text("unasked"),
    )
    check_captures(row, "reply", answer.reply, captures)
    if answer.reply.paths or not answer.reply.parts:
        row.fault("reply", "bad_topic", found=shown(answer.reply.text), part="{$}")
    for name, topic in (("reply", _filter(answer)), ("unasked", answer.unasked)):
        if overlap(topic, _OURS) or (name == "unasked" and set(topic) & {"+", "#"}):
            row.fault(name, "bad_topic", found=shown(topic), part=shown(topic))
    if not 0 < len(answer.says) <= MAX_TEXT:
        row.fault("says", "not_text", found="")
    return answer


def questions_of(mappings: Iterable[GatewayMapping]) -> tuple[str, ...]:
    """The MQTT filters on which gateways ask."""
    return tuple(sorted({parse_pattern(a.topic).filter for mapping in mappings for a in mapping.answers}))


def replies_of(mappings: Iterable[GatewayMapping]) -> tuple[str, ...]:
    """The MQTT filters on which gateways are answered: we have to be allowed to publish there, and they to read.

    None on which a gateway publishes is among them, whatever a mapping says: nobody reads what others send.
    """
    active = list(mappings)
    published = publishing_of(active, ()).anyone
    wanted = {_filter(answer) for mapping in active for answer in mapping.answers}
    return tuple(sorted(one for one in wanted if not any(overlap(one, topic) for topic in published)))


def unasked(mappings: Iterable[GatewayMapping]) -> list[Reply]:
    """The answers for gateways that asked while nobody listened: some ask once and then wait for ever."""
    found = (answer for mapping in mappings for answer in mapping.answers)
    return [Reply(answer.unasked, answer.says) for answer in found if answer.unasked]


def answer_to(mappings: Iterable[GatewayMapping], topic: str, payload: bytes) -> Reply | None:
    """What a question is answered with; None if it is none that a mapping knows. Never raises."""
    for answer in (answer for mapping in mappings for answer in mapping.answers):
        captures = parse_pattern(answer.topic).match(topic)
        if captures is not None and _is_meant(answer, payload):
            to = answer.reply.fill(captures, None, None)
            return Reply(to, answer.says) if to and not set(to) & {"+", "#"} else None
    return None


def _is_meant(answer: Answer, payload: bytes) -> bool:
    if not answer.where:
        return True
    question = read_payload(payload, Payload.JSON, ",", _LIMITS)
    if isinstance(question, Fault):
        return False
    return all(
        condition.test([value for _, value, _ in every(condition.at, question, {})])
        for condition in answer.where
    )


def _filter(answer: Answer) -> str:
    return "".join("+" if isinstance(part, Capture) else str(part) for part in answer.reply.parts)
