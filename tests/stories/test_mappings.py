"""A gateway nobody has met: its mapping is tried, switched on, read, changed and switched off, through the public API."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from keepwell.processes import built
from tests.brokers import missing
from tests.stories.installation import RealInstallation

DOCUMENT: dict[str, Any] = {
    "format": 1,
    "key": "orchard",
    "title": {"en": "Cold store of the orchard", "zh": "果园冷库"},
    "settings": {"clock": {"title": "Clock", "kind": "time_zone"}},
    "names": {"tK": {"quantity": "temperature", "unit": "K", "scale": 0.1}},
    "message": [
        {"topic": "orchard/{gateway}/state", "gateway": "{gateway}", "payload": "text",
         "status": {"online": "up", "offline": "down"}},
        {"topic": "orchard/{gateway}/{row}/+", "gateway": "{gateway}", "numbers": "comma",
         "time": {"at": "$.stamp", "format": "%d.%m.%Y %H:%M:%S", "zone": "<clock>"},
         "records": [{
             "at": "probes.{probe}", "device": "{row}-{probe}", "where": [{"at": "ok", "is": True}],
             "values": {"{what}": "{what}", "wet": {"quantity": "relative_humidity", "unit": "ratio"}},
         }], "others": "leave"},
    ],
}  # fmt: skip
SETTINGS = {"clock": "America/Santiago"}


class Farm:
    """The service, asked as an integrator does, and the gateway's publisher."""

    def __init__(self, home: RealInstallation, key: str) -> None:
        self.home = home
        self.native = 0
        self._http = httpx.Client(
            base_url=f"http://{home.settings.http_host}:{home.settings.http_port}/api/v1", timeout=30
        )
        self._admin = self._key = key
        made = self.ask("POST", "/keys", {"name": "integrator", "role": "integrator"})
        self._key = str(made.raise_for_status().json()["secret"])

    def ask(
        self, method: str, path: str, body: object = None, lang: str = "en", **more: Any
    ) -> httpx.Response:
        """One request with the integrator's key."""
        headers = {"Authorization": f"Bearer {self._key}", "Accept-Language": lang, **more.pop("headers", {})}
        return self._http.request(method, path, json=body, headers=headers, **more)

    def items(self, path: str) -> list[dict[str, Any]]:
        """What an administrator reads; nothing of what does not exist."""
        found = self._http.get(path, headers={"Authorization": f"Bearer {self._admin}"})
        return [] if found.status_code == 404 else list(found.raise_for_status().json()["items"])

    def publish(self, topic: str, payload: object, *flags: str) -> None:
        """What the gateway's own client does."""
        text = payload if isinstance(payload, str) else json.dumps(payload)
        port = str(self.home.settings.mqtt_port)
        subprocess.run(
            ["mosquitto_pub", "-h", "127.0.0.1", "-p", port, "-q", "1", "-t", topic, "-m", text, *flags],
            check=True, timeout=20,
        )  # fmt: skip

    def publish_native(self) -> None:
        """What goes on all the while: a gateway that speaks our language."""
        self.native += 1
        stamp = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=self.native)
        self.publish("keepwell/v1/nat/telemetry", {"temperature": 1, "time": stamp.isoformat()})

    def rows(self, device: str) -> list[dict[str, Any]]:
        """The readings of a device, by quantity and time; none of one that was never heard."""
        found = self.items(f"/readings?device={device}&from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z")
        return sorted(found, key=lambda row: (row["quantity"], row["time"]))

    def ledger(self, gateway: str) -> dict[str, Any]:
        """Messages of a gateway: received, decoded, and rejected by reason."""
        items = self.items(f"/ledger?gateway={gateway}")
        rejected = {r["reason"]: r["n"] for item in items for r in item["messages"]["rejected"]}
        return {"received": sum(item["messages"]["received"] for item in items), "rejected": rejected}


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    """One installation for the whole story."""
    if shutil.which("mosquitto_pub") is None:
        missing("mosquitto_pub is not installed")
    home = RealInstallation(Path(tmp_path_factory.mktemp("orchard")))
    try:
        home.settings.data.mkdir(parents=True)
        key = built("first_key")(home.settings)
        home._use(key)
        home.start()
        yield Farm(home, key)
    finally:
        home.clean_up()


