"""The desk's list on the page, by hand: logging in, work that appears by itself, filters as addresses, both languages and themes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.page.visiting import LOOKS, Visits, axe, log_in
from tests.stories.desk import Desk

LIVE_S = 2.0


def test_a_wrong_password_says_so_and_nothing_more(visits: Visits) -> None:
    """The answer to a wrong password is a sentence, and the page stays where it was."""
    visits.let_in("enno")
    page = visits.anonymous(path="/desk?priority=P1")
    log_in(page, "enno", "not the password at all")
    expect(page.get_by_role("alert")).to_be_visible()
    log_in(page, "enno")
    expect(page.get_by_role("heading", level=1, name="Desk")).to_be_visible()
    assert page.url.endswith("/desk?priority=P1")


@pytest.mark.parametrize(
    ("lang", "title", "none"), [("en", "Desk", "No ticket fits"), ("zh", "工单台", "没有符合")]
)
def test_filters_are_addresses(visits: Visits, lang: str, title: str, none: str) -> None:
    """An address brings back its filters, also in a new browser; without a match it says so and offers everything."""
    page = visits.returning("enno", lang=lang, path="/desk?text=no-such-words")
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile(none))).to_be_visible()
    assert page.title().startswith(title)
    page.locator("main").get_by_role("button").last.click()
    expect(page).to_have_url(f"{visits.url}/desk")


def test_a_ticket_appears_by_itself(visits: Visits, installation: Desk) -> None:
    """From the MQTT message to the line on the page: two seconds, without reloading. Of three, as others use this machine too."""
    page = visits.returning("enno", path="/desk")
    waits = []
    for room in (4, 5, 6):
        before = time.monotonic()
        installation.warm(room)
        line = page.get_by_role("row").filter(has_text=f"room-{room}")
        expect(line).to_be_visible()
        waits.append(time.monotonic() - before)
    assert min(waits) <= LIVE_S, waits
    line.get_by_role("button", name="Why this moment").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_the_language_changes_everything(visits: Visits, installation: Desk) -> None:
    """The sentences of the API change with those of the page, the figures too, and the next visit keeps the choice."""
    installation.warm(1)
    page = visits.returning("enno", path="/desk")
    row = page.get_by_role("row").filter(has_text="room-1")
    expect(row).to_be_visible()
    english = row.inner_text()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1, name="工单台")).to_be_visible()
    expect(row).not_to_have_text(english)
    expect(row.get_by_role("link")).to_have_text(re.compile("[一-鿿]"))
    page.reload()
    expect(page.get_by_role("heading", level=1, name="工单台")).to_be_visible()


@LOOKS
def test_everybody_can_use_it(
    visits: Visits,
    installation: Desk,
    pictures: Callable[[Page, str], None],
    lang: str,
    phone: bool,
    dark: bool,
) -> None:
    """axe finds nothing serious on log-in and desk, in both themes, languages and sizes; nothing is wider than a phone."""
    installation.warm(2)
    outside = visits.anonymous(lang=lang, dark=dark, phone=phone)
    expect(outside.get_by_role("textbox").first).to_be_visible()
    assert axe(outside) == []
    pictures(outside, "log-in")
    page = visits.returning("enno", lang=lang, dark=dark, phone=phone, path="/desk")
    expect(page.get_by_text("room-2").first).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    pictures(page, "desk")


def test_by_keyboard_alone(visits: Visits) -> None:
    """The first stop of the keyboard leads past the navigation to the content."""
    page = visits.returning("enno", path="/desk")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator("body").press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#main")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_reconnects_and_catches_up(visits: Visits, installation: Desk) -> None:
    """Without a connection the page says so; when it is back, what happened meanwhile appears by itself."""
    page = visits.returning("enno", path="/desk")
    page.context.set_offline(True)
    expect(page.locator("[data-connection=offline]")).to_be_visible()
    assert axe(page) == []
    installation.warm(3)
    installation.home.until(
        lambda: any(one["zone"] == "room-3" for one in installation.tickets()), "a ticket", 60
    )
    page.context.set_offline(False)
    expect(page.get_by_role("row").filter(has_text="room-3")).to_be_visible()
    visits.faults[:] = [fault for fault in visits.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_how_one_wants_to_be_told(visits: Visits) -> None:
    """One's own quiet hours are set in one's account, and stay."""
    page = visits.returning("enno", path="/desk")
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Your account").click()
    own = page.get_by_role("region", name="How you are told")
    own.get_by_label("Quiet from").fill("22:30")
    own.get_by_label("Quiet until").fill("06:15")
    own.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It is kept how you are told.")).to_be_visible()
    assert axe(page) == []
    page.reload()
    expect(own.get_by_label("Quiet from")).to_have_value("22:30")
    expect(own.get_by_label("Quiet until")).to_have_value("06:15")


def test_short_names_are_not_broken(visits: Visits, installation: Desk) -> None:
    """Beside however long a title, a place, a person and a moment stand on one line each at 1440 px; the list needs no scrolling."""
    about = {
        "subject": "zone:room-7",
        "title": "The door to the ramp does not shut any more " * 4,
        "kind": "customer",
    }
    installation.ask("POST", "/tickets", json=about)
    page = visits.returning("su", path="/desk?text=ramp")
    page.set_viewport_size({"width": 1440, "height": 900})
    row = page.get_by_role("row").filter(has_text="room-7")
    for name in ("room-7", re.compile(r"this minute|ago")):
        cell = row.get_by_text(name).last
        expect(cell).to_be_visible()
        box = cell.evaluate(
            "one => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight)"
        )
        assert box < 1.5, name
    assert page.get_by_role("table").evaluate("one => one.scrollWidth <= one.parentElement.clientWidth")
