"""A ticket on the page, by hand: from the MQTT message to the customer's word, with others at work at the same time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page.visiting import LOOKS, Visits, axe
from tests.stories.desk import Desk

EVIL = "<img src=x onerror=document.title='hit'>"
WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "accept": "Accept", "start": "Start work", "resolve": "Resolve", "done": "What was done", "found": "What it was",
        "result": "Result", "fixed": "fixed", "confirm": "Confirm", "more": "More", "correct": "Correct", "reason": "Reason",
        "customer": "Customer", "surveyed": "Answer the survey", "score": "5 of 5", "dispatched": "Dispatched", "closed": "closed", "say": "Say something", "send": "Send",
        "to_customer": "The customer, too", "in_progress": "in progress", "times": "Clocks", "too_late": "Too late to prevent",
        "why": re.compile("^Act by: .*Why this moment"),
    },
    "zh": {
        "accept": "接单", "start": "开始处理", "resolve": "解决", "done": "做了什么", "found": "原因是什么", "result": "结果",
        "fixed": "已修复", "confirm": "客户确认", "more": "更多", "correct": "更正", "reason": "原因", "customer": "客户",
        "surveyed": "填写满意度", "score": "5 分（满分 5 分）", "dispatched": "派单",
        "closed": "已关闭", "say": "留言", "send": "发送", "to_customer": "客户也能看到", "in_progress": "处理中",
        "times": "时限", "too_late": "已来不及避免", "why": re.compile("^最迟处理时间: .*为何是这个时间"),
    },
}  # fmt: skip


WET = {"band": "wet-metal", "quantity": "dew_point_margin", "side": "low", "limit": 0.0, "min_samples": 2, "on_delay_s": 1, "severity": "critical"}  # fmt: skip
"""As for lead everywhere, but at once: nobody waits half an hour for a test."""


@pytest.fixture(scope="module")
def customer(installation: Desk) -> str:
    """A customer of grade A, who may log in as `carla`, with lead in a hall by the sea for each language."""
    put = [
        ("/customers/acme", {"name": "Acme Metals", "grade": "A"}),
        ("/people/carla", {"name": "Carla", "role": "customer", "customer": "acme", "language": "en"}),
        ("/profiles/lead", {"name": "Lead", "form": "ingot", "versions": [{"lag_s": 5400, "limits": [WET]}]}),
        ("/products/pb", {"name": "Lead", "profile": "lead"}),
    ]
    for hall in ("hall-en", "hall-zh"):
        put += [
            (f"/zones/{hall}", {"site": "harbour", "name": hall}),
            (f"/devices/{hall}", {"gateway": "gw1", "device": hall, "interval_s": 3600}),
            (f"/lots/pb-{hall}", {"customer": "acme", "product": "pb", "amount": "1800000"}),
        ]
    for path, body in put:
        installation.ask("PUT", path, json=body)
    for hall in ("hall-en", "hall-zh"):
        for kind, subject in (("device", hall), ("lot", f"pb-{hall}")):
            where = {"subject_kind": kind, "subject": subject, "place_kind": "zone", "place": hall}
            installation.ask("POST", "/placements", json=where)
    return "acme"


def sea_air(installation: Desk, hall: str) -> None:
    """Warm sea air comes in over lead that is still cold, and turns to water on it."""
    now_us = time.time_ns() // 1000
    rows = [
        {"device": hall, "time": now_us + round(s * 1e6), "temperature": air, "relative_humidity": humid, "surface_temperature": lead}
        for s, air, humid, lead in ((-40, 13.5, 60.0, 13.0), (-5, 24.0, 92.0, 13.2), (-3, 24.1, 92.5, 13.3), (-1, 24.2, 93.0, 13.4))
    ]  # fmt: skip
    installation.publish(rows)


def raised(installation: Desk, room: int) -> dict[str, Any]:
    """The ticket that warm goods in a room raise, once somebody has it."""
    installation.warm(room)

    def own() -> list[dict[str, Any]]:
        return [one for one in installation.tickets() if one["zone"] == f"room-{room}" and one["assignee"]]

    installation.home.until(lambda: bool(own()), "a ticket that somebody has", 60)
    return own()[0]


def move(installation: Desk, number: str, act: str, person: str = "su", **more: Any) -> None:
    """Somebody else acts, elsewhere."""
    headers = installation.as_person(person)
    installation.ask("POST", f"/tickets/{number}/transitions", json={"act": act, **more}, headers=headers)


def press(page: Page, name: str) -> None:
    """The act of this name among those one can do now."""
    page.get_by_role("button", name=name, exact=True).first.click()


def send(page: Page, name: str) -> None:
    """The button in the dialog."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=name, exact=True).click()
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_from_the_message_to_the_customers_word(
    visits: Visits, installation: Desk, customer: str, pictures: Callable[[Page, str], None], lang: str
) -> None:
    """Warm sea air over cold lead, a ticket with its act-by; accepted on the desk, begun, resolved; the customer confirms and is content; closed."""
    said = WORDS[lang]
    desk = visits.returning("enno", lang=lang, path="/desk")
    sea_air(installation, f"hall-{lang}")
    row = desk.get_by_role("row").filter(has_text=f"hall-{lang}")
    accept = row.get_by_role("button", name=re.compile(f"^{said['accept']}"))
    expect(accept).to_be_visible()
    expect(row.get_by_role("button", name=said["why"])).to_be_visible()
    accept.click()
    expect(accept).to_have_count(0)
    row.get_by_role("link").click()

    times = desk.get_by_role("region", name=said["times"])
    expect(times).to_contain_text(said["too_late"])
    press(desk, said["start"])
    expect(desk.locator("main").get_by_text(said["in_progress"], exact=True).first).to_be_visible()
    expect(desk.get_by_role("application")).to_be_visible()
    expect(desk.get_by_text(said["dispatched"], exact=True)).to_be_visible()
    number = desk.url.rsplit("/", 1)[1]
    pictures(desk, "story")

    press(desk, said["more"])
    desk.get_by_role("menuitem", name=said["correct"], exact=True).click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("textbox", name=said["customer"]).fill("acme")
    dialog.get_by_role("textbox", name=said["reason"]).fill("it is their lead")
    send(desk, said["correct"])

    desk.get_by_role("textbox", name=said["say"]).fill("The door is shut again.")
    desk.get_by_text(said["to_customer"], exact=True).click()
    press(desk, said["send"])
    expect(desk.get_by_text("The door is shut again.")).to_be_visible()

    press(desk, said["resolve"])
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("combobox", name=said["result"]).or_(
        dialog.get_by_role("textbox", name=said["result"])
    ).first.click()
    desk.get_by_role("option", name=said["fixed"], exact=True).click()
    dialog.get_by_role("textbox", name=said["found"]).fill("the door stood open")
    dialog.get_by_role("textbox", name=said["done"]).fill("shut the door")
    send(desk, said["resolve"])

    theirs = visits.returning("carla", lang=lang, path=f"/own/tickets/{number}")
    expect(theirs.get_by_text("shut the door")).to_be_visible()
    expect(theirs.get_by_text("The door is shut again.")).to_be_visible()
    expect(theirs.get_by_text("the door stood open")).to_have_count(0)
    press(theirs, said["confirm"])
    send(theirs, said["confirm"])
    press(theirs, said["surveyed"])
    theirs.get_by_role("dialog").get_by_role("radio", name=said["score"]).press(" ")
    send(theirs, said["surveyed"])

    expect(theirs.locator("main").get_by_text(said["closed"], exact=True).first).to_be_visible()
    assert installation.ask("GET", f"/tickets/{number}").json()["state"] == "closed"
    visits.faults[:] = [fault for fault in visits.faults if "412" not in fault]


