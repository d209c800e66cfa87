"""The embedded broker: started, adopted, guarded, reloaded, drained when full, and gone when it is stopped."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from ingest.broker_url import BrokerUrl
from ingest.link import Cause, Link
from ingest.subscriber import Message, Subscriber
from keepwell.broker import (
    API,
    INGEST,
    BrokerError,
    BrokerEventKind,
    BrokerSettings,
    Condition,
    EmbeddedBroker,
    FolderInUseError,
)
from keepwell.broker_config import Profile
from keepwell.broker_rights import UnusableUserError
from keepwell.wiring.parts import now_us
from tests.brokers import ROOT, RawPublisher, rights_of
from tests.ports import free_port

PASSWORDS = {"gw1": "password-of-gw1", "gw2": "password-of-gw2"}


@pytest.fixture
def settings(tmp_path: Path) -> BrokerSettings:
    """A broker of its own folder and port."""
    return BrokerSettings(tmp_path / "broker", free_port(), profile=Profile.PROCESS, ack_wait_s=1)


@pytest.fixture
def broker(settings: BrokerSettings) -> Iterator[EmbeddedBroker]:
    """Started, and stopped at the end."""
    embedded = EmbeddedBroker(settings, now_us)
    embedded.start()
    try:
        yield embedded
    finally:
        embedded.stop()


def url(broker: EmbeddedBroker, user: str | None, password: str | None) -> BrokerUrl:
    """The broker's address for somebody."""
    return BrokerUrl("127.0.0.1", broker.settings.mqtt_port, user, password)


def gateway(broker: EmbeddedBroker, name: str) -> RawPublisher:
    """A publisher with the gateway's own credential."""
    return RawPublisher(url(broker, name, PASSWORDS[name]))


def connected(broker: EmbeddedBroker, name: str = "ingest-1", user: str = INGEST) -> Subscriber:
    """Keepwell's own reader, with its subscriptions made."""
    subscriber = Subscriber(broker.url(user), name, now_us)
    deadline = time.monotonic() + 10
    while subscriber.state.link is not Link.CONNECTED:
        assert time.monotonic() < deadline, subscriber.state
        assert subscriber.poll(0.05) == [], "for a session without messages only"
    return subscriber


def collect(subscriber: Subscriber, count: int, within_s: float = 10.0) -> list[Message]:
    """Messages, acknowledged, until there are `count` of them or time is up."""
    got: list[Message] = []
    end = time.monotonic() + within_s
    while len(got) < count and time.monotonic() < end:
        messages = subscriber.poll(0.05)
        subscriber.acknowledge(messages)
        got += messages
    return got


def checked(broker: EmbeddedBroker, condition: Condition, within_s: float = 10.0) -> None:
    """Check until the broker is in this condition."""
    end = time.monotonic() + within_s
    while broker.check().condition is not condition:
        assert time.monotonic() < end, broker.state
        time.sleep(0.05)


def test_it_serves_and_leaves_no_process_behind(broker: EmbeddedBroker, settings: BrokerSettings) -> None:
    """A message goes through it; after `stop` the process is gone, and port and folder can be used again."""
    pid = broker.pid
    assert pid is not None
    reader = connected(broker)
    with RawPublisher(url(broker, None, None)) as anybody:
        anybody.publish("keepwell/v1/gw9/telemetry", b"{}")
        anybody.settle()
    assert [m.payload for m in collect(reader, 1)] == [b"{}"]
    assert broker.check().condition is Condition.RUNNING
    reader.close()

    broker.stop()

    assert not psutil.pid_exists(pid)
    assert broker.check().condition is Condition.STOPPED
    again = EmbeddedBroker(settings, now_us)
    assert again.start() == again.url(INGEST)
    again.stop()


def test_the_default_profile_syncs_before_it_acknowledges(settings: BrokerSettings) -> None:
    """Without being asked, a PUBACK survives a power cut."""
    assert BrokerSettings(settings.folder).profile is Profile.POWER
    broker = EmbeddedBroker(BrokerSettings(settings.folder, settings.mqtt_port), now_us)
    broker.start()
    broker.stop()
    assert '"sync_interval": "always"' in settings.config_file.read_text("utf-8")


