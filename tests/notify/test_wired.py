"""Telling people as a process does it: registry, outbox, settings, threads, kills, and the command that tries it out."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from keepwell.cli import app
from keepwell.settings import BadSettingError, Settings, read_settings
from keepwell.wiring import notify as wiring
from registry.nouns import Person
from store.messages import Habits, MessageState
from store.repositories import habits, outbox
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase, open_service
from store.tables.outbox import messages
from tests.brokers import RealBroker
from tests.notify.conftest import notice
from tests.notify.receivers import Mailbox, WebServer, running
from tickets.notices import Urgency

ROOT = Path(__file__).resolve().parents[2]
BY = By("key:setup", 1)


def until(true: Callable[[], bool], within_s: float = 20) -> None:
    """Wait for something."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def registered(database: ServiceDatabase, keys: list[str], bot: str = "") -> None:
    """People with an e-mail address, and a chat if there is a bot."""
    with database.writing() as connection:
        for key in keys:
            RegistryRepository(connection).put(
                Person(key=key, email=f"{key}@goods.example", language="en"), BY
            )
            if bot:
                habits.put(connection, Habits(f"person:{key}", (f"{bot}{key}",)), BY)


def test_wired_to_the_registry_and_the_broker(tmp_path: Path, nats_broker: RealBroker) -> None:
    """From a notice in the database to a letter, while the watcher it is told to call does not answer."""
    with running(Mailbox()) as box:
        settings = Settings(
            data=tmp_path, notify_email_url=box.url, broker=str(f"mqtt://127.0.0.1:{nats_broker.port}"),
            heartbeat_url="http://127.0.0.1:9/x",
        )  # fmt: skip
        database = open_service(settings.service, 0)
        registered(database, ["wang"])
        with wiring.build(settings, database):
            with database.writing() as connection:
                outbox.put(connection, [notice("person:wang", "x", Urgency.HIGH)], time.time_ns() // 1000)
            until(lambda: len(box.letters) == 1)
        database.close()


SENDER = """
import sys, time
from pathlib import Path
from keepwell.settings import Settings
from keepwell.wiring import notify
from store.service import open_service
settings = Settings(data=Path(sys.argv[1]), notify_email_url=sys.argv[2], broker="mqtt://127.0.0.1:9")
database = open_service(settings.service, 0)
with notify.build(settings, database) as telling:
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.mark.slow
def test_killed_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender that is killed at random while it sends: everybody gets everything, and no message has two ids."""
    with running(Mailbox()) as box, running(WebServer()) as web:
        web.judge, web.slow_s = (lambda *_: (200, {"code": 0})), 0.01
        database = open_service(tmp_path / "service.sqlite", 0)
        people = [f"p{number}" for number in range(12)]
        registered(database, people, f"feishu+http://{web.host}/")
        with database.writing() as connection:
            put = [
                notice(f"person:{key}", f"c{n}", Urgency.HIGH, subject=f"ticket:{n}")
                for key in people
                for n in range(6)
            ]
            outbox.put(connection, put, time.time_ns() // 1000)
        chance = random.Random(5)
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        for _ in range(4):
            process = subprocess.Popen(
                [sys.executable, "-c", SENDER, str(tmp_path), box.url],
                env=environment,
                stdout=subprocess.PIPE,
            )
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0.05, 0.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
        with (
            database.writing() as connection
        ):  # what it had in hand is free after a minute: let that have passed
            connection.execute(messages.update().values(lease_us=None))
        monkeypatch.setattr(wiring, "client_id", lambda *_: "x")
        settings = Settings(data=tmp_path, notify_email_url=box.url, broker="mqtt://127.0.0.1:9")
        with wiring.build(settings, database):
            until(lambda: _all_sent(database), 60)
        ids: dict[tuple[str, str], set[str]] = defaultdict(set)
        for letter in box.letters:
            ids[str(letter["To"]), str(letter["Subject"])].add(str(letter["Message-ID"]))
        database.close()
    assert len(ids) == 12 * 6
    assert {len(found) for found in ids.values()} == {1}
    assert len(box.letters) <= 12 * 6 + 4 * 4  # at most what was under way at each kill comes twice


def _all_sent(database: ServiceDatabase) -> bool:
    with database.reading() as connection:
        states = list(connection.execute(messages.select().with_only_columns(messages.c.state)).scalars())
    return len(states) >= 144 and set(states) == {MessageState.SENT}


def test_the_command_that_tries_it_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says for each way what came of it, and its exit status says whether all went well."""
    with running(Mailbox()) as box, running(WebServer()) as web:
        web.judge = lambda *_: (200, {"code": 19024})
        monkeypatch.setenv("KEEPWELL_NOTIFY_EMAIL_URL", box.url)
        database = open_service(tmp_path / "service.sqlite", 0)
        registered(database, ["li"])
        registered(database, ["wang"], f"feishu+http://{web.host}/SECRET")
        database.close()
        run = CliRunner()
        fine = run.invoke(app, ["notify", "test", "--to", "li", "--data", str(tmp_path), "--lang", "en"])
        assert (fine.exit_code, "sent" in fine.stdout) == (0, True)
        report = tmp_path / "report.json"
        bad = run.invoke(
            app,
            [
                "notify",
                "test",
                "--to",
                "person:wang",
                "--data",
                str(tmp_path),
                "--json",
                str(report),
                "--lang",
                "zh",
            ],
        )
        assert bad.exit_code == 1
        assert "feishu_19024" in bad.stdout
        assert "SECRET" not in bad.stdout + report.read_text("utf-8")
        assert [way["outcome"] for way in json.loads(report.read_text("utf-8"))["ways"]] == [
            "refused",
            "sent",
        ]
        assert run.invoke(app, ["notify", "test", "--to", "ghost", "--data", str(tmp_path)]).exit_code == 2
        assert len(box.letters) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOTIFY_PROVIDER", "other"),
        ("NOTIFY_LANGUAGE", "fr"),
        ("NOTIFY_EMAIL_URL", "smtp://u:PASS@"),
        ("NOTIFY_KEY_SECRET", "CHANGE-ME"),
    ],
)
def test_settings_that_cannot_work_are_named(name: str, value: str) -> None:
    """Before anything starts, and without the secret in them."""
    with pytest.raises(BadSettingError, match=f"KEEPWELL_{name}") as told:
        read_settings({f"KEEPWELL_{name}": value})
    assert "PASS" not in str(told.value)


def test_settings_do_not_show_their_secrets() -> None:
    """Not in a log line that happens to print them all."""
    told = repr(Settings(notify_email_url="SECRET", notify_key_secret="SECRET", notify_receipt_token="SECRET", heartbeat_url="SECRET",
                         notify_desk_urls="SECRET"))  # fmt: skip
    assert "SECRET" not in told