def test_nobody_elses(visits: Visits, installation: Desk, customer: str) -> None:
    """A customer who puts another ticket's number into the address sees that there is nothing for them."""
    other = raised(installation, 2)
    page = visits.returning("carla", path=f"/own/tickets/{other['number']}")
    for path in (f"/own/tickets/{other['number']}", f"/desk/{other['number']}"):
        page.goto(visits.url + path)
        expect(page.get_by_role("heading", name="There is nothing for you at this address")).to_be_visible()
        expect(page.get_by_text("room-2")).to_have_count(0)
    visits.faults[:] = [fault for fault in visits.faults if "404" not in fault]


def test_others_act_meanwhile(visits: Visits, installation: Desk) -> None:
    """Changes of others appear by themselves; what one types stays, and one goes on knowing what happened."""
    number = raised(installation, 3)["number"]
    page = visits.returning("enno", path=f"/desk/{number}")
    press(page, "Put on hold")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("waiting for the key")
    move(installation, number, "start")
    expect(dialog.locator("[data-meanwhile]")).to_contain_text("Work started")
    expect(dialog.get_by_role("textbox", name="Reason")).to_have_value("waiting for the key")
    send(page, "Put on hold all the same")
    expect(page.get_by_text("waiting for the key").first).to_be_visible()

    press(page, "Resolve")
    dialog.get_by_role("textbox", name="What was done").fill("found the key")
    move(installation, number, "cancel", reason="was a drill")
    expect(dialog.locator("[data-meanwhile]")).to_contain_text("no longer possible")
    expect(dialog.get_by_role("button", name="Resolve all the same")).to_be_disabled()
    send(page, "Keep what I wrote as a comment")
    expect(page.get_by_text("found the key")).to_be_visible()


