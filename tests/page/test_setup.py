"""Setting up by hand on the page: lists and their forms, an import, keys and users; rules changed after a trial."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.page.visiting import LOOKS, Visits, axe
from tests.stories.desk import Desk

SLOW_MS = 30_000
"""The machine of the tests has other things to do, too."""
EVIL = "<img src=x onerror=alert(1)>"
WORDS = {
    "en": {"setup": "Set up", "rules": "Rules", "add": "Add", "name": "Name", "save": "Save changes"},
    "zh": {"setup": "设置", "rules": "规则", "add": "添加", "name": "名称", "save": "保存修改"},
}


@pytest.fixture(scope="module")
def administered(installation: Desk) -> Desk:
    """An installation with an administrator, Ada, beside the others."""
    installation.ask("PUT", "/people/ada", json={"name": "Ada", "role": "admin", "language": "en"})
    installation.warm(1)
    return installation


def _head(page: Page, name: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible(timeout=SLOW_MS)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_zone_is_made_changed_and_removed(visits: Visits, administered: Desk, lang: str) -> None:
    """By hand: faults stand at their field, a name is only text, somebody else's change is shown, removal asks first."""
    word, key = WORDS[lang], f"cold-{lang}"
    page = visits.as_person("ada", lang=lang, path="/setup/lists/zones/+")
    _head(page, re.compile(word["add"], re.IGNORECASE))
    page.locator("input[pattern]").fill(key)
    page.get_by_role("textbox", name=re.compile(f"^{word['name']}")).fill(EVIL)
    page.get_by_role("textbox", name=re.compile("^(Site|仓库)")).fill("harbour")
    page.locator("main form button[type=submit]").click()
    _head(page, EVIL)
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
    _head(page, "mine")
    page.locator("main").get_by_role("button", name=re.compile("^(Remove|删除)$")).click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^(Remove|删除)$")).click()
    expect(page).to_have_url(re.compile("/setup/lists/zones$"), timeout=SLOW_MS)
    _refused(visits, "412")


def test_what_is_wrong_stands_at_its_field(visits: Visits, administered: Desk) -> None:
    """A time zone that does not exist is named below its input."""
    page = visits.as_person("ada", path="/setup/lists/sites/+")
    page.locator("input[pattern]").fill("pier")
    zone = page.get_by_role("textbox", name=re.compile("^Time zone"))
    zone.fill("Asia/Nowhere")
    page.locator("main form button[type=submit]").click()
    expect(zone).to_have_attribute("aria-invalid", "true", timeout=SLOW_MS)
    _refused(visits, "422")


def test_a_list_is_imported_after_a_look(visits: Visits, administered: Desk, tmp_path: Path) -> None:
    """A file with a fault shows row and cell; the mended one shows its changes and is applied."""
    bad, good = tmp_path / "customers.csv", tmp_path / "customers-2.csv"
    bad.write_text("Key,Name,Currency\nacme,Acme,Yen and more\n", "utf-8")
    good.write_text(f"Key,Name,Currency\nacme,{EVIL},CNY\n", "utf-8")
    page = visits.as_person("ada", path="/setup/import")
    _upload(page, bad)
    expect(page.get_by_text(re.compile("C2"))).to_be_visible(timeout=SLOW_MS)
    page.goto(visits.url + "/setup/import")
    _upload(page, good)
    expect(page.get_by_role("table", name="Changes")).to_contain_text(EVIL, timeout=SLOW_MS)
    page.get_by_role("button", name="Apply all").click()
    page.get_by_role("dialog").get_by_role("button", name="Apply all").click()
    expect(page.locator("main").get_by_text("applied", exact=True)).to_be_visible(timeout=SLOW_MS)
    assert administered.ask("GET", "/customers/acme").json()["name"] == EVIL


