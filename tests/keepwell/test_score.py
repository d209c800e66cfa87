"""`keepwell score` as it is used: files in, files out, nothing of what comes later, and trouble told with its line."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from keepwell import score_rows
from keepwell.cli import app
from keepwell.score import score
from keepwell.score_cells import time_us
from keepwell.wiring.scoring import build
from tests.recordings import recording

START = datetime(2024, 3, 1, tzinfo=UTC)
HEADER = "time,series,value,quantity,group"


def stamp(at_s: float) -> str:
    return (START + timedelta(seconds=at_s)).isoformat()


def mix(seed: int, readings: int = 2500) -> list[str]:
    """Lines of a room with two thermometers and steam, and of a store by hours: late, doubled, empty and broken rows too."""
    random = np.random.default_rng(seed)
    lines = []
    for i in range(readings):
        at_s, warm = i * 20.0, 20 + np.sin(i / 200) + random.normal(0, 0.05)
        steam = 30.0 * (readings // 2 < i < readings // 2 + 30)
        for name, value, quantity in (
            ("a", warm, "temperature"), ("b", warm + 1 + 0.002 * i, "temperature"), ("a", 50 + steam, "relative_humidity"),
        ):  # fmt: skip
            lines.append(f"{stamp(at_s)},{name},{value:.2f},{quantity},room")
        lines.append(f"{stamp(at_s * 180)},store,{5 + random.normal(0, 0.3) + 9 * (i > 2000):.2f},,")
    for place in random.integers(0, len(lines), 40).tolist():
        cells = lines[place].split(",")
        wrong = [("", None), (None, "NaN"), (None, ""), ("noon", None), (None, "-127"), (stamp(-50), None)]
        at, value = wrong[place % len(wrong)]
        lines[place] = ",".join([
            cells[0] if at is None else at,
            cells[1],
            cells[2] if value is None else value,
            *cells[3:],
        ])
    for place in random.integers(0, len(lines), 40).tolist():
        lines.insert(place, lines[max(place - int(random.integers(0, 300)), 0)])
    return lines


class Told:
    """What the command made of some lines."""

    def __init__(self, folder: Path, lines: list[str], header: str = HEADER) -> None:
        given_file, told, found = folder / "in.csv", folder / "out.csv", folder / "found.json"
        given_file.write_text("\n".join([header, *lines]) + "\n", "utf-8")
        self.counts = score(build(), given_file, told, found)
        self.lines = told.read_text("utf-8").splitlines()
        self.rows = list(csv.DictReader(io.StringIO(told.read_text("utf-8"))))
        self.findings: list[dict[str, Any]] = json.loads(found.read_text("utf-8"))


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many chunks out of few rows."""
    monkeypatch.setattr(score_rows, "CHUNK", 1_500)


@pytest.fixture
def tell(tmp_path: Path) -> Callable[..., Told]:
    return lambda lines, header=HEADER: Told(tmp_path, lines, header)


@pytest.mark.usefixtures("small_chunks")
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), share=st.floats(0.01, 0.99))
def test_what_comes_later_changes_nothing(tmp_path: Path, seed: int, share: float) -> None:
    """Cut the input after any row: the rows up to it are the same to the last character."""
    lines = mix(seed)
    cut = int(share * len(lines))
    whole, part = Told(tmp_path, lines), Told(tmp_path, lines[:cut])
    assert len(whole.lines) == len(lines) + 1
    assert whole.lines[: cut + 1] == part.lines


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("share", [0.31, 0.77])
def test_real_recordings_cut_short(tell: Callable[..., Told], share: float) -> None:
    """Motes with steam and an office by hours, mixed as they come: the same promise on real readings."""
    motes = recording("lwsndr/singlehop.csv").read_text().splitlines()[1:2500]
    office = (
        recording("nab/realKnownCause/ambient_temperature_system_failure.csv")
        .read_text()
        .splitlines()[1:2500]
    )
    lines = []
    for mote, hour in zip(motes, office, strict=True):
        number, name, _, humidity, warm, _ = mote.split(",")
        at = stamp(5 * int(number))
        lines += [
            f"{at},{name},{warm},temperature,{name}",
            f"{at},{name},{humidity},relative_humidity,{name}",
        ]
        lines.append("{},office,{},,".format(*hour.split(",")))
    cut = int(share * len(lines))
    assert tell(lines[:cut]).lines == tell(lines).lines[: cut + 1]


def test_every_row_is_answered_in_its_place(tell: Callable[..., Told]) -> None:
    """Times and names come back as they were written; alert, score and kind agree, and so do the findings."""
    lines = mix(1)
    told = tell(lines)
    assert told.lines[0] == "time,series,score,alert,kind"
    assert [(r["time"], r["series"]) for r in told.rows] == [tuple(line.split(",")[:2]) for line in lines]
    for row in told.rows:
        assert 0 <= float(row["score"]) <= 1
        assert (float(row["score"]) >= 0.5) == (row["alert"] == "1") == bool(row["kind"])
    assert told.counts["rows"] == len(lines)
    assert told.counts["alerts"] == sum(row["alert"] == "1" for row in told.rows) > 0
    assert {row["kind"] for row in told.rows} - {""} <= {found["kind"] for found in told.findings}
    assert {"sudden_change", "sentinel"} <= {found["kind"] for found in told.findings}


