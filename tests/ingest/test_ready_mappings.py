"""Every ready-made mapping against messages as its gateways send them, with all of them switched on at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import ingest.mapping
from ingest.mapping.mapper import Mapper
from ingest.mapping.nouns import GatewayMapping, Outcome
from ingest.mapping.reading import about, asked, parse_toml, read_mapping
from ingest.nouns import Flag, Reason
from tests.corpus.foreign.homes import HOMES
from tests.corpus.foreign.servers import SERVERS
from tests.corpus.foreign.shape import RECEIVED, ForeignMessage, at_us

FILES = sorted((Path(ingest.mapping.__file__).parent / "ready").glob("*.toml"))
CORPUS = [*HOMES, *SERVERS]
RECEIVED_US = at_us(RECEIVED)


@pytest.fixture(scope="module")
def everything() -> Mapper:
    """All ready-made mappings with the settings they come with."""
    return Mapper([_ready(path) for path in FILES])


def _ready(path: Path) -> GatewayMapping:
    return read_mapping(parse_toml(path.read_text("utf-8")))


def kept_of(outcome: Outcome) -> Counter[tuple[str, str, float, int]]:
    """What an outcome keeps, with exact times; 0 for that of receipt."""
    decoded = outcome.decoded
    rows = zip(decoded.devices, decoded.quantities, decoded.values, decoded.times, decoded.flags, strict=True)
    return Counter(
        (device, quantity, round(value, 9), 0 if (time_us, flag) == (RECEIVED_US, Flag.NO_TIME) else time_us)
        for device, quantity, value, time_us, flag in rows
    )


def wanted(message: ForeignMessage) -> Counter[tuple[str, str, float, int]]:
    """The same of what must be kept."""
    return Counter(
        (kept.device, kept.quantity, round(kept.value, 9), at_us(kept.time) if kept.time else 0)
        for kept in message.kept
    )


@pytest.mark.parametrize("message", CORPUS, ids=str)
def test_each_message_becomes_what_it_says(everything: Mapper, message: ForeignMessage) -> None:
    """By the right mapping: gateway, device, quantity, value and time of all that is kept, the reason of all that is not."""
    outcome = everything.apply(message.topic, message.payload, RECEIVED_US)

    assert outcome is not None, "no mapping reads this topic"
    refused: Counter[Reason] = Counter()
    for part in outcome.decoded.rejected:
        refused[part.reason] += part.values
    assert outcome.mapping == message.mapping
    assert outcome.gateway == message.gateway
    assert outcome.decoded.reason == (Reason.SKIPPED if message.skipped else message.reason)
    assert kept_of(outcome) == wanted(message)
    assert refused == message.rejected
    assert outcome.online == message.online


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_ready_made_mapping_is_whole(path: Path) -> None:
    """Its file bears its key, people read of it in both languages, nobody has to fill anything in, and the corpus tries it."""
    document = parse_toml(path.read_text("utf-8"))
    title, note = about(document)

    assert read_mapping(document).key == path.stem
    assert title["en"]
    assert note["en"] != note["zh"]
    assert all(setting.default is not None for setting in asked(document).values())
    assert any(message.kept for message in CORPUS if message.mapping == path.stem)


@pytest.mark.parametrize("message", [m for m in CORPUS if m.kept and m.payload[:1] in b"[{"], ids=str)
def test_a_message_cut_anywhere_keeps_nothing(everything: Mapper, message: ForeignMessage) -> None:
    """JSON that was cut short on its way is refused with a reason, wherever the cut is."""
    for length in range(len(message.payload)):
        outcome = everything.apply(message.topic, message.payload[:length], RECEIVED_US)
        assert outcome is not None
        assert outcome.decoded.reason in {Reason.NOT_JSON, Reason.NOT_UTF8, Reason.EMPTY}
        assert not outcome.decoded.values
