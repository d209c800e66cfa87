"""Setting up by hand on the page: lists, files, access, connections, rules; whatever a file can say can be said by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import publish
from playwright.sync_api import Browser, Page, expect

from tests.page.by_hand import SLOW_MS, ByHand, choose, go_to, head, still
from tests.page.setup_views import OPENED, VIEWS
from tests.page.visiting import LOOKS, Visits, axe
from tests.stories.desk import Desk

EVIL = "<img src=x onerror=alert(1)>"
WORDS = {
    "en": {"setup": "Set up", "rules": "Rules", "add": "Add", "name": "Name", "save": "Save changes"},
    "zh": {"setup": "设置", "rules": "规则", "add": "添加", "name": "名称", "save": "保存修改"},
}
MANY_ROWS = 20_000
"""More than are read within the second after which the page looks again."""
MAPPING = """format = 1
key = "plant"
title = "Plant"
[[message]]
topic = "plant/{hall}/climate"
gateway = "{hall}"
[message.values]
temp = "temperature"
"""


@pytest.fixture(scope="module")
def administered(installation: Desk) -> Desk:
    """An installation with an administrator, Ada, beside the others, and an excursion in room 1."""
    installation.ask("PUT", "/people/ada", json={"name": "Ada", "role": "admin", "language": "en"})
    installation.warm(1)
    return installation


@pytest.fixture(scope="module")
def logged_in(chromium: Browser, administered: Desk) -> Iterator[tuple[Visits, Page]]:
    """Ada's page, in English, for all who need nothing else."""
    visits = Visits(chromium, administered)
    yield visits, visits.as_person("ada", path="/setup")
    visits.close()


@pytest.fixture
def ada(logged_in: tuple[Visits, Page]) -> Iterator[ByHand]:
    """Ada; what went wrong on her page fails the test."""
    visits, page = logged_in
    yield ByHand(visits, page)
    assert visits.faults == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_zone_is_made_changed_and_removed(visits: Visits, administered: Desk, lang: str) -> None:
    """By hand: faults stand at their field, a name is only text, somebody else's change is shown, removal asks first."""
    word, key = WORDS[lang], f"cold-{lang}"
    page = visits.as_person("ada", lang=lang, path="/setup/lists/zones/+")
    head(page, re.compile(word["add"], re.IGNORECASE))
    page.locator("input[pattern]").fill(key)
    page.get_by_role("textbox", name=re.compile(f"^{word['name']}")).fill(EVIL)
    page.get_by_role("textbox", name=re.compile("^(Site|仓库)")).fill("harbour")
    page.locator("main form button[type=submit]").click()
    head(page, EVIL)
    assert page.url.endswith(f"/setup/lists/zones/{key}")
    assert administered.ask("GET", f"/zones/{key}").json()["name"] == EVIL

    name = page.get_by_role("textbox", name=re.compile(f"^{word['name']}"))
    name.fill("mine")
    zone = administered.ask("GET", f"/zones/{key}").json()
    theirs = {k: v for k, v in zone.items() if k not in {"id", "key", "version"}} | {"area_m2": 77}
    administered.ask(
        "PUT", f"/zones/{key}", json=theirs, headers=_as_admin(administered) | {"If-Match": '"1"'}
    )
    page.get_by_role("button", name=word["save"]).click()
    notice = page.locator("main [role=alert]")
    expect(notice).to_contain_text("77", timeout=SLOW_MS)
    notice.get_by_role("button").nth(1).click()
    page.get_by_role("button", name=word["save"]).click()
    head(page, "mine")
    page.locator("main").get_by_role("button", name=re.compile("^(Remove|删除)$")).click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^(Remove|删除)$")).click()
    expect(page).to_have_url(re.compile("/setup/lists/zones$"), timeout=SLOW_MS)
    _refused(visits, "412")


