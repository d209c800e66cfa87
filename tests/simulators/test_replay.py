"""Replaying logs: every line and every value accounted for, in any order, on generated logs and on the real ones."""

from __future__ import annotations

import gzip
import json
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.logs import Expected, disordered_log, lora_log
from simulators.mapping import (
    FOLDER,
    Lines,
    LogMapping,
    MappingError,
    Reader,
    Record,
    UnreadableError,
    Value,
    When,
    load,
)
from simulators.replay import Order, payload_of, read_log, replay
from tests.simulators.conftest import Listener

SHARED = Path(os.environ.get("KEEPWELL_SHARED_DATA", Path(__file__).resolve().parents[2] / "../shared/data"))
EARLIEST_S = 978_307_200
REAL = {
    "hast_lora/Sensor_data_raw_to_2024-01.csv.gz": Expected(
        lines=65_628,
        kinds={"message": 61_033, "comment": 110, "header": 76, "time_request": 4_409},
        values=6 * 61_033,
    ),
    "iot_temp_kaggle/IOT-temp.csv.gz": Expected(
        lines=97_607,
        kinds={"message": 97_606, "header": 1},
        values=97_606,
        kept=31_338,
        duplicate=60_338,
        conflicting=5_930,
    ),
}


def outcome(values: Iterable[tuple[str, str, float, float | str]]) -> dict[str, int]:
    """What promise 2 makes of (device, quantity, time, value)s, whatever their order; text and old times refused."""
    seen: dict[tuple[str, str, float], set[float]] = defaultdict(set)
    counts = {"kept": 0, "duplicate": 0, "conflicting": 0, "rejected": 0}
    for device, quantity, time_s, value in values:
        if time_s < EARLIEST_S or isinstance(value, str):
            counts["rejected"] += 1
            continue
        known = seen[device, quantity, time_s]
        counts["duplicate" if value in known else "conflicting" if known else "kept"] += 1
        known.add(value)
    return counts


def flat(records: Iterable[Record]) -> list[tuple[str, str, float, float | str]]:
    """All values of readings."""
    return [(r.device, name, r.time_s or 0.0, value) for r in records for name, value in r.values.items()]


def write(tmp_path: Path, mapping: str) -> tuple[Path, Expected]:
    """A generated log for a mapping, compressed as the real ones are."""
    plain, packed = tmp_path / "log.csv", tmp_path / "log.csv.gz"
    expected = {"hast_lora": lora_log, "iot_temp_kaggle": disordered_log}[mapping](plain)
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    return packed, expected


@pytest.mark.parametrize("mapping", ["hast_lora", "iot_temp_kaggle"])
def test_generated_logs_hold_what_they_claim(tmp_path: Path, mapping: str) -> None:
    """Lines by kind, unreadable lines by reason, and kept + duplicate + conflicting + rejected = values."""
    file, expected = write(tmp_path, mapping)
    log = read_log(file, load(mapping))
    assert (log.lines, log.kinds, log.unreadable) == (expected.lines, expected.kinds, expected.unreadable)
    assert sum(log.kinds.values()) + sum(log.unreadable.values()) == log.lines
    values = flat(log.records)
    assert len(values) == expected.values
    refused = sum(expected.rejected.values())
    assert outcome(values) == {
        "kept": expected.kept,
        "duplicate": expected.duplicate,
        "conflicting": expected.conflicting,
        "rejected": refused,
    }
    assert expected.kept + expected.duplicate + expected.conflicting + refused == expected.values
    assert expected.conflicting > 0 < expected.duplicate
    assert sum(value == 655.35 for _, _, _, value in values) == expected.sentinels