def said(minute: int, kelvin_tenths: str, wet: float = 0.93) -> dict[str, Any]:
    """What the gateway says: decimal commas, tenths of Kelvin, its own local time, and a probe out of order."""
    local = datetime(2026, 11, 20, 9, minute)  # noqa: DTZ001  # the gateway's clock knows no zone
    return {
        "stamp": local.strftime("%d.%m.%Y %H:%M:%S"),
        "probes": {
            "a": {"ok": True, "tK": kelvin_tenths, "wet": wet, "serial": 7},
            "b": {"ok": False, "tK": "9999"},
        },
    }


def utc(minute: int) -> str:
    """The same moment (Santiago in November: three hours behind)."""
    moment = datetime(2026, 11, 20, 9, minute, tzinfo=UTC) + timedelta(hours=3)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.slow
def test_from_an_unknown_gateway_to_readings(farm: Farm) -> None:
    """Write, try pasted and live, switch on, read, change, switch off; all of it by an integrator."""
    wrong = farm.ask("PUT", "/mappings/orchard", {"document": DOCUMENT})
    assert wrong.status_code == 422
    assert [error["code"] for error in wrong.json()["errors"]] == ["mapping.setting_missing"]

    source = {"document": DOCUMENT, "settings": SETTINGS}
    pasted = {"topic": "orchard/gw-9/row1/now", "payload_text": json.dumps(said(1, "2756,5"))}
    tried = farm.ask("POST", "/mappings/trial", source | pasted).json()["messages"][0]
    assert tried["gateway"] == "gw-9"
    assert [(k["device"], k["quantity"], k["value"], k["unit"], k["time"]) for k in tried["keeps"]] == [
        ("gw-9/row1-a", "temperature", pytest.approx(2.5), "°C", utc(1)),
        ("gw-9/row1-a", "relative_humidity", pytest.approx(93.0), "%", utc(1)),
    ]

    made = farm.ask("PUT", "/mappings/orchard", source)
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    _try_live(farm)
    assert farm.rows("gw-9/row1-a") == []  # a trial keeps nothing

    on = farm.ask("POST", "/mappings/orchard/on", {}, params={"reason": "tried on site"})
    assert (on.status_code, on.json()["active"]) == (200, 1)
    _publish_until_read(farm, "gw-9/row1-a")
    kept = {(row["quantity"], row["time"]): row["value"] for row in farm.rows("gw-9/row1-a")}
    assert kept["temperature", utc(2)] == pytest.approx(2.6)
    assert {quantity for quantity, _ in kept} == {"temperature", "relative_humidity"}
    assert farm.rows("gw-9/row1-b") == []


def _try_live(farm: Farm) -> None:
    """A draft is tried against what really comes, also before anything is read for good."""
    deadline = time.monotonic() + 40
    with ThreadPoolExecutor(1) as pool:
        while time.monotonic() < deadline:
            body = {"key": "orchard", "live": True, "seconds": 3, "messages": 1}
            answer = pool.submit(farm.ask, "POST", "/mappings/trial", body, "zh")
            for _ in range(4):
                time.sleep(0.5)
                farm.publish_native()
                farm.publish("orchard/gw-9/row1/now", said(1, "zwölf"))
            heard = answer.result()
            if heard.status_code == 200 and heard.json()["messages"]:
                break
    (message,) = heard.json()["messages"]
    (refused,) = message["refuses"]
    assert (refused["reason"], refused["detail"][:14]) == ("wrong_type", "$.probes.a.tK:")
    assert refused["message"].endswith("。")
    assert [k["quantity"] for k in message["keeps"]] == ["relative_humidity"]


