"""Places, shipments, lots and reports on the page: curves with what belongs to them, goods that are held by hand, paper."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page.by_hand import go_to
from tests.page.visiting import LOOKS, Visits, axe
from tests.stories.desk import Desk

WAIT_MS = 60_000
"""Far more than a quiet machine needs: no test here is about speed."""
DAY_S = 86_400
MINUTE_S = 60
EVIL = "<img src=x onerror=\"document.title='broken in'\">"
TITLES = {"en": ("Places", "Shipments", "Lots"), "zh": ("场所", "运输", "批次")}
REPORT = {"en": "Report of the place", "zh": "场所报告"}
GAP_DAYS = (1.2, 1.35)
"""Days ago in which nothing was heard: the curve has a hole there."""


def iso(seconds: float) -> str:
    """A moment as the API takes it."""
    return datetime.fromtimestamp(round(seconds), UTC).isoformat()


HOLLOW = {"en": "hollow: doubted readings", "zh": "空心点：可疑测量值"}


class Cold:
    """A cold room with three days of history, a lot in it and a shipment that has come to it."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self.now_s = desk, int(time.time())
        since = iso(self.now_s - 3 * DAY_S)
        damp = {"band": "close", "quantity": "dew_point_margin", "side": "low", "limit": 0.5, "deadband": 0.5,
                "on_delay_s": 600, "min_samples": 2, "severity": "warning"}  # fmt: skip
        self._put("profiles", "moist", versions=[{"lag_s": 14_400, "limits": [damp]}])
        self._put("zones", "cold-1", site="harbour", name=EVIL, profile="moist", climate_control="cooled")
        self._put("zones", "van-1", kind="truck")
        self._put("zones", "cold-2", site="harbour", name="Cold room 2", climate_control="cooled")
        for device in ("probe-1", "probe-2", "probe-3"):
            self._put(
                "devices", device, gateway="gw1", device=device, interval_s=300, name=f"Probe {device[-1]}"
            )
        self._place("device", "probe-1", "zone", "cold-1", since)
        self._place("device", "probe-3", "zone", "cold-2", since)
        self._put("customers", "acme", name="Acme")
        self._put("products", "vaccine", name="Vaccine", profile="tender")
        self._put(
            "lots", "lot-1", product="vaccine", customer="acme", name=EVIL, quantity="1200", unit="vials"
        )
        self._put(
            "shipments", "trip-1", name="Harbour to the north", zone="van-1", origin="harbour", vehicle="粤B·12345",
            departed=iso(self.now_s - 3 * DAY_S), arrived=iso(self.now_s - 2 * DAY_S),
        )  # fmt: skip
        self._place("lot", "lot-1", "zone", "van-1", since, iso(self.now_s - 2 * DAY_S))
        self._place("lot", "lot-1", "zone", "cold-1", iso(self.now_s - 2 * DAY_S))
        self._place("device", "probe-2", "zone", "van-1", since)
        self._tell()

    def _put(self, kind: str, key: str, /, **fields: Any) -> None:
        self._desk.ask("PUT", f"/{kind}/{key}", json=fields, params={"reason": "the story begins"})

    def _place(
        self, what: str, subject: str, kind: str, place: str, since: str, to: str | None = None
    ) -> None:
        body = {
            "subject_kind": what,
            "subject": subject,
            "place_kind": kind,
            "place": place,
            "valid_from": since,
            "valid_to": to,
        }
        self._desk.ask("POST", "/placements", json=body)

    def _tell(self) -> None:
        """Three days, every five minutes: a gap, an hour too warm, a door, and a value that cannot be."""
        for device in ("probe-1", "probe-2"):
            rows = [
                row
                for ago in range(3 * DAY_S, 0, -5 * MINUTE_S)
                if (row := self._row(device, ago)) is not None
            ]
            for start in range(0, len(rows), 200):
                self._desk.publish(rows[start : start + 200])
        self._doubt()
        self._desk.home.until(
            lambda: len(self._desk.home.readings("gw1/probe-2", "temperature")) > 700
            and len(self._desk.home.readings("gw1/probe-3", "temperature")) > 200,
            "history", 60,
        )  # fmt: skip

    def _doubt(self) -> None:
        """A day of a probe that restarts (85 °C), says what cannot be, and says two things of one moment."""
        rows = []
        for ago in range(DAY_S - 600, 0, -5 * MINUTE_S):
            row = self._row("probe-3", ago)
            assert row is not None
            row["temperature"] = {6 * 3600: 85.0, 4 * 3600: 900.0}.get(ago, row["temperature"])
            rows.append(row)
            if ago == 2 * 3600:
                rows.append({**row, "temperature": row["temperature"] + 2})
        for start in range(0, len(rows), 200):
            self._desk.publish(rows[start : start + 200])

    def _row(self, device: str, ago_s: int) -> dict[str, Any] | None:
        days = ago_s / DAY_S
        if GAP_DAYS[0] < days < GAP_DAYS[1]:
            return None
        warm = 6.0 if 0.5 < days < 0.56 else 0.0
        degrees = 4.5 + 1.2 * math.sin(2 * math.pi * days) + 0.3 * math.sin(ago_s) + warm
        row = {"device": device, "time": (self.now_s - ago_s) * 1_000_000, "temperature": round(degrees, 2)}
        return {
            **row,
            "relative_humidity": round(62 + 8 * math.cos(2 * math.pi * days), 1),
            "door": int(warm > 0),
        }