@pytest.mark.parametrize("order", ["file", "reversed", "shuffled"])
@pytest.mark.parametrize("mapping", ["hast_lora", "iot_temp_kaggle"])
def test_a_replayed_log_arrives_whole_in_any_order(
    tmp_path: Path, broker_url: str, listener: Listener, mapping: str, order: Order
) -> None:
    """Over a real broker: values received = published = in the file, and the outcome is that of the file."""
    file, expected = write(tmp_path, mapping)
    report = replay(file, "gw-log", mapping, broker_url, order=order, seed=4)
    listener.wait_for(report.values)
    assert report.values == expected.values == len(listener.values)
    assert report.messages == sum(listener.messages.values()) == -(-report.kinds["message"] // 50)
    assert (report.lines, report.kinds, report.unreadable) == (
        expected.lines,
        expected.kinds,
        expected.unreadable,
    )
    assert report.text_values == sum(n for reason, n in expected.rejected.items() if reason != "clock")
    got = outcome((v.device, v.quantity, v.time_s, v.value) for v in listener.values)
    assert (got["kept"], got["duplicate"], got["conflicting"]) == (
        expected.kept,
        expected.duplicate,
        expected.conflicting,
    )
    assert listener.status == [], "a log says nothing of a gateway's link"


@pytest.mark.parametrize("name", sorted(REAL))
def test_the_real_logs_are_accounted_for(name: str) -> None:
    """Every line of the real recordings has its kind, and the counts are those of the recordings."""
    file, expected = SHARED / name, REAL[name]
    if not file.exists():
        pytest.skip(f"{name}: the recordings are not beside this checkout")
    log = read_log(file, load(name.split("/")[0]))
    assert (log.lines, log.kinds, log.unreadable) == (expected.lines, expected.kinds, {})
    values = flat(log.records)
    assert len(values) == expected.values
    if expected.kept:
        got = outcome(values)
        assert (got["kept"], got["duplicate"], got["conflicting"], got["rejected"]) == (
            expected.kept,
            expected.duplicate,
            expected.conflicting,
            0,
        )
    else:
        assert sum(value == 655.35 for _, name, _, value in values if name == "relative_humidity") > 0


def mapping_of(**changed: object) -> LogMapping:
    """A mapping for `device;time;value` lines."""
    fields: dict[str, object] = {
        "title": "t",
        "device": "d-{device}",
        "time": When("time", "epoch_s"),
        "values": (Value("value", "temperature", scale=0.1, offset=-40.0, unit="degF"),),
        "lines": Lines(delimiter=";", columns=("device", "time", "value")),
    }
    return LogMapping(**(fields | changed))  # type: ignore[arg-type]


def test_scale_offset_unit_and_constants() -> None:
    """623 × 0.1 − 40 is 22.3 exactly, the unit goes along, a template may use a constant column."""
    mapping = mapping_of(device="{site}-{device}", constants={"site": "north"})
    record = Reader(mapping).read("7; 1700000000; 623\n")
    assert record == Record("north-7", 1.7e9, {"temperature": 22.3}, {"temperature": "degF"})


def test_a_table_as_office_programs_write_it() -> None:
    """A byte order mark, quoted cells with delimiters in them, a last cell that is empty, CR LF."""
    lines = Lines(header=True, delimiter=",")
    reader = Reader(mapping_of(lines=lines, device="{device}", time=When("time", "iso8601")))
    assert reader.read('\ufeffdevice,time,"value"\r\n') == "header"
    record = reader.read('"Hall 1, north",2023-11-14T22:13:20Z,"623"\r\n')
    assert isinstance(record, Record)
    assert (record.device, record.time_s, record.values) == ("Hall 1, north", 1.7e9, {"temperature": 22.3})
    with pytest.raises(UnreadableError, match="no_values"):
        reader.read("Hall 1,2023-11-14T22:13:20Z,\r\n")
    with pytest.raises(MappingError, match="no column 'device'"):
        Reader(mapping_of(lines=lines)).read("name,time,value")


def test_a_log_without_times_is_sent_without_times() -> None:
    """No time is made up: the message carries none, so that it counts from its receipt."""
    record = Reader(mapping_of(time=None)).read("7;whenever;623")
    assert record == Record("d-7", None, {"temperature": 22.3}, {"temperature": "degF"})
    assert isinstance(record, Record)
    sent = json.loads(payload_of([record]))
    assert sent == {"device": "d-7", "unit": {"temperature": "degF"}, "temperature": 22.3}


@pytest.mark.parametrize(
    ("form", "zone", "text"),
    [
        ("epoch_ms", "UTC", "1700000000000"),
        ("iso8601", "UTC", "2023-11-14T22:13:20Z"),
        ("iso8601", "Asia/Shanghai", "2023-11-15 06:13:20"),
        ("%d/%m/%Y %H.%M.%S", "Asia/Shanghai", "15/11/2023 06.13.20"),
    ],
)
def test_times_in_every_form_mean_the_same_instant(form: str, zone: str, text: str) -> None:
    """Epochs, ISO with and without offset, and strptime formats in a zone."""
    record = Reader(mapping_of(time=When("time", form, zone))).read(f"7;{text};1")
    assert isinstance(record, Record)
    assert record.time_s == 1.7e9


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("7;1;2;3", "columns"),
        (f'7;1;"{"9" * 200_000}"', "columns"),
        ("7;yesterday;1", "time"),
        ("7;1700000000;", "no_values"),
    ],
)
def test_a_line_that_is_no_reading_has_its_reason(line: str, reason: str) -> None:
    """Too many columns, no time, nothing to say."""
    with pytest.raises(UnreadableError, match=reason):
        Reader(mapping_of()).read(line)


