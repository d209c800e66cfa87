"""The page on the way: work that opens without a network, acts, photos and scans that wait with their own time, and conflicts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.page.visiting import LOOKS, Visits, axe
from tests.stories.desk import Desk

SOON_MS = 30_000
EVIL = "<img src=x onerror=document.title='hit'>"
HIT = "hit"
"""What the page would be called if a name were more than a text."""
UNHEARD = re.compile("ERR_INTERNET_DISCONNECTED|when fetching the script")
"""What Chromium writes without a network, also where it looks for a newer service worker."""
REFUSED = re.compile(r"409|412")
Pictures = Callable[[Page, str], None]
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


def own_steps(ticket: Any) -> list[Any]:
    """What the engineer did to it."""
    return [step for step in ticket["history"] if step["principal"] == "person:enno"]


def moves(ticket: Any) -> list[str]:
    """The engineer's acts that could be done twice or out of order."""
    return [step["act"] for step in own_steps(ticket) if step["act"] in {"accept", "arrived", "start"}]


def photo() -> dict[str, Any]:
    """A picture as a camera makes it, larger than anybody needs."""
    made = io.BytesIO()
    Image.effect_noise((3000, 2000), 40).convert("RGB").save(made, "JPEG")
    return {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def code(text: str) -> dict[str, Any]:
    """A photo of a QR code."""
    made = io.BytesIO()
    segno.make(text).save(made, kind="png", scale=8, border=6)
    return {"name": "code.png", "mimeType": "image/png", "buffer": made.getvalue()}


def forgive(visits: Visits) -> None:
    """What a browser writes when there is no network, or when an act is refused, is no fault of the page."""
    visits.faults[:] = [one for one in visits.faults if not UNHEARD.search(one) and not REFUSED.search(one)]


def offline(page: Page) -> None:
    """The network is gone."""
    page.context.set_offline(True)
    expect(page.locator("[data-connection=offline]")).to_be_visible(timeout=SOON_MS)


def waiting(page: Page, count: int) -> None:
    """So many things wait, while there is no network."""
    expect(page.locator("[data-waiting]")).to_have_count(count, timeout=SOON_MS)


def all_sent(page: Page) -> None:
    """The network is back, and everything that waited has arrived."""
    page.context.set_offline(False)
    expect(page.locator("[data-connection=live]")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-waiting]")).to_have_count(0, timeout=60_000)


def press(page: Page, name: str) -> Locator:
    """A button of exactly this name, pressed."""
    button = page.get_by_role("button", name=name, exact=True)
    button.click()
    return button


@pytest.mark.parametrize(("lang", "room"), [("en", 0), ("zh", 1)])
def test_a_day_without_a_network(
    visits: Visits, installation: Desk, pictures: Pictures, lang: str, room: int
) -> None:
    """Read, accepted, begun, said and photographed without a network, also after the page was closed; sent once, in order, at their times."""
    said = WORDS[lang]
    number = raised(installation, room)["number"]
    page = visits.as_person("enno", lang=lang, path="/mine", phone=True, installed=True)
    expect(page.get_by_role("link").filter(has_text=f"room-{room}")).to_be_visible(timeout=SOON_MS)
    assert page.evaluate(INSTALLED) >= 1
    offline(page)
    page.reload()
    expect(page.get_by_role("heading", level=1, name=said["title"])).to_be_visible(timeout=SOON_MS)
    expect(page.locator("[data-kept]")).to_be_visible(timeout=SOON_MS)
    page.get_by_role("link").filter(has_text=f"room-{room}").click()
    expect(page.locator("main ol li").first).to_be_visible(timeout=SOON_MS)
    for act in ("accept", "arrive", "start"):
        press(page, said[act])
    page.get_by_role("textbox", name=said["say"]).fill(EVIL)
    press(page, said["send"])
    expect(page.locator("[data-waiting=comment]")).to_be_visible(timeout=SOON_MS)
    page.locator("input[type=file]").first.set_input_files([photo()])
    waiting(page, 5)
    pictures(page, "mine-offline")
    other = visits.another(page, f"/mine/{number}")
    page.close()
    waiting(other, 5)
    all_sent(other)
    expect(other.get_by_text(EVIL)).to_be_visible(timeout=SOON_MS)
    expect(other.locator("[data-kept]")).to_have_count(0, timeout=SOON_MS)
    assert other.title() != HIT
    after = full(installation, number)
    assert moves(after) == ["accept", "arrived", "start"]
    assert all(step["at"] < step["time"] for step in own_steps(after) if step["act"] in {"arrived", "start"})
    assert (after["state"], [one["text"] for one in after["comments"]]) == ("in_progress", [EVIL])
    (kept,) = installation.ask("GET", f"/tickets/{number}/photos").json()["items"]
    assert (kept["width"], kept["taken"] < kept["received"]) == (2000, True)
    forgive(visits)


def test_what_is_being_written_stays(visits: Visits, installation: Desk) -> None:
    """While the page asks again and again who is logged in, nothing that is being written is lost."""
    number = raised(installation, 2)["number"]
    page = visits.as_person("enno", path="/mine", phone=True, installed=True)
    expect(page.get_by_role("link").filter(has_text="room-2")).to_be_visible(timeout=SOON_MS)
    assert page.evaluate(INSTALLED) >= 1
    offline(page)
    page = visits.another(page, f"/mine/{number}")
    words = page.get_by_role("textbox", name="Say something")
    words.fill("half a sent")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/me"), timeout=SOON_MS):
        page.evaluate("dispatchEvent(new Event('online'))")
    expect(words).to_have_value("half a sent")
    expect(page.locator("[data-kept]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[data-connection=live]")).to_be_visible(timeout=SOON_MS)
    expect(words).to_have_value("half a sent")
    forgive(visits)


def test_the_browser_dies_in_the_middle(visits: Visits, installation: Desk) -> None:
    """The answer to the first of three acts is lost, and the browser killed: started again it sends them once each, in order."""
    number = raised(installation, 3)["number"]
    with visits.phone_that_dies("enno", f"/mine/{number}") as phone:
        page = phone.page
        expect(page.get_by_role("button", name="Accept", exact=True)).to_be_visible(timeout=SOON_MS)
        offline(page)
        for act in ("Accept", "Arrived on site", "Start work"):
            press(page, act)
        waiting(page, 3)
        phone.lose_answers("**/transitions")
        page.context.set_offline(False)
        phone.until_lost()
        assert moves(full(installation, number)) == ["accept"]
        page = phone.die(f"/mine/{number}")
        expect(page.locator("[data-connection=live]")).to_be_visible(timeout=60_000)
        installation.home.until(lambda: full(installation, number)["state"] == "in_progress", "all sent", 60)
        expect(page.locator("[data-waiting]")).to_have_count(0, timeout=SOON_MS)
        assert moves(full(installation, number)) == ["accept", "arrived", "start"]


def test_others_were_faster(visits: Visits, installation: Desk, pictures: Pictures) -> None:
    """What a colleague did meanwhile is shown, with a choice: send it all the same, or drop it."""
    number = raised(installation, 4)["number"]
    page = visits.as_person("enno", path=f"/mine/{number}", phone=True)
    expect(page.get_by_role("button", name="Start work")).to_be_visible(timeout=SOON_MS)
    offline(page)
    press(page, "Start work")
    expect(page.locator("[data-waiting=move]")).to_be_visible(timeout=SOON_MS)
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
    press(page, "Resolve")
    page.get_by_role("dialog").get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator("[data-waiting=move]")).to_be_visible(timeout=SOON_MS)
    cancelled = {"act": "cancel", "reason": "sold"}
    installation.ask("POST", f"/tickets/{number}/transitions", json=cancelled, headers=headers)
    page.context.set_offline(False)
    expect(refused).to_contain_text("sold", timeout=60_000)
    expect(refused.get_by_role("button", name="Send all the same")).to_have_count(0)
    refused.get_by_role("button", name="Drop").click()
    expect(page.locator("[data-waiting]")).to_have_count(0, timeout=SOON_MS)
    assert full(installation, number)["state"] == "cancelled"
    forgive(visits)


