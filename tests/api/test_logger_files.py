"""Logger files over HTTP: looked at, kept through the real pipeline and store, and told cell by cell what became of each."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import openpyxl
import pytest

from ingest.nouns import Batch, NewSeries
from ingest.pipeline import Pipeline
from ingest.repeats import Reconnect, Repeats
from ingest.series import SeriesNumbers, SeriesSettings

HEAD = "RC-5 logger\nSerial,ABC\n\nNo.,Time,Temperature(°C),Humidity(%RH)\n"
# 08:00 to 08:04 UTC is 16:00 to 16:04 there; p1 said live 0.0, 1.0, 2.0, … each minute from 08:00 on.
FILE = HEAD + (
    "1,2026-11-21 16:00:00,0.0,61\n"  # both are known: duplicates
    "2,2026-11-21 16:01:00,1.5,60\n"  # p1 said 1.0: conflicting; humidity is new
    "3,2026-11-20 16:00:00,4.1,59\n"
    "4,2026-11-20 16:05:00,n/a,58.5\n"
    "5,2026-13-20 16:10:00,4.3,57\n"  # no such month: two values
    "6,2026-11-20 16:15:00,85.0,\n"
    "7,2026-11-20 16:15:00,85.0,\n"  # twice
)


LONG = HEAD + "".join(
    f"{n},2026-10-{1 + n // 1440:02d} {n // 60 % 24:02d}:{n % 60:02d}:00,5.0,60\n" for n in range(3000)
)
"""Two messages long: 4,000 values and 2,000."""


class Message(NamedTuple):
    """As the broker brings it."""

    topic: str
    payload: bytes
    received_us: int
    dup: bool = False
    retain: bool = False


class Through:
    """A publisher behind which the real pipeline decodes and the real store applies, message by message."""

    def __init__(self, world: Any) -> None:
        self._world, self._position = world, world.store.position()
        known = [NewSeries(s.id, s.gateway, s.device, s.quantity) for s in world.reader.series()]
        numbers = SeriesNumbers(known, SeriesSettings())
        self._pipeline = Pipeline(self, numbers, Repeats([]), lambda: world.now_us)
        self.sent = 0
        self.hold: Callable[[], None] = lambda: None

    def append(self, batch: Batch, fingerprints: bytes | None = None) -> int:
        self._position += 1
        self._world.store.apply([(self._position, batch)])
        return int(self._position)

    def submit(self, topic: str, payload: bytes) -> None:
        """Publish, decode, apply."""
        self.hold()
        if self._world.published.away:
            raise ConnectionError("no broker")
        self._pipeline.take([Message(topic, payload, self._world.now_us)], Reconnect(0, False))
        self._pipeline.commit()
        self.sent += 1

    @contextmanager
    def connected(self) -> Iterator[Callable[[str, bytes], None]]:
        """One connection."""
        yield self.submit


@pytest.fixture
def through(world: Any, monkeypatch: pytest.MonkeyPatch) -> Through:
    """The world, with everything behind the broker."""
    made = Through(world)
    monkeypatch.setattr(type(world.published), "connected", lambda _: made.connected())
    return made


def upload(world: Any, content: bytes | str = FILE, who: str = "admin", **params: Any) -> Any:
    """POST the file; `device` and `time_zone` are those of most tests."""
    asked = {"name": "trip.csv", "device": "p1", "time_zone": "Asia/Shanghai"} | params
    body = content if isinstance(content, bytes) else content.encode()
    asked = {name: value for name, value in asked.items() if value is not None}
    return world.ask("POST", "/api/v1/logger-files", who, params=asked, content=body)


def keep(world: Any, id: str) -> dict[str, Any]:
    """Keep a file and wait until it is kept (or failed)."""
    assert world.post(f"/logger-files/{id}/keep", None).status_code == 202
    until = time.monotonic() + 10
    while time.monotonic() < until:
        found: dict[str, Any] = world.get(f"/logger-files/{id}").json()
        if found["state"] != "keeping":
            return found
        time.sleep(0.02)
    raise AssertionError(found)


def values(world: Any, id: str, **params: Any) -> list[dict[str, Any]]:
    """All cells, page by page."""
    out, cursor = [], None
    while True:
        more: dict[str, str] = {"cursor": cursor} if cursor else {}
        page = world.get(f"/logger-files/{id}/values", params={"limit": 3, **params, **more}).json()
        out += page["items"]
        cursor = page["next"]
        if cursor is None:
            return out


def ledger(world: Any) -> dict[str, Any]:
    """The account of imports."""
    (line,) = [row for row in world.get("/ledger").json()["items"] if row["gateway"] == "import"]
    return dict(line["values"])


COUNTS = {"values": 12, "kept": 5, "duplicate": 3, "conflicting": 1, "waiting": 0, "refused": 3}


def test_looked_at_then_kept_and_every_cell_is_told(world: Any, through: Through) -> None:
    """What the look foretells is what becomes of it; ledger, flags and live answers agree."""
    seen = upload(world)
    assert seen.status_code == 201, seen.text
    view = seen.json()
    assert (view["state"], view["counts"]) == ("previewed", COUNTS)
    assert (view["header_row"], view["time_zone"], view["table"]) == (4, "Asia/Shanghai", "comma")
    assert {r["reason"]: r["n"] for r in view["refused"]} == {"wrong_type": 1, "bad_time": 2}
    assert through.sent == 0
    foretold = values(world, view["id"])

    kept = keep(world, view["id"])
    assert (kept["state"], kept["counts"], kept["sent"]) == ("kept", COUNTS, 12)
    assert values(world, view["id"]) == foretold

    line = ledger(world)
    assert line["adds_up"]
    assert (line["received"], line["kept"], line["duplicate"], line["conflicting"]) == (12, 5, 3, 1)
    assert {r["reason"]: r["n"] for r in line["rejected"]} == {"wrong_type": 1, "bad_time": 2}
    span = {"device": "g1/p1", "from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z"}
    rows = world.get("/readings", params=span).json()["items"]
    assert [(r["value"], r["flags"]) for r in rows if r["quantity"] == "temperature"] == [
        (4.1, ["imported"]),
        (85.0, ["sentinel", "imported"]),
    ]
    assert "imported" in world.get("/readings", params=span | {"format": "csv"}).text


def test_cells_are_named_by_row_and_column(world: Any) -> None:
    """Each cell by where it stands, what it says, and what is wrong with it, in the reader's language."""
    id = upload(world).json()["id"]
    refused = values(world, id, fate="refused")
    assert [(v["row"], v["column"], v["reason"]) for v in refused] == [
        (8, "C Temperature(°C)", "wrong_type"),
        (9, "B Time", "bad_time"),
    ]
    assert "n/a" in refused[0]["detail"]
    assert [(v["row"], v["value"]) for v in values(world, id, fate="conflicting")] == [(6, 1.5)]
    chinese = world.get(f"/logger-files/{id}/values?fate=refused", headers={"Accept-Language": "zh"}).json()
    assert "时间戳无法识别" in chinese["items"][1]["detail"]