@pytest.fixture(scope="module")
def cold(installation: Desk) -> Cold:
    """History that the views show."""
    return Cold(installation)


def see(page: Page, heading: str) -> None:
    """Wait for the view's own head."""
    expect(page.get_by_role("heading", level=1, name=re.compile(heading)).first).to_be_visible(
        timeout=WAIT_MS
    )


def drawn(page: Page) -> None:
    """Wait until the first chart is drawn."""
    expect(page.locator("canvas").first).to_be_visible(timeout=WAIT_MS)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_from_the_list_to_the_curve(visits: Visits, cold: Cold, lang: str) -> None:
    """Search finds the room among the others, its state is told, and its view shows the curve; a name is only ever a name."""
    page = visits.returning("su", path="/places", lang=lang)
    see(page, TITLES[lang][0])
    page.get_by_role("searchbox").fill("cold-1")
    expect(page).to_have_url(re.compile("text=cold-1"), timeout=WAIT_MS)
    link = page.get_by_role("link", name=EVIL)
    expect(link).to_be_visible(timeout=WAIT_MS)
    link.click()
    expect(page).to_have_url(re.compile("/places/zones/cold-1"), timeout=WAIT_MS)
    drawn(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(EVIL)
    expect(page.get_by_text("Asia/Shanghai").first).to_be_visible()
    assert page.title() != "broken in"
    assert page.locator("main img").count() == 0
    chart = page.get_by_role("application")
    chart.hover()
    expect(chart).to_contain_text(re.compile(r"probe-1 .*°C"), timeout=WAIT_MS)


def test_a_curve_follows_and_can_be_moved(visits: Visits, cold: Cold) -> None:
    """Periods and quantities stand in the address; the arrow keys move; the figures tell the gap as nothing, not as a line."""
    page = visits.returning("su", path="/places/zones/cold-1?period=week")
    drawn(page)
    page.get_by_role("button", name="Figures as a table").click()
    figures = page.get_by_role("table").filter(has_text="temperature")
    expect(figures.first).to_contain_text("– · – · –", timeout=WAIT_MS)
    with page.expect_response(re.compile("readings/buckets"), timeout=WAIT_MS) as asked:
        page.get_by_role("application").press("ArrowLeft")
    assert asked.value.ok
    page.get_by_role("region", name="Readings").get_by_text("30 days", exact=True).click()
    expect(page).to_have_url(re.compile("period=month"), timeout=WAIT_MS)


def test_what_follows_from_the_readings_has_its_curve(visits: Visits, cold: Cold) -> None:
    """How far the goods are from the dew point, with its limit; how warm they are themselves, later than the air."""
    page = visits.returning("su", path="/places/zones/cold-1?period=week&quantity=dew_point_margin")
    drawn(page)
    chart = page.get_by_role("application")
    chart.hover()
    expect(chart).to_contain_text(
        re.compile(r"probe-1 dew-point margin .*(K|nothing heard)"), timeout=WAIT_MS
    )
    choice = page.get_by_role("textbox", name="What is measured")
    choice.click()
    page.get_by_role("option", name="product temperature").click()
    expect(page).to_have_url(re.compile("quantity=product_temperature"), timeout=WAIT_MS)
    expect(page.get_by_text(re.compile("probe-1 product temperature"))).to_be_visible(timeout=WAIT_MS)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_doubted_is_marked(visits: Visits, cold: Cold, lang: str) -> None:
    """A code for no value, a value out of this world and two values of one moment: marked on the curve, told, and in no figure."""
    asked = re.compile("readings/buckets.*quantity=temperature")
    page = visits.returning("su", path="/places", lang=lang)
    with page.expect_response(asked, timeout=WAIT_MS) as answer:
        go_to(page, "/places/zones/cold-2")
    told = answer.value.json()
    (curve,) = told["items"]
    marked = [datetime.fromisoformat(told["start"][i]).timestamp() for i in curve["doubted"]]
    for hours in (6, 4, 2):
        assert any(0 <= cold.now_s - hours * 3600 - at < told["width_s"] for at in marked), hours
    # Nothing before the first; from then on the sensor itself stands under suspicion.
    assert min(marked) > cold.now_s - 6 * 3600 - told["width_s"]
    assert max(one for one in curve["max"] if one is not None) < 20
    expect(page.get_by_text(HOLLOW[lang])).to_be_visible(timeout=WAIT_MS)


@pytest.mark.parametrize("path", ["lots/lot-1", "shipments/trip-1"])
def test_what_follows_for_goods_on_their_way(visits: Visits, cold: Cold, path: str) -> None:
    """A lot over all its places and a shipment have the curve of what follows from air and damp; the choice stands in the address."""
    page = visits.returning("su", path=f"/places/{path}")
    drawn(page)
    page.get_by_role("textbox", name="What is measured").click()
    with page.expect_response(re.compile("readings/derived"), timeout=WAIT_MS) as asked:
        page.get_by_role("option", name="dew-point margin").click()
    assert any(any(one["count"]) for one in asked.value.json()["items"])
    assert path != "lots/lot-1" or "lot=lot-1" in asked.value.url
    expect(page).to_have_url(re.compile("quantity=dew_point_margin"), timeout=WAIT_MS)
    expect(page.get_by_text(re.compile("probe-2 dew-point margin")).first).to_be_visible(timeout=WAIT_MS)


def test_goods_are_found_by_the_service(visits: Visits, cold: Cold) -> None:
    """Words and states of lots and shipments are asked of the service and stand in the address; what fits nothing says so."""
    page = visits.returning("su", path="/places/lots?text=LOT-1")
    expect(page.get_by_role("link", name=EVIL)).to_be_visible(timeout=WAIT_MS)
    with page.expect_response(re.compile(r"/api/v1/lots\?.*status=rejected"), timeout=WAIT_MS):
        page.get_by_text("rejected", exact=True).click()
    expect(page.get_by_role("heading", name="No lot fits")).to_be_visible(timeout=WAIT_MS)
    page.goto(visits.url + "/places/shipments?text=12345")
    expect(page.get_by_role("link", name="Harbour to the north")).to_be_visible(timeout=WAIT_MS)


def test_a_lot_is_held_with_a_reason(visits: Visits, cold: Cold, installation: Desk) -> None:
    """Who may, holds a lot by hand and says why; the history tells it, and the view shows it at once."""
    page = visits.returning("su", path="/places/lots/lot-1")
    drawn(page)
    page.get_by_role("button", name="Set status").click()
    dialog = page.get_by_role("dialog")
    send = dialog.get_by_role("button", name="Set status")
    expect(send).to_be_disabled()
    dialog.get_by_role("radio", name="on hold").check(timeout=WAIT_MS)
    dialog.get_by_role("textbox").fill("seal broken on arrival")
    send.click()
    expect(page.get_by_text("seal broken on arrival").first).to_be_visible(timeout=WAIT_MS)
    assert installation.ask("GET", "/lots/lot-1").json()["status"] == "hold"


NOWHERE = (
    "/places/zones/nothing", "/places/sites/nothing", "/places/lots/nothing", "/places/shipments/nothing", "/report/lot/nothing",
    "/desk/KW-999999", "/desk/nothing", "/mine/KW-999999", "/alarms/nothing", "/sensors/devices/nothing", "/sensors/gateways/nothing",
    "/sensors/dead-letters/999999", "/sensors/dead-letters/nothing", "/rules/nothing", "/setup/lists/customers/nothing",
    "/setup/mappings/nothing", "/setup/import/nothing", "/setup/logger-files/nothing",
)  # fmt: skip


def test_what_is_not_there_says_so(visits: Visits, cold: Cold) -> None:
    """Whatever it would be, an address of nothing is told alike and calmly, and the browser's title with it."""
    page = visits.returning("su", path="/places")
    see(page, "Places")
    for path in NOWHERE:
        go_to(page, path)
        expect(page.get_by_role("heading", level=1, name="Not found")).to_be_visible(timeout=WAIT_MS)
        expect(page.locator("main").get_by_role("alert")).to_have_count(0)
        go_to(page, "/places")
        see(page, "Places")
    visits.faults[:] = [fault for fault in visits.faults if not re.search("404|422", fault)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_on_paper(visits: Visits, cold: Cold, lang: str, tmp_path: Path) -> None:
    """Chromium prints it on A4 with numbered pages and a hash on each; the saved file is the report that was given out."""
    page = visits.returning("su", path="/report/zone/cold-1", lang=lang)
    see(page, REPORT[lang])
    expect(page.locator("article svg").first).to_be_visible(timeout=WAIT_MS)
    save = page.get_by_role("button", name=re.compile("JSON"))
    with page.expect_download(timeout=WAIT_MS) as saved:
        save.click()
    report = json.loads(Path(saved.value.path()).read_text("utf-8"))
    found = page.locator("article")
    expect(found).to_contain_text(report["verification"]["sha256"])
    paper = page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", paper))
    assert 1 < pages < 12


@LOOKS
def test_everybody_can_use_it(
    visits: Visits, cold: Cold, pictures: Callable[[Page, str], None], lang: str, phone: bool, dark: bool
) -> None:
    """axe finds nothing serious on any of these views; nothing is wider than a phone."""
    page = visits.returning("su", lang=lang, dark=dark, phone=phone, path="/places")
    for name, path, curve in (
        ("places", "/places", False),
        ("site", "/places/sites/harbour", False),
        ("place", "/places/zones/cold-1?period=week", True),
        ("doubted", "/places/zones/cold-2", True),
        ("door", "/sensors/devices/probe-1?quantity=door&span=day", True),
        ("shipments", "/places/shipments", False),
        ("shipment", "/places/shipments/trip-1", True),
        ("lots", "/places/lots", False),
        ("lot", "/places/lots/lot-1", True),
        ("report", "/report/zone/cold-1", False),
        ("report-doubted", "/report/zone/cold-2", False),
    ):
        page.goto(visits.url + path)
        expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=WAIT_MS)
        if curve:
            drawn(page)
        expect(page.get_by_role("status", name=re.compile("Loading|加载中"))).to_have_count(
            0, timeout=WAIT_MS
        )
        if name.startswith("report"):
            expect(page.locator("article svg").first).to_be_visible(timeout=WAIT_MS)
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        pictures(page, name)
