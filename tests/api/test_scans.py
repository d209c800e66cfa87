"""Codes and scans over HTTP: what is identified, placed, refused, undone; offline lists; replaced devices; lots' status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import T0, T1, make_world

GTIN = "6901234567892"
AT = "2026-11-21T10:00:30Z"
"""Half a minute before now, after all that is on record."""


@pytest.fixture
def goods(world: Any) -> Any:
    """The world, with codes on things."""
    return with_codes(world)


@pytest.fixture(scope="module")
def still_goods(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The same, for tests that change nothing in it."""
    for world in make_world(tmp_path_factory.mktemp("goods")):
        yield with_codes(world)


def with_codes(world: Any) -> Any:
    """The world, with a batch of a numbered product, and a probe with a serial number and a tag."""
    put = world.put
    assert (
        put("/products/lead", {"profile": "metal", "gtin": GTIN}, headers={"If-Match": "*"}).status_code
        == 200
    )
    lot = {
        "customer": "c1",
        "product": "lead",
        "external_system": "erp",
        "external_number": "LOT7",
        "codes": ["(01)06901234567892(21)55"],
    }
    assert put("/lots/l1", lot, headers={"If-Match": "*"}).status_code == 200
    device = {"gateway": "g1", "device": "p3", "serial": "SN-3", "codes": ["3434257BF400000000BC6038"]}
    assert put("/devices/p3", device).status_code == 201
    return world


def scan(world: Any, first: str, second: str, who: str = "admin", **more: Any) -> Any:
    """Two scans."""
    body = {"client_id": more.pop("client_id", f"{first}|{second}"), "first": first, "second": second, **more}
    return world.post("/scans", body, who)


def where(world: Any, subject: str) -> list[tuple[str, str, str | None]]:
    """The placements of a thing."""
    rows = world.get("/placements", params={"subject": subject}).json()["items"]
    return [(row["place"], row["valid_from"], row["valid_to"]) for row in rows]


@pytest.mark.parametrize(
    ("code", "kind", "key"),
    [
        ("010690123456789210LOT7", "lot", "l1"), ("https://brand.example/01/06901234567892/10/LOT7", "lot", "l1"),
        ("]C1010690123456789210LOT7<GS>2155", "lot", "l1"), (GTIN, "product", "lead"), ("LOT7", "lot", "l1"),
        ("SN-3", "device", "p3"), ("urn:epc:id:giai:0614141.12345400", "device", "p3"),
        ("keepwell:zone/z1", "zone", "z1"), ("https://goods.example/s/equipment/ac1", "equipment", "ac1"),
    ],
)  # fmt: skip
def test_what_a_code_is(still_goods: Any, code: str, kind: str, key: str) -> None:
    """By a batch of a product, by a code on the thing however written, by a serial number, by our label."""
    still_goods.app.state.keepwell.services = still_goods.with_public_url("https://goods.example")
    found = still_goods.get("/identify", params={"code": code})
    assert found.status_code == 200, found.text
    assert [(one["kind"], one["key"]) for one in found.json()["objects"]] == [(kind, key)]


def test_what_is_known_of_a_code_without_an_object(still_goods: Any) -> None:
    """A shipment's number that nobody entered is still a shipment's number; a mistyped one is refused with the reason."""
    found = still_goods.get("/identify", params={"code": "00061414100000000014"}).json()
    assert (found["names"], found["objects"]) == ("shipment", [])
    for code, why in (("(00)061414100000000011", "code_bad_check_digit"), ("keepwell:lot", "code_bad_label")):
        refused = still_goods.get("/identify", params={"code": code}, headers={"Accept-Language": "zh"})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["code"] == why
    assert "标签" in refused.json()["errors"][0]["message"]