def _publish_until_read(farm: Farm, device: str) -> None:
    """The same message again and again changes nothing: it has a time of its own."""
    deadline = time.monotonic() + 40
    while not farm.rows(device):
        assert time.monotonic() < deadline, "what is switched on is read within seconds"
        farm.publish_native()
        farm.publish("orchard/gw-9/row1/now", said(2, "2757,5"))
        time.sleep(0.5)


@pytest.mark.slow
def test_what_a_mapping_refuses_is_counted_and_kept_for_repair(farm: Farm) -> None:
    """Ledger and dead letters under the gateway that the topic names; its state too; no time means flagged or refused."""
    farm.publish("orchard/gw-8/state", "up")
    farm.publish("orchard/gw-8/row1/now", "{broken")
    farm.publish("orchard/gw-8/row1/now", {"probes": []})
    farm.publish("orchard/gw-8/row1/now", {"probes": {"a": {"ok": True, "tK": "2760"}}}, "-r")
    farm.publish("orchard/gw-8/row1/now", {"probes": {"a": {"ok": True, "tK": "2761"}}})

    farm.home.until(lambda: farm.ledger("gw-8")["received"] >= 4, "four messages in the ledger")
    letters = farm.items("/dead-letters?gateway=gw-8")
    assert {letter["reason"] for letter in letters} >= {"not_json", "unmapped"}
    rows = farm.home.until(lambda: farm.rows("gw-8/row1-a"), "the value without a time")
    assert all(row["flags"] == ["no_time"] for row in rows)


@pytest.mark.slow
def test_a_new_version_and_switching_off(farm: Farm) -> None:
    """What is switched on goes on in its version until another one is; off means off; history names who and why."""
    changed = json.loads(json.dumps(DOCUMENT).replace("orchard/{gateway}/{row}/+", "grove/{gateway}/{row}"))
    etag = farm.ask("GET", "/mappings/orchard").headers["etag"]
    body = {"document": changed, "settings": SETTINGS}
    assert farm.ask("PUT", "/mappings/orchard", body).status_code == 428
    put = farm.ask("PUT", "/mappings/orchard", body, headers={"If-Match": etag}).json()
    assert (put["active"], put["latest"], put["state"]) == (1, 2, "active")
    assert farm.ask("GET", "/mappings/orchard/versions/1").json()["document"] == DOCUMENT

    assert farm.ask("POST", "/mappings/orchard/on", {"version": 2}, params={"reason": "moved"}).is_success
    deadline = time.monotonic() + 40
    while not farm.rows("gw-7/row2-a"):
        assert time.monotonic() < deadline
        farm.publish_native()
        farm.publish("grove/gw-7/row2", said(3, "2770"))
        time.sleep(0.5)
    before = len(farm.rows("gw-9/row1-a"))
    farm.publish("orchard/gw-9/row1/now", said(4, "2780"))

    off = farm.ask("POST", "/mappings/orchard/off", params={"reason": "gateway removed"}).json()
    assert (off["state"], off["active"]) == ("off", None)
    for _ in range(8):
        time.sleep(0.5)
        farm.publish_native()
    farm.publish("grove/gw-7/row2", said(5, "2790"))
    farm.home.until(lambda: len(farm.rows("nat")) == farm.native, "all that was said natively, nothing lost")
    time.sleep(2)
    assert len(farm.rows("gw-9/row1-a")) == before
    assert [row["time"] for row in farm.rows("gw-7/row2-a")] == [utc(3), utc(3)]
    events = farm.items("/events?limit=1000")
    acts = [(e["act"], e["reason"]) for e in events if e["subject"] == "mapping:orchard"]
    assert acts == [
        ("created", ""), ("switched_on", "tried on site"), ("changed", ""), ("switched_on", "moved"),
        ("switched_off", "gateway removed"),
    ]  # fmt: skip
