"""A logger comes back from a journey: its file is uploaded to a running service, kept, judged, and wakes nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.stories.installation import RealInstallation

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
LEFT, CAME = NOW - timedelta(days=3), NOW - timedelta(days=2)
STEP = timedelta(minutes=10)
REGISTRY = """
format = 1
[[customer]]
key = "clinic"
[[product]]
key = "vaccine"
profile = "chilled"
[[zone]]
key = "van"
kind = "truck"
[[gateway]]
key = "loggers"
[[device]]
key = "rc5-7"
gateway = "loggers"
device = "rc5-7"
serial = "EF7012345"
model = "elitech-rc-5"
read_out = true
zone = "van"
"""


def temperature(n: int) -> float:
    """4 °C, but 11 °C for two hours on the way."""
    return 11.0 if 60 <= n < 72 else 4.0 + n % 5 / 10


def report() -> bytes:
    """The file as the logger writes it: local time of Shanghai, a Chinese header, a cell without a value."""
    lines = ["精创 RC-5 报告", "序列号,EF7012345", "", "序号,记录时间,温度(℃)"]
    for n in range(145):
        local = LEFT + n * STEP + timedelta(hours=8)
        value = "--" if n == 20 else f"{temperature(n):.1f}"
        lines.append(f"{n + 1},{local:%Y-%m-%d %H:%M:%S},{value}")
    return "\r\n".join(lines).encode("gb18030")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[RealInstallation, httpx.Client]]:
    """An installation that knows a customer, a van and a logger, and a client of its API."""
    installation = RealInstallation(tmp_path)
    installation.prepare(REGISTRY, round(LEFT.timestamp() * 1e6))
    installation.start()
    settings, key = installation.settings, installation.api._headers["Authorization"]
    address = f"http://{settings.http_host}:{settings.http_port}/api/v1"
    with httpx.Client(base_url=address, headers={"Authorization": key}, timeout=20) as client:
        yield installation, client
    installation.clean_up()


def put(client: httpx.Client, path: str, body: dict[str, Any]) -> None:
    """Make an object of the registry."""
    answered = client.put(path, json=body)
    assert answered.status_code == 201, answered.text


def place(client: httpx.Client, subject_kind: str, subject: str) -> None:
    """It was in the van for the time of the journey; entered when it is over."""
    answered = client.post(
        "/placements",
        json={
            "subject_kind": subject_kind, "subject": subject, "place_kind": "zone", "place": "van",
            "valid_from": LEFT.isoformat(), "valid_to": (CAME + STEP).isoformat(),
        },
    )  # fmt: skip
    assert answered.status_code == 201, answered.text


def test_a_file_after_a_journey(running: tuple[RealInstallation, httpx.Client]) -> None:
    """Kept as imported, an excursion found and shown with the lot's exposure; no alarm, no ticket, nobody silent."""
    installation, client = running
    asked = {"name": "RC-5 报告.csv", "device": "EF7012345"}
    unclear = client.post("/logger-files", params=asked, content=report())
    assert unclear.json()["errors"][0]["location"] == "query/time_zone"
    seen = client.post("/logger-files", params={**asked, "time_zone": "Asia/Shanghai"}, content=report())
    assert seen.status_code == 201, seen.text
    assert seen.json()["counts"] | {"values": 145} == {
        "values": 145, "kept": 144, "duplicate": 0, "conflicting": 0, "waiting": 0, "refused": 1,
    }  # fmt: skip
    id = seen.json()["id"]
    assert client.post(f"/logger-files/{id}/keep").status_code == 202
    kept = installation.until(lambda: _in_state(client, id, "kept"), "kept", 30)
    assert kept is not None
    assert (kept["counts"]["kept"], kept["counts"]["waiting"]) == (144, 0)
    (line,) = [row for row in client.get("/ledger").json()["items"] if row["gateway"] == "import"]
    assert (line["values"]["received"], line["values"]["kept"], line["values"]["adds_up"]) == (145, 144, True)

    # Where the goods were is entered only now, as it happens: what was kept before is judged again.
    put(client, "/lots/lot-7", {"customer": "clinic", "product": "vaccine"})
    place(client, "lot", "lot-7")
    (found,) = installation.until(lambda: client.get("/findings").json()["items"], "found", 20)
    assert (found["kind"], found["zone"], found["peak"]) == ("too_high", "van", 11.0)
    assert found["imported"] is True
    (stay,) = client.get("/lots/lot-7/exposure").json()["stays"]
    (heat,) = stay["quantities"]
    assert (heat["max"], heat["imported_share"]) == (11.0, 1.0)
    assert heat["coverage"] > 0.95
    assert {b["band"]: b["duration_s"] for b in heat["beyond"]}["chilled/high"] == 7200.0
    rows = client.get(
        "/readings", params={"device": "loggers/rc5-7", "from": LEFT.isoformat(), "to": NOW.isoformat()}
    )
    assert {tuple(row["flags"]) for row in rows.json()["items"]} == {("imported",)}

    silent = installation.checkpoint().as_of_us
    installation.until(
        lambda: installation.checkpoint().as_of_us > silent + 3_000_000, "later"
    )  # enough for whatever would be raised
    assert client.get("/alarms").json()["items"] == []
    assert client.get("/tickets").json()["items"] == []
    assert [f["kind"] for f in client.get("/findings").json()["items"]] == ["too_high"]
    again = client.post("/logger-files", params={**asked, "time_zone": "Asia/Shanghai"}, content=report())
    assert again.json()["counts"]["duplicate"] == 144


def _in_state(client: httpx.Client, id: str, state: str) -> dict[str, Any] | None:
    found: dict[str, Any] = client.get(f"/logger-files/{id}").json()
    return found if found["state"] == state else None
