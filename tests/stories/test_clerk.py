"""From a clerk's lists to watched goods: an empty installation, files as a clerk has them, and nothing but the public API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import paho.mqtt.client as mqtt
import pytest

from tests.stories import clerk
from tests.stories.installation import RealInstallation

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Office:
    """The clerk's way to the service: HTTP with a key, in Chinese."""

    def __init__(self, installation: RealInstallation) -> None:
        self.installation = installation
        self._http = httpx.Client(
            base_url=f"http://127.0.0.1:{installation.settings.http_port}/api/v1",
            headers={"Authorization": f"Bearer {installation.printed_key()}", "Accept-Language": "zh"},
            timeout=30.0,
        )

    def ask(self, method: str, path: str, expect: int = 200, **more: Any) -> Any:
        """The decoded answer, which must have this status."""
        answer = self._http.request(method, path, **more)
        assert answer.status_code == expect, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def all(self, path: str) -> list[Any]:
        """Everything of a list, page by page."""
        found: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self.ask("GET", path, params={"limit": 500, **({"cursor": cursor} if cursor else {})})
            found += page["items"]
            cursor = page["next"]
        return found

    def upload(self, name: str, content: bytes, kind: str = XLSX, **query: str) -> Any:
        """Upload one file, and wait until it has been looked at."""
        sent = self.ask(
            "POST",
            "/imports",
            202,
            params={"name": name, **query},
            content=content,
            headers={"Content-Type": kind},
        )
        return self.until(sent["id"], {"ready", "faulty"})

    def apply(self, job: Any) -> Any:
        """Apply an upload and wait until that is done."""
        self.ask("POST", f"/imports/{job['id']}/apply", 202)
        return self.until(job["id"], {"applied"})

    def until(self, id: str, states: set[str]) -> Any:
        """The upload, once it is in one of these states."""

        def there() -> Any:
            job = self.ask("GET", f"/imports/{id}")
            return job if job["state"] in states else None

        return self.installation.until(there, f"import in {states}", 60)

    def events(self) -> int:
        """How many changes the event table holds about the registry."""
        return sum(":" in event["subject"] for event in self.all("/events"))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An empty installation that has just been started for the first time."""
    installation = RealInstallation(tmp_path_factory.mktemp("office"))
    try:
        installation.up()
        installation.take_printed_key()
        installation.until(installation.api.ready, "ready")
        yield Office(installation)
    finally:
        installation.clean_up()


def counts(job: Any) -> dict[str, tuple[int, int, int]]:
    """List → how many objects are created, changed and unchanged."""
    return {
        sheet["list"]: (sheet["created"], sheet["changed"], sheet["unchanged"]) for sheet in job["sheets"]
    }


def test_from_lists_to_watched_goods(office: Office) -> None:
    """Slips are named by cell and stop everything; the corrected lists go in; twice is once; edits change just these; goods are watched."""
    right = clerk.lists()
    slips_are_named_and_stop_everything(office, right)
    before = office.events()
    job = office.upload("货物清单.xlsx", clerk.workbook(right))
    assert job["state"] == "ready", office.all(f"/imports/{job['id']}/faults")
    made = {name: found[0] for name, found in counts(job).items()}
    wanted = {"customers": 3, "sites": 3, "zones": 12, "devices": 40, "lots": 25, "shipments": 10}
    assert made == made | wanted
    assert office.events() == before, "looking at it has changed something"
    office.apply(job)
    assert [len(office.all(f"/{kind}")) for kind in ("sites", "zones", "devices", "lots", "shipments")] == [
        3,
        12,
        40,
        25,
        10,
    ]

    again_changes_nothing(office, right)
    edits_change_exactly_these(office, right)
    rules_are_adopted(office)
    goods_are_watched(office)


def slips_are_named_and_stop_everything(office: Office, right: clerk.Lists) -> None:
    """Each wrong cell is named by sheet, row and column in the clerk's language; nothing can be applied, nothing is written."""
    before = office.events()
    job = office.upload("货物清单.xlsx", clerk.workbook(clerk.with_slips(right), {"批次": "2026年11月库存"}))
    assert job["state"] == "faulty"
    faults = [fault for fault in office.all(f"/imports/{job['id']}/faults") if fault["severity"] == "error"]
    named = {(fault["sheet"], fault["row"], fault["header"]) for fault in faults}
    headed = {"批次": 4}  # a title and an empty row stand above its headers
    assert named == {(slip.sheet, slip.row + headed.get(slip.sheet, 2), slip.header) for slip in clerk.SLIPS}
    assert all("{" not in fault["message"] and fault["message"].endswith("。") for fault in faults)
    refused = office.ask("POST", f"/imports/{job['id']}/apply", 409)
    assert refused["code"] == "import_refused"
    assert office.events() == before
    assert office.all("/lots") == []


def again_changes_nothing(office: Office, right: clerk.Lists) -> None:
    """The same lists once more, and one of them as Excel on a Chinese Windows saves it, come to nothing."""
    before = office.events()
    same = office.upload("货物清单.xlsx", clerk.workbook(right))
    assert all(found[:2] == (0, 0) for found in counts(same).values())
    office.apply(same)
    as_csv = office.upload("批次.csv", clerk.csv(right["批次"]), "text/csv", list="lots")
    assert counts(as_csv)["lots"] == (0, 0, 25)
    assert office.events() == before


