"""Sensors, gateways and dead letters on the page: real messages seen as they arrive, secrets shown once, repairs tried and submitted."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator

import paho.mqtt.client as mqtt
import pytest
from playwright.sync_api import Page, expect

from tests.page.visiting import LOOKS, Visits, axe
from tests.stories.desk import Desk

LIVE_MS = 2_000
SLOW_MS = 60_000
EVIL = "<img src=x onerror=alert(1)>"
TELEMETRY = "keepwell/v1/gw1/telemetry"
WATCH = {"en": ("Watch", "What to change"), "zh": ("开始查看", "如何修改")}
ROWS = {
    "/sensors/devices": "t0", "/sensors/devices/gw1-t0": "gw1/t0", "/sensors/gateways": "gw1",
    "/sensors/gateways/gw1?watch=true": TELEMETRY, "/sensors/dead-letters": "gw1",
}  # fmt: skip
"""Every view, and what is to be read there once it has drawn itself."""
SAID = {"device": "t0", "temperature": 5.1, "battery_voltage": 2.6, "rssi": -97, "humidity": "wet"}


@pytest.fixture(scope="module")
def gateway(installation: Desk) -> Iterator[mqtt.Client]:
    """Something that publishes as gw1, on a connection of its own."""
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "gw1-of-a-test")
    client.connect("127.0.0.1", installation.home.settings.mqtt_port)
    client.loop_start()
    yield client
    client.disconnect()
    client.loop_stop()


def publish(client: mqtt.Client, payload: object, topic: str = TELEMETRY) -> None:
    """Publish and wait until the broker has it."""
    said = payload if isinstance(payload, str) else json.dumps(payload)
    client.publish(topic, said, 1).wait_for_publish(10)


def device_of(installation: Desk, name: str = "t0") -> str:
    """The key of a registered device."""
    return next(one["key"] for one in installation.home.api.all("/api/v1/devices") if one["device"] == name)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_message_is_seen_as_it_arrives(visits: Visits, gateway: mqtt.Client, lang: str) -> None:
    """Within two seconds of the MQTT message: its payload beside the reading made of it, and what was refused with what to change."""
    start, change = WATCH[lang]
    page = visits.returning("enno", path="/sensors/gateways/gw1", lang=lang)
    page.get_by_role("button", name=start, exact=True).click()
    expect(page.locator("[data-watching=live]")).to_be_visible(timeout=SLOW_MS)
    publish(
        gateway,
        {"device": "t0", "temperature": 41, "unit": {"temperature": "degF"}, "humidity": f"wet-{lang}"},
    )
    before = time.monotonic()
    message = page.get_by_role("article").filter(has_text=f"wet-{lang}")
    expect(message).to_be_visible(timeout=LIVE_MS)
    assert (time.monotonic() - before) * 1000 <= LIVE_MS
    expect(message.get_by_role("table")).to_contain_text("gw1/t0")
    expect(message.get_by_role("table")).to_contain_text(re.compile(r"5\s°C"))
    expect(message.get_by_role("table")).to_contain_text("41")
    expect(message.get_by_role("alert")).to_contain_text(change)
    publish(gateway, {"device": "t0", "temperature": 5.5})
    expect(page.get_by_role("article").first).to_contain_text("5.5", timeout=SLOW_MS)
    page.reload()
    expect(page.get_by_role("article").filter(has_text=f"wet-{lang}")).to_be_visible(timeout=SLOW_MS)


def test_a_gateway_that_nobody_registered_is_seen(visits: Visits, installation: Desk) -> None:
    """It speaks, so it stands in the list, with what to do; its page shows what it says."""
    refused = visits.returning("enno", path="/sensors/gateways")
    stranger = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "stranger")
    stranger.connect("127.0.0.1", installation.home.settings.mqtt_port)
    stranger.loop_start()
    publish(stranger, {"device": "x", "temperature": 4}, "keepwell/v1/gw-stray/telemetry")
    stranger.disconnect()
    stranger.loop_stop()
    row = refused.get_by_role("row").filter(has_text="gw-stray")
    expect(row).to_contain_text("not registered", timeout=2 * SLOW_MS)
    row.get_by_role("link").click()
    expect(refused.get_by_role("heading", level=1, name="gw-stray")).to_be_visible()


def test_a_dead_letter_is_repaired(visits: Visits, installation: Desk, gateway: mqtt.Client) -> None:
    """Read, tried as it is, changed, tried again, submitted: then its reading is there."""
    publish(gateway, '{"device": "t1", "temperature": 6,25}')
    installation.home.until(lambda: list(installation.home.api.all("/api/v1/dead-letters")), "a letter", 60)
    page = visits.returning("enno", path="/sensors/dead-letters?gateway=gw1")
    row = page.get_by_role("row").filter(has_text="not valid JSON").first
    expect(row).to_contain_text("What to change", timeout=SLOW_MS)
    row.get_by_role("link").first.click()
    content = page.get_by_role("textbox", name="Content")
    expect(content).to_have_value(re.compile("6,25"), timeout=SLOW_MS)
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_text("It would still be refused")).to_be_visible(timeout=SLOW_MS)
    content.fill('{"device": "t1", "temperature": 6.25}')
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_text("It would be kept")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("table")).to_contain_text("6.25")
    page.get_by_role("button", name="Submit again").click()
    page.get_by_role("dialog").get_by_role("button", name="Submit again").click()
    expect(page.get_by_text("Submitted")).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("link", name="Watch what becomes of it").click()
    expect(page.get_by_role("heading", level=1, name="gw1")).to_be_visible()


def test_the_ledger_in_words(visits: Visits, gateway: mqtt.Client) -> None:
    """What was refused stands there with its reason in the reader's words, and the figures as a table."""
    publish(gateway, '{"device": "t1", "temperature": 6,25}')
    page = visits.returning("enno", path="/sensors/gateways/gw1", lang="zh")
    table = page.get_by_role("table", name="按原因统计的拒收")
    expect(table).to_contain_text("不是有效的 JSON", timeout=SLOW_MS)
    expect(page.get_by_text("账目相符")).to_be_visible()
    page.get_by_role("button", name="以表格查看数值").last.click()
    expect(page.get_by_role("columnheader", name="已保存")).to_be_visible()