def test_what_is_wrong_stands_at_its_field(ada: ByHand) -> None:
    """A time zone that does not exist is named below its input."""
    page = ada.at("/setup/lists/sites/+", re.compile("add"))
    page.locator("input[pattern]").fill("pier")
    zone = page.get_by_role("textbox", name=re.compile("^Time zone"))
    zone.fill("Asia/Nowhere")
    page.locator("main form button[type=submit]").click()
    expect(zone).to_have_attribute("aria-invalid", "true", timeout=SLOW_MS)
    _refused(ada.visits, "422")


def test_a_list_is_imported_after_a_look(ada: ByHand, administered: Desk, tmp_path: Path) -> None:
    """A file with a fault shows row and cell; the mended one shows its changes and is applied."""
    bad, good = tmp_path / "customers.csv", tmp_path / "customers-2.csv"
    bad.write_text("Key,Name,Currency\nacme,Acme,Yen and more\n", "utf-8")
    good.write_text(f"Key,Name,Currency\nacme,{EVIL},CNY\n", "utf-8")
    page = _upload(ada, bad)
    expect(page.get_by_text(re.compile("C2"))).to_be_visible(timeout=SLOW_MS)
    _upload(ada, good)
    expect(page.get_by_role("table", name="Changes")).to_contain_text(EVIL, timeout=SLOW_MS)
    ada.act("Apply all")
    ada.confirm("Apply all")
    expect(page.locator("main").get_by_text("applied", exact=True)).to_be_visible(timeout=SLOW_MS)
    assert administered.ask("GET", "/customers/acme").json()["name"] == EVIL


def test_a_long_import_shows_how_far_it_is_and_is_cancelled(
    ada: ByHand, administered: Desk, tmp_path: Path
) -> None:
    """Its bar is there while it is read; cancelled, it says so, and nothing of it was written."""
    many = tmp_path / "many.csv"
    rows = (f"many-{n},Customer {n},CNY" for n in range(MANY_ROWS))
    many.write_text("Key,Name,Currency\n" + "\n".join(rows), "utf-8")
    page = _upload(ada, many)
    expect(page.get_by_role("progressbar")).to_be_attached(timeout=SLOW_MS)
    ada.act("Cancel upload")
    expect(page.locator("main").get_by_text("cancelled", exact=True)).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert not [one for one in administered.home.api.all("/api/v1/customers") if "many" in one["key"]]


def test_a_key_and_an_invitation_are_shown_once(ada: ByHand, administered: Desk) -> None:
    """The secret of a key works; it is gone with the next look. An invitation gives a link or a code."""
    page = ada.at("/setup/keys", "API keys")
    page.get_by_role("button", name="Issue a key").first.click()
    ada.fill(ada.dialog, What_it_is_for="portal")
    ada.confirm("Issue a key")
    secret = page.locator("[data-secret]")
    expect(secret).to_have_text(re.compile("^kw_"), timeout=SLOW_MS)
    asked = administered.ask("GET", "/me", headers={"Authorization": f"Bearer {secret.inner_text()}"})
    assert asked.json()["role"] == "integrator"
    ada.at("/setup/users", "Users")
    expect(secret).to_have_count(0)
    page.get_by_role("button", name="Invite", exact=True).first.click()
    ada.fill(ada.dialog, Person="su")
    ada.confirm("Invite")
    expect(secret).to_be_visible(timeout=SLOW_MS)
    page.reload()
    expect(page.get_by_role("link", name="su")).to_be_visible(timeout=SLOW_MS)
    expect(secret).to_have_count(0)


def test_endpoints_are_changed_and_switched_off(ada: ByHand, administered: Desk) -> None:
    """A webhook and an inbound hook are made, said anew and switched off; their secrets stay as they were."""
    page = ada.at("/setup/webhooks", "Webhooks")
    ada.act("Change", of="story")
    ada.fill(ada.dialog, Name=EVIL)
    ada.confirm("Save changes")
    row = page.get_by_role("row").filter(has_text=EVIL)
    expect(row).to_contain_text("on", timeout=SLOW_MS)
    assert [one["name"] for one in _all(administered, "/webhooks")] == [EVIL]

    ada.at("/setup/hooks", "Inbound hooks")
    page.get_by_role("button", name="Add", exact=True).click()
    ada.fill(ada.dialog, Name="Grafana", Key="grafana")
    choose(ada.dialog, "Who reports", "Grafana")
    ada.confirm("Add")
    expect(page.locator("[data-secret]")).to_be_visible(timeout=SLOW_MS)
    ada.act("Change", of="Grafana")
    ada.fill(ada.dialog, Name="Their Grafana")
    choose(ada.dialog, "When it reports", "resolve the ticket")
    ada.dialog.get_by_role("switch").click(force=True)
    ada.confirm("Save changes")
    expect(page.get_by_role("row").filter(has_text="Their Grafana")).to_contain_text("switched off")
    (hook,) = _all(administered, "/inbound-hooks")
    assert (hook["resolves"], hook["disabled"], hook["mapping"] != {}) == ("resolve", "by_hand", True)


