"""A running service for publishers, with its own broker or with Mosquitto, asked through the public API as an integrator does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from keepwell.processes import built
from keepwell.settings import Settings
from tests.brokers import MOSQUITTO_PATH, ROOT, missing
from tests.peers import running
from tests.ports import free_port
from tests.stories.installation import RealInstallation

OWN = "keepwell", "password-of-keepwell-itself"
SPAN = {"from": "2001-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z", "limit": 1000}


class House:
    """The service, and the port of its broker."""

    def __init__(self, home: RealInstallation, port: int, key: str) -> None:
        self.home = home
        self.port = port
        self._http = httpx.Client(
            base_url=f"http://{home.settings.http_host}:{home.settings.http_port}/api/v1",
            headers={"Authorization": f"Bearer {key}"},
            timeout=30,
        )

    def ask(self, method: str, path: str, body: object = None, **query: Any) -> Any:
        """One request that must succeed, and its answer."""
        answer = self._http.request(method, path, json=body, params=query)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def credential(self, gateway: str) -> str:
        """Let a gateway in, and the secret it gets."""
        return str(self.ask("POST", f"/gateways/{gateway}/credential")["secret"])

    def draft(self, key: str, **source: Any) -> None:
        """Write a mapping: `ready` or `document`, and `settings`."""
        self.ask("PUT", f"/mappings/{key}", source)

    def switch_on(self, key: str) -> None:
        """From now on it reads."""
        self.ask("POST", f"/mappings/{key}/on", {}, reason="a test")

    def readings(self, device: str) -> list[tuple[str, str, float]]:
        """Quantity, time and value of all that is kept of a device; nothing of one that was never heard."""
        found = self._http.get("/readings", params={"device": device, **SPAN})
        if found.status_code == 404:
            return []
        return sorted((row["quantity"], row["time"], row["value"]) for row in found.json()["items"])

    def heard(self, device: str, readings: int = 1) -> list[tuple[str, str, float]]:
        """The same, once there are so many."""
        return self.home.until(lambda: self._enough(device, readings), f"{readings} readings of {device}")

    def _enough(self, device: str, readings: int) -> list[tuple[str, str, float]]:
        found = self.readings(device)
        return found if len(found) >= readings else []


def served(home: RealInstallation, port: int) -> House:
    """The service, started with a first key."""
    home.settings.data.mkdir(parents=True)
    key = built("first_key")(home.settings)
    home._use(key)
    home.start()
    return House(home, port, key)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """With its embedded broker, started once for the tests of a file."""
    home = RealInstallation(tmp_path_factory.mktemp("embedded"))
    try:
        yield served(home, home.settings.mqtt_port)
    finally:
        home.clean_up()


@pytest.fixture
def house_on_mosquitto(tmp_path: Path) -> Iterator[House]:
    """With a Mosquitto that takes up the files that Keepwell writes, as the compose file starts it."""
    if shutil.which("mosquitto", path=MOSQUITTO_PATH) is None:
        missing("mosquitto is not installed")
    folder, port = tmp_path / "mosquitto", free_port()
    folder.mkdir()
    text = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text("utf-8")
    text = text.replace("listener 1883", f"listener {port} 127.0.0.1").replace("/mosquitto/data", str(folder))
    (folder / "mosquitto.conf").write_text(text + ("user root\n" if os.getuid() == 0 else ""), "utf-8")
    shutil.copy(ROOT / "deploy/mosquitto/acl", folder)
    home = RealInstallation(tmp_path)
    home.settings = Settings(
        data=tmp_path / "data", http_port=free_port(), broker=f"mqtt://{OWN[0]}:{OWN[1]}@127.0.0.1:{port}"
    )
    known = {
        "PATH": MOSQUITTO_PATH, "KEEPWELL_MQTT_USER": OWN[0], "KEEPWELL_MQTT_PASSWORD": OWN[1],
        "KEEPWELL_GATEWAYS": str(tmp_path / "data/mosquitto"),
    }  # fmt: skip
    with running(["sh", ROOT / "deploy/broker/start.sh", folder / "mosquitto.conf"], folder, known):
        try:
            yield served(home, port)
        finally:
            home.clean_up()