def test_a_name_is_text_and_nothing_else(visits: Visits, installation: Desk, gateway: mqtt.Client) -> None:
    """A device that is called like an element, live and in every list, is shown as it is called and does nothing."""
    body = {"gateway": "gw1", "device": EVIL, "name": EVIL}
    installation.ask("PUT", "/devices/evil", json=body, headers={**_key(installation), "If-None-Match": "*"})
    page = visits.returning("enno", path="/sensors/gateways/gw1?watch=true")
    expect(page.locator("[data-watching=live]")).to_be_visible(timeout=SLOW_MS)
    publish(gateway, {"device": EVIL, "temperature": 5})
    expect(page.get_by_role("article").get_by_text(EVIL).first).to_be_visible(timeout=SLOW_MS)
    for path in ("/sensors/devices", "/sensors/devices/evil"):
        page.goto(visits.url + path)
        expect(page.get_by_text(EVIL).first).to_be_visible(timeout=SLOW_MS)
        assert page.locator("img[src=x]").count() == 0


def test_filters_of_devices_are_addresses(visits: Visits) -> None:
    """A site without devices says so and offers all; the address of one gateway brings back its sensors."""
    page = visits.returning("enno", path="/sensors/devices?gateway=nobody")
    expect(page.get_by_role("heading", name="No sensor fits")).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name="Show all sensors").click()
    expect(page).to_have_url(f"{visits.url}/sensors/devices")
    expect(page.get_by_role("row").filter(has_text="gw1/t0")).to_be_visible(timeout=SLOW_MS)


def test_a_device_is_replaced(visits: Visits, installation: Desk) -> None:
    """Another takes its place; the page goes on to the new one, where the old one stood."""
    installation.ask(
        "PUT", "/devices/spare", json={"gateway": "gw1", "device": "spare"},
        headers={**_key(installation), "If-None-Match": "*"},
    )  # fmt: skip
    page = visits.returning("enno", path=f"/sensors/devices/{device_of(installation, 't3')}")
    page.get_by_role("button", name="Replace").click(timeout=SLOW_MS)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="The new sensor").fill("spare")
    dialog.get_by_role("button", name="Replace").click()
    expect(page).to_have_url(f"{visits.url}/sensors/devices/spare", timeout=SLOW_MS)
    expect(page.get_by_role("table", name="Where it stood")).to_contain_text("room-3")


@LOOKS
def test_everybody_can_use_it(
    visits: Visits,
    installation: Desk,
    gateway: mqtt.Client,
    pictures: Callable[[Page, str], None],
    lang: str,
    phone: bool,
    dark: bool,
) -> None:
    """axe finds nothing serious on any of these views, in both themes, languages and sizes; nothing is wider than a phone."""
    key = device_of(installation)
    publish(
        gateway, {"device": "t0", "temperature": 5.1, "battery_voltage": 2.6, "rssi": -97, "humidity": "wet"}
    )
    publish(gateway, "{'device': 't0'}")
    page = visits.returning("enno", lang=lang, phone=phone, dark=dark, path="/sensors/devices")
    for path, read in ROWS.items():
        page.goto(visits.url + path.replace("gw1-t0", key))
        expect(page.locator("main").get_by_text(read).first).to_be_visible(timeout=SLOW_MS)
        if "watch" in path:
            expect(page.locator("[data-watching=live]")).to_be_visible(timeout=SLOW_MS)
            publish(gateway, SAID)
            expect(page.get_by_role("article").first).to_be_visible(timeout=SLOW_MS)
        expect(page.get_by_role("status", name=re.compile("Loading|加载中"))).to_have_count(
            0, timeout=SLOW_MS
        )
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        pictures(page, _name(path))
    page.locator("main").get_by_role("link").nth(0).click()
    expect(page.get_by_role("textbox").first).to_be_visible(timeout=SLOW_MS)
    assert axe(page) == []
    pictures(page, "dead-letter")


def test_a_secret_is_shown_once(visits: Visits) -> None:
    """Given, shown with a line to try it, gone after closing; revoked with a reason.

    The last one: from the first secret on the broker lets in nobody without one.
    """
    page = visits.returning("su", path="/sensors/gateways/gw1")
    page.get_by_role("button", name="Give it a secret").click()
    page.get_by_role("dialog").get_by_role("button", name="Give it a secret").click()
    shown = page.get_by_role("dialog", name="The new secret")
    expect(shown).to_be_visible(timeout=SLOW_MS)
    secret = shown.locator("code").first.inner_text()
    assert len(secret) >= 16
    expect(shown).to_contain_text("mosquitto_pub")
    page.keyboard.press("Escape")
    expect(shown).to_be_visible()
    shown.get_by_role("button", name="I have kept it").click()
    expect(shown).to_be_hidden()
    assert secret not in page.content()
    page.get_by_role("button", name="Revoke").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("It was stolen")
    dialog.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Revoked", exact=True)).to_be_visible(timeout=SLOW_MS)


def _name(path: str) -> str:
    parts = path.split("?")[0].strip("/").split("/")[1:]
    return parts[0] if len(parts) == 1 else parts[0].rstrip("s")


def _key(installation: Desk) -> dict[str, str]:
    return {"Authorization": f"Bearer {installation.home.key}"}