def test_secrets_are_private_random_and_kept(broker: EmbeddedBroker) -> None:
    """Whoever may not read the owner's files learns no password; a restart changes none."""
    before = broker.url(INGEST).password
    broker.reload(rights_of(PASSWORDS))
    for name in ("secrets.json", "nats.conf"):
        assert stat.S_IMODE((broker.settings.folder / name).stat().st_mode) == 0o600
    broker.stop()
    broker.start()
    assert broker.url(INGEST).password == before
    assert before is not None
    assert len(before) >= 32
    assert before != broker.url(API).password
    assert before not in repr(broker.url(INGEST)) + str(broker.url(INGEST))


def test_a_second_one_in_the_same_folder_is_refused(broker: EmbeddedBroker, settings: BrokerSettings) -> None:
    """Two servers would write one store; the second attempt does not disturb the first."""
    with pytest.raises(FolderInUseError):
        EmbeddedBroker(settings, now_us).start()
    assert broker.check().condition is Condition.RUNNING
    assert len([p for p in psutil.process_iter() if str(settings.config_file) in _command(p)]) == 1


def _command(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return list(process.cmdline())
    return []


CHILD = """
import sys, time
from pathlib import Path
from keepwell.broker import BrokerSettings, EmbeddedBroker
from keepwell.broker_config import Profile
settings = BrokerSettings(Path(sys.argv[1]), int(sys.argv[2]), profile=Profile.PROCESS, ack_wait_s=1)
broker = EmbeddedBroker(settings, lambda: 0)
broker.start()
print(broker.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("same", [True, False], ids=["same configuration", "another configuration"])
def test_a_server_that_outlived_its_keepwell_is_adopted_or_replaced(
    settings: BrokerSettings, same: bool
) -> None:
    """After kill -9 of Keepwell its server goes on; the next Keepwell takes it over, or stops it if it must differ."""
    command = [sys.executable, "-c", CHILD, str(settings.folder), str(settings.mqtt_port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait(10)
    parent.stdout.close()
    assert psutil.pid_exists(pid)

    broker = EmbeddedBroker(settings if same else BrokerSettings(settings.folder, free_port()), now_us)
    broker.start()
    try:
        kinds = [event.kind for event in broker.take_events()]
        assert (broker.pid == pid) is same
        assert psutil.pid_exists(pid) is same
        assert kinds[0] is (BrokerEventKind.ADOPTED if same else BrokerEventKind.REPLACED)
        collect(connected(broker), 0)
    finally:
        broker.stop()
    assert not psutil.pid_exists(pid)


def test_a_server_that_dies_is_started_again_with_what_it_held(broker: EmbeddedBroker) -> None:
    """kill -9 of the server: `check` sees it, and the session's messages are still there."""
    reader = connected(broker)
    reader.close()
    with RawPublisher(url(broker, None, None)) as anybody:
        for number in range(100):
            anybody.publish("keepwell/v1/gw9/telemetry", b"%d" % number)
        anybody.settle()
    pid = broker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert broker.check().condition is Condition.DOWN
    checked(broker, Condition.RUNNING)

    assert broker.pid != pid
    assert BrokerEventKind.DIED in [event.kind for event in broker.take_events()]
    reader = Subscriber(broker.url(INGEST), "ingest-1", now_us)
    assert {m.payload for m in collect(reader, 100)} == {b"%d" % number for number in range(100)}
    reader.close()


def test_a_server_that_hangs_is_replaced(settings: BrokerSettings) -> None:
    """A frozen server is first called unresponsive, and killed when it stays so."""
    patient = BrokerSettings(settings.folder, settings.mqtt_port, profile=Profile.PROCESS, hung_after_s=1.0)
    broker = EmbeddedBroker(patient, now_us)
    broker.start()
    try:
        pid = broker.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOWAIT)  # on a busy machine it still answers for a while
        assert broker.check().condition is Condition.UNRESPONSIVE
        checked(broker, Condition.RUNNING)
        assert broker.pid != pid
        kinds = [event.kind for event in broker.take_events()]
        assert kinds.index(BrokerEventKind.HUNG) < kinds.index(BrokerEventKind.DIED)
    finally:
        broker.stop()


