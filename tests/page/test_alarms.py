"""Alarms on the page: acknowledged, put aside with a second person, windows opened and ended, quality; in both languages and themes."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.page.visiting import LOOKS, Visits, axe
from tests.stories.desk import Desk

VIEWS = {"/alarms": "room-0", "/alarms/maintenance": "gw1", "/alarms/quality": "room-0"}
"""Every view, and what is to be read there once it has drawn itself."""


def alarm_of(installation: Desk, room: int) -> str:
    """The id of the alarm of a room that is too warm."""
    installation.warm(room)

    def found() -> str:
        alarms = installation.home.api.all("/api/v1/alarms", zone=f"room-{room}")
        return next((one["id"] for one in alarms if one["kind"] == "too_high" and one["active"]), "")

    return installation.home.until(found, "an alarm", 60)


def test_acknowledged_from_the_list(visits: Visits, installation: Desk) -> None:
    """It appears by itself, is acknowledged with one press, and says by whom; its state is in words."""
    page = visits.returning("enno", path="/alarms")
    alarm_of(installation, 0)
    row = page.get_by_role("row").filter(has_text="room-0").first
    expect(row).to_contain_text("active, not acknowledged")
    row.get_by_role("button", name="Acknowledge").click()
    expect(row).to_contain_text("active, acknowledged")
    expect(row).to_contain_text("enno")
    row.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("room-0")
    expect(page.get_by_role("region", name="Acknowledged")).to_contain_text("enno")


def test_a_critical_one_needs_a_second_person(visits: Visits, installation: Desk) -> None:
    """Who asks cannot agree; the second person can, and it is shelved until somebody takes it off."""
    path = f"/alarms/{alarm_of(installation, 1)}"
    page = visits.returning("enno", path=path)
    page.get_by_role("button", name="Shelve", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("second person")
    dialog.get_by_role("textbox", name="Reason").fill("The door is open for loading")
    dialog.get_by_role("button", name="Ask for shelving").click()
    expect(page.get_by_text("Waits for a second person")).to_be_visible()
    expect(page.get_by_role("button", name="Agree to shelving")).to_be_hidden()
    second = visits.returning("su", path=path)
    expect(second.get_by_text("The door is open for loading")).to_be_visible()
    second.get_by_role("button", name="Agree to shelving").click()
    second.get_by_role("dialog").get_by_role("button", name="Agree to shelving").click()
    expect(second.get_by_text(re.compile("^Shelved until"))).to_be_visible()
    expect(page.get_by_text("Agreed to by su")).to_be_visible()
    page.get_by_role("button", name="Unshelve").click()
    page.get_by_role("dialog").get_by_role("button", name="Unshelve").click()
    expect(page.get_by_role("button", name="Shelve", exact=True)).to_be_visible()


def test_a_window_is_opened_and_ended(visits: Visits) -> None:
    """Added for a gateway, running at once, ended with a reason; then it is only shown when asked for."""
    page = visits.returning("enno", path="/alarms/maintenance")
    page.get_by_role("button", name="Add a window").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Kind").click()
    page.get_by_role("option", name="gateway").click()
    dialog.get_by_role("textbox", name="Which").click()
    page.get_by_role("option", name="gw1").click()
    dialog.get_by_role("textbox", name="Reason").fill("New antenna")
    dialog.get_by_role("button", name="Add the window").click()
    row = page.get_by_role("row").filter(has_text="New antenna")
    expect(row).to_contain_text("running")
    row.get_by_role("button", name="End").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("Done")
    page.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(row).to_be_hidden()
    page.get_by_text("Also what is over").click()
    expect(row).to_contain_text("over")
    assert page.url.endswith("?past=true")


@LOOKS
def test_everybody_can_use_it(
    visits: Visits,
    installation: Desk,
    pictures: Callable[[Page, str], None],
    lang: str,
    phone: bool,
    dark: bool,
) -> None:
    """axe finds nothing serious on any of these views, in both themes, languages and sizes; nothing is wider than a phone."""
    alarm = alarm_of(installation, 0)
    if not list(installation.home.api.all("/api/v1/out-of-service")):
        installation.ask("POST", "/out-of-service", json={"subject": "gateway:gw1", "reason": "Being moved"})
    page = visits.returning("su", lang=lang, phone=phone, dark=dark, path="/alarms")
    for path, read in {**VIEWS, f"/alarms/{alarm}": "room-0"}.items():
        page.goto(visits.url + path)
        expect(page.locator("main").get_by_text(read).first).to_be_visible()
        page.wait_for_timeout(500)
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        pictures(
            page,
            {
                "/alarms": "alarms",
                "/alarms/maintenance": "maintenance",
                "/alarms/quality": "alarm-quality",
            }.get(path, "alarm"),
        )
