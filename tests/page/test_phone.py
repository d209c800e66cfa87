"""The page on the way: work that opens without a network, acts, photos and scans that wait with their own time, and conflicts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import Page, expect

from tests.page.visiting import Visits, axe
from tests.stories.desk import Desk

SOON_MS = 30_000
EVIL = "<img src=x onerror=document.title='hit'>"
OFFLINE = "ERR_INTERNET_DISCONNECTED"
REFUSED = re.compile(r"40[049]|412")
KEPT = """async () => {
  const open = indexedDB.open('keepwell');
  const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  const found = {};
  for (const name of db.objectStoreNames) {
    const count = db.transaction(name).objectStore(name).count();
    found[name] = await new Promise((done) => { count.onsuccess = () => done(count.result); });
  }
  db.close();
  return found;
}"""
INSTALLED = """async () => {
  const found = await navigator.serviceWorker.ready;
  while (found.active.state !== 'activated') await new Promise((done) => setTimeout(done, 50));
  return (await caches.keys()).length;
}"""
WORDS = {
    "en": {"title": "My work", "accept": "Accept", "start": "Start work", "say": "Say something", "send": "Send", "arrive": "Arrived on site"},
    "zh": {"title": "我的工作", "accept": "接单", "start": "开始处理", "say": "写留言", "send": "发送", "arrive": "已到场"},
}  # fmt: skip


def raised(installation: Desk, room: int) -> dict[str, Any]:
    """The ticket that warm goods in a room raise, once somebody has it."""
    installation.warm(room)

    def own() -> list[dict[str, Any]]:
        return [one for one in installation.tickets() if one["zone"] == f"room-{room}" and one["assignee"]]

    installation.home.until(lambda: bool(own()), "a ticket that somebody has", 60)
    return own()[0]


def full(installation: Desk, number: str) -> Any:
    """The ticket as the API tells it."""
    return installation.ask("GET", f"/tickets/{number}").json()


def photo() -> dict[str, Any]:
    """A picture as a camera makes it, larger than anybody needs."""
    made = io.BytesIO()
    Image.effect_noise((3000, 2000), 40).convert("RGB").save(made, "JPEG")
    return {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def forgive(visits: Visits) -> None:
    """What a browser writes when there is no network, or when an act is refused, is no fault of the page."""
    visits.faults[:] = [one for one in visits.faults if OFFLINE not in one and not REFUSED.search(one)]


def offline(page: Page) -> None:
    """The network is gone."""
    page.context.set_offline(True)
    expect(page.locator("[data-connection=offline]")).to_be_visible(timeout=SOON_MS)


@pytest.mark.parametrize(("lang", "room"), [("en", 0), ("zh", 1)])
def test_a_day_without_a_network(
    visits: Visits, installation: Desk, pictures: Callable[[Page, str], None], lang: str, room: int
) -> None:
    """Read, accepted, begun, said and photographed without a network, also after a reload; sent later, once, in order, at their times."""
    said = WORDS[lang]
    number = raised(installation, room)["number"]
    page = visits.as_person("enno", lang=lang, path="/mine", phone=True, installed=True)
    card = page.get_by_role("link").filter(has_text=f"room-{room}")
    expect(card).to_be_visible(timeout=SOON_MS)
    assert page.evaluate(INSTALLED) >= 1
    offline(page)
    page.reload()
    expect(page.get_by_role("heading", level=1, name=said["title"])).to_be_visible(timeout=SOON_MS)
    expect(page.locator("[data-kept]")).to_be_visible()
    card.click()
    expect(page.locator("main ol li").first).to_be_visible(timeout=SOON_MS)
    for act in ("accept", "arrive", "start"):
        page.get_by_role("button", name=said[act], exact=True).click()
    page.get_by_role("textbox", name=said["say"]).fill(EVIL)
    page.get_by_role("button", name=said["send"], exact=True).click()
    expect(page.locator("[data-waiting=comment]")).to_be_visible()
    page.locator("input[type=file]").first.set_input_files([photo()])
    expect(page.locator("[data-waiting=photo]")).to_be_visible(timeout=SOON_MS)
    page.reload()
    expect(page.locator("[data-waiting]")).to_have_count(5, timeout=SOON_MS)
    pictures(page, "mine-offline")
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_have_count(0, timeout=60_000)
    expect(page.get_by_text(EVIL)).to_be_visible(timeout=SOON_MS)
    assert "hit" not in page.title()
    after = full(installation, number)
    own = [step for step in after["history"] if step["principal"] == "person:enno"]
    assert [step["act"] for step in own if step["act"] in {"accept", "arrived", "start"}] == [
        "accept",
        "arrived",
        "start",
    ]
    assert all(
        step["at"] and step["at"] < step["time"] for step in own if step["act"] in {"arrived", "start"}
    ), own
    assert (after["state"], [one["text"] for one in after["comments"]]) == ("in_progress", [EVIL])
    (kept,) = installation.ask("GET", f"/tickets/{number}/photos").json()["items"]
    assert (kept["width"], kept["taken"] < kept["received"]) == (2000, True)
    forgive(visits)


def test_others_were_faster(
    visits: Visits, installation: Desk, pictures: Callable[[Page, str], None]
) -> None:
    """What a colleague did meanwhile is shown, with a choice: send it all the same, or drop it."""
    number = raised(installation, 2)["number"]
    page = visits.as_person("enno", path=f"/mine/{number}", phone=True)
    expect(page.get_by_role("button", name="Start work")).to_be_visible(timeout=SOON_MS)
    offline(page)
    page.get_by_role("button", name="Start work").click()
    expect(page.locator("[data-waiting=move]")).to_be_visible()
    headers = installation.as_person("su")
    installation.ask("POST", f"/tickets/{number}/transitions", json={"act": "arrive"}, headers=headers)
    page.context.set_offline(False)
    refused = page.locator("[data-refused]")
    expect(refused).to_be_visible(timeout=60_000)
    expect(refused.locator("[data-meanwhile]")).to_contain_text("su")
    assert axe(page) == []
    pictures(page, "mine-conflict")
    refused.get_by_role("button", name="Send all the same").click()
    expect(page.locator("[data-waiting]")).to_have_count(0, timeout=SOON_MS)
    assert full(installation, number)["state"] == "in_progress"
    offline(page)
    page.get_by_role("button", name="Resolve").click()
    page.get_by_role("dialog").get_by_role("button", name="Resolve", exact=True).click()
    cancelled = {"act": "cancel", "reason": "sold"}
    installation.ask("POST", f"/tickets/{number}/transitions", json=cancelled, headers=headers)
    page.context.set_offline(False)
    expect(refused).to_contain_text("sold", timeout=60_000)
    expect(refused.get_by_role("button", name="Send all the same")).to_have_count(0)
    refused.get_by_role("button", name="Drop").click()
    expect(page.locator("[data-waiting]")).to_have_count(0)
    assert full(installation, number)["state"] == "cancelled"
    forgive(visits)


def test_scans_wait(visits: Visits, installation: Desk, pictures: Callable[[Page, str], None]) -> None:
    """A code read from a photo and one typed place a device; without a network it waits, and counts from when it was scanned."""
    page = visits.as_person("enno", path="/scan", phone=True)
    expect(page.get_by_role("textbox", name="What is put")).to_be_visible(timeout=SOON_MS)
    made = io.BytesIO()
    segno.make("keepwell:device/gw1/t3").save(made, kind="png", scale=8, border=6)
    code = {"name": "code.png", "mimeType": "image/png", "buffer": made.getvalue()}
    page.locator("input[type=file]").first.set_input_files([code])
    expect(page.get_by_role("textbox", name="What is put")).to_have_value(
        "keepwell:device/gw1/t3", timeout=SOON_MS
    )
    expect(page.get_by_text(re.compile(r"gw1/t3.*room-3"))).to_be_visible(timeout=SOON_MS)
    offline(page)
    page.get_by_role("textbox", name="Where it is put").fill("keepwell:zone/room-4")
    page.get_by_role("button", name="Put it there").click()
    expect(page.locator("[data-waiting=scan]")).to_be_visible()
    pictures(page, "scan")
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_have_count(0, timeout=60_000)
    (scan,) = installation.ask("GET", "/scans").json()["items"]
    assert (scan["subject"], scan["place"]) == ("device:gw1/t3", "zone:room-4")
    assert scan["time"] < scan["received"]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0, timeout=SOON_MS)
    forgive(visits)


def test_logging_out_leaves_nothing(visits: Visits, installation: Desk) -> None:
    """What was kept of somebody is gone when they log out; what still waits is told before it is lost."""
    raised(installation, 5)
    page = visits.as_person("enno", path="/mine", installed=True)
    card = page.get_by_role("link").filter(has_text="room-5")
    expect(card).to_be_visible(timeout=SOON_MS)
    page.wait_for_function(f"async () => (await ({KEPT})()).work === 1", timeout=SOON_MS)
    card.click()
    expect(page.get_by_role("textbox", name="Say something")).to_be_visible(timeout=SOON_MS)
    offline(page)
    page.get_by_role("textbox", name="Say something").fill("on my way")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("[data-waiting=comment]")).to_be_visible()
    page.context.set_offline(False)
    page.context.set_offline(True)
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Log out").click()
    waits = page.get_by_role("dialog").get_by_role("button", name="Log out and lose it")
    if waits.count():
        waits.click()
    page.context.set_offline(False)
    page.goto(f"{visits.url}/mine")
    expect(page.get_by_role("button", name="Log in")).to_be_visible(timeout=SOON_MS)
    assert page.evaluate(KEPT) == {"person": 0, "work": 0, "outbox": 0}
    forgive(visits)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_everybody_can_use_it(
    visits: Visits, installation: Desk, pictures: Callable[[Page, str], None], lang: str, dark: bool
) -> None:
    """axe finds nothing serious; nothing is wider than a phone; names that are mark-up are words."""
    found = installation.ask("GET", "/zones/room-6")
    key = {"Authorization": f"Bearer {installation.home.key}", "If-Match": found.headers["etag"]}
    named = {"name": EVIL, "site": "harbour", "profile": "tender"}
    installation.ask("PUT", "/zones/room-6", json=named, headers=key)
    number = raised(installation, 6)["number"]
    page = visits.as_person("enno", lang=lang, dark=dark, path="/mine", phone=True)
    expect(page.get_by_text(EVIL).first).to_be_visible(timeout=SOON_MS)
    for path, name in (
        ("/mine", "mine"),
        (f"/mine/{number}", "mine-ticket"),
        ("/scan", "scan"),
        ("/mine/waiting", "waiting"),
    ):
        page.goto(visits.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SOON_MS)
        expect(page.locator("[data-connection=live]")).to_be_visible(timeout=SOON_MS)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert "hit" not in page.title()
        pictures(page, name)