def test_a_stale_page_is_refused_and_told(visits: Visits, installation: Desk) -> None:
    """A page that still shows the ticket of before is refused what it sends, says what happened meanwhile, and offers to go on."""
    number = raised(installation, 4)["number"]
    page = visits.returning("enno", path=f"/desk/{number}")
    expect(page.get_by_role("button", name="Accept", exact=True)).to_be_visible()
    before = page.request.get(f"{visits.url}/api/v1/tickets/{number}").text()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.route(
        f"**/api/v1/tickets/{number}",
        lambda route: (
            route.continue_() if sent else route.fulfill(body=before, content_type="application/json")
        ),
    )
    move(installation, number, "start")
    press(page, "Accept")
    expect(page.locator("[data-meanwhile]")).to_contain_text("Work started")
    send(page, "Accept all the same")
    assert installation.ask("GET", f"/tickets/{number}").json()["assignee"] == "person:enno"
    visits.faults[:] = [fault for fault in visits.faults if "412" not in fault]


def test_many_at_once_with_a_reason(visits: Visits, installation: Desk) -> None:
    """Tickets that are ticked go one way together; a reason is asked for where one is needed, and refusals are named."""
    first, second = raised(installation, 5), raised(installation, 6)
    move(installation, second["number"], "hold", reason="a part")
    page = visits.returning("su", path="/desk")
    for one in (first, second):
        page.get_by_role("checkbox", name=f"Select {one['number']}").check()
    bar = page.get_by_role("region", name="Selected tickets")
    expect(bar).to_contain_text("2 tickets selected")
    bar.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Resume").click()
    page.get_by_role("dialog").get_by_role("button", name="Resume", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("1 done, 1 refused")
    page.get_by_role("button", name="Understood").click()
    for one in (first, second):
        page.get_by_role("checkbox", name=f"Select {one['number']}").check()
    bar.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Cancel the ticket").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel the ticket")).to_be_disabled()
    expect(page.get_by_role("menu")).to_have_count(0)
    assert axe(page) == []
    dialog.get_by_role("textbox", name="Reason").fill("a drill")
    send(page, "Cancel the ticket")
    installation.home.until(
        lambda: all(
            installation.ask("GET", f"/tickets/{one['number']}").json()["state"] == "cancelled"
            for one in (first, second)
        ),
        "both are cancelled",
        60,
    )


@LOOKS
def test_everybody_can_use_it(
    visits: Visits,
    installation: Desk,
    pictures: Callable[[Page, str], None],
    lang: str,
    phone: bool,
    dark: bool,
) -> None:
    """axe finds nothing serious on ticket, board and form, in both themes, languages and sizes; nothing is wider than a phone."""
    number = raised(installation, 2)["number"]
    page = visits.returning("su", lang=lang, dark=dark, phone=phone, path=f"/desk/{number}")
    for name, path in (
        ("ticket", f"/desk/{number}"),
        ("board", "/desk?view=board"),
        ("new-ticket", "/desk/new"),
    ):
        page.goto(visits.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("main [role=status]")).to_have_count(0)
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        pictures(page, name)


def test_names_are_only_names(visits: Visits, installation: Desk) -> None:
    """A device, a zone and words of people that look like markup are shown as they are, and do nothing."""
    installation.ask("PUT", "/devices/evil", json={"gateway": "gw1", "device": EVIL})
    where = {"subject_kind": "device", "subject": "evil", "place_kind": "zone", "place": "room-7"}
    installation.ask("POST", "/placements", json=where)
    installation.say_by_name([EVIL], 12.0, (-5.0, -3.0, -1.0))
    installation.home.until(
        lambda: any(one["zone"] == "room-7" for one in installation.tickets()), "a ticket", 60
    )
    number = next(one["number"] for one in installation.tickets() if one["zone"] == "room-7")
    installation.ask("POST", f"/tickets/{number}/comments", json={"text": EVIL})
    made = installation.ask(
        "POST", "/tickets", json={"title": EVIL, "description": EVIL, "subject": "zone:room-7"}
    ).json()
    page = visits.returning("enno", path=f"/desk/{number}")
    expect(page.get_by_text(EVIL, exact=True)).to_be_visible()
    expect(page.get_by_role("application")).to_be_visible()
    page.goto(f"{visits.url}/desk/{made['number']}")
    expect(page.get_by_role("heading", level=1, name=EVIL)).to_be_visible()
    for path in ("/desk", "/desk?view=board"):
        page.goto(visits.url + path)
        expect(page.get_by_text(EVIL).first).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
    assert not page.title().startswith("hit")


def test_opened_by_hand(visits: Visits) -> None:
    """About a place, in one's own words; then one stands before it."""
    page = visits.returning("enno", path="/desk")
    page.get_by_role("link", name="Open a ticket").click()
    page.get_by_role("combobox", name="Which one").or_(
        page.get_by_role("textbox", name="Which one")
    ).first.fill("room-1")
    page.get_by_role("textbox", name="In one line").fill("The door does not close")
    page.get_by_role("heading", level=1).click()
    page.get_by_role("button", name="Open the ticket").click()
    expect(page.get_by_role("heading", level=1, name="The door does not close")).to_be_visible()
    assert re.search(r"/desk/KW-\d+$", page.url)