def test_a_gateway_speaks_only_below_its_own_name(broker: EmbeddedBroker) -> None:
    """Of every gateway's attempt to publish as every other, only those below the own name arrive."""
    broker.reload(rights_of(PASSWORDS))
    reader = connected(broker)
    for name in PASSWORDS:
        try_everything(broker, name)
    got = {(m.topic, m.payload) for m in collect(reader, 99, within_s=1.5)}
    assert got == {(f"keepwell/v1/{name}/telemetry", name.encode()) for name in PASSWORDS}
    reader.close()


def try_everything(broker: EmbeddedBroker, name: str) -> None:
    """Publish to the own topics, to those of others and to some that nobody should; being cut off for it is fine."""
    topics = [f"keepwell/v1/{target}/telemetry" for target in (*PASSWORDS, "gw3")]
    topics += [f"keepwell/v1/{name}/alarm", "keepwell/v1", f"keepwell/v1/{name}", "$SYS/x", "MQTT/x"]
    with gateway(broker, name) as publisher, suppress(ConnectionError):
        for topic in topics:
            publisher.publish(topic, name.encode())
        publisher.settle(within_s=2)


def test_a_gateway_reads_nothing_of_others_and_keepwell_reads_all(broker: EmbeddedBroker) -> None:
    """A subscription beyond its own alarm is refused to a gateway, and says so."""
    broker.reload(rights_of(PASSWORDS))
    curious = Subscriber(url(broker, "gw1", PASSWORDS["gw1"]), "curious", now_us)
    end = time.monotonic() + 5
    while curious.state.cause is not Cause.SUBSCRIPTION:
        assert time.monotonic() < end, curious.state
        curious.poll(0.05)
    curious.close()
    connected(broker, "api-1", API).close()


def test_reload_lets_in_and_out_without_dropping_anybody_else(broker: EmbeddedBroker) -> None:
    """Users change under load: the reader and a gateway that stays keep their connections, one that goes is cut off."""
    broker.reload(rights_of(PASSWORDS))
    reader = connected(broker)
    with gateway(broker, "gw1") as stays, gateway(broker, "gw2") as goes:
        goes.publish("keepwell/v1/gw2/telemetry", b"before")
        goes.settle()

        broker.reload(rights_of({"gw1": PASSWORDS["gw1"], "gw3": "password-of-gw3"}))

        with RawPublisher(url(broker, "gw3", "password-of-gw3")) as fresh:
            fresh.publish("keepwell/v1/gw3/telemetry", b"fresh")
            fresh.settle()
        stays.publish("keepwell/v1/gw1/telemetry", b"after")
        stays.settle()
        with pytest.raises(ConnectionError):
            goes.read_to_the_end()
    with pytest.raises(ConnectionRefusedError):
        gateway(broker, "gw2")
    assert {m.payload for m in collect(reader, 3)} == {b"before", b"fresh", b"after"}
    assert (reader.counters.connects, reader.counters.losses) == (1, 0)
    reader.close()


@pytest.mark.parametrize(
    "name",
    ["", "+", "#", "a/b", "$SYS", "gw.1", "a b", "*", ">", "keepwell-ingest", "keepwell", "x" * 65, "gw\n"],
)
def test_no_gateway_can_be_called_so(broker: EmbeddedBroker, name: str) -> None:
    """A name that would reach beyond its own topics is refused, and nothing changes."""
    before = broker.settings.config_file.read_text("utf-8")
    with pytest.raises(UnusableUserError):
        broker.reload(rights_of({name: "a-good-password"}))
    assert broker.settings.config_file.read_text("utf-8") == before