def edits_change_exactly_these(office: Office, right: clerk.Lists) -> None:
    """A lot on hold, a device that speaks more often, a customer of another grade, one new lot; and no other object."""
    edited = {sheet: [list(row) for row in rows] for sheet, rows in right.items()}
    edited["批次"][4][3] = "冻结"
    edited["监测终端"][6][4] = "10 分钟"
    edited["客户"][3][2] = "B"
    edited["批次"].append([
        "PB-025",
        "K1001",
        "M-2001",
        "待检",
        3,
        "t",
        "ingot",
        "2026-11-20",
        "15,000",
        "BH-B",
    ])
    before = office.all("/events")
    job = office.upload("货物清单.xlsx", clerk.workbook(edited))
    changes = office.all(f"/imports/{job['id']}/changes")
    assert {(c["act"], c["kind"], c["sheet"]) for c in changes} == {
        ("changed", "lot", "批次"), ("changed", "device", "监测终端"), ("changed", "customer", "客户"),
        ("created", "lot", "批次"), ("created", "placement", "批次"),
    }  # fmt: skip
    assert len(changes) == 5
    (hold,) = (c for c in changes if (c["act"], c["kind"]) == ("changed", "lot"))
    assert [(f["field"], f["old"], f["new"]) for f in hold["fields"]] == [("status", "available", "hold")]
    office.apply(job)
    written = [e for e in office.all("/events")[len(before) :] if not e["subject"].startswith("import:")]
    assert sorted(event["subject"].partition(":")[0] for event in written) == [
        "customer", "device", "lot", "lot", "placement",
    ]  # fmt: skip


def rules_are_adopted(office: Office) -> None:
    """Three answers (lead, this hall, no heating) give a working set; adopting it twice changes nothing."""
    zone = found_by_number(office, "zones", "BH-A")
    answers = {"goods": "lead", "zone": zone["key"], "control": "none", "form": "bundle"}
    proposal = office.ask("POST", "/rules/proposal", json=answers)
    rules = [rule for rule in proposal["profile"]["rules"] if rule["off"] is None]
    assert "dew_point_margin" in {rule["quantity"] for rule in rules}
    assert all(rule["why"] for rule in rules)
    first = office.ask("POST", "/rules/adopt", json={**answers, "reason": "首批铅锭入库"})
    before = office.events()
    assert office.ask("POST", "/rules/adopt", json=answers)["changed"] == []
    assert office.events() == before
    assert office.ask("GET", f"/zones/{zone['key']}")["profile"] == first["profile"]


def goods_are_watched(office: Office) -> None:
    """The hall's gateway gets its secret and tells of an afternoon on which warm sea air came to a cold floor: work, and a hold."""
    issued = office.ask("POST", "/gateways/gw-bh-1/credential", 201)
    assert issued["secret"] in issued["try_it"]
    office.installation.until(lambda: let_in(office, issued["secret"]), "let in", 10)
    devices = [d for d in office.all("/devices") if d["gateway"] == "gw-bh-1"]
    publish(office, "gw-bh-1", issued["secret"], warm_air_on_a_cold_floor([d["device"] for d in devices]))
    zone = found_by_number(office, "zones", "BH-A")["key"]

    def wet() -> Any:
        return [t for t in office.all("/tickets") if t["zone"] == zone and "湿" in t["title"]]

    (row,) = office.installation.until(wet, "a ticket about wet metal", 60)
    ticket = office.ask("GET", f"/tickets/{row['number']}")
    assert {finding["kind"] for finding in ticket["findings"]} >= {"wet_metal"}
    assert ticket["remedy"]
    there = {found_by_number(office, "lots", f"PB-{number:03}")["key"] for number in (0, 5, 10, 15, 20)}
    assert set(ticket["lots"]) == there
    assert {office.ask("GET", f"/lots/{key}")["status"] for key in there} == {"hold"}


def found_by_number(office: Office, kind: str, number: str) -> Any:
    """The object that has this number in the clerk's lists."""
    (found,) = (row for row in office.all(f"/{kind}") if row["external_number"] == number)
    return found


def warm_air_on_a_cold_floor(devices: list[str]) -> list[bytes]:
    """Two days at 14 °C and 70 %, then six hours of sea air at 24 °C and 90 %: what a gateway sends after an outage."""
    now = datetime.now(UTC).replace(microsecond=0)
    messages = []
    for minutes in range(-48 * 60, 1, 10):
        warm = minutes > -6 * 60
        told = {"temperature": 24.0 if warm else 14.0, "relative_humidity": 90.0 if warm else 70.0}
        at = (now + timedelta(minutes=minutes)).isoformat()
        messages.append(json.dumps([{"device": device, "time": at, **told} for device in devices]).encode())
    return messages


def let_in(office: Office, secret: str) -> bool:
    """Whether the broker knows the gateway's secret by now."""
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.username_pw_set("gw-bh-1", secret)
    client.connect("127.0.0.1", office.installation.settings.mqtt_port)
    answers: list[bool] = []
    client.on_connect = lambda _client, _data, _flags, reason, _properties: answers.append(
        not reason.is_failure
    )
    client.loop_start()
    office.installation.until(lambda: answers, "answered", 10)
    client.disconnect()
    client.loop_stop()
    return answers[0]


def publish(office: Office, gateway: str, secret: str, messages: list[bytes]) -> None:
    """Send telemetry as the gateway; done once the broker has acknowledged all of it."""
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.username_pw_set(gateway, secret)
    client.connect("127.0.0.1", office.installation.settings.mqtt_port)
    client.loop_start()
    sent = [client.publish(f"keepwell/v1/{gateway}/telemetry", message, qos=1) for message in messages]
    for one in sent:
        one.wait_for_publish(30)
    client.disconnect()
    client.loop_stop()
