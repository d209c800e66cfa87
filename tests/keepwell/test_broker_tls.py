"""The embedded broker with TLS: plain text is refused and written down, certificates are renewed while it runs."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.broker_url import BrokerUrl
from ingest.link import Link
from ingest.subscriber import Subscriber
from keepwell.broker_config import Profile
from keepwell.broker_rights import API, INGEST
from keepwell.broker_server import answers_mqtt
from keepwell.publishing import BrokerPublisher
from keepwell.settings import Settings
from store import refusals
from store.refusals import Refused
from tests.brokers import RawPublisher
from tests.keepwell.test_gatekeeping import House, act
from tests.ports import free_port


def openssl(folder: Path, *arguments: str) -> None:
    """One step of making certificates."""
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An own CA, and two certificates for 127.0.0.1 of it (no `extendedKeyUsage`, as a plain `openssl x509` makes them)."""
    folder = tmp_path_factory.mktemp("ca")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl(
        folder, "req", "-x509", *key, "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2"
    )
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n", "utf-8")
    for name in ("one", "two", "gateway"):
        openssl(folder, "req", *key, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names", "-days", "2"]
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", *signing, "-out", f"{name}.pem")
    return folder


@pytest.fixture
def settings(tmp_path: Path, authority: Path) -> Settings:
    """TLS with the certificate `one`, in files that may be renewed; beyond loopback, as TLS is for."""
    for kind in ("pem", "key"):
        shutil.copy(authority / f"one.{kind}", tmp_path / f"broker.{kind}")
    return Settings(
        data=tmp_path / "data", mqtt_host="0.0.0.0", mqtt_port=free_port(), profile=Profile.PROCESS,
        mqtt_tls_cert=str(tmp_path / "broker.pem"), mqtt_tls_key=str(tmp_path / "broker.key"),
    )  # fmt: skip


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """A broker with TLS."""
    made = House(settings)
    yield made
    made.stop()


def secure(house: House, authority: Path, user: str, secret: str) -> BrokerUrl:
    """The address of a gateway that trusts the authority."""
    return replace(house.url(user, secret), tls=True, ca_file=str(authority / "ca.pem"))


def shown(house: House, authority: Path) -> str:
    """Whose certificate the broker shows, to somebody who trusts the authority and looks at the name."""
    context = ssl.create_default_context(cafile=str(authority / "ca.pem"))
    port = house.settings.mqtt_port
    with (
        socket.create_connection(("127.0.0.1", port), 5) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as sock,
    ):
        found = sock.getpeercert() or {}
    return str(found["subject"][0][0][1])  # type: ignore[index]


def test_gateways_and_keepwell_itself_come_by_tls(house: House, authority: Path) -> None:
    """With TLS and its secret a gateway gets in; ingest reads and the API publishes; plain text is refused and told."""
    secret = act(house.settings, "issue", "gw-1")["gw-1"]
    house.tend()
    assert answers_mqtt(secure(house, authority, "gw-1", secret))
    assert not answers_mqtt(secure(house, authority, "gw-1", "wrong"))
    own = house.broker.url(INGEST)
    assert own.tls
    reader = Subscriber(own, "ingest-1", lambda: 0)
    deadline_s = time.monotonic() + 10
    while reader.state.link is not Link.CONNECTED:
        reader.poll(0.05)
        assert time.monotonic() < deadline_s, reader.state
    BrokerPublisher(house.broker.url(API), "api-1").submit("keepwell/v1/gw-1/import", b"{}")
    while not (messages := reader.poll(0.1)):
        assert time.monotonic() < deadline_s
    assert [m.topic for m in messages] == ["keepwell/v1/gw-1/import"]
    reader.close()

    with pytest.raises((ConnectionError, TimeoutError)):
        RawPublisher(house.url("gw-1", secret))
    house.tend(1.5)
    assert Refused.TLS in {one.what for one in refusals.read(house.settings.refusals)}
    assert not answers_mqtt(house.url())


def test_renewed_certificates_are_taken_up_while_it_runs(house: House, authority: Path) -> None:
    """New files are shown to the next client within seconds, and Keepwell's own processes trust them at once."""
    assert shown(house, authority) == "one"
    folder = Path(house.settings.mqtt_tls_cert).parent
    for kind in ("key", "pem"):
        fresh = folder / f"fresh.{kind}"
        shutil.copy(authority / f"two.{kind}", fresh)
        os.replace(fresh, folder / f"broker.{kind}")
    house.tend(0.5)
    assert shown(house, authority) == "two"
    assert answers_mqtt(house.broker.url(INGEST))


def test_with_a_client_authority_a_secret_is_not_enough(settings: Settings, authority: Path) -> None:
    """Without a certificate of the authority nobody gets in; with one and the secret a gateway does, and Keepwell too."""
    house = House(replace(settings, mqtt_client_ca=str(authority / "ca.pem")))
    try:
        secret = act(settings, "issue", "gw-1")["gw-1"]
        house.tend()
        bare = secure(house, authority, "gw-1", secret)
        proven = replace(
            bare, cert_file=str(authority / "gateway.pem"), key_file=str(authority / "gateway.key")
        )
        assert not answers_mqtt(bare)
        assert answers_mqtt(proven)
        assert not answers_mqtt(replace(proven, password="wrong"))
        assert answers_mqtt(house.broker.url(INGEST))
    finally:
        house.stop()