def test_scans_wait(visits: Visits, installation: Desk, pictures: Pictures) -> None:
    """A device by a photo of its code and a lot by typing wait without a network, and count in order from when they were scanned."""
    installation.ask("PUT", "/products/ore", json={"name": "Ore"})
    installation.ask("PUT", "/customers/acme", json={"name": "Acme Metals", "grade": "A"})
    installation.ask("PUT", "/lots/lot-7", json={"name": "Lot 7", "product": "ore", "customer": "acme"})
    page = visits.as_person("enno", path="/scan", phone=True)
    thing, place = (page.get_by_role("textbox", name=name) for name in ("What is put", "Where it is put"))
    thing.fill("keepwell:castle/x")
    expect(page.get_by_text("no label of ours")).to_be_visible(timeout=SOON_MS)
    page.locator("input[type=file]").first.set_input_files([code("keepwell:device/gw1-t5")])
    expect(thing).to_have_value("keepwell:device/gw1-t5", timeout=SOON_MS)
    expect(page.get_by_text(re.compile(r"gw1-t5.*room-5"))).to_be_visible(timeout=SOON_MS)
    offline(page)
    place.fill("keepwell:zone/room-4")
    press(page, "Put it there")
    waiting(page, 1)
    thing.fill("keepwell:lot/lot-7")
    expect(place).to_have_value("keepwell:zone/room-4")
    press(page, "Put it there")
    waiting(page, 2)
    pictures(page, "scan-offline")
    all_sent(page)
    lot, device = installation.ask("GET", "/scans").json()["items"]
    assert (device["subject"], device["place"]) == ("device:gw1-t5", "zone:room-4")
    assert (lot["subject"], lot["place"]) == ("lot:lot-7", "zone:room-4")
    assert device["time"] < lot["time"] < min(device["received"], lot["received"])
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_have_count(2, timeout=SOON_MS)
    undo.first.click()
    expect(undo).to_have_count(1, timeout=SOON_MS)
    visits.faults[:] = [one for one in visits.faults if "422" not in one]
    forgive(visits)


