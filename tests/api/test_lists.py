"""Lists: every page once, stable while rows come; the exact bytes of CSV files; what the document promises is so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api import views, views_desk, views_goods

RANGE = {"from": "2026-11-21T08:00:00Z", "to": "2026-11-21T10:00:00Z"}


def pages(world: Any, path: str, **asked: Any) -> Any:
    """All pages of a list, following `next`; the Link header must say the same."""
    cursor: dict[str, Any] = {}
    while True:
        answer = world.get(path, params=asked | cursor)
        body = answer.json()
        yield body["items"]
        if body["next"] is None:
            assert "link" not in answer.headers
            return
        assert re.escape(body["next"]).encode()
        assert f"cursor={body['next']}" in answer.headers["link"]
        cursor = {"cursor": body["next"]}


@pytest.mark.parametrize("limit", [1, 7, 50])
def test_raw_readings_page_by_page(still_world: Any, limit: int) -> None:
    """All pages together are the one long page, whatever their size."""
    asked = RANGE | {"site": "depot"}
    whole = still_world.get("/readings", params=asked | {"limit": 20_000}).json()["items"]
    paged = [row for page in pages(still_world, "/readings", **asked, limit=limit) for row in page]
    assert paged == whole
    assert len(whole) == 120 + 1 + 1 + 12


@pytest.mark.parametrize(
    "path",
    [
        "/zones",
        "/tickets",
        "/findings",
        "/alarms",
        "/events",
        "/placements",
        "/keys",
        "/series",
        "/ledger",
        "/dead-letters",
    ],
)
def test_lists_page_by_page(still_world: Any, path: str) -> None:
    """Pages of one are the list: nothing twice, nothing missing."""
    whole = [row for page in pages(still_world, path, limit=1000) for row in page]
    assert [row for page in pages(still_world, path, limit=1) for row in page] == whole
    assert len(whole) >= 2


def test_tickets_that_come_meanwhile_disturb_no_page(world: Any) -> None:
    """Newest first: what is opened between two pages is neither repeated nor does it push anything out."""
    before = [row["number"] for row in world.get("/tickets").json()["items"]]
    seen = []
    for page in pages(world, "/tickets", limit=1):
        seen += [row["number"] for row in page]
        world.post("/tickets", {"title": "one more", "subject": "zone:z1"})
    assert seen == before


def test_a_list_is_never_older_than_ones_own_act(world: Any) -> None:
    """Answers are remembered while nothing changes; an act over HTTP is seen by the next question of anybody."""
    for i in range(5):
        number = world.post("/tickets", {"title": f"t{i}", "subject": "lot:l1"}, "c1").json()["number"]
        for who in ("c1", "viewer"):
            listed = [row["number"] for row in world.get("/tickets", who).json()["items"]]
            assert listed[0] == number
            assert [row["number"] for row in world.get("/tickets", who).json()["items"]] == listed
    chinese = world.get("/tickets", headers={"Accept-Language": "zh"})
    assert chinese.headers["content-language"] == "zh"
    assert chinese.json() != world.get("/tickets", headers={"Accept-Language": "en"}).json()


def test_readings_csv_to_the_byte(still_world: Any) -> None:
    """The golden file: the mark, CRLF, units beside values, site time, a device whose name would be a formula."""
    asked = {"from": RANGE["from"], "to": "2026-11-21T08:01:01Z", "tz": "Asia/Shanghai", "format": "csv"}
    answer = still_world.get("/readings", params=asked | {"device": "g1/p1"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.decode() == (
        "\ufefftime,device,quantity,unit,value,flags\r\n"
        "2026-11-21T16:00:00+08:00,g1/p1,temperature,°C,0.0,\r\n"
        "2026-11-21T16:00:30+08:00,g1/p1,temperature,°C,-127.0,sentinel\r\n"
        "2026-11-21T16:01:00+08:00,g1/p1,temperature,°C,1.0,\r\n"
        "2026-11-21T16:00:00+08:00,g1/p1,relative_humidity,,61.0,\r\n"
    )
    wide = still_world.get(
        "/readings/buckets",
        params=RANGE | {"device": "g1/p1", "quantity": "temperature", "buckets": 2, "format": "csv"},
    )
    assert wide.content.decode() == (
        "\ufeffstart,width_s,device,quantity,unit,count,min,mean,max\r\n"
        "2026-11-21T08:00:00Z,3600.0,g1/p1,temperature,°C,60,0.0,29.5,59.0\r\n"
        "2026-11-21T09:00:00Z,3600.0,g1/p1,temperature,°C,60,60.0,89.5,119.0\r\n"
    )
    series = still_world.get("/series", params={"device": "g2/=cmd", "format": "csv"}).text
    assert "4,g2,g2/=cmd,temperature,°C" in series


def test_the_newest_of_each(still_world: Any) -> None:
    """Of everything, or of a selection."""
    newest = {row["series"]: row["value"] for row in still_world.get("/readings/latest").json()["items"]}
    assert newest == {1: 119.0, 2: 61.0, 3: -5.0, 4: 1.0}
    some = still_world.get("/readings/latest", params={"series": [3, 1]}).json()["items"]
    assert [row["series"] for row in some] == [1, 3]


def test_the_document_is_the_one_on_file(still_world: Any, pytestconfig: pytest.Config) -> None:
    """docs/openapi.json is what the application says of itself (`python -m api.openapi_file docs/openapi.json` writes it)."""
    kept = json.loads(Path(pytestconfig.rootpath, "docs", "openapi.json").read_text("utf-8"))
    assert kept == still_world.ask("GET", "/openapi.json", None).json()


def test_documents_page_is_off(still_world: Any) -> None:
    """/docs loads scripts from elsewhere, so it is there only where it was asked for."""
    assert still_world.ask("GET", "/docs", None).status_code == 404


def test_every_example_of_an_answer_fits_its_shape(still_world: Any) -> None:
    """Each example decodes strictly into the struct that is really sent; every JSON answer has one."""
    document = still_world.app.openapi()
    structs = {
        k: v
        for m in (views, views_desk, views_goods)
        for k, v in vars(m).items()
        if isinstance(v, type) and issubclass(v, msgspec.Struct)
    }
    answers = [
        (path, answer["content"]["application/json"])
        for path, verbs in document["paths"].items()
        for verb in verbs.values()
        for answer in verb["responses"].values()
        if "application/json" in answer.get("content", {})
    ]
    assert [path for path, content in answers if "example" not in content] == []
    checked = 0
    for path, content in answers:
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        if name in structs:
            msgspec.convert(content["example"], structs[name], strict=True)
            assert set(content["example"]) == set(document["components"]["schemas"][name]["properties"]), path
            checked += 1
    assert checked >= 15


def test_every_example_of_a_request_is_accepted(world: Any) -> None:
    """Registry examples, in the order in which they refer to each other, build the house they describe."""
    document = world.app.openapi()
    shapes = [verb["requestBody"]["content"].get("application/json", {"schema": {}})["schema"]
              for verbs in document["paths"].values() for verb in verbs.values() if "requestBody" in verb]  # fmt: skip
    bodies = [shape["$ref"].rpartition("/")[2] for shape in shapes if "$ref" in shape]
    assert all(document["components"]["schemas"][name].get("examples") for name in bodies)
    from_examples = document["components"]["schemas"]
    keys = {"Organisation": "organisations/demo", "Customer": "customers/coastal-metals", "Carrier": "carriers/south-freight",
            "Site": "sites/beihai", "Site ": "sites/nanning", "Contact": "contacts/beihai-gate", "Team": "teams/guangxi", "Person": "people/li-wei",
            "Shift": "shifts/li-wei-days", "Absence": "absences/li-wei-december", "Rota": "rotas/guangxi-first",
            "Profile": "profiles/lead-ingot", "Product": "products/lead", "Zone": "zones/hall-1", "Zone ": "zones/truck-1",
            "Gateway": "gateways/gw-1", "DeviceModel": "device-models/th-20", "Device": "devices/probe-7",
            "Calibration": "calibrations/probe-7-2026", "Equipment": "equipment/dryer-1", "Order": "orders/po-7781",
            "Shipment": "shipments/beihai-nanning", "Lot": "lots/lot-1"}  # fmt: skip
    for kind, url in keys.items():
        answer = world.put(
            f"/{url}",
            from_examples[f"{kind.strip()}In"]["examples"][0],
            params={"reason": "an example"},
            headers={"If-Match": "*"},
        )
        assert answer.status_code in (200, 201), (kind, answer.text)
    for shape, url in (("PlacementIn", "/placements"), ("TicketIn", "/tickets"), ("KeyIn", "/keys")):
        answer = world.post(url, from_examples[shape]["examples"][0])
        assert answer.status_code == 201, (shape, answer.text)
