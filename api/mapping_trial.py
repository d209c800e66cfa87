"""What a mapping would make of a message, told to people. Nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from api.selection import SeriesIndex
from api.services import Heard, RegistryRows
from api.times import text_of
from api.views_mappings import SaidView, TriedView, WouldKeep, WouldRefuse
from ingest import quantities
from ingest.decode import Kind, decode, parse_topic
from ingest.fields import Said, conversions
from ingest.mapping.mapper import Mapper
from ingest.mapping.nouns import GatewayMapping, Outcome
from ingest.nouns import Decoded, Flag, Reason
from registry.nouns import Device, Gateway, RegistrySnapshot
from registry.plan import identities
from texts import Language, render

MOST_SHOWN = 200
"""Values of one message that are told one by one."""
_SHOWN_PAYLOAD = 4_096
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Known:
    """What there is already."""

    series: SeriesIndex
    names: Mapping[tuple[str, str], str]
    """(gateway, device as it says it) → full name, of moved and shared devices."""
    unit_of: Callable[[str], str]


def tried(mapping: GatewayMapping, heard: Heard, known: Known, lang: Language) -> TriedView:
    """What would become of a message."""
    with conversions() as said:
        outcome = Mapper([mapping]).apply(heard.topic, heard.payload, heard.received_us)
    if outcome is None:
        patterns = ", ".join(topic for message in mapping.messages for topic in message.topics)
        nothing = Decoded(reason=Reason.BAD_TOPIC, detail=f"the mapping reads {patterns[:200]}")
        outcome = Outcome("-", mapping.key, nothing)
    return tried_view(outcome, heard, said, known, lang)


def tried_now(mappings: Sequence[GatewayMapping], heard: Heard, known: Known, lang: Language) -> TriedView:
    """What ingest would make of a message: on a topic of ours as native or SenML, else by these mappings."""
    topic = parse_topic(heard.topic)
    with conversions() as said:
        if isinstance(topic, Reason):
            unread = Outcome("-", "", Decoded(reason=topic, detail=heard.topic[:200]))
            outcome = Mapper(mappings).apply(heard.topic, heard.payload, heard.received_us) or unread
        elif topic.kind is Kind.STATUS:
            outcome = _of_status(topic.gateway, heard.payload)
        else:
            decoded = decode(topic.gateway, heard.payload, heard.received_us)
            if topic.kind is Kind.IMPORT and any(decoded.flags):
                decoded = Decoded(
                    reason=Reason.BAD_TIME, detail="an imported reading needs a time of its own"
                )
            outcome = Outcome(topic.gateway, "", decoded)
    return tried_view(outcome, heard, said, known, lang)


def _of_status(gateway: str, payload: bytes) -> Outcome:
    if payload in {b"online", b"offline"}:
        return Outcome(gateway, "", Decoded(), payload == b"online")
    return Outcome(
        gateway, "", Decoded(reason=Reason.WRONG_TYPE, detail="status: online or offline expected")
    )


def tried_view(
    outcome: Outcome, heard: Heard, said: Sequence[Said], known: Known, lang: Language
) -> TriedView:
    """What would become of a message, told; `said` are the numbers that were converted."""
    decoded = _as_received(outcome.decoded, heard)
    return TriedView(
        topic=heard.topic,
        received=text_of(heard.received_us),
        retained=heard.retained,
        payload_text=_shown(heard.payload),
        gateway=outcome.gateway,
        online=outcome.online,
        keeps=_kept(outcome.gateway, decoded, said, known),
        refuses=_refused(decoded, lang),
    )


def _as_received(decoded: Decoded, heard: Heard) -> Decoded:
    """As ingest does: what a broker kept and has no time of its own is of unknown age."""
    if heard.retained and any(decoded.flags):
        return Decoded(reason=Reason.RETAINED, detail="retained, and without a time")
    return decoded


def _kept(gateway: str, decoded: Decoded, said: Sequence[Said], known: Known) -> list[WouldKeep]:
    names = decoded.quantities[:MOST_SHOWN]
    codes = np.array([quantities.code_of(name) for name in names], np.int16)
    values = np.array(decoded.values[:MOST_SHOWN], np.float64)
    flags = quantities.flags_of(codes, values) | np.array(decoded.flags[:MOST_SHOWN], np.uint8)
    devices = [
        known.names.get((gateway, device)) or (f"{gateway}/{device}" if device else gateway)
        for device in decoded.devices[:MOST_SHOWN]
    ]
    before = {(one.quantity, one.converted): SaidView(one.value, one.unit) for one in reversed(said)}
    rows = zip(devices, names, decoded.times, values.tolist(), flags.tolist(), strict=False)
    return [
        WouldKeep(
            device=device, quantity=quantity, value=value, unit=known.unit_of(quantity), time=text_of(time_us),
            flags=flag_names(bits),
            new_series=not any(s.quantity == quantity for s in known.series.by_device.get(device, ())),
            known_quantity=quantities.code_of(quantity) != 0,
            said=before.get((quantity, value)),
        )
        for device, quantity, time_us, value, bits in rows
    ]  # fmt: skip


def _refused(decoded: Decoded, lang: Language) -> list[WouldRefuse]:
    whole = [] if decoded.reason is None else [refusal_view(decoded.reason, decoded.detail, 0, lang)]
    parts = (refusal_view(one.reason, one.detail, one.values, lang) for one in decoded.rejected[:MOST_SHOWN])
    return [*whole, *parts]


def flag_names(bits: int) -> list[str]:
    """What is known about a value beside it."""
    return [flag.name.lower() for flag in Flag if flag & bits and flag.name]


def refusal_view(reason: str, detail: str, values: int, lang: Language) -> WouldRefuse:
    """A refusal with what to change."""
    message, fix = (render(f"reject.{reason}{end}", {}, lang) for end in ("", ".fix"))
    return WouldRefuse(str(reason), detail, values, message, fix)


def _shown(payload: bytes) -> str | None:
    """The beginning of a payload; a character that the end cuts through is left out."""
    try:
        payload.decode()
    except UnicodeDecodeError:
        return None
    return payload[:_SHOWN_PAYLOAD].decode(errors="ignore")


def names_of(registry: RegistryRows) -> dict[tuple[str, str], str]:
    """The names by which moved and shared devices go."""
    devices, gateways = tuple(_all(registry, Device)), tuple(_all(registry, Gateway))
    return identities(RegistrySnapshot(sequence=0, devices=devices, gateways=gateways))


def _all(registry: RegistryRows, noun: type[Any]) -> Iterable[Any]:
    after = ""
    while page := registry.page(noun, after, _PAGE):
        yield from (stored.value for stored in page)
        after = page[-1].value.key


def all_tried(
    mapping: GatewayMapping, heard: Sequence[Heard], known: Known, lang: Language
) -> list[TriedView]:
    """What would become of messages, in their order."""
    return [tried(mapping, one, known, lang) for one in heard]
