"""The rules that hold for every foreign format, each tried through the real pipeline into the real store."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import ingest.mapping
from ingest.mapping.mapper import Mapper
from ingest.mapping.reading import parse_toml, read_mapping
from ingest.nouns import US_PER_DAY, US_PER_MINUTE, US_PER_SECOND, Batch, Flag, Reason
from ingest.pipeline import Pipeline
from ingest.repeats import Reconnect, Repeats
from ingest.series import SeriesNumbers, SeriesSettings
from store.readings import Writer, open_store
from tests.corpus.foreign.shape import RECEIVED, at_us

READY = Path(ingest.mapping.__file__).parent / "ready"
NOW_US = at_us(RECEIVED)
T0_S = NOW_US // US_PER_SECOND - 60
SPARE = """
format = 1
key = "spare"
[[message]]
topic = "spare/comma"
numbers = "comma"
time = { at = "at" }
values = { t = "temperature" }
[[message]]
topic = "spare/ratio"
time = { at = "at" }
values = { h = { quantity = "relative_humidity", unit = "ratio" } }
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as the broker hands it over."""

    topic: str
    payload: bytes
    received_us: int
    dup: bool = False
    retain: bool = False
    qos: int = 1

    @property
    def size(self) -> int:
        """All of it."""
        return len(self.payload)


class House:
    """Pipeline and store with every ready-made mapping switched on, and one of our own."""

    def __init__(self, store: Writer) -> None:
        texts = [path.read_text("utf-8") for path in sorted(READY.glob("*.toml"))]
        mapper = Mapper([read_mapping(parse_toml(text)) for text in (*texts, SPARE)])
        numbers = SeriesNumbers([], SeriesSettings())
        self.now_us = NOW_US
        self._store, self._position = store, 0
        self._pipeline = Pipeline(self, numbers, Repeats([]), lambda: self.now_us, mapper=mapper)
        self.reconnect = Reconnect(0, False)

    def append(self, batch: Batch, fingerprints: bytes | None = None) -> int:
        """The journal's part: straight into the store."""
        self._position += 1
        self._store.apply([(self._position, batch)])
        return self._position

    def hear(self, topic: str, payload: Any, *, dup: bool = False, retain: bool = False) -> None:
        """Receive one message, and commit."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self._pipeline.take([Sent(topic, body, self.now_us, dup, retain)], self.reconnect)
        self._pipeline.commit()
        self.now_us += US_PER_SECOND

    def kept(self) -> list[tuple[str, str, float, int]]:
        """Every reading: device, quantity, value, flags; by series, then time."""
        names = {series.id: series for series in self._store.series()}
        rows = self._store.range(sorted(names), 0, NOW_US + US_PER_DAY)
        return [
            (names[int(number)].device, names[int(number)].quantity, float(value), int(flags))
            for number, value, flags in zip(rows.series, rows.value, rows.flags, strict=True)
        ]

    def ledger(self) -> Counter[str]:
        """What was counted, over all gateways; it must add up."""
        total: Counter[str] = Counter()
        for line in self._store.ledger(None, 0, NOW_US + US_PER_DAY):
            total[f"{line.what}:{line.reason}" if line.reason else line.what] += line.n
        refused = sum(n for what, n in total.items() if what.startswith("values_rejected"))
        kept = total["values_kept"] + total["values_duplicate"] + total["values_conflicting"]
        assert total["values_received"] == kept + refused
        return total


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house where nothing has come yet."""
    store = open_store(tmp_path / "readings.db", now_us=NOW_US)
    yield House(store)
    store.close()


def test_a_message_with_a_time_delivered_twice_counts_once(house: House) -> None:
    """QoS 1 delivers again, and so do two LoRaWAN gateways that hear one sensor."""
    event = {"time": "2026-11-21T08:00:00.123456789+00:00", "object": {"temperature": 4.5}}
    topic = "application/a/device/24e124136b502217/event/up"
    house.hear(topic, event)
    house.hear(topic, event, dup=True)
    house.hear(topic, {**event, "rxInfo": [{"gatewayId": "other"}]})

    assert house.kept() == [("chirpstack/24e124136b502217", "temperature", 4.5, 0)]
    assert house.ledger()["values_duplicate"] == 2


def test_a_message_without_a_time_delivered_twice_counts_once(house: House) -> None:
    """It takes the time of its first delivery; the same value said anew a minute later is a new reading."""
    house.hear("shellies/shellyht-1/sensor/temperature", b"21.38")
    house.hear("shellies/shellyht-1/sensor/temperature", b"21.38", dup=True)
    assert len(house.kept()) == 1
    house.now_us += US_PER_MINUTE
    house.hear("shellies/shellyht-1/sensor/temperature", b"21.38")

    assert house.kept() == [("shellyht-1", "temperature", 21.38, Flag.NO_TIME)] * 2
    assert house.ledger()["values_duplicate"] == 1