def test_a_device_is_placed_moved_and_taken_back(ada: ByHand, administered: Desk) -> None:
    """Where it was ends when the new stay begins; a stay is ended by hand; one that never was is taken away."""
    page = ada.at("/setup/placements?subject=gw1-t3", "Placements")
    expect(page.get_by_role("row").filter(has_text="room-3")).to_be_visible(timeout=SLOW_MS)
    ada.act("Place")
    ada.fill(ada.dialog, Zone="room-4")
    expect(ada.dialog.get_by_text("It is in room-3 now.")).to_be_visible(timeout=SLOW_MS)
    ada.confirm("Place")
    expect(page.get_by_role("row").filter(has_text="room-4")).to_be_visible(timeout=SLOW_MS)
    first, second = sorted(
        _all(administered, "/placements", subject="gw1-t3"), key=lambda one: str(one["valid_from"])
    )
    assert (first["place"], second["place"], second["valid_to"]) == ("room-3", "room-4", None)
    assert first["valid_to"] == second["valid_from"]
    ada.act("It never was", of="room-4")
    ada.confirm("It never was", "mixed up")
    ada.at("/setup/placements?subject=gw1-t3&over=true", "Placements")
    expect(page.get_by_role("row").filter(has_text="room-3")).to_be_visible(timeout=SLOW_MS)
    ada.act("Correct or end", of="room-3")
    ada.dialog.get_by_label(re.compile("^Until")).fill("")
    ada.confirm("Save changes")
    expect(page.get_by_role("row").filter(has_text="it lasts")).to_be_visible(timeout=SLOW_MS)
    (stay,) = _all(administered, "/placements", subject="gw1-t3")
    assert (stay["place"], stay["valid_to"]) == ("room-3", None)


def test_a_gateway_with_a_format_of_its_own_is_read(ada: ByHand, administered: Desk) -> None:
    """A mapping is written, tried on a message, kept and switched on; then what the gateway says is a reading."""
    page = ada.at("/setup/mappings", "Mappings")
    expect(page.get_by_text("Tasmota").first).to_be_visible(timeout=SLOW_MS)
    ada.act("New mapping")
    ada.fill(page, Key="plant", Topic="plant/hall-2/climate", Message='{"temp": 21.5}')
    page.get_by_label(re.compile("^Mapping")).fill(MAPPING)
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("status").filter(has_text="hall-2")).to_contain_text("21.5", timeout=SLOW_MS)
    page.get_by_role("button", name="Keep as a version").click()
    head(page, "Plant")
    ada.act("Switch version 1 on")
    ada.confirm("Switch version 1 on", "tried")
    expect(page.locator("main").get_by_text("on", exact=True).first).to_be_visible(timeout=SLOW_MS)
    administered.home.until(lambda: _said(administered), "a reading of hall-2")


def _said(desk: Desk) -> bool:
    """The gateway says it once more; whether it was read."""
    port = desk.home.settings.mqtt_port
    publish.single("plant/hall-2/climate", '{"temp": 21.5}', 1, hostname="127.0.0.1", port=port)
    return any(one["device"].startswith("hall-2") for one in _all(desk, "/series"))