def test_codes_are_kept_in_one_form_and_once(goods: Any) -> None:
    """However a code is written when it is entered; a second thing with it is refused, and the holder named."""
    assert goods.get("/lots/l1").json()["codes"] == ["https://id.gs1.org/01/06901234567892/21/55"]
    again = goods.put("/zones/z9", {"site": "depot", "codes": ["01069012345678922155"]})
    assert again.status_code == 409
    assert "lot:l1" in again.json()["detail"]
    wrong = goods.put("/zones/z9", {"codes": ["(01)06901234567891(21)1", "keepwell:zone/z1"]})
    assert [fault["code"] for fault in wrong.json()["errors"]] == ["code_bad_check_digit", "code_own_label"]


def test_a_lot_moves_by_two_scans(goods: Any) -> None:
    """Into a zone, onto a truck, in either order; it leaves where it was; who, how, scanned when, received when."""
    made = scan(
        goods, "010690123456789210LOT7", "keepwell:zone/z2", time="2026-11-21T10:00:10Z", note="aisle 3"
    )
    assert made.status_code == 201, made.text
    view = made.json()
    assert (view["subject"], view["place"], view["time"], view["received"], view["note"]) == (
        "lot:l1", "zone:z2", "2026-11-21T10:00:10Z", "2026-11-21T10:01:00Z", "aisle 3",
    )  # fmt: skip
    onto = scan(goods, "keepwell:shipment/s1", "LOT7", time=AT).json()
    assert onto["ended"] == [view["placement"]]
    assert where(goods, "l1")[1:] == [("z2", "2026-11-21T10:00:10Z", AT), ("s1", AT, None)]
    placement = goods.get(f"/placements/{onto['placement']}").json()
    assert (placement["how"], placement["set_by"], onto["by"]) == ("scan", onto["by"], placement["set_by"])
    events = goods.get("/events", params={"subject": f"scan:{onto['id']}"}).json()["items"]
    assert [event["act"] for event in events] == ["scanned"]


def test_a_device_is_hung_by_two_scans(goods: Any) -> None:
    """To a zone, then to a machine; scanned where it is already, nothing changes."""
    for n, place in enumerate(("zone/z2", "equipment/ac1", "equipment/ac1")):
        done = scan(goods, f"keepwell:{place}", "SN-3", client_id=str(n), time=f"2026-11-21T10:00:{n}0Z")
        assert done.status_code == 201, done.text
    assert done.json()["placement"] is None
    assert [row[0] for row in where(goods, "p3")] == ["ac1", "z2"] or [
        row[0] for row in where(goods, "p3")
    ] == ["z2", "ac1"]


