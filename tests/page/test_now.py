"""Now: places on the map and in the list, goods at risk first, filters as addresses, live, and what changed since one looked."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from detect.nouns import Change, Finding, FindingChange, Kind, Severity
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE
from store.repositories.forecasts import note
from store.service import open_service
from tests.page.visiting import LOOKS, Visits, axe
from tests.stories.desk import Desk

LIVE_S = 2.0
EVIL = "<img src=x onerror=alert(1)>"
SITES = {
    "harbour": ("Harbour hall", "北海仓库", 21.48, 109.12), "jinan": ("Jinan depot", "济南库", 36.65, 117.12),
    "wuhan": ("Wuhan cold store", "武汉冷库", 30.59, 114.30), "urumqi": ("Urumqi yard", "乌鲁木齐堆场", 43.83, 87.62),
    "evil": (EVIL, EVIL, 30.6, 114.31), "nowhere": ("Without a position", "没有坐标", None, None),
}  # fmt: skip
WORDS = {
    "en": ("Now", "Places, those at risk first", "excursion foretold", "Seen", "All places"),
    "zh": ("现况", "地点（有风险的在前）", "预计超限", "已看", "全部地点"),
}


def breach(now_us: int) -> Finding:
    """A foretold excursion in room-7, as the forecasting detector would announce it."""
    evidence = {
        "quantity": "temperature", "side": "high", "limit": 8.0, "issued_us": now_us,
        "expires_us": now_us + 6 * US_PER_HOUR, "p10_us": now_us + 40 * US_PER_MINUTE,
        "p50_us": now_us + 65 * US_PER_MINUTE, "p90_us": now_us + 110 * US_PER_MINUTE, "probability": 0.84,
        "state": "standing",
    }  # fmt: skip
    return Finding(
        id="01990000-0000-7000-8000-00000000f07e", detector="forecast", detector_version="1", kind=Kind.PREDICTED_BREACH,
        subject="device:gw1/t7:temperature", band="high", zone="room-7", cause="zone:room-7:temperature:high",
        severity=Severity.WARNING, start_us=now_us, end_us=None, peak=5.0, area=0.0, coverage=1.0, samples=9,
        received_us=now_us, evidence=evidence,
    )  # fmt: skip


@pytest.fixture(scope="module")
def house(installation: Desk) -> Desk:
    """Six sites, one of them with a name that means harm, another without a position; a breach foretold in room-7."""
    for key, (name, _, latitude, longitude) in SITES.items():
        body = {"name": name, "time_zone": "Asia/Shanghai", "latitude": latitude, "longitude": longitude}
        installation.ask("PUT", f"/sites/{key}", json=body, headers=_any(installation))
    for key in ("jinan", "wuhan", "urumqi", "evil", "nowhere"):
        body = {"site": key, "name": f"{key} 1"}
        installation.ask("PUT", f"/zones/{key}-1", json=body, headers=_any(installation))
    now_us = time.time_ns() // 1000
    database = open_service(installation.home.settings.service, now_us)
    with database.writing() as connection:
        note(connection, [FindingChange(Change.OPENED, breach(now_us))])
    database.close()
    return installation


def _any(installation: Desk) -> dict[str, str]:
    return {"Authorization": f"Bearer {installation.home.key}", "If-Match": "*"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_goods_at_risk_come_first(visits: Visits, house: Desk, lang: str) -> None:
    """One lands here; the site where a breach is foretold is first in the list, with its interval and the time that is left."""
    title, label, foretold, _, _ = WORDS[lang]
    page = visits.returning("enno", lang=lang, path="/")
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    first = page.get_by_role("list", name=label).get_by_role("listitem").first
    expect(first).to_contain_text("Harbour hall")
    expect(first).to_contain_text("8 °C")
    expect(first).to_contain_text("Asia/Shanghai")
    expect(first.get_by_role("button").first).to_contain_text(re.compile("5\\d?m|[56]\\d分钟|1h|1小时"))
    expect(page.get_by_text(foretold).first).to_be_visible()


def test_a_name_is_a_name(visits: Visits, house: Desk) -> None:
    """A site named as a picture with a script is its name, on the map, in the list and in the filter."""
    page = visits.returning("enno", path="/")
    expect(page.get_by_role("link", name=EVIL).first).to_be_visible()
    assert page.locator("main img").count() == 0


def test_by_keyboard_from_the_map_into_a_site(visits: Visits, house: Desk) -> None:
    """A marker is a link with the state in words; it opens the site with its zones, and the address says so."""
    page = visits.returning("enno", path="/")
    marker = page.get_by_role("link", name=re.compile("Harbour hall: .+"))
    expect(marker).to_be_visible()
    marker.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"site=harbour"))
    expect(page.get_by_role("list", name="Zones, those at risk first").get_by_role("listitem")).to_have_count(
        8
    )
    page.reload()
    expect(page.get_by_role("link", name="room-7")).to_be_visible()
    page.get_by_role("button", name="All places").click()
    expect(page).not_to_have_url(re.compile("site="))


def test_the_filter_is_an_address(visits: Visits, house: Desk) -> None:
    """Pressing a state shows those places alone, and a new browser with that address too; no match says so."""
    page = visits.returning("enno", path="/?state=no_data")
    places = page.get_by_role("list", name="Places, those at risk first")
    expect(places).to_be_visible()
    expect(places).not_to_contain_text("Harbour hall")
    pressed = page.get_by_role("button", name=re.compile("nothing measured"))
    expect(pressed).to_have_attribute("aria-pressed", "true")
    pressed.click()
    expect(places).to_contain_text("Harbour hall")
    page.goto(f"{visits.url}/?state=trouble")
    page.get_by_role("button", name="Show all places").click()
    expect(page).to_have_url(f"{visits.url}/")


def test_it_changes_by_itself_and_tells_what_changed(visits: Visits, house: Desk) -> None:
    """From the MQTT message to the word on the page two seconds, of two; it stays among what changed until it was seen, also in a new look."""
    page = visits.returning("enno", path="/?site=harbour")
    zones = page.get_by_role("list", name="Zones, those at risk first")
    expect(zones).to_be_visible()
    waits = []
    for room in (1, 3):
        before = time.monotonic()
        house.warm(room)
        place = zones.get_by_role("listitem").filter(has_text=f"room-{room}").filter(has_text="excursion")
        expect(place.get_by_role("link", name=re.compile("open ticket"))).to_be_visible()
        waits.append(time.monotonic() - before)
    assert min(waits) <= LIVE_S, waits
    changed = page.locator("section", has=page.get_by_role("button", name="Seen"))
    expect(changed.get_by_role("link").filter(has_text="room-3").first).to_be_visible()
    page.reload()
    expect(changed.get_by_role("listitem").first).to_be_visible()
    page.get_by_role("button", name="Seen").click()
    expect(page.get_by_text("Nothing has changed.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Nothing has changed.")).to_be_visible()


@LOOKS
def test_everybody_can_use_it(
    visits: Visits, house: Desk, pictures: Callable[[Page, str], None], lang: str, phone: bool, dark: bool
) -> None:
    """axe finds nothing serious, nothing is wider than a phone; whole and with a site opened."""
    house.warm(2)
    for path, name in (("/", "now"), ("/?site=harbour", "now-site")):
        page = visits.returning("enno", lang=lang, dark=dark, phone=phone, path=path)
        shown = "Harbour hall" if name == "now" else "room-2"
        expect(page.locator("article").get_by_text(shown).first).to_be_visible()
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        pictures(page, name)
