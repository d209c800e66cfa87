"""Pushes of many objects: by number, all or nothing, done once; and the quality of what came in."""

from __future__ import annotations

from typing import Any

import msgspec

from store import events


def last_event(world: Any) -> int:
    """The number of the newest event."""
    with world.database.reading() as connection:
        return events.last_sequence(connection)


def lots(n: int, **more: Any) -> list[dict[str, Any]]:
    """Lots as an ERP would push them."""
    return [
        {"external_system": "ERP", "external_number": f"L-{i}", "customer": "c1", "product": "lead", "quantity": i, "unit": "t"}
        | more for i in range(n)
    ]  # fmt: skip


def test_an_hourly_push_changes_only_what_is_new(world: Any) -> None:
    """The second push of the same does nothing; a third with one other amount is one event."""
    first = world.post("/bulk/lots", lots(50, place="z1")).json()
    assert (first["created"], first["changed"], first["unchanged"]) == (100, 0, 0)  # each lot and its place
    before = last_event(world)
    again = world.post("/bulk/lots", lots(50, place="z1")).json()
    assert (again["created"], again["changed"]) == (0, 0)
    assert last_event(world) == before
    edited = lots(50)
    edited[7]["amount"] = "12.50"
    answer = world.post("/bulk/lots", edited).json()
    assert (answer["created"], answer["changed"], answer["unchanged"]) == (0, 1, 49)
    assert last_event(world) == before + 1
    found = world.get("/lots", params={"external_system": "ERP", "external_number": "L-7"}).json()["items"]
    assert [(lot["amount"], lot["quantity"]) for lot in found] == [("12.5", "7")]


def test_null_empties_and_absence_leaves(world: Any) -> None:
    """A field that is null becomes what it is in a new object; one that is not named stays."""
    world.post("/bulk/lots", lots(1, amount=5, form="ingot"))
    world.post("/bulk/lots", [{"external_system": "ERP", "external_number": "L-0", "amount": None}])
    lot = world.get("/lots/l-0").json()
    assert (lot["amount"], lot["form"], lot["quantity"]) == (None, "ingot", "0")


def test_faults_by_index_and_field_keep_all_out(world: Any) -> None:
    """The answer names each wrong field; nothing of the push is kept."""
    wrong = lots(3)
    wrong[1] |= {"customer": "nobody", "colour": "red"}
    wrong[2]["quantity"] = "much"
    answer = world.post("/bulk/lots", wrong, headers={"Accept-Language": "zh"})
    assert answer.status_code == 422
    told = {error["location"]: error["code"] for error in answer.json()["errors"]}
    assert told == {
        "body/1/colour": "lists.fault.unknown_field",
        "body/2/quantity": "lists.fault.not_a_number",
    }
    del wrong[1]["colour"]
    wrong[2]["quantity"] = 2
    answer = world.post("/bulk/lots", wrong)
    assert {e["location"]: e["code"] for e in answer.json()["errors"]} == {
        "body/1/customer": "lists.fault.unknown_reference"
    }
    assert world.get("/lots/l-0").status_code == 404


def test_a_dry_run_says_what_would_change(world: Any) -> None:
    """Old and new, field by field, and nothing is written."""
    world.post("/bulk/lots", lots(2))
    before = last_event(world)
    edited = lots(2)
    edited[1]["quantity"] = 9
    view = world.post("/bulk/lots?dry_run=true", edited).json()
    assert (view["dry_run"], view["changed"], view["unchanged"]) == (True, 1, 1)
    assert [(f["field"], f["old"], f["new"]) for f in view["changes"][0]["fields"]] == [
        ("quantity", "1", "9")
    ]
    assert last_event(world) == before


def test_a_push_with_a_key_is_done_once(world: Any) -> None:
    """The same request again answers the same and does nothing; another one with its key is refused."""
    key = {"Idempotency-Key": "hour-1"}
    first = world.post("/bulk/lots", lots(3), headers=key).json()
    before = last_event(world)
    assert world.post("/bulk/lots", lots(3), headers=key).json() == first
    assert last_event(world) == before
    assert world.post("/bulk/lots", lots(2), headers=key).json()["code"] == "idempotency_key_reused"


