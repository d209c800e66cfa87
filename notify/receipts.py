"""What the providers of SMS and calls report back: delivered, failed, a key was pressed; and what that changes.

The forms are those that the vendors document: Alibaba Cloud's SmsReport and VoiceReport (an array of objects pushed over
HTTP; `dtmf` holds the keys), Tencent Cloud's array of SMS states and its voice callbacks (one object each).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection

from detect.nouns import Json
from notify.picking import Retry, again_us
from store.messages import Channel, Message, MessageState, TellingState
from store.repositories import alarms, outbox, outbox_sending
from store.repositories.records import By, record

ACKNOWLEDGES = "1"
"""The key that acknowledges; the spoken template says so."""
_MOST = 1000


class Provider(StrEnum):
    """Who reports."""

    ALIYUN_SMS = "aliyun-sms"
    ALIYUN_VOICE = "aliyun-voice"
    TENCENT_SMS = "tencent-sms"
    TENCENT_VOICE = "tencent-voice"

    @property
    def channel(self) -> Channel:
        """The way of which it reports."""
        return Channel.SMS if self.value.endswith("sms") else Channel.VOICE


class Happened(StrEnum):
    """What is reported of a message."""

    DELIVERED = "delivered"
    FAILED = "failed"
    ACKNOWLEDGED = "acknowledged"
    """The key was pressed."""


class Receipt(NamedTuple):
    """One thing reported of one message."""

    provider_id: str
    message: str
    """Our own id, where the provider gives it back; else ""."""
    what: Happened
    why: str = ""


class BadReceiptError(ValueError):
    """Raised for a report that has not the documented form."""


Acknowledge = Callable[[Connection, str, str, int], None]
"""(transaction, subject, person, now) puts on record that the person has seen it, beyond the outbox."""

ANSWERS: Mapping[Provider, Mapping[str, Json]] = {
    Provider.ALIYUN_SMS: {"code": 0, "msg": "OK"},
    Provider.ALIYUN_VOICE: {"code": 0, "msg": "OK"},
    Provider.TENCENT_SMS: {"result": 0, "errmsg": "OK"},
    Provider.TENCENT_VOICE: {"result": 0, "errmsg": "OK"},
}
"""What each wants to hear; else it reports again."""


def allowed(token: str, secret: str) -> bool:
    """Whether a report carries the token of this installation; none does while there is no token."""
    return bool(secret) and hmac.compare_digest(token.encode("utf-8", "replace"), secret.encode())


def read(provider: Provider, body: Any) -> list[Receipt]:
    """What is reported; things that are none of ours to know (a call has begun) are left out.

    Raises:
        BadReceiptError: it has not the documented form.
    """
    if provider is Provider.TENCENT_VOICE:
        return _tencent_voice(body)
    if not isinstance(body, list) or len(body) > _MOST or not all(isinstance(one, dict) for one in body):
        raise BadReceiptError("expected an array of objects")
    reading = {
        Provider.ALIYUN_SMS: _aliyun_sms, Provider.ALIYUN_VOICE: _aliyun_voice, Provider.TENCENT_SMS: _tencent_sms,
    }  # fmt: skip
    return [receipt for one in body for receipt in reading[provider](one)]


def note(
    connection: Connection, provider: Provider, receipts: list[Receipt], now_us: int, also: Acknowledge
) -> int:
    """Put on record what was reported, and do what it asks for; return how many of the messages are ours."""
    known = 0
    for receipt in receipts:
        found = _message(connection, provider, receipt)
        if found is None:
            continue
        known += 1
        if receipt.what is Happened.FAILED:
            _failed(connection, found, receipt.why, now_us)
            continue
        outbox_sending.note_delivered(connection, found.id, now_us)
        if receipt.what is Happened.ACKNOWLEDGED:
            _acknowledged(connection, found, now_us, also)
    return known


def acknowledge(connection: Connection, subject: str, person: str, now_us: int) -> None:
    """A person has seen it: the alarm, or those that the ticket is about. No ticket and no clock changes by it."""
    by = By(person, now_us, "notice.pressed")
    kind, _, key = subject.partition(":")
    if kind == "ticket":
        alarms.acknowledge_of(connection, key, by)
    elif kind == "alarm":
        for alarm in alarms.find(connection, alarms.AlarmFilter(cause=key)):
            alarms.acknowledge(connection, alarm.id, None, lambda one: one.acknowledged(person), by)


def _acknowledged(connection: Connection, found: Message, now_us: int, also: Acknowledge) -> None:
    subjects: dict[str, None] = {}
    for id in found.about:
        told = outbox.get(connection, id)
        if told is not None and told.state is not TellingState.DROPPED:
            subjects[told.subject] = None
    for subject in subjects:
        if outbox.answered(connection, found.person, subject, now_us):
            by = By(found.person, now_us, "notice.pressed")
            record(
                connection,
                by,
                "answered",
                subject,
                None,
                {"message": found.id, "channel": str(found.channel)},
            )
            also(connection, subject, found.person, now_us)


def _failed(connection: Connection, found: Message, why: str, now_us: int) -> None:
    """Not answered, no such number, switched off: once more, as after any failure."""
    if found.state is MessageState.SENT and found.delivered_us is None:
        outbox_sending.note_undelivered(connection, found.id, why, again_us(found, Retry(), now_us, 1.0))


def _message(connection: Connection, provider: Provider, receipt: Receipt) -> Message | None:
    found = outbox.message(connection, receipt.message) if receipt.message else None
    if found is None and receipt.provider_id:
        known = outbox_sending.by_provider(connection, provider.channel, receipt.provider_id)
        found = outbox.message(connection, known.id) if known else None
    return found if found is not None and found.channel is provider.channel else None


def _aliyun_sms(one: dict[str, Any]) -> list[Receipt]:
    ids = _text(one, "biz_id"), _text(one, "out_id")
    if one.get("success") is True:
        return [Receipt(*ids, Happened.DELIVERED)]
    return [Receipt(*ids, Happened.FAILED, _text(one, "err_code"))]


def _aliyun_voice(one: dict[str, Any]) -> list[Receipt]:
    """200000 is a call that was taken (200002 busy, 200003 and on: not reached); also 300000, a key while it goes on."""
    ids, status = (_text(one, "call_id"), _text(one, "out_id")), _text(one, "status_code")
    if ACKNOWLEDGES in _text(one, "dtmf"):
        return [Receipt(*ids, Happened.ACKNOWLEDGED)]
    if status in {"200000", "300000"}:
        return [Receipt(*ids, Happened.DELIVERED)]
    return [Receipt(*ids, Happened.FAILED, f"voice_{status}")] if status.startswith("2000") else []


def _tencent_sms(one: dict[str, Any]) -> list[Receipt]:
    ids = _text(one, "sid"), _text(one, "ext")
    if _text(one, "report_status") == "SUCCESS":
        return [Receipt(*ids, Happened.DELIVERED)]
    return [Receipt(*ids, Happened.FAILED, _text(one, "errmsg"))]


def _tencent_voice(body: Any) -> list[Receipt]:
    if not isinstance(body, dict):
        raise BadReceiptError("expected an object")
    parts = {name: part for name, part in body.items() if isinstance(part, dict)}
    if pressed := parts.get("voicekey_callback"):
        acks = ACKNOWLEDGES in _text(pressed, "keypress")
        return [Receipt(_text(pressed, "callid"), "", Happened.ACKNOWLEDGED)] if acks else []
    if heard := parts.get("voiceprompt_callback"):
        taken = _text(heard, "result") == "0"
        ids = _text(heard, "callid"), ""
        if taken:
            return [Receipt(*ids, Happened.DELIVERED)]
        return [Receipt(*ids, Happened.FAILED, f"voice_{_text(heard, 'result')}")]
    if failure := parts.get("voice_failure_callback"):
        return [
            Receipt(_text(failure, "callid"), "", Happened.FAILED, f"voice_{_text(failure, 'failure_code')}")
        ]
    raise BadReceiptError("expected voicekey_callback, voiceprompt_callback or voice_failure_callback")


def _text(one: Mapping[str, Any], name: str) -> str:
    value = one.get(name)
    return str(value)[:200] if isinstance(value, str | int) and not isinstance(value, bool) else ""