def test_limits_are_saved_after_a_trial(ada: ByHand, administered: Desk) -> None:
    """The changed limit is tried over what was measured, then saved with a reason, which stands in the history."""
    page = ada.at("/rules/tender", "tender")
    page.get_by_role("button", name="Change limits").click()
    page.get_by_role("textbox", name="Limit: high").fill("20")
    expect(page.get_by_text("was 8 °C")).to_be_visible()
    save = page.get_by_role("button", name="Save limits")
    ada.fill(page, Reason="tougher goods")
    expect(save).to_be_disabled()
    _try(page)
    expect(page.get_by_role("img", name=re.compile("room-1: 1 excursions now, 0"))).to_be_visible()
    save.click()
    expect(page.get_by_text("tougher goods")).to_be_visible(timeout=SLOW_MS)
    kept = administered.ask("GET", "/profiles/tender").json()
    assert [version["limits"][0]["limit"] for version in kept["versions"]] == [8.0, 20.0]


def test_limits_hold_from_a_date(ada: ByHand, administered: Desk) -> None:
    """A version dated ahead leaves the present one in force until then; without a whole date nothing is saved."""
    page = ada.at("/rules/tender", "tender")
    page.get_by_role("button", name="Change limits").click()
    page.get_by_role("textbox", name="Limit: high").fill("30")
    ada.fill(page, Reason="summer")
    page.get_by_role("checkbox", name="Save without a back-test").check()
    page.get_by_role("radio", name="From a date").check()
    expect(page.get_by_role("button", name="Save limits")).to_be_disabled()
    page.get_by_label("Valid from").fill("2031-06-01T00:00")
    page.get_by_role("button", name="Save limits").click()
    expect(page.get_by_role("button", name="Save limits")).to_be_hidden(timeout=SLOW_MS)
    before, last = administered.ask("GET", "/profiles/tender").json()["versions"][-2:]
    assert before["valid_to"] == last["valid_from"] == "2031-05-31T16:00:00Z"
    assert before["limits"][0]["limit"] < last["limits"][0]["limit"] == 30.0


def test_storage_conditions_are_made_and_their_limits_changed(ada: ByHand, administered: Desk) -> None:
    """A new profile gets a limit; a limit beside others is tried as a whole; one that is left out is gone; then the profile."""
    page = ada.at("/rules", "Rules")
    ada.act("Add storage conditions")
    ada.fill(ada.dialog, Key="sour", Name=EVIL)
    ada.dialog.get_by_role("button", name="Add, then its limits").click()
    head(page, EVIL)
    _add_limit(ada, "Temperature", "below", "10")
    ada.fill(page, Reason="new goods")
    page.get_by_role("checkbox", name="Save without a back-test").check()
    page.get_by_role("button", name="Save limits").click()
    expect(page.get_by_text("new goods")).to_be_visible(timeout=SLOW_MS)
    assert _limits(administered, "sour") == [("temperature-low", 10.0)]

    ada.at("/rules/tender", "tender")
    page.get_by_role("button", name="Change limits").click()
    _add_limit(ada, "Temperature", "below", "10")
    page.get_by_role("button", name="Remove limit high").click()
    _try(page)
    expect(page.get_by_role("img", name=re.compile("room-2: 0 excursions now, 1"))).to_be_visible()
    page.get_by_role("button", name="Back", exact=True).click()

    ada.at("/rules/sour", EVIL)
    page.get_by_role("button", name="Change limits").click()
    page.get_by_role("button", name="Remove limit temperature-low").click()
    ada.fill(page, Reason="not needed")
    page.get_by_role("checkbox", name="Save without a back-test").check()
    page.get_by_role("button", name="Save limits").click()
    expect(page.get_by_text("not needed")).to_be_visible(timeout=SLOW_MS)
    assert _limits(administered, "sour") == []
    ada.act("Remove")
    ada.confirm("Remove", "never stored here")
    head(page, "Rules")
    assert "sour" not in [one["key"] for one in _all(administered, "/profiles")]


