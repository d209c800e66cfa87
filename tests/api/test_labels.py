"""Label sheets over HTTP: whose, which, in which language; what a scanner reads from them is found again."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
import zxingcpp


def codes(answer: Any, dpi: int = 203) -> set[str]:
    """What a scanner reads from the pages."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    pages = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    return {
        code.text for page in pages for code in zxingcpp.read_barcodes(page.render(scale=dpi / 72).to_numpy())
    }


def words(answer: Any) -> str:
    """The text on the pages."""
    return "\n".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(answer.content))
    )


def test_what_is_printed_is_found_again(world: Any) -> None:
    """A lot of a numbered product by its Digital Link, all else by our own code; each printed code names its object."""
    assert (
        world.put(
            "/products/lead",
            {"name": "铅锭", "profile": "metal", "gtin": "6901234567892"},
            headers={"If-Match": "*"},
        ).status_code
        == 200
    )
    lot = {
        "customer": "c2",
        "product": "lead",
        "name": "48 ingots",
        "external_system": "erp",
        "external_number": "LOT7",
    }
    assert world.put("/lots/l2", lot, headers={"If-Match": "*"}).status_code == 200
    for kind, keys in (
        ("lot", ["l1", "l2"]),
        ("device", ["p1", "p2"]),
        ("zone", ["z1"]),
        ("shipment", ["s1"]),
    ):
        printed = codes(world.post("/labels", {"kind": kind, "keys": keys, "sheet": "single"}))
        assert len(printed) == len(keys)
        found = [world.get("/identify", params={"code": code}).json()["objects"] for code in printed]
        assert sorted((one["kind"], one["key"]) for (one,) in found) == [(kind, key) for key in keys]
    assert "https://id.gs1.org/01/06901234567892/10/LOT7" in codes(
        world.get("/labels", params={"kind": "lot", "key": "l2"})
    )
    label = words(world.post("/labels", {"kind": "lot", "keys": ["l2"]}, headers={"Accept-Language": "zh"}))
    for said in ("(01)06901234567892(10)LOT7", "48 ingots", "批次", "铅锭", "depot", "Hall 1"):
        assert said in label, (said, label)


def test_all_of_a_site(still_world: Any) -> None:
    """Zones there, devices that hang there, goods that are there now, shipments from there; a keeper gets its own site's."""

    def names(kind: str, who: str = "admin", site: str = "depot") -> set[str]:
        printed = codes(still_world.get("/labels", who, params={"kind": kind, "site": site}))
        return {code.removeprefix(f"keepwell:{kind}/") for code in printed}

    assert names("zone") == names("zone", "yard") == {"z1", "z2"}
    assert names("device") == {"p1", "p2"}
    assert names("lot") == {"l2"}
    assert names("shipment", "driver") == {"s1"}
    refused = still_world.get("/labels", "keeper", params={"kind": "zone", "site": "depot"})
    absent = still_world.get("/labels", "keeper", params={"kind": "zone", "site": "nowhere"})
    assert (refused.status_code, refused.json()) == (422, absent.json())


def test_a_public_address_stands_on_the_labels(still_world: Any) -> None:
    """A telephone's camera opens it."""
    before = still_world.app.state.keepwell.services
    still_world.app.state.keepwell.services = still_world.with_public_url("https://goods.example")
    assert codes(still_world.get("/labels", params={"kind": "zone", "key": "z1"})) == {
        "https://goods.example/s/zone/z1"
    }
    still_world.app.state.keepwell.services = before


def test_what_cannot_be_printed_is_said(still_world: Any) -> None:
    """Unknown and foreign keys alike, a margin that pushes labels off the sheet, a place that the sheet does not have."""
    asked = {"kind": "zone", "keys": ["z1"]}
    for more, who, where in (
        ({"keys": ["z1", "none"]}, "admin", "body/keys"), ({}, "keeper", "body/keys"), ({"keys": []}, "admin", "body/keys"),
        ({"site": "depot"}, "admin", "body/keys"), ({"margin_left_mm": 3}, "admin", "body/margin_left_mm"),
        ({"sheet": "single", "skip": 1}, "admin", "body/skip"),
    ):  # fmt: skip
        refused = still_world.post("/labels", asked | more, who)
        assert (refused.status_code, refused.json()["errors"][0]["location"]) == (422, where), refused.text
    assert still_world.post("/labels", asked, "g1").status_code == 403