def test_kept_twice_changes_nothing(world: Any, through: Through) -> None:
    """The same file again, by mistake: everything is a duplicate, and nothing is kept."""
    keep(world, upload(world).json()["id"])
    again = upload(world).json()
    expected = {**COUNTS, "kept": 0, "duplicate": 8}
    assert again["counts"] == expected
    assert keep(world, again["id"])["counts"] == expected
    assert ledger(world)["kept"] == 5


def test_a_broker_that_is_away_and_comes_back(world: Any, through: Through) -> None:
    """Half sent, then no broker: failed, and to keep it again ends as if nothing had been."""
    id = upload(world, LONG).json()["id"]

    def go_away() -> None:
        world.published.away = through.sent == 1

    through.hold = go_away
    failed = keep(world, id)
    assert (failed["state"], failed["counts"]["kept"]) == ("failed", 4000)
    assert failed["notes"]
    through.hold = lambda: None
    world.published.away = False
    kept = keep(world, id)
    assert (kept["state"], kept["counts"]["kept"]) == ("kept", 6000)


def test_cancelled_before_and_midway(world: Any, through: Through) -> None:
    """Before it is kept nothing is sent; midway what was sent stays, and it says so; what is kept is not cancelled."""
    id = upload(world).json()["id"]
    assert world.post(f"/logger-files/{id}/cancel", None).json()["state"] == "cancelled"
    assert through.sent == 0

    id = upload(world, LONG).json()["id"]
    jobs = world.app.state.keepwell.logger_jobs
    through.hold = lambda: jobs.cancel(id)
    assert world.post(f"/logger-files/{id}/keep", None).status_code == 202
    until = time.monotonic() + 10
    while through.sent < 1 and time.monotonic() < until:
        time.sleep(0.01)
    cancelled = world.post(f"/logger-files/{id}/cancel", None).json()
    assert cancelled["state"] == "cancelled"
    assert cancelled["counts"]["kept"] == 4000
    through.hold = lambda: None
    assert keep(world, id)["counts"]["kept"] == 6000
    refused = world.post(f"/logger-files/{id}/cancel", None)
    assert (refused.status_code, refused.json()["refusal"]) == (409, "file_kept")


def test_kept_again_while_the_cancelled_one_still_ends(world: Any, through: Through) -> None:
    """Cancelled and kept again before its last message is through: the second time goes on to the end."""
    id = upload(world, LONG).json()["id"]
    begun, go_on = threading.Event(), threading.Event()

    def stand() -> None:
        begun.set()
        assert go_on.wait(10)

    through.hold = stand
    assert world.post(f"/logger-files/{id}/keep", None).status_code == 202
    assert begun.wait(10)
    assert world.post(f"/logger-files/{id}/cancel", None).json()["state"] == "cancelled"
    assert world.post(f"/logger-files/{id}/keep", None).status_code == 202
    go_on.set()
    until = time.monotonic() + 10
    while (found := world.get(f"/logger-files/{id}").json())["state"] != "kept" and time.monotonic() < until:
        time.sleep(0.02)
    assert (found["state"], found["counts"]["kept"]) == ("kept", 6000)