def test_findings_say_what_the_rows_say(tell: Callable[..., Told]) -> None:
    """A row alerts while a finding of its series stands, from when it was raised, and at no other time."""
    lines = [
        line for line in mix(2) if line.split(",")[1] == "a" and line.split(",")[3] == "relative_humidity"
    ]
    told = tell(lines)
    spans = [
        (time_us(f["raised_at"]), time_us(f["end"]) if f["end"] else time_us("2100-01-01"))
        for f in told.findings
    ]
    assert spans
    newest = 0
    for row in told.rows:
        at = time_us(row["time"])
        if at > newest and row["kind"] != "sentinel":
            newest = at
            assert (row["alert"] == "1") == any(a <= at <= b for a, b in spans)
    for found in told.findings:
        assert set(found) >= {"series", "start", "end", "kind", "raised_at", "evidence", "severity"}
        assert time_us(found["start"]) <= time_us(found["raised_at"])


def test_a_row_without_time_or_value_has_the_verdict_that_stands(tell: Callable[..., Told]) -> None:
    """And so has one that is late or doubled; none of them changes what follows."""
    lines = [f"{stamp(i * 5)},m,{45 + 30 * (i > 300)},relative_humidity," for i in range(360)]
    odd = [
        "noon,m,45,relative_humidity,",
        f"{stamp(1700)},m,,relative_humidity,",
        f"{stamp(3)},m,12,relative_humidity,",
    ]
    plain, mixed = tell(lines), tell([*lines[:330], *odd, *lines[330:]])
    assert plain.rows[329]["kind"] == "sudden_change"
    for row in mixed.rows[330:333]:
        assert (row["score"], row["alert"], row["kind"]) == tuple(plain.rows[329].values())[2:]
    assert mixed.rows[333:] == plain.rows[330:]
    assert (mixed.counts["unreadable"], mixed.counts["first_unreadable_line"]) == (2, 332)


def test_codes_for_no_value_and_what_cannot_be(tell: Callable[..., Told]) -> None:
    """They are named at their row; a thermometer on a hot machine may be hot, and it may say 85 °C."""
    cold = [f"{stamp(i * 60)},cold,{4 + i % 3 / 10},," for i in range(60)]
    cold[30], cold[40] = f"{stamp(1800)},cold,122.15,,", f"{stamp(2400)},cold,85,,"
    cold[50:] = [f"{stamp(i * 60)},cold,122.15,," for i in range(50, 60)]
    hot = [f"{stamp(i * 60)},hot,{70 + 0.6 * i},," for i in range(60)]
    told = tell([line for pair in zip(cold, hot, strict=True) for line in pair])
    assert (told.rows[80]["kind"], told.rows[80]["score"]) == ("sentinel", "1.000000")
    assert [told.rows[2 * i]["kind"] for i in (29, 30, 31, 50, 54, 55, 59)] == [
        "", "spike", "", "spike", "spike", "impossible", "impossible",
    ]  # fmt: skip
    assert told.rows[90]["alert"] == "1"
    assert {f["series"] for f in told.findings} == {"cold"}


def test_times_in_any_way(tell: Callable[..., Told]) -> None:
    """RFC 3339 with any offset, without one as UTC, and epoch numbers of any size are the same moments."""
    ways: list[Callable[[int], str]] = [
        lambda s: stamp(s), lambda s: stamp(s).replace("+00:00", "Z"), lambda s: stamp(s)[:19].replace("T", " "),
        lambda s: str(1_709_251_200 + s), lambda s: str((1_709_251_200 + s) * 1000), lambda s: f"{1_709_251_200 + s}.0",
        lambda s: (START + timedelta(seconds=s)).astimezone().isoformat(),
    ]  # fmt: skip
    verdicts = []
    for way in ways:
        rows = tell(
            [f"{way(i * 5)},m,{45 + 30 * (i > 300)},relative_humidity" for i in range(360)], HEADER[:-6]
        ).rows
        verdicts.append([(row["score"], row["kind"]) for row in rows])
    assert verdicts[0][-1][1] == "sudden_change"
    assert all(one == verdicts[0] for one in verdicts)


def test_optional_columns_in_any_order_and_packed(tmp_path: Path) -> None:
    """Columns are found by name; quantity and group may be missing; .gz is read; the outcome is told as JSON."""
    lines = [f"{45 + 30 * (i > 300)},x,{stamp(i * 5)}, M " for i in range(360)]
    packed = tmp_path / "in.csv.gz"
    packed.write_bytes(gzip.compress("\n".join(["\ufeffValue,ignored,TIME,series", *lines]).encode()))
    words = ["score", "--input", packed, "--output", tmp_path / "out.csv", "--json", tmp_path / "told.json"]
    done = CliRunner().invoke(app, list(map(str, words)))
    assert done.exit_code == 0, done.output
    assert "360 rows of 1 series" in done.output
    told = json.loads((tmp_path / "told.json").read_text())
    assert (told["rows"], told["series"], told["unreadable"]) == (360, 1, 0)
    assert (tmp_path / "out.csv").read_text().splitlines()[-1].split(",")[1] == " M "


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: the file is empty; expected time,series,value"),
        ("time,value\n1,2\n", "line 1: the header 'time,value' has no series"),
        ("2024-01-01,a,3\n", "has no time, series, value"),
        ("time,series,value,time\n1,a,2,1\n", "has time twice"),
    ],
)
def test_a_broken_header_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    """One sentence and exit status 2; nothing is written over the input either."""
    file = tmp_path / "in.csv"
    file.write_text(text)
    ended = CliRunner().invoke(app, ["score", "--input", str(file), "--output", str(tmp_path / "out.csv")])
    same = CliRunner().invoke(app, ["score", "--input", str(file), "--output", str(file)])
    assert (ended.exit_code, same.exit_code) == (2, 2)
    assert says in " ".join(ended.output.split())
    assert "would overwrite what is read" in " ".join(same.output.split())
    assert file.read_text() == text
