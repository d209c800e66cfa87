"""A customer on the page: own goods, own tickets, their word on them; and nothing of anybody else, whatever the address says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.page.test_phone import EVIL, HIT, SOON_MS, photo, raised
from tests.page.visiting import LOOKS, Visits, axe
from tests.stories.desk import Desk

ROUTES = Path(__file__).resolve().parents[2] / "web" / "src" / "routes.tsx"
SECRET = "Quicksilver"
REFUSED = re.compile(r"40[34]|422")
OWN = {"/", "/own", "/own/report", "/mine/waiting", "/setup/account"}
"""Of all addresses those that a customer has; `/` leads to the goods."""
GO = """path => {
  for (const shown of document.querySelectorAll('main h1')) shown.setAttribute('data-before', '');
  history.pushState({}, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}"""
"""Another address in the page that is open; what it shows is drawn anew."""
THEIRS = f"{SECRET}|room-1"
"""Names that only the other customer's goods have."""
NOWHERE = "There is nothing for you at this address"


def settled(page: Page) -> None:
    """Everything that was asked for has been answered."""
    expect(page.locator(".mantine-Skeleton-root")).to_have_count(0, timeout=SOON_MS)


@pytest.fixture(scope="module")
def others(installation: Desk) -> dict[str, str]:
    """Two customers with goods; of the other one's, what an address of the page could name."""
    put = [
        ("/products/ore", {"name": "Ore"}),
        ("/customers/acme", {"name": "Acme Metals", "grade": "A"}),
        ("/customers/other", {"name": f"{SECRET} Works", "grade": "A"}),
        ("/people/carla", {"name": "Carla", "role": "customer", "customer": "acme", "language": "en"}),
        ("/lots/own-1", {"name": EVIL, "customer": "acme", "product": "ore", "quantity": "2.5", "unit": "t"}),
        ("/lots/other-1", {"name": f"{SECRET} bars", "customer": "other", "product": "ore"}),
        ("/shipments/other-2", {"name": f"{SECRET} to Riga", "zone": "room-7", "stage": "planned"}),
    ]
    for path, body in put:
        installation.ask("PUT", path, json=body)
    for lot, room in (("own-1", "room-0"), ("other-1", "room-1")):
        body = {"subject_kind": "lot", "subject": lot, "place_kind": "zone", "place": room}
        installation.ask("POST", "/placements", json=body)
    about = {"subject": "lot:other-1", "title": f"{SECRET} is wet", "customer": "other", "kind": "customer"}
    number = installation.ask("POST", "/tickets", json=about).json()["number"]
    raised(installation, 1)
    (alarm, *_) = [one for one in installation.home.api.all("/api/v1/alarms") if one["zone"] == "room-1"]
    return {
        ":number": number, ":id": alarm["id"], ":kind": "lot", ":list": "customers", "lots": "other-1", "shipments": "other-2",
        "zones": "room-1", "sites": "harbour", "devices": "gw1-t1", "gateways": "gw1", "report": "other-1", "rules": "tender",
        "lists": "other",
    }  # fmt: skip


def addresses(others: dict[str, str]) -> list[str]:
    """Every address of the page, with the keys of the other customer."""
    found = re.findall(r'path: "([^"]+)"', ROUTES.read_text("utf-8"))
    assert len(found) > 40
    told = []
    for path in found:
        parts = path.split("/")
        kinds = [part for part in parts if part in others and not part.startswith(":")]
        keys = {**others, ":key": others[kinds[0]] if kinds else ""}
        told.append("/".join(keys[part] if part.startswith(":") else part for part in parts))
    assert {"/places/lots/other-1", "/report/lot/other-1", "/setup/lists/customers/other"} <= set(told)
    return told


def answered(whole: list[Request]) -> dict[str, str]:
    """URL → what came, nothing where it was refused, of the requests that have ended; they are taken out."""
    answers = [one.response() for one in whole if "/stream" not in one.url]
    whole.clear()
    return {one.url: one.text() if one.ok else "" for one in answers if one is not None}


def test_nothing_of_anybody_else(visits: Visits, others: dict[str, str]) -> None:
    """With another's keys in the address there is nothing here, and it says so; nothing of theirs comes even over the wire."""
    page = visits.as_person("carla", path="/own")
    whole: list[Request] = []
    page.on("requestfinished", lambda one: whole.append(one) if "/api/v1/" in one.url else None)
    told: dict[str, str] = {}
    expect(page.get_by_text(EVIL).first).to_be_visible(timeout=SOON_MS)
    for path in addresses(others):
        page.evaluate(GO, path)
        expect(page.locator("[data-before]")).to_have_count(0, timeout=SOON_MS)
        if path in OWN:
            expect(page.locator("main h1")).to_be_visible(timeout=SOON_MS)
        else:
            expect(page.get_by_text(NOWHERE)).to_be_visible(timeout=SOON_MS)
        settled(page)
        shown = page.locator("body").inner_text()
        assert re.search(THEIRS, shown) is None, (path, shown)
        told |= answered(whole)
    assert page.title() != HIT
    assert set(page.locator("nav a").evaluate_all("all => all.map(a => a.pathname)")) <= {"/own"}
    assert len(told) > 5
    assert [url for url, text in told.items() if re.search(THEIRS, text)] == []
    for path in ("/places/lots/other-1", f"/own/tickets/{others[':number']}", "/"):
        page.goto(visits.url + path)
        expect(page.get_by_text(NOWHERE).or_(page.get_by_text(EVIL)).first).to_be_visible(timeout=SOON_MS)
        assert re.search(THEIRS, page.locator("body").inner_text()) is None
    visits.faults[:] = [one for one in visits.faults if not REFUSED.search(one)]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ("Report a problem", "In one line", "Report it", "Confirm", "Answer the survey", "5 of 5", "Say something", "Send")),
        ("zh", ("报告问题", "一句话说明", "提交", "客户确认", "填写满意度", "5 分（满分 5 分）", "留言", "发送")),
    ],
)  # fmt: skip
def test_own_affairs(
    visits: Visits,
    installation: Desk,
    others: dict[str, str],
    pictures: Callable[[Page, str], None],
    lang: str,
    said: tuple[str, ...],
) -> None:
    """A problem reported, answered, shown with a photo, resolved, confirmed and rated, by the customer alone on the page."""
    assert others
    report, words, send, confirm, survey, score, say, tell = said
    page = visits.as_person("carla", lang=lang, path="/own", phone=True)
    page.locator("main").get_by_role("link", name=report).first.click()
    page.get_by_role("textbox", name=words).fill(f"Wet {EVIL}")
    pictures(page, "own-report")
    page.get_by_role("button", name=send, exact=True).click()
    page.wait_for_url(re.compile(r"/own/tickets/KW-\d+"), timeout=SOON_MS)
    number = page.url.rsplit("/", 1)[1]
    page.get_by_role("textbox", name=say).fill("Since yesterday")
    page.get_by_role("button", name=tell, exact=True).click()
    expect(page.get_by_text("Since yesterday", exact=True)).to_be_visible(timeout=SOON_MS)
    assert "person:" not in page.locator("body").inner_text()
    su = installation.as_person("su")
    shown = {"params": {"public": "true", "caption": "the dry floor"}, "content": photo()["buffer"]}
    headers = {**su, "Content-Type": "image/jpeg"}
    installation.ask("POST", f"/tickets/{number}/photos", headers=headers, **shown)
    inside: dict[str, Any] = {"params": {"caption": "our own mistake"}, "content": photo()["buffer"]}
    installation.ask("POST", f"/tickets/{number}/photos", headers=headers, **inside)
    for act in ({"act": "start"}, {"act": "resolve", "done": "dried the floor"}):
        installation.ask("POST", f"/tickets/{number}/transitions", json=act, headers=su)
    expect(page.get_by_text("dried the floor").first).to_be_visible(timeout=SOON_MS)
    page.reload()
    expect(page.get_by_alt_text("the dry floor")).to_be_visible(timeout=SOON_MS)
    expect(page.get_by_alt_text("our own mistake")).to_have_count(0)
    pictures(page, "own-ticket")
    page.get_by_role("button", name=confirm, exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=confirm, exact=True).click()
    expect(dialog).to_have_count(0, timeout=SOON_MS)
    page.get_by_role("button", name=survey, exact=True).click()
    star = dialog.get_by_role("radio", name=score).get_attribute("id")
    dialog.locator(f"label[for='{star}']").tap()
    dialog.get_by_role("button", name=survey, exact=True).click()
    expect(dialog).to_have_count(0, timeout=SOON_MS)
    done = installation.ask("GET", f"/tickets/{number}").json()["history"]
    assert ("surveyed", "person:carla") in [(step["act"], step["principal"]) for step in done]
    assert page.title() != HIT


@LOOKS
def test_everybody_can_use_it(
    visits: Visits,
    others: dict[str, str],
    pictures: Callable[[Page, str], None],
    lang: str,
    phone: bool,
    dark: bool,
) -> None:
    """axe finds nothing serious; nothing is wider than a phone."""
    assert others
    page = visits.as_person("carla", lang=lang, dark=dark, phone=phone, path="/own")
    expect(page.get_by_text(EVIL).first).to_be_visible(timeout=SOON_MS)
    for path, name in (("/own", "own"), ("/own/report", "own-report")):
        page.goto(visits.url + path)
        expect(page.locator("[data-connection=live]")).to_be_visible(timeout=SOON_MS)
        settled(page)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        pictures(page, name)