@pytest.mark.parametrize(
    ("first", "second", "more", "why"),
    [
        ("keepwell:lot/l1", "keepwell:device/p1", {}, "two_things"), ("keepwell:zone/z1", "keepwell:zone/z2", {}, "two_places"),
        ("keepwell:customer/c1", "keepwell:zone/z2", {}, "not_placeable"), ("keepwell:lot/l1", "NOBODY", {}, "unknown"),
        ("keepwell:lot/none", "keepwell:zone/z2", {}, "unknown"), ("keepwell:lot/l1", "keepwell:equipment/ac1", {}, "lot_in_machine"),
        ("keepwell:lot/l1", "keepwell:zone/z2", {"time": "2026-11-21T11:00:00Z"}, "in_the_future"),
        ("keepwell:lot/l1", "keepwell:zone/z2", {"time": "1999-11-21T11:00:00Z"}, "too_old"),
        ("keepwell:lot/l1", "keepwell:zone/z2", {"time": "2026-11-21T08:30:00Z"}, "later_record"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(
    still_goods: Any, first: str, second: str, more: dict[str, Any], why: str
) -> None:
    """With its name and a sentence in both languages; nothing is changed."""
    before = still_goods.get("/placements").text
    answers = [
        still_goods.post(
            "/scans",
            {"client_id": "x", "first": first, "second": second, **more},
            headers={"Accept-Language": lang},
        )
        for lang in ("en", "zh")
    ]
    assert [(a.status_code, a.json()["code"], a.json()["refusal"]) for a in answers] == [
        (409, "scan_refused", why)
    ] * 2
    assert answers[0].json()["detail"] != answers[1].json()["detail"]
    assert still_goods.get("/placements").text == before


def test_a_number_that_several_things_have_is_ambiguous(goods: Any) -> None:
    """The scanner is told which, and a label decides."""
    assert (
        goods.put(
            "/zones/z3", {"site": "depot", "external_system": "wms", "external_number": "LOT7"}
        ).status_code
        == 201
    )
    refused = scan(goods, "LOT7", "keepwell:zone/z2").json()
    assert refused["refusal"] == "ambiguous"
    assert "lot:l1" in refused["detail"]
    assert scan(goods, "keepwell:lot/l1", "keepwell:zone/z2", time=AT).status_code == 201


def test_held_goods_are_not_loaded_until_released(goods: Any) -> None:
    """Quality holds and releases with a reason; a scan onto the truck is refused meanwhile; an engineer cannot release."""
    held = goods.post("/lots/l1/status", {"status": "hold"}, "quality")
    assert (held.status_code, held.json()["status"]) == (200, "hold")
    assert scan(goods, "LOT7", "keepwell:shipment/s1", time=AT).json()["refusal"] == "lot_on_hold"
    assert (
        goods.post("/lots/l1/status", {"status": "available"}, "quality").json()["errors"][0]["location"]
        == "body/reason"
    )
    assert (
        goods.post("/lots/l1/status", {"status": "released", "reason": "dry"}, "engineer").status_code == 403
    )
    lot = {k: v for k, v in goods.get("/lots/l1").json().items() if k not in {"id", "version", "key"}}
    around = goods.put("/lots/l1", lot | {"status": "released"}, "engineer", headers={"If-Match": "*"})
    assert around.status_code == 403
    freed = goods.post("/lots/l1/status", {"status": "released", "reason": "dry again"}, "quality")
    assert freed.json()["status"] == "released"
    assert scan(goods, "LOT7", "keepwell:shipment/s1", time=AT, client_id="2").status_code == 201
    (*_, last) = goods.get("/events", params={"subject": "lot:l1"}).json()["items"]
    assert (last["reason"], last["new"]["status"]) == ("dry again", "released")


def test_the_same_scan_counts_once(goods: Any) -> None:
    """Sent again after a lost answer it is answered as before; another one under its id is refused."""
    one = scan(goods, "LOT7", "keepwell:zone/z2", client_id="7", time=AT)
    two = scan(goods, "keepwell:lot/l1", "keepwell:zone/z2", client_id="7", time=AT)
    assert two.json()["code"] == "idempotency_key_reused"
    assert scan(goods, "LOT7", "keepwell:zone/z2", client_id="7", time=AT).json() == one.json()
    assert len(where(goods, "l1")) == 2
    other = scan(goods, "SN-3", "keepwell:zone/z2", "engineer", client_id="7", time=AT)
    assert other.status_code == 201


def test_scans_made_offline_are_done_in_order_each_by_itself(goods: Any) -> None:
    """A bad one among them is named and stops none; sent again, all are answered as before."""
    scans = [
        {"client_id": "a", "first": "LOT7", "second": "keepwell:zone/z2", "time": "2026-11-21T10:00:10Z"},
        {"client_id": "b", "first": "LOT7", "second": "NO SUCH PLACE", "time": "2026-11-21T10:00:20Z"},
        {"client_id": "c", "first": "(01)06901234567891(10)A", "second": "keepwell:zone/z2"},
        {"client_id": "d", "first": "keepwell:zone/z1", "second": "LOT7", "time": "2026-11-21T10:00:30Z"},
    ]
    first = goods.post("/scans/batch", {"scans": scans}, headers={"Accept-Language": "zh"})
    again = goods.post("/scans/batch", {"scans": scans}, headers={"Accept-Language": "zh"})
    assert first.status_code == 200, first.text
    assert first.json() == again.json()
    outcomes = [
        (
            o["client_id"],
            o["scan"] is not None,
            (o["problem"] or {}).get("refusal") or (o["problem"] or {}).get("code"),
        )
        for o in first.json()["items"]
    ]
    assert outcomes == [
        ("a", True, None),
        ("b", False, "unknown"),
        ("c", False, "invalid"),
        ("d", True, None),
    ]
    assert [row[0] for row in where(goods, "l1")] == ["z1", "z2", "z1"]
    assert sorted(row["client_id"] for row in goods.get("/scans").json()["items"]) == ["a", "d"]


def test_the_last_scan_is_undone(goods: Any) -> None:
    """The thing is back where it was; an earlier scan, and somebody else's, is not undone."""
    before = where(goods, "l1")
    one = scan(goods, "LOT7", "keepwell:zone/z2", time="2026-11-21T10:00:10Z").json()
    two = scan(goods, "LOT7", "keepwell:zone/z1", time=AT).json()
    early = goods.post(f"/scans/{one['id']}/undo", {})
    assert (early.status_code, early.json()["refusal"]) == (409, "changed_since")
    assert goods.post(f"/scans/{two['id']}/undo", {}, "integrator").status_code == 404
    for scan_id in (two["id"], one["id"]):
        undone = goods.post(f"/scans/{scan_id}/undo", {}, "engineer")
        assert undone.status_code == 200, undone.text
        assert undone.json()["undone"] is not None
    assert where(goods, "l1") == before


def test_a_replaced_device_keeps_the_history_of_its_place(goods: Any) -> None:
    """From a moment on the new one measures there; the readings of the zone are those of both, each in its time and name."""
    when = "2026-11-21T09:00:00Z"
    done = goods.post(
        "/devices/p1/replace", {"by": "SN-3", "time": when, "reason": "battery flat"}, "integrator"
    )
    assert done.status_code == 201, done.text
    assert [(row["subject"], row["valid_to"]) for row in goods.get("/placements", params={"place": "z1"}).json()["items"] if row["subject_kind"] == "device"] == [
        ("p1", when), ("p3", None),
    ]  # fmt: skip
    goods.add_readings("g1/p3", [(T1 + 60_000_000, 20.0), (T0 + 60_000_000, 99.0)])
    asked = {
        "zone": "z1",
        "quantity": "temperature",
        "from": "2026-11-21T08:00:00Z",
        "to": "2026-11-21T11:00:00Z",
    }
    rows = [row for row in goods.get("/readings", params=asked).json()["items"] if not row["flags"]]
    assert [(row["device"], row["value"]) for row in rows if row["device"] == "g1/p3"] == [("g1/p3", 20.0)]
    assert max(row["value"] for row in rows if row["device"] == "g1/p1") == 59.0
    own = goods.get(
        "/readings", params={k: v for k, v in asked.items() if k != "zone"} | {"device": "g1/p1"}
    ).json()["items"]
    assert max(row["value"] for row in own) == 119.0


def test_a_device_that_has_said_nothing_is_there(still_goods: Any) -> None:
    """Registered and not heard yet, as right after it took another one's place: nothing of it, and not "no such device"."""
    for path in ("/series", "/readings/latest"):
        assert still_goods.get(path, params={"device": "g1/p3"}).json()["items"] == []
        assert still_goods.get(path, params={"device": "g1/nobody"}).status_code == 404


@pytest.mark.parametrize(
    ("device", "by", "why"), [("p1", "p1", "itself"), ("p3", "p1", "not_placed"), ("p1", "NOBODY", "unknown")]
)
def test_what_cannot_be_replaced(still_goods: Any, device: str, by: str, why: str) -> None:
    """By itself, what hangs nowhere, by what nobody knows; one that hangs elsewhere must leave there first."""
    refused = still_goods.post(f"/devices/{device}/replace", {"by": by, "time": AT})
    assert (refused.status_code, refused.json()["refusal"]) == (409, why)
    assert still_goods.post("/devices/p1/replace", {"by": "p2", "time": AT}).json()["code"] == "overlap"
    assert still_goods.post("/devices/none/replace", {"by": "p2"}).status_code == 404
