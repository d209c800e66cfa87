"""A message as it arrived, told to people."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

from api.mapping_trial import flag_names, refusal_view
from api.times import text_of
from api.views_live import ArrivedView
from api.views_mappings import SaidView, WouldKeep
from ingest import quantities
from ingest.nouns import Seen, SeenValue
from texts import Language


def message_view(seen: Seen, unit_of: Callable[[str], str], lang: Language) -> ArrivedView:
    """A message with what was made of it."""
    text = _text(seen.payload, cut=len(seen.payload) < seen.size)
    return ArrivedView(
        received=text_of(seen.received_us),
        topic=seen.topic,
        qos=seen.qos,
        retained=seen.retained,
        repeated=seen.repeated,
        size_bytes=seen.size,
        payload_text=text,
        payload_base64=b64encode(seen.payload).decode() if text is None else None,
        payload_cut=len(seen.payload) < seen.size,
        form=seen.form,
        mapping=seen.mapping or None,
        online=seen.online,
        keeps=[_value_view(one, unit_of) for one in seen.values],
        kept=seen.total,
        refuses=[refusal_view(one.reason, one.detail, one.values, lang) for one in seen.refused],
        passed=seen.passed,
    )


def _value_view(value: SeenValue, unit_of: Callable[[str], str]) -> WouldKeep:
    return WouldKeep(
        device=value.device,
        quantity=value.quantity,
        value=value.value,
        unit=unit_of(value.quantity),
        time=text_of(value.time_us),
        flags=flag_names(value.flags),
        new_series=value.new_series,
        known_quantity=quantities.code_of(value.quantity) != 0,
        said=SaidView(value.said, value.said_unit) if value.said is not None else None,
    )


def _text(payload: bytes, *, cut: bool) -> str | None:
    """The payload as text, None if it is none; the end may cut through a character."""
    for ending in range(4 if cut else 1):
        try:
            return payload[: len(payload) - ending].decode()
        except UnicodeDecodeError:
            continue
    return None
