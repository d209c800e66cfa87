"""Messages that somebody looks at: shown as they were kept, and kept as if nobody looked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mapping.mapper import Mapper
from ingest.mapping.reading import parse_toml, read_mapping
from ingest.nouns import US_PER_SECOND, Batch, Flag, Seen
from ingest.pipeline import Pipeline
from ingest.repeats import Reconnect, Repeats
from ingest.series import SeriesNumbers, SeriesSettings
from ingest.watching import MOST_HELD, MOST_PER_SECOND, SHOWN_BYTES, Watcher
from tests.ingest.test_foreign_rules import NOW_US, SPARE, Sent

OURS = "keepwell/v1/{}/telemetry"
NEVER = Reconnect(0, False)


class Lookers:
    """Who looks at what, and what they were shown."""

    def __init__(self, *gateways: str) -> None:
        self.gateways = frozenset(gateways)
        self.seen: list[Seen] = []
        self.away = False

    def watched(self) -> frozenset[str]:
        """Those looked at."""
        return self.gateways

    def keep(self, seen: Sequence[Seen]) -> bool:
        """Show them, unless away."""
        if not self.away:
            self.seen += seen
        return not self.away


class Intake:
    """A pipeline and what it committed."""

    def __init__(self, lookers: Lookers) -> None:
        self.batches: list[Batch] = []
        self.lookers = lookers
        self.watcher = Watcher(lookers)
        self.watcher.look()
        mapper = Mapper([read_mapping(parse_toml(SPARE))])
        self.pipeline = Pipeline(
            self,
            SeriesNumbers([], SeriesSettings(max_quantities_per_device=3)),
            Repeats([]),
            lambda: NOW_US,
            mapper=mapper,
            watcher=self.watcher,
        )

    def append(self, batch: Batch, fingerprints: bytes | None = None) -> int:
        """Commit."""
        self.batches.append(batch)
        return len(self.batches)

    def hear(self, *messages: tuple[str, Any], received_us: int = NOW_US) -> list[Seen]:
        """Take, commit, and answer what was shown."""
        before = len(self.lookers.seen)
        sent = [
            Sent(topic, body if isinstance(body, bytes) else json.dumps(body).encode(), received_us)
            for topic, body in messages
        ]
        self.pipeline.take(sent, NEVER)
        self.pipeline.commit()
        self.watcher.flush()
        return self.lookers.seen[before:]


def test_a_native_message_is_shown_as_it_was_kept() -> None:
    """Values with unit and flags, what they were converted from, and what was refused with its place."""
    intake = Intake(Lookers("g1"))
    body = {
        "device": "a",
        "temperature": 68,
        "unit": {"temperature": "degF"},
        "humidity": "wet",
        "voltage": 3.3,
    }
    (seen,) = intake.hear((OURS.format("g1"), body))
    assert (seen.form, seen.mapping, seen.gateway, seen.qos, seen.total) == ("native", "", "g1", 1, 2)
    told = {one.quantity: one for one in seen.values}
    assert (told["temperature"].device, told["temperature"].value) == ("g1/a", 20.0)
    assert (told["temperature"].said, told["temperature"].said_unit) == (68.0, "degF")
    assert told["voltage"].said is None
    assert told["voltage"].flags == Flag.NO_TIME
    assert told["voltage"].new_series
    assert [(one.reason, one.values) for one in seen.refused] == [("wrong_type", 1)]
    again = intake.hear(
        (OURS.format("g1"), {"device": "a", "voltage": 3.4}), received_us=NOW_US + US_PER_SECOND
    )
    assert not again[0].values[0].new_series


@pytest.mark.parametrize(
    ("topic", "body", "form", "reasons"),
    [
        (OURS.format("g1"), [{"bn": "urn:a:", "n": "temperature", "u": "Cel", "v": 5}], "senml_json", []),
        (OURS.format("g1"), cbor2.dumps([{0: "urn:a:temperature", 1: "Cel", 2: 5}]), "senml_cbor", []),
        (OURS.format("g1"), b"{oops", "unread", ["not_json"]),
        (OURS.format("g1"), b"", "unread", ["empty"]),
        ("keepwell/v1/g1/status", b"online", "status", []),
        ("keepwell/v1/g1/status", b"what", "status", ["wrong_type"]),
        ("keepwell/v1/g1/import", {"device": "a", "temperature": 1}, "import", ["bad_time"]),
        ("keepwell/v1/b\udcffd/telemetry", b"{}", "unread", ["bad_gateway"]),
        ("spare/ratio", {"at": NOW_US // US_PER_SECOND, "h": 0.5}, "mapping", []),
    ],
)
def test_every_form_is_named(topic: str, body: Any, form: str, reasons: list[str]) -> None:
    """As what a message was read, and why not; also on topics that name no gateway."""
    (seen,) = Intake(Lookers("g1", "-", "spare")).hear((topic, body))
    assert (seen.form, [one.reason for one in seen.refused]) == (form, reasons)
    assert seen.online is (True if body == b"online" else None)
    if form == "mapping":
        assert seen.mapping == "spare"
        assert (seen.values[0].value, seen.values[0].said, seen.values[0].said_unit) == (50.0, 0.5, "ratio")


def test_a_series_that_may_not_be_opened_is_told() -> None:
    """What the decoder cannot know is shown as well: it is what the pipeline did, not a second opinion."""
    (seen,) = Intake(Lookers("g1")).hear((OURS.format("g1"), {"a": 1, "b": 2, "c": 3, "d": 4}))
    assert seen.total == 3
    assert [one.reason for one in seen.refused] == ["too_many_series"]


def test_who_is_not_looked_at_is_not_shown() -> None:
    """Nor does anybody see what comes of another gateway."""
    assert (
        Intake(Lookers("g2")).hear((OURS.format("g1"), {"temperature": 1}), ("spare/ratio", {"h": 1})) == []
    )


def test_a_flood_is_shown_in_part_and_says_so() -> None:
    """So many a second; what was passed over is counted with the next one. Large payloads are cut."""
    intake = Intake(Lookers("g1"))
    flood = [(OURS.format("g1"), {"temperature": n}) for n in range(200)]
    assert len(intake.hear(*flood)) == MOST_PER_SECOND
    large = json.dumps({"temperature": 1, "note": None}).encode() + b" " * (2 * SHOWN_BYTES)
    (seen,) = intake.hear((OURS.format("g1"), large), received_us=NOW_US + 2 * US_PER_SECOND)
    assert (seen.passed, seen.size, len(seen.payload)) == (200 - MOST_PER_SECOND, len(large), SHOWN_BYTES)


def test_who_cannot_be_shown_anything_costs_only_so_much() -> None:
    """What cannot be handed over waits, the oldest of too much is let go, and nothing is held when nobody looks."""
    lookers = Lookers("g1")
    lookers.away = True
    intake = Intake(lookers)
    for second in range(10):
        flood = [(OURS.format("g1"), {"temperature": n}) for n in range(60)]
        intake.hear(*flood, received_us=NOW_US + second * US_PER_SECOND)
    lookers.away = False
    assert len(intake.hear()) == MOST_HELD
    assert len(intake.batches) == 11


MESSAGES = st.lists(
    st.tuples(
        st.sampled_from([
            OURS.format("g1"),
            OURS.format("g2"),
            "spare/ratio",
            "keepwell/v1/g1/status",
            "x/y",
        ]),
        st.one_of(
            st.binary(max_size=20),
            st.dictionaries(
                st.sampled_from(["device", "temperature", "h", "at", "unit", "time", "x"]),
                st.one_of(st.integers(-5, NOW_US), st.sampled_from(["degF", "a", "K", "12"]), st.none()),
            ),
        ),
    ),
    max_size=12,
)


@given(MESSAGES)
def test_looking_changes_nothing(messages: list[tuple[str, Any]]) -> None:
    """Whatever comes: the batch is the same whether somebody looks or not, and what is shown is what was kept."""
    unseen, seen = Intake(Lookers()), Intake(Lookers("g1", "g2", "spare", "-"))
    unseen.hear(*messages)
    shown = seen.hear(*messages)
    assert seen.batches == unseen.batches
    assert sum(one.total for one in shown) == len(seen.batches[0].columns())
    assert [value.value for one in shown for value in one.values] == seen.batches[0].columns().value.tolist()