def test_a_back_test_waits_its_turn_and_is_cancelled(ada: ByHand, administered: Desk) -> None:
    """Another is before it: it says so with a bar; cancelled it says that, and what is not tried is not saved."""
    asked = {"rule": "tender", "days": 365}
    before = administered.ask("POST", "/backtests", json=asked).json()["id"]
    page = ada.at("/rules/tender", "tender")
    page.get_by_role("button", name="Change limits").click()
    page.get_by_role("textbox", name=re.compile("^Limit: ")).first.fill("21")
    page.get_by_role("button", name="Try it").click()
    trial = page.get_by_role("region", name="Back-test")
    expect(trial.get_by_role("progressbar")).to_be_attached(timeout=SLOW_MS)
    trial.get_by_role("button", name="Cancel").click()
    expect(trial.get_by_text("Cancelled.")).to_be_visible(timeout=SLOW_MS)
    ada.fill(page, Reason="untried")
    expect(page.get_by_role("button", name="Save limits")).to_be_disabled()
    administered.ask("DELETE", f"/backtests/{before}")


def test_who_may_not_sees_nothing(visits: Visits, administered: Desk) -> None:
    """A keeper has neither keys nor rules, whatever the address."""
    page = visits.as_person("kim", path="/setup/keys")
    for path in ("/setup/keys", "/rules", "/setup/users", "/setup/import", "/setup/mappings", "/setup/hooks"):
        go_to(page, path)
        expect(page.get_by_role("heading", level=1)).to_have_text("Not found", timeout=SLOW_MS)
    go_to(page, "/setup/placements")
    head(page, "Placements")
    expect(page.get_by_role("button", name="Place", exact=True)).to_have_count(0)


@pytest.mark.timeout(900)
@LOOKS
def test_everybody_can_use_it(
    visits: Visits,
    administered: Desk,
    pictures: Callable[[Page, str], None],
    lang: str,
    phone: bool,
    dark: bool,
) -> None:
    """axe finds nothing serious on any of these views; nothing is wider than a phone."""
    page = visits.as_person("ada", lang=lang, dark=dark, phone=phone, path="/setup")
    for name, path in VIEWS.items():
        go_to(page, path)
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW_MS)
        expect(
            page.get_by_role("status").and_(page.locator("[aria-label=Loading], [aria-label=加载中]"))
        ).to_have_count(0, timeout=SLOW_MS)
        if name in OPENED:
            page.locator("main").get_by_role("button", name=OPENED[name]).first.click(timeout=SLOW_MS)
            expect(page.locator("main form, [role=dialog] form").first).to_be_visible(timeout=SLOW_MS)
        still(page)
        pictures(page, name)
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.keyboard.press("Escape")


def _upload(ada: ByHand, file: Path) -> Page:
    page = ada.at("/setup/import", "Import lists")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look through").click()
    head(page, file.name)
    return page


def _add_limit(ada: ByHand, quantity: str, side: str, limit: str) -> None:
    ada.page.get_by_role("button", name="Add a limit").click()
    choose(ada.dialog, "Quantity", quantity)
    choose(ada.dialog, "Side", side)
    for label, figure in (("Limit", limit), ("Delay", "0")):
        ada.dialog.get_by_role("textbox", name=label, exact=True).fill(figure)
    ada.confirm("Add")


def _try(page: Page) -> None:
    """Over a week: a back-test lets everything else go first."""
    choose(page.get_by_role("region", name="Back-test"), "Over the last", "7 days")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name=re.compile("What would have happened"))).to_be_visible(
        timeout=2 * SLOW_MS
    )


def _limits(desk: Desk, profile: str) -> list[tuple[str, float]]:
    kept = desk.ask("GET", f"/profiles/{profile}").json()
    (present,) = [version for version in kept["versions"] if version["valid_to"] is None]
    return [(one["band"], one["limit"]) for one in present["limits"]]


def _all(desk: Desk, path: str, **which: str) -> list[dict[str, Any]]:
    return list(desk.home.api.all(f"/api/v1{path}", **which))


def _refused(visits: Visits, status: str) -> None:
    """The browser complains of the refusal that was wanted."""
    visits.faults[:] = [fault for fault in visits.faults if status not in fault]


def _as_admin(desk: Desk) -> dict[str, str]:
    return {"Authorization": f"Bearer {desk.home.key}"}