@pytest.mark.parametrize("text", ["nan", "inf", "1e400", "1_000", "21,5", "ERR", "0x1F"])
def test_what_is_no_number_stays_the_text_it_is(text: str) -> None:
    """The receiver refuses it by name; it is never guessed at here."""
    record = Reader(mapping_of()).read(f"7;1700000000;{text}")
    assert isinstance(record, Record)
    assert record.values == {"temperature": text}


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_accounted_for_line_by_line(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes
) -> None:
    """Whatever a file holds: no exception, and kinds and reasons add up to its lines."""
    file = tmp_path_factory.mktemp("junk") / "junk.log"
    file.write_bytes(junk)
    log = read_log(file, mapping_of())
    assert sum(log.kinds.values()) + sum(log.unreadable.values()) == log.lines
    assert log.lines == junk.count(b"\n") + (len(junk) > 0 and not junk.endswith(b"\n"))


def test_with_speed_the_log_takes_its_time(tmp_path: Path, broker_url: str, listener: Listener) -> None:
    """Ten readings a minute apart at 600 times real time take 0.9 s of the clock; one from the past goes at once."""
    file = tmp_path / "slow.log"
    minutes = [*range(5), 2, *range(5, 10)]
    file.write_text("".join(f"7;{1_700_000_000 + 60 * n};{n}\n" for n in minutes))
    naps: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        now[0] += seconds

    report = replay(file, "gw", mapping_of(), broker_url, speed=600.0, clock=lambda: now[0], sleep=sleep)
    listener.wait_for(11)
    assert report.values == len(listener.values) == 11
    assert report.seconds == pytest.approx(0.9)
    assert naps == pytest.approx([0.1] * 9)


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ('column = "Temp C"', 'column = "Temp F"', "no column 'Temp F'"),
        ('"node-{Node}"', '"node-{Number}"', "no column 'Number'"),
        ("scale = 0.01", 'scale = "a"', "Expected `float`"),
        ("pattern = 'time request", "pattern = 'time (request", "unterminated"),
        ('format = "epoch_s"', 'format = "iso8601"\nzone = "Mars/Base"', "Mars"),
        ("base = 16", "basis = 16", "unknown field"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(tmp_path: Path, good: str, bad: str, says: str) -> None:
    """Columns, numbers, patterns, zones and fields."""
    text = (FOLDER / "hast_lora.toml").read_text("utf-8")
    assert good in text
    file = tmp_path / "wrong.toml"
    file.write_text(text.replace(good, bad, 1), "utf-8")
    with pytest.raises(MappingError, match=says):
        Reader(load(file))
