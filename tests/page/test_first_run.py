"""An empty installation leads by the hand: from its start to a first own reading on a chart, by the clock, in both languages."""

from __future__ import annotations

import re
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page.by_hand import still
from tests.page.visiting import CHOSEN, DESKTOP, LOCALES, NOT_LOGGED_IN, PHONE, axe
from tests.stories.installation import RealInstallation

SLOW_MS = 30_000
WHOLE_S = 180.0
"""From the start of an empty directory to the curve."""
PASSWORD = "nine quiet foxes under a bridge"
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
EVIL = "<img src=x onerror=alert(1)>"
LANGS = {
    "en": {
        "become": "Become the first user", "name": "Your name", "password": "Password", "begin": "Begin", "head": "First steps",
        "add": "Add and issue its password", "command": "The same as a command", "waiting": "Waiting for what",
        "arrived": "It arrived, and this was made of it", "chart": "Your reading on a chart", "later": "Leave this for later",
        "next": "Next:", "site": "Name of the site", "add_site": "Add the site", "zone": "Name of the zone",
        "add_zone": "Add the zone", "goods": "Goods", "climate": "Climate", "hold": "Let it hold", "place": "Place it here",
        "hangs": "hangs in", "person": "Name", "invite": "Invite", "link": "Send this link", "over": "used up",
        "empty": "Set up step by step", "hot": "hot summer, cold winter", "shut": "lets in no gateway without a password",
    },
    "zh": {
        "become": "创建第一个用户", "name": "您的姓名", "password": "密码", "begin": "开始", "head": "首次设置",
        "add": "添加并生成密码", "command": "同样内容的命令", "waiting": "正在等待", "arrived": "已收到，解析结果如下",
        "chart": "您的测量值曲线", "later": "稍后再做", "next": "下一步：", "site": "站点名称", "add_site": "添加站点",
        "zone": "库区名称", "add_zone": "添加库区", "goods": "货物", "climate": "气候区", "hold": "使其生效",
        "place": "安放在此", "hangs": "位于", "person": "姓名", "invite": "邀请", "link": "请将此链接发给", "over": "已使用",
        "empty": "逐步设置", "hot": "夏热冬冷", "shut": "没有密码的网关已无法接入",
    },
}  # fmt: skip
Words = dict[str, str]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[RealInstallation]:
    """An installation on an empty directory, not started."""
    home = RealInstallation(tmp_path)
    yield home
    home.clean_up()


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What browsers complained of; it fails the test."""
    found: list[str] = []
    yield found
    assert found == []


def opened(browser: Browser, lang: str, faults: list[str], **how: bool) -> Page:
    """A new browser."""
    context = browser.new_context(
        locale=LOCALES[lang], viewport=PHONE if how.get("phone") else DESKTOP,  # type: ignore[arg-type]
        color_scheme="dark" if how.get("dark") else "light", timezone_id="Asia/Shanghai",
    )  # fmt: skip
    context.add_init_script(CHOSEN.format(lang=lang))
    page = context.new_page()
    expected = (NOT_LOGGED_IN, "404 (Not Found)", "422 (Unprocessable")
    page.on(
        "console",
        lambda m: (
            faults.append(m.text) if m.type == "error" and not any(e in m.text for e in expected) else None
        ),
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    return page


def printed(home: RealInstallation) -> list[str]:
    """The links that `keepwell up` printed so far."""
    return re.findall(r"Set up   (\S+)", home.log.read_text("utf-8"))


def started(home: RealInstallation) -> str:
    """Start it as `make up` does; the link, once somebody could open it."""
    home.up()
    (link,) = home.until(lambda: printed(home), "a link", 90)
    health = link.split("/set-up")[0] + "/healthz"
    home.until(lambda: answers(health), "a page", 90)
    return link


def answers(address: str) -> bool:
    """Whether somebody listens there."""
    try:
        return httpx.get(address).is_success
    except httpx.TransportError:
        return False


def become_admin(page: Page, link: str, words: Words) -> None:
    """Open the printed link and fill in the form."""
    page.goto(link)
    expect(page.get_by_role("heading", name=words["become"])).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("textbox", name=words["name"]).fill("Nora Ek")
    page.get_by_role("textbox", name=words["password"]).fill(PASSWORD)
    page.get_by_role("button", name=words["begin"]).click()


def send_the_test_message(page: Page, words: Words) -> None:
    """Run the command that the page shows, as somebody who copies it would."""
    command = (
        page
        .locator("div", has=page.get_by_text(words["command"], exact=True))
        .locator("code")
        .last.inner_text()
    )
    assert command.startswith("mosquitto_pub ")
    subprocess.run(shlex.split(command), check=True, timeout=30)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_from_nothing_to_a_reading_on_a_chart(
    chromium: Browser,
    empty: RealInstallation,
    faults: list[str],
    pictures: Callable[[Page, str], None],
    record_property: Callable[[str, object], None],
    lang: str,
) -> None:
    """In under three minutes, machine and browser together: first user, gateway, test message, curve. Then every other step."""
    words, began = LANGS[lang], time.monotonic()
    link = started(empty)
    page = opened(chromium, lang, faults)
    page.goto(link)
    expect(page.get_by_role("heading", name=words["become"])).to_be_visible(timeout=SLOW_MS)
    assert axe(page) == []
    pictures(page, "first-steps-1-set-up")
    become_admin(page, link, words)
    expect(page.get_by_role("heading", level=1, name=words["head"])).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name=words["add"]).click()
    expect(page.get_by_text(words["waiting"]).first).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text(words["shut"])).to_be_visible()
    pictures(page, "first-steps-2-gateway")
    send_the_test_message(page, words)
    sent = time.monotonic()
    expect(page.get_by_text(words["arrived"])).to_be_visible(timeout=SLOW_MS)
    arrived_s = time.monotonic() - sent
    chart = page.get_by_role("region", name=words["chart"])
    expect(chart.locator("canvas").first).to_be_visible(timeout=SLOW_MS)
    whole_s = time.monotonic() - began
    assert whole_s < WHOLE_S
    record_property("from the start to the curve, s", round(whole_s))
    record_property("from the message to the page, s", round(arrived_s, 1))
    chart.scroll_into_view_if_needed()
    pictures(page, "first-steps-3-reading")
    assert axe(page) == []
    the_other_steps(page, words, pictures)
    page.goto(link.split("/set-up")[0] + "/")
    expect(page.locator("article").first).to_contain_text(EVIL, timeout=SLOW_MS)
    pictures(page, "first-steps-8-now")
    assert page.locator("main img").count() == 0
    again = opened(chromium, lang, faults)
    become_admin(again, link, words)
    expect(again.get_by_role("alert")).to_contain_text(words["over"], timeout=SLOW_MS)


def the_other_steps(page: Page, words: Words, pictures: Callable[[Page, str], None]) -> None:
    """Places (with a name that means harm), rules, devices, people; each shows that it is done."""
    page.get_by_role("button", name=words["next"]).click()
    page.get_by_role("textbox", name=words["site"]).fill(EVIL)
    page.get_by_role("button", name=words["add_site"]).click()
    page.get_by_role("textbox", name=words["zone"]).fill("Hall 1")
    page.get_by_role("button", name=words["add_zone"]).click()
    expect(page.locator("li").filter(has_text=EVIL)).to_contain_text("Hall 1", timeout=SLOW_MS)
    pictures(page, "first-steps-4-places")
    page.reload()  # nothing is stored of how far one is: it follows from what there is
    page.get_by_role("button", name=words["next"]).click(timeout=SLOW_MS)
    choose(page, words["goods"], None)
    choose(page, words["climate"], words["hot"])
    page.get_by_role("button", name=words["hold"]).click()
    expect(page.locator("li").filter(has_text="Hall 1")).to_be_visible(timeout=SLOW_MS)
    pictures(page, "first-steps-5-rules")
    assert axe(page) == []
    page.get_by_role("button", name=words["next"]).click()
    page.get_by_role("button", name=words["place"]).click()
    expect(page.get_by_text(words["hangs"])).to_be_visible(timeout=SLOW_MS)
    pictures(page, "first-steps-6-devices")
    page.get_by_role("button", name=words["next"]).click()
    page.get_by_role("textbox", name=words["person"], exact=True).fill("Li Na")
    page.get_by_role("button", name=words["invite"], exact=True).click()
    expect(page.get_by_text(words["link"])).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("code")).to_contain_text("/invitation#")
    pictures(page, "first-steps-7-people")
    assert axe(page) == []


def choose(page: Page, label: str, option: str | None) -> None:
    """Open a choice and take an option, or the first."""
    page.get_by_role("textbox", name=label, exact=True).click()
    options = page.get_by_role("option")
    (options.filter(has_text=option) if option else options).first.click()


def test_on_a_phone_and_in_the_dark(
    chromium: Browser,
    empty: RealInstallation,
    faults: list[str],
    pictures: Callable[[Page, str], None],
) -> None:
    """Whoever comes without a link is told where it is; an empty overview leads to the first steps; nothing is wider than a phone."""
    words = LANGS["en"]
    link = started(empty)
    page = opened(chromium, "en", faults, phone=True)
    page.goto(link.split("#")[0])
    expect(page.get_by_role("button", name=words["begin"])).to_be_disabled(timeout=SLOW_MS)
    become_admin(page, link, words)
    page.get_by_role("button", name=words["add"]).click(timeout=SLOW_MS)
    expect(page.get_by_text(words["waiting"]).first).to_be_visible(timeout=SLOW_MS)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        expect(page.locator(f"html[data-mantine-color-scheme={scheme}]")).to_be_attached()
        still(page)
        assert axe(page) == [], scheme
        pictures(page, "first-run")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(link.split("/set-up")[0] + "/")
    page.get_by_role("link", name=words["empty"]).click(timeout=SLOW_MS)
    expect(page.get_by_role("heading", level=1, name=words["head"])).to_be_visible(timeout=SLOW_MS)