def test_a_restart_goes_on(world: Any, through: Through) -> None:
    """The process ends while a file is being kept: the next one ends the work, and each cell is told right."""
    id = upload(world, LONG).json()["id"]
    state = world.app.state.keepwell
    through.hold = lambda: state.logger_jobs._stopping.set()
    assert world.post(f"/logger-files/{id}/keep", None).status_code == 202
    assert state.logger_jobs._stopping.wait(10)
    state.logger_jobs.close()
    assert through.sent == 1
    through.hold = lambda: None
    state.logger_jobs = type(state.logger_jobs)(state.services)
    state.logger_jobs.resume()
    until = time.monotonic() + 10
    while (found := world.get(f"/logger-files/{id}").json())[
        "state"
    ] == "keeping" and time.monotonic() < until:
        time.sleep(0.02)
    assert (found["state"], found["counts"]["kept"], found["counts"]["duplicate"]) == ("kept", 6000, 0)


@pytest.mark.parametrize(
    ("params", "body", "location", "code"),
    [
        ({"time_zone": None}, FILE, "query/time_zone", "logger_which_zone"),
        ({}, FILE.replace("2026-11-2", "03/04/2026"), "query/day_first", "logger_which_day_first"),
        ({"device": None}, FILE, "query/device", "logger_which_device"),
        ({"device": "nobody"}, FILE, "query/device", "unknown_reference"),
        ({"time_zone": "Mars/Olympus"}, FILE, "query/time_zone", "bad_zone"),
        ({}, "hello", "body", "logger_no_header"),
        ({}, b"\x00\x01\xff\xfe", "body", "logger_not_a_table"),
        ({}, HEAD, "body", "logger_no_readings"),
    ],
)
def test_what_a_person_must_say(
    world: Any, params: dict[str, Any], body: Any, location: str, code: str
) -> None:
    """A question instead of a guess: where to answer it, and in which words."""
    if code == "logger_which_day_first":
        body = HEAD + "1,03/04/2026 08:00,5.0,60\n"
    answered = upload(world, body, **params)
    assert answered.status_code == 422
    (fault,) = answered.json()["errors"]
    assert (fault["location"].split("/0")[0], fault["code"]) == (location, code)
    assert "{" not in fault["message"]
    assert world.get("/logger-files").json()["items"] == []


def test_who_may(world: Any) -> None:
    """A viewer looks and keeps nothing; a customer does not even know of it."""
    id = upload(world).json()["id"]
    assert upload(world, who="viewer").status_code == 403
    assert world.post(f"/logger-files/{id}/keep", None, who="viewer").status_code == 403
    assert world.get(f"/logger-files/{id}", who="viewer").status_code == 200
    for path in ("", f"/{id}", f"/{id}/values", f"/{id}/content"):
        assert world.get(f"/logger-files{path}", who="c1").status_code == 403
    assert world.get(f"/logger-files/{id}/content").content == FILE.encode()


def test_a_workbook_and_events(world: Any, through: Through) -> None:
    """An XLSX with a Chinese header; who uploaded and kept it, when, and its hash, are on record."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["某公司记录仪报告"])
    sheet.append(["序号", "记录时间", "温度（℃）"])
    sheet.append([1, datetime(2026, 11, 19, 8, 0), 4.5])  # noqa: DTZ001  # workbooks know no zones
    packed = io.BytesIO()
    book.save(packed)
    view = upload(world, packed.getvalue(), device="g1/p1", name="记录.xlsx").json()
    assert view["series"][0]["first"] == "2026-11-19T00:00:00Z"
    keep(world, view["id"])
    events = world.get("/events", params={"subject": f"logger_file:{view['id']}"}).json()["items"]
    assert [e["act"] for e in events] == ["uploaded", "keeping", "kept"]
    assert events[0]["new"]["sha256"] == view["sha256"]


def test_several_devices(world: Any) -> None:
    """A column of devices: each row to its own, and an unknown one is refused and said so."""
    body = "Device,Time,Temp(C)\np1,2026-11-20 08:00,5\ng2/p2,2026-11-20 08:00,6\nx9,2026-11-20 08:00,7\n"
    view = upload(world, body, device=None).json()
    assert {s["device"] for s in view["series"]} == {"g1/p1", "g2/p2"}
    assert (view["counts"]["refused"], view["to_send"]) == (1, 2)
    assert view["notes"]
    columns = "Time,T1 (C),T2 (C)\n2026-11-20 08:00,5,6\n"
    view = upload(world, columns, device=["p2", "p1"]).json()
    assert [s["device"] for s in view["series"]] == ["g2/p2", "g1/p1"]


def test_sent_again_with_the_same_key(world: Any) -> None:
    """Idempotency-Key: the same upload once."""
    params = {"name": "trip.csv", "device": "p1", "time_zone": "Asia/Shanghai"}
    ids = {
        world.ask(
            "POST", "/api/v1/logger-files", params=params, content=FILE.encode(), headers={"Idempotency-Key": "k1"}
        ).json()["id"]
        for _ in range(2)
    }  # fmt: skip
    assert len(ids) == 1
    assert len(world.get("/logger-files").json()["items"]) == 1