def test_lines_of_json_legs_and_placements_come_too(world: Any) -> None:
    """NDJSON; a shipment with its legs; a device that moves leaves where it was."""
    body = b"\n".join(msgspec.json.encode(lot) for lot in lots(3))
    sent = world.ask(
        "POST", "/api/v1/bulk/lots", content=body, headers={"Content-Type": "application/x-ndjson"}
    )
    assert sent.json()["created"] == 3
    legs = [{"mode": "rail", "origin": "depot", "expected_departure": "2026-11-22 08:30"}, {"mode": "road"}]
    world.post("/bulk/shipments", [{"external_number": "S-9", "legs": legs}])
    shipment = world.get("/shipments/s-9").json()
    assert [(leg["mode"], leg["expected_departure"]) for leg in shipment["legs"]] == [
        ("rail", "2026-11-22T00:30:00Z"), ("road", None)
    ]  # fmt: skip
    bad = [{"external_number": "S-9", "legs": [{"mode": "rocket"}]}]
    assert world.post("/bulk/shipments", bad).json()["errors"][0]["location"] == "body/0/legs/0/mode"
    answer = world.post("/bulk/placements", [{"subject": "p1", "place": "z2"}]).json()
    assert (answer["created"], answer["changed"]) == (1, 1)
    stays = world.get("/placements", params={"subject": "p1"}).json()["items"]
    assert [(s["place"], s["valid_to"] is None, s["how"]) for s in stays] == [
        ("z1", False, "hand"),
        ("z2", True, "erp"),
    ]
    assert world.post("/bulk/placements", [{"subject": "p1", "place": "z2"}]).json()["unchanged"] == 1


def test_what_is_no_push_is_refused(world: Any) -> None:
    """Another list, no list at all, no JSON, too many."""
    assert world.post("/bulk/profiles", []).status_code == 404
    assert world.post("/bulk/legs", []).status_code == 404
    assert world.post("/bulk/lots", {"a": 1}).status_code == 422
    assert world.post("/bulk/lots", [3]).json()["errors"][0]["location"] == "body/0"
    assert world.ask("POST", "/api/v1/bulk/lots", content=b"[").status_code == 400
    assert world.post("/bulk/lots", [{}] * 5001).status_code == 422
    assert world.ask("POST", "/api/v1/bulk/lots", content=b" " * (9 * 1024 * 1024)).status_code == 413


def test_quality_is_counted_and_contradictions_say_what_to_do(world: Any) -> None:
    """Filled fields by kind and customer; an expired lot, twins and goods without a device are found."""
    world.post("/bulk/customers", [{"key": "twin-a", "name": "Same"}, {"key": "twin-b", "name": "same"}])
    world.post("/bulk/contacts", [{"name": "Wang", "customer": "c1", "phone": "123 456"}])
    world.post("/bulk/zones", [{"key": "bare", "site": "depot"}])
    world.post("/bulk/lots", lots(4, place="bare", produced="2020-01-01", expires="2021-01-01", amount=1))
    found = world.get("/data-quality", headers={"Accept-Language": "zh"}).json()
    matters = {(k["kind"], m["name"]): (m["filled"], m["of"]) for k in found["kinds"] for m in k["matters"]}
    assert matters["customer", "contact"] == (1, 4)
    assert matters["lot", "amount"] == (4, 6)
    assert 0 < found["completeness"] < 1
    assert found["target"] == 0.9
    codes = {c["code"]: c["objects"] for c in found["contradictions"]}
    assert codes["expired_but_available"] == 4
    assert codes["same_name"] == 1
    assert codes["goods_without_device"] == 1
    assert all("请" in e["message"] for c in found["contradictions"] for e in c["examples"])
    customers = {c["customer"]: c["share"] for c in found["customers"]}
    assert customers["c1"] > customers["twin-a"] - 1
    for who in ("c1", "g1"):
        assert world.get("/data-quality", who).status_code == 403