def test_what_a_broker_retained_is_not_news(house: House) -> None:
    """Without a time a retained message is refused: it may be weeks old. With one it says when it was."""
    house.hear("zigbee2mqtt/cold_room", {"temperature": 4.5}, retain=True)
    house.hear("zigbee2mqtt/cold_room", {"temperature": 4.6, "last_seen": T0_S * 1000}, retain=True)
    house.hear("zigbee2mqtt/cold_room", {"temperature": 4.6, "last_seen": T0_S * 1000})

    assert house.kept() == [("zigbee2mqtt/cold_room", "temperature", 4.6, 0)]
    assert house.ledger()["messages_rejected:retained"] == 1
    assert house.ledger()["values_duplicate"] == 1


def test_what_is_no_number_is_refused_beside_a_good_value(house: House) -> None:
    """NaN, infinities and texts, each with its reason."""
    for bad in (
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        '"21.5"',
        '"nan"',
        '"21,5"',
        '"wet"',
        "true",
        "[21.5]",
    ):
        body = f'{{"model_id":"M","tempc":{bad},"hum":55}}'
        house.hear("home/omg/BTtoMQTT/A4C138010203", body.encode())

    assert {(quantity, value) for _, quantity, value, _ in house.kept()} == {("relative_humidity", 55)}
    ledger = house.ledger()
    assert ledger["values_kept"] == 10
    assert ledger["values_rejected:not_finite"] == 5
    assert ledger["values_rejected:text_number"] == 2
    assert ledger["values_rejected:wrong_type"] == 3


def test_fahrenheit_is_kept_as_celsius(house: House) -> None:
    """By the unit that the message names."""
    house.hear("tele/t/SENSOR", {"Time": "2026-11-21T16:00:00", "TempUnit": "F", "SHT": {"Temperature": -40}})
    house.hear(
        "tele/u/SENSOR", {"Time": "2026-11-21T16:00:00", "TempUnit": "F", "SHT": {"Temperature": 212.0}}
    )

    assert [value for _, _, value, _ in house.kept()] == [-40, 100]


def test_a_decimal_comma_is_read_only_where_the_mapping_says_so(house: House) -> None:
    """ "4,5" is 4.5, and a thousands separator is never guessed."""
    for text in ("4,5", "-18,25", "4.5", "1.234,5", "4,5,6"):
        house.hear("spare/comma", {"t": text, "at": T0_S + len(house.kept())})

    assert [value for _, _, value, _ in house.kept()] == [4.5, -18.25]
    assert sum(n for what, n in house.ledger().items() if what.startswith("values_rejected")) == 3


def test_humidity_from_0_to_1_is_kept_in_per_cent(house: House) -> None:
    """Where the mapping says ratio."""
    house.hear("spare/ratio", {"h": 0.655, "at": T0_S})
    house.hear("spare/ratio", {"h": 1, "at": T0_S + 1})

    assert [value for _, _, value, _ in house.kept()] == [65.5, 100]


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        ("temperature", -127), ("temperature", 85), ("temperature", 327.67), ("temperature", 6553.5),
        ("humidity", 255), ("humidity", 655.35), ("humidity", 6553.5),
    ],
)  # fmt: skip
def test_a_sensors_code_for_no_value_is_kept_and_flagged(house: House, quantity: str, value: float) -> None:
    """It says that the sensor is at fault, not that the goods are."""
    house.hear("zigbee2mqtt/probe", {quantity: value, "last_seen": T0_S * 1000})

    [(_, _, kept, flags)] = house.kept()
    assert kept == value
    assert flags == Flag.SENTINEL


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("1970-01-01T00:00:12Z", Reason.CLOCK),
        ("2000-01-01T00:00:00Z", Reason.CLOCK),
        ("2026-11-21T08:11:01Z", Reason.CLOCK),
        ("2026-11-21T16:01:00Z", Reason.CLOCK),
        ("2026-11-21 08:00:00", Reason.BAD_TIME),
        ("yesterday", Reason.BAD_TIME),
        ("2026-11-21T08:10:59Z", None),
        ("2019-02-01T00:00:00Z", None),
    ],
)
def test_a_clock_that_cannot_be_right_is_refused(house: House, time: str, reason: Reason | None) -> None:
    """Never set (1970, 2000), ahead by more than ten minutes, local without a zone; old data are welcome."""
    house.hear("/gw/ac23/status", [{"type": "S1", "mac": "A1", "timestamp": time, "temperature": 4.5}])

    assert len(house.kept()) == (reason is None)
    assert house.ledger()["values_received"] == 1
    if reason is not None:
        assert house.ledger()[f"values_rejected:{reason}"] == 1