def test_logging_out_leaves_nothing(visits: Visits, installation: Desk) -> None:
    """What was kept of somebody is gone when they log out; what still waits is told before it is lost."""
    raised(installation, 5)
    page = visits.as_person("enno", path="/mine", installed=True)
    card = page.get_by_role("link").filter(has_text="room-5")
    expect(card).to_be_visible(timeout=SOON_MS)
    page.wait_for_function(f"async () => (await ({KEPT})()).work === 1", timeout=SOON_MS)
    card.click()
    words = page.get_by_role("textbox", name="Say something")
    expect(words).to_be_visible(timeout=SOON_MS)
    offline(page)
    words.fill("on my way")
    press(page, "Send")
    expect(page.locator("[data-waiting=comment]")).to_be_visible(timeout=SOON_MS)
    press(page, "Account")
    page.get_by_role("menuitem", name="Log out").click()
    page.get_by_role("dialog").get_by_role("button", name="Log out and lose it").click()
    page.wait_for_function(f"async () => (await ({KEPT})()).outbox === 0", timeout=SOON_MS)
    expect(page.get_by_role("button", name="Log in")).to_be_visible(timeout=SOON_MS)
    with page.expect_response(re.compile("/api/v1/me$"), timeout=SOON_MS) as asked:
        page.context.set_offline(False)
        page.goto(f"{visits.url}/mine")
    assert asked.value.status == 401
    expect(page.get_by_role("button", name="Log in")).to_be_visible(timeout=SOON_MS)
    assert page.evaluate(KEPT) == {"person": 0, "work": 0, "outbox": 0}
    forgive(visits)


@pytest.mark.parametrize(
    ("inside", "program", "way"),
    [("MicroMessenger/8.0.47", "微信", "在浏览器打开"), ("wxwork/4.1.22 MicroMessenger/7.0.1", "企业微信", "用默认浏览器打开")],
)  # fmt: skip
def test_inside_another_program(
    visits: Visits, pictures: Pictures, inside: str, program: str, way: str
) -> None:
    """Inside WeChat and WeCom the page says what a browser can do, how to get there, and says it once."""
    page = visits.as_person("enno", lang="zh", path="/scan", phone=True, inside=inside)
    told = page.locator("[data-in-app]")
    expect(told).to_contain_text(f"当前在{program}中打开", timeout=SOON_MS)
    expect(told).to_contain_text(way)
    assert axe(page) == []
    pictures(page, "in-app")
    told.get_by_role("button", name="继续在此使用").click()
    page.reload()
    expect(page.get_by_role("heading", level=1, name="扫码")).to_be_visible(timeout=SOON_MS)
    expect(told).to_have_count(0)


def test_the_page_was_updated_meanwhile(visits: Visits, pictures: Pictures) -> None:
    """A part that an update took away does not break the page that is open: it says so, and offers to load the page anew."""
    page = visits.as_person("enno", path="/mine", phone=True)
    expect(page.get_by_role("heading", level=1, name="My work")).to_be_visible(timeout=SOON_MS)
    page.route(re.compile(r"/assets/Scan-"), lambda route: route.fulfill(status=404, body="gone"))
    page.get_by_role("link", name="Scan").click()
    expect(page.locator("[data-gone=updated]")).to_be_visible(timeout=SOON_MS)
    assert axe(page) == []
    pictures(page, "updated")
    page.get_by_role("link", name="My work").click()
    expect(page.get_by_role("heading", level=1, name="My work")).to_be_visible(timeout=SOON_MS)
    page.unroute_all()
    page.locator("[data-new-version]").get_by_role("button").click()
    expect(page.locator("[data-new-version]")).to_have_count(0, timeout=SOON_MS)
    page.get_by_role("link", name="Scan").click()
    expect(page.get_by_role("heading", level=1, name="Scan")).to_be_visible(timeout=SOON_MS)
    visits.faults[:] = [one for one in visits.faults if "404" not in one and "dynamically" not in one]


@LOOKS
def test_everybody_can_use_it(
    visits: Visits, installation: Desk, pictures: Pictures, lang: str, phone: bool, dark: bool
) -> None:
    """axe finds nothing serious; nothing is wider than the screen; titles that are mark-up are words."""
    raised(installation, 6)
    about = {"subject": "zone:room-6", "title": EVIL, "kind": "internal", "category": "technical"}
    number = installation.ask("POST", "/tickets", json=about).json()["number"]
    installation.home.until(lambda: full(installation, number)["assignee"], "somebody has it", 60)
    page = visits.as_person("enno", lang=lang, dark=dark, path="/mine", phone=phone)
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
        expect(page.locator(".mantine-Skeleton-root")).to_have_count(0, timeout=SOON_MS)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.title() != HIT
        pictures(page, name)
