"""Files as loggers write them: which readings they hold, what is refused and where, and which question comes instead of a guess."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.decode import decode
from ingest.logger.nouns import HowToRead, LoggerFile, Missing, Target, UnreadableFileError
from ingest.logger.reading import read_logger_file
from ingest.nouns import Reason

NOW = 1_800_000_000_000_000
P, Q = Target("g", "p", "g/p"), Target("g", "q", "g/q")
SHANGHAI = "Asia/Shanghai"


def read(content: bytes | str, encoding: str = "utf-8", **how: Any) -> LoggerFile:
    """The file of one device, its local times in Shanghai."""
    said = {"targets": (P,), "time_zone": SHANGHAI} | how
    body = content.encode(encoding) if isinstance(content, str) else content
    return read_logger_file(body, HowToRead(**said), {"a": P, "b": Q}.get, NOW)


def told(file: LoggerFile) -> list[tuple[int, str, str, str, float]]:
    """(row, device, quantity, UTC, value) of all that can be read."""
    return [
        (row, file.series[s].target.full_name, file.series[s].quantity, _utc(time_us), value)
        for row, s, time_us, value in zip(
            file.row.tolist(),
            file.of_series.tolist(),
            file.time_us.tolist(),
            file.value.tolist(),
            strict=True,
        )
    ]


def _utc(time_us: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us)).strftime("%Y-%m-%d %H:%M:%S")


EIGHT = "2026-11-21 00:00:00"
"""Eight in the morning there."""


@pytest.mark.parametrize(
    ("content", "how"),
    [
        ("Time,Temperature(°C)\n2026-11-21 08:00:00,5.5\n", {}),
        ("Elitech RC-5\nS/N:,EF123\nMax:,8.1\n\nNo.,Time,Temperature°C\n1,2026-11-21 08:00:00,5.5\n", {}),
        ("Date\tTime\tTemp °F\n11/21/2026\t8:00:00 AM\t41.9\n", {}),
        ("序号;日期;时间;温度(℃)\n1;2026/11/21;8:00;5,5\n", {}),
        ("记录时间,温度\n2026年11月21日 8时00分,5.5℃\n", {}),
        ("时间,温度值(℃),报警\n2026-11-21 上午8:00,5.5,\n", {}),
        ("Date/Time;°C\n21.11.2026 08:00:00;5,5\n", {}),
        ("Datum/Zeit|Temp C\n21.11.2026 08:00|5.5 °C\n", {}),
        ("Time (UTC+8),CH1 Temp(C)\n21-Nov-2026 08:00,5.5\n", {"time_zone": ""}),
        ("timestamp,temperature\n2026-11-21T08:00:00+08:00,5.5\n", {"time_zone": ""}),
        ("timestamp,temperature (K)\n1795219200,278.65\n", {"time_zone": ""}),
        ("time,temperature\n1795219200000,5.5\n", {"time_zone": ""}),
        ("time,temperature\n21/11/26 08:00,5.5\n", {"day_first": True}),
        ("time,temp\n2026-11-21 00:00Z,41.9\n", {"temperature_unit": "F"}),
        ("Logging time,Max temp,Temperature,Dew limit\n2026-11-21 08:00,9,5.5,1\n", {}),
        ('"Time","Temperature ( °C )"\r\n"2026-11-21 08:00","+5.5"\r\n', {}),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_same_reading_in_many_dresses(content: str, how: dict[str, Any], encoding: str) -> None:
    """Titles, separators, decimal signs, clocks, units and encodings of common loggers."""
    file = read(content, encoding, **how)
    ((row, device, quantity, when, value),) = told(file)
    assert (device, quantity, when, round(value, 6)) == ("g/p", "temperature", EIGHT, 5.5)
    assert row == len(content.splitlines())
    assert not file.refused


def test_western_windows() -> None:
    """A lone ° of Windows is no half of a Chinese character."""
    assert told(read("Time,Température (°C)\n2026-11-21 08:00,5.5\n", "cp1252"))[0][4] == 5.5


def test_a_workbook() -> None:
    """The sheet that has readings; dates and times in one cell or in two; what is an error in it is refused."""
    book = openpyxl.Workbook()
    info = book.active
    assert info is not None
    info.append(["Device", "RC-5"])
    sheet = book.create_sheet("数据")
    sheet.append(["报告"])
    sheet.append(["日期", "时间", "温度 ℃", "相对湿度"])
    sheet.append([date(2026, 11, 21), time(8, 0), 5.5, 61])
    sheet.append([datetime(2026, 11, 21), timedelta(hours=8, minutes=5), "#N/A", None])  # noqa: DTZ001
    sheet.append([date(2026, 11, 21), "8:10", True, 60.5])
    packed = io.BytesIO()
    book.save(packed)
    file = read(packed.getvalue())
    assert file.grid == "数据"
    assert told(file) == [
        (3, "g/p", "temperature", EIGHT, 5.5),
        (3, "g/p", "relative_humidity", EIGHT, 61.0),
        (5, "g/p", "relative_humidity", "2026-11-21 00:10:00", 60.5),
    ]
    assert [(r.row, r.column, r.reason) for r in file.refused] == [
        (4, "C 温度 ℃", Reason.WRONG_TYPE),
        (5, "C 温度 ℃", Reason.WRONG_TYPE),
    ]


def test_several_quantities_and_devices() -> None:
    """A column of devices; or one device per column of a quantity, in their order."""
    file = read(
        "Sensor,Time,Temp(C),RH(%),Pressure(kPa),Battery(V)\na,2026-11-21 08:00,5,61,101.3,3.6\nb,2026-11-21 08:00,6,,,\n",
        targets=(),
    )
    assert [(d, q, v) for _, d, q, _, v in told(file)] == [
        ("g/p", "temperature", 5.0), ("g/p", "relative_humidity", 61.0), ("g/p", "pressure", 1013.0),
        ("g/p", "battery_voltage", 3.6), ("g/q", "temperature", 6.0),
    ]  # fmt: skip
    file = read("Time,T1 (C),H1 (%),T2 (C),H2 (%)\n2026-11-21 08:00,5,61,6,62\n", targets=(Q, P))
    assert [(d, v) for _, d, _, _, v in told(file)] == [("g/q", 5), ("g/q", 61), ("g/p", 6), ("g/p", 62)]


@pytest.mark.parametrize(
    ("content", "how", "missing"),
    [
        (b"\x00\x01\x02", {}, Missing.NOT_A_TABLE),
        (b"PK\x03\x04 no workbook", {}, Missing.NOT_A_TABLE),
        ("hello\n", {}, Missing.NO_HEADER),
        ("Time,Alarm\n2026-11-21 08:00,none\n", {}, Missing.NO_HEADER),
        ("Time,Temp\n\n", {}, Missing.NO_READINGS),
        ("Time,Temp\n2026-11-21 08:00,5\n", {"time_zone": ""}, Missing.WHICH_ZONE),
        ("Time,Temp\n03/04/2026 08:00,5\n", {}, Missing.WHICH_DAY_FIRST),
        ("Time,Temp\n26/11/21 08:00,5\n", {}, Missing.WHICH_DAY_FIRST),
        ("Time;Temp\n2026-11-21 08:00;1,234\n", {}, Missing.WHICH_DECIMAL),
        ("Time,T1 (C),T2 (C)\n2026-11-21 08:00,5,6\n", {}, Missing.WHICH_DEVICE),
        ("Time,Temp\n2026-11-21 08:00,5\n", {"targets": ()}, Missing.WHICH_DEVICE),
    ],
)
def test_a_question_instead_of_a_guess(content: Any, how: dict[str, Any], missing: Missing) -> None:
    """What cannot be known is asked for."""
    with pytest.raises(UnreadableFileError) as caught:
        read(content, **how)
    assert caught.value.missing is missing


@pytest.mark.parametrize(
    ("days", "first"),
    [(("03/04/2026", "13/04/2026"), "2026-04-03"), (("03/04/2026", "04/13/2026"), "2026-03-04")],
)
def test_the_other_dates_tell_the_order(days: tuple[str, str], first: str) -> None:
    """One date that can be read in one way only settles it for all."""
    content = "Time,Temp\n" + "".join(f"{day} 12:00,5\n" for day in days)
    assert told(read(content, time_zone="UTC"))[0][3] == f"{first} 12:00:00"


def test_hours_that_clocks_leave_out_or_show_twice() -> None:
    """In spring there is an hour that never was; in autumn the order of the rows tells which of the two."""
    rows = ["2026-03-29 01:30", "2026-03-29 02:30", "2026-03-29 03:30"]
    rows += ["2026-10-25 02:10", "2026-10-25 02:50", "2026-10-25 02:10", "2026-10-25 03:10"]
    file = read("Time,Temp\n" + "".join(f"{row},5\n" for row in rows), time_zone="Europe/Berlin")
    assert [when[5:16] for _, _, _, when, _ in told(file)] == [
        "03-29 00:30", "03-29 01:30", "10-25 00:10", "10-25 00:50", "10-25 01:10", "10-25 02:10",
    ]  # fmt: skip
    (gone,) = file.refused
    assert (gone.row, gone.reason) == (3, Reason.BAD_TIME)


BAD_CELLS = ["n/a", "--", "NaN", "5.5.5", "1,5", "warm", "5 ppm", "inf", "#REF!", "°C", "1e999", "5°", "0x10"]
BAD_TIMES = [
    "2026-13-01 08:00",
    "yesterday",
    "2026-11-21",
    "2026-11-21 25:00",
    "1999-01-01 08:00",
    "2099-01-01 08:00",
    "123",
]


@pytest.mark.parametrize("cell", BAD_CELLS)
def test_what_is_refused_here_ingest_refuses_for_the_same_reason(cell: str) -> None:
    """A refused cell goes to ingest as it is, and is counted there by the same name."""
    file = read(f'Time,Temp(C),RH(%)\n2026-11-21 08:00,"{cell}",60\n2026-11-21 08:05,5.5,61\n')
    (refused,) = file.refused
    assert (refused.row, refused.column) == (2, "B Temp(C)")
    decoded = decode("g", json.dumps(refused.record).encode(), NOW)
    assert [(r.reason, r.values) for r in decoded.rejected] == [(refused.reason, 1)]
    assert not decoded.values


@pytest.mark.parametrize("written", BAD_TIMES)
def test_bad_times_too(written: str) -> None:
    """A row whose time cannot be: all its values, for the reason that ingest gives too."""
    file = read(f"Time,Temp(C),RH(%)\n{written},5,n/a\n2026-11-21 08:05,5.5,61\n")
    (refused,) = file.refused
    assert (refused.row, refused.column, refused.values) == (2, "A Time", 2)
    decoded = decode("g", json.dumps(refused.record).encode(), NOW)
    assert [(r.reason, r.values) for r in decoded.rejected] == [(refused.reason, 2)]


STEPS = st.lists(st.tuples(st.integers(1, 400), st.integers(-300, 400)), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(
    steps=STEPS,
    zone=st.sampled_from([SHANGHAI, "Europe/Berlin", "America/St_Johns", "UTC"]),
    style=st.sampled_from([
        "%Y-%m-%d %H:%M:%S",
        "%d.%m.%Y %H:%M:%S",
        "%d/%m/%Y %I:%M:%S %p",
        "%Y年%m月%d日 %H时%M分%S秒",
    ]),
    comma=st.booleans(),
)
def test_written_and_read_again(steps: list[tuple[int, int]], zone: str, style: str, comma: bool) -> None:
    """Whatever a logger recorded, written in its manner, is read as it was: to the second and to the digit."""
    at, wanted, lines = datetime(2026, 3, 1, tzinfo=UTC), [], []
    for minutes, tenths in steps:
        at += timedelta(minutes=minutes)
        text = f"{tenths / 10:.1f}".replace(".", "," if comma else ".")
        lines.append(f"{at.astimezone(ZoneInfo(zone)).strftime(style)};{text}\n")
        wanted.append((at.strftime("%Y-%m-%d %H:%M:%S"), tenths / 10))
    file = read("Time;Temperature (°C)\n" + "".join(lines), time_zone=zone, day_first=True)
    assert [(when, value) for _, _, _, when, value in told(file)] == wanted


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda t: ("Time,Temp\n" + t).encode())))
def test_no_file_breaks_it(content: bytes) -> None:
    """Whatever is uploaded, it is read, or it is said why not."""
    try:
        file = read(content)
    except UnreadableFileError:
        return
    assert len(file.value) + len(file.refused) > 0