def test_a_key_and_an_invitation_are_shown_once(visits: Visits, administered: Desk) -> None:
    """The secret of a key works; it is gone with the next look. An invitation gives a link or a code."""
    page = visits.as_person("ada", path="/setup/keys")
    page.get_by_role("button", name="Issue a key").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name=re.compile("^What it is for")).fill("portal")
    dialog.get_by_role("button", name="Issue a key").click()
    secret = page.locator("[data-secret]")
    expect(secret).to_have_text(re.compile("^kw_"), timeout=SLOW_MS)
    asked = administered.ask("GET", "/me", headers={"Authorization": f"Bearer {secret.inner_text()}"})
    assert asked.json()["role"] == "integrator"
    page.goto(visits.url + "/setup/users")
    page.get_by_role("button", name="Invite", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name=re.compile("^Person")).fill("su")
    dialog.get_by_role("button", name="Invite", exact=True).click()
    expect(page.locator("[data-secret]")).to_be_visible(timeout=SLOW_MS)
    page.reload()
    expect(page.get_by_role("link", name="su")).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("[data-secret]")).to_have_count(0)


def test_limits_are_saved_after_a_trial(visits: Visits, administered: Desk) -> None:
    """The changed limit is tried over what was measured, then saved with a reason, which stands in the history."""
    page = visits.as_person("ada", path="/rules/tender")
    _head(page, "tender")
    page.get_by_role("button", name="Change limits").click()
    limit = page.get_by_role("textbox", name="Limit: high")
    limit.fill("20")
    expect(page.get_by_text("was 8 °C")).to_be_visible()
    save = page.get_by_role("button", name="Save limits")
    page.get_by_role("textbox", name=re.compile("^Reason")).fill("tougher goods")
    expect(save).to_be_disabled()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name=re.compile("What would have happened"))).to_be_visible(
        timeout=2 * SLOW_MS
    )
    expect(page.get_by_role("img", name=re.compile("room-1: 1 excursions now, 0"))).to_be_visible()
    save.click()
    expect(page.get_by_text("tougher goods")).to_be_visible(timeout=SLOW_MS)
    kept = administered.ask("GET", "/profiles/tender").json()
    assert [version["limits"][0]["limit"] for version in kept["versions"]] == [8.0, 20.0]


def test_who_may_not_sees_nothing(visits: Visits, administered: Desk) -> None:
    """A keeper has neither keys nor rules, whatever the address."""
    page = visits.as_person("kim", path="/setup/keys")
    for path in ("/setup/keys", "/rules", "/setup/users", "/setup/import"):
        page.goto(visits.url + path)
        expect(page.get_by_role("heading", level=1)).to_have_text("Not found", timeout=SLOW_MS)


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
        page.goto(visits.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW_MS)
        expect(
            page.get_by_role("status").and_(page.locator("[aria-label=Loading], [aria-label=加载中]"))
        ).to_have_count(0, timeout=SLOW_MS)
        page.wait_for_timeout(300)
        pictures(page, name)
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


VIEWS = {
    "setup": "/setup",
    "setup-list": "/setup/lists/zones",
    "setup-object": "/setup/lists/people/enno",
    "setup-import": "/setup/import",
    "setup-users": "/setup/users",
    "setup-keys": "/setup/keys",
    "setup-account": "/setup/account",
    "setup-webhooks": "/setup/webhooks",
    "setup-hooks": "/setup/hooks",
    "setup-policies": "/setup/policies",
    "setup-loggers": "/setup/logger-files",
    "rules": "/rules",
    "rules-profile": "/rules/tender",
    "rules-catalogue": "/rules?tab=catalogue",
    "rules-proposals": "/rules?tab=proposals",
}


def _upload(page: Page, file: Path) -> None:
    _head(page, "Import lists")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look through").click()


def _refused(visits: Visits, status: str) -> None:
    """The browser complains of the refusal that was wanted."""
    visits.faults[:] = [fault for fault in visits.faults if status not in fault]


def _as_admin(desk: Desk) -> dict[str, str]:
    return {"Authorization": f"Bearer {desk.home.key}"}