def test_beyond_loopback_nobody_is_anonymous(settings: BrokerSettings) -> None:
    """As soon as others can reach it, the broker wants a credential of each."""
    wide = BrokerSettings(settings.folder, settings.mqtt_port, "0.0.0.0", profile=Profile.PROCESS)
    broker = EmbeddedBroker(wide, now_us)
    broker.start()
    try:
        with pytest.raises(ConnectionError):
            RawPublisher(url(broker, None, None))
        broker.reload(rights_of(PASSWORDS))
        with gateway(broker, "gw1") as publisher:
            publisher.publish("keepwell/v1/gw1/telemetry", b"{}")
            publisher.settle()
        connected(broker).close()
    finally:
        broker.stop()


def test_a_full_store_is_drained_on_its_reserve(settings: BrokerSettings) -> None:
    """Full while Keepwell is away: gateways are turned away unacknowledged, Keepwell reads all, then all goes on."""
    small = BrokerSettings(
        settings.folder, settings.mqtt_port, profile=Profile.PROCESS, ack_wait_s=1,
        max_store_bytes=4_000_000, reserve_bytes=4_000_000, max_payload_bytes=65_536,
    )  # fmt: skip
    broker = EmbeddedBroker(small, now_us)
    broker.start()
    try:
        connected(broker).close()
        acknowledged = fill(broker)
        # Killed while full: such a store answers no CONNECT at its old limit.
        os.kill(broker.pid or 0, signal.SIGKILL)
        time.sleep(0.1)
        checked(broker, Condition.DRAINING)
        with pytest.raises(ConnectionError):
            RawPublisher(url(broker, None, None))

        reader = Subscriber(broker.url(INGEST), "ingest-1", now_us)
        got: set[bytes] = set()
        end = time.monotonic() + 20
        while broker.check().condition is not Condition.RUNNING or len(got) < acknowledged:
            assert time.monotonic() < end, (broker.state, len(got), acknowledged)
            got |= {m.payload[:8] for m in collect(reader, 1_000, within_s=0.3)}

        assert got >= {b"%08d" % number for number in range(acknowledged)}
        kinds = [event.kind for event in broker.take_events()]
        assert kinds.index(BrokerEventKind.FULL) < kinds.index(BrokerEventKind.DRAINED)
        with RawPublisher(url(broker, None, None)) as anybody:
            anybody.publish("keepwell/v1/gw9/telemetry", b"again")
            anybody.settle()
        assert b"again" in {m.payload for m in collect(reader, 1, within_s=5)}
        reader.close()
    finally:
        broker.stop()


def fill(broker: EmbeddedBroker) -> int:
    """Publish until the store takes no more; returns how many messages were acknowledged."""
    publisher = RawPublisher(url(broker, None, None), window=1)
    with suppress(OSError), publisher:
        for number in range(1_000_000):
            publisher.publish("keepwell/v1/gw9/telemetry", b"%08d" % number + b"x" * 2_000)
    assert publisher.acknowledged > 1_000
    return publisher.acknowledged


def test_a_store_that_is_nearly_full_says_so(settings: BrokerSettings) -> None:
    """Before it is full there is a warning, and afterwards it is withdrawn."""
    small = BrokerSettings(
        settings.folder, settings.mqtt_port, profile=Profile.PROCESS, max_store_bytes=2_000_000, max_payload_bytes=16_384
    )  # fmt: skip
    broker = EmbeddedBroker(small, now_us)
    broker.start()
    try:
        reader = connected(broker)
        with RawPublisher(url(broker, None, None)) as publisher:
            for _ in range(850):
                publisher.publish("keepwell/v1/gw9/telemetry", b"x" * 1_900)
            publisher.settle()
            checked(broker, Condition.NEARLY_FULL)
        collect(reader, 850)
        checked(broker, Condition.RUNNING)
        reader.close()
    finally:
        broker.stop()


def test_a_port_in_use_is_an_error_and_leaves_nothing(broker: EmbeddedBroker, tmp_path: Path) -> None:
    """A broker that cannot listen ends the start with a reason; lock and process are gone afterwards."""
    rival = BrokerSettings(tmp_path / "rival", broker.settings.mqtt_port, start_timeout_s=5)
    for _ in range(2):
        with pytest.raises(BrokerError):
            EmbeddedBroker(rival, now_us).start()
    assert not [p for p in psutil.process_iter() if str(rival.config_file) in _command(p)]
