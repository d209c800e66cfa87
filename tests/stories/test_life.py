"""Starting, stopping and starting again: orderly, twice at once, orphaned, and on damaged files."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from keepwell.processes import STAGES
from tests.brokers import GATEWAY
from tests.stories.conftest import Begin
from tests.stories.installation import Facts, RealInstallation
from tests.stories.telemetry import KNOWN_SINCE_US, Day, Message, registry_toml
from tests.stories.telling import Gateways, assert_kept_once


def test_orderly_stop_under_load(begin: Begin, the_day: Day, undisturbed: Facts) -> None:
    """SIGTERM amid a replay, three times: each ends with status 0, and the next start goes on with nothing lost or doubled."""
    installation = begin(None)
    gateways = Gateways(installation)
    size = -(-len(the_day.messages) // 3)
    for n in range(3):
        stop = threading.Timer(0.2, _restart, (installation,))
        stop.start()
        gateways.say(the_day.messages[n * size : (n + 1) * size])
        stop.join()
        installation.until(installation.api.ready, "ready")
    gateways.leave()
    installation.settle()
    assert_kept_once(installation, the_day)
    assert installation.facts() == undisturbed
    assert "Traceback" not in installation.log.read_text()


def _restart(installation: RealInstallation) -> None:
    status = installation.terminate()
    with installation.log.open("a") as log:
        log.write(f"ended with {status}\n" if status == 0 else f"Traceback: ended with {status}\n")
    installation.up()


def test_second_start_and_orphans(begin: Begin) -> None:
    """A second `up` on the same data is refused in one sentence; the stages of a killed one end, so that the next can start."""
    installation = begin(None)
    refused = installation.second()
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr.count("\n") == 1
    assert "another Keepwell" in refused.stderr
    assert installation.api.ready(), "the first one does not mind"

    before = {stage: installation.pids(stage) for stage in STAGES}
    installation.kill_parent()
    installation.until(lambda: not any(installation.pids(stage) for stage in STAGES), "gone", 20)
    broker = installation.pids("broker")
    assert len(broker) == 1, "the broker goes on taking messages"
    installation.start()
    assert installation.pids("broker") == broker, "adopted"
    for stage in STAGES:
        assert len(installation.pids(stage)) == 1
        assert installation.pids(stage) != before[stage]


def _spoil_head(path: Path) -> None:
    """Overwrite the first page, where SQLite says what the file is."""
    with path.open("r+b") as file:
        file.write(b"\xa5" * 4096)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def test_damaged_files(tmp_path: Path) -> None:
    """A file found damaged at a start, one after the other, is set aside and named in the log, and everything goes on."""
    installation = RealInstallation(tmp_path)
    installation.prepare(registry_toml(), KNOWN_SINCE_US)
    said = [20.0]
    try:
        installation.start()
        _say_and_find(installation, said)
        for name in ("journal", "readings", "service"):
            installation.terminate()
            _spoil_head(installation.settings.data / f"{name}.sqlite")
            installation.up()
            _await_words(installation, f"{name}.sqlite was damaged")
            assert list(installation.settings.data.glob(f"{name}.sqlite.damaged-*"))
            if name == "service":
                installation.take_printed_key()
            installation.until(installation.api.ready, "ready")
            # What the readings lost comes again from the journal, as far as that reaches back.
            said = [*(said if name != "readings" else said[1:]), said[-1] + 1]
            _say_and_find(installation, said)
        assert installation.log.read_text().count("was damaged") == 3
    finally:
        installation.clean_up()


def _await_words(installation: RealInstallation, words: str) -> None:
    installation.until(lambda: words in installation.log.read_text(), words)


def _say_and_find(installation: RealInstallation, said: list[float]) -> None:
    """Publish the last of these values, and wait until exactly they are kept, and judged."""
    gateways = Gateways(installation)
    gateways.say([Message(b'{"temperature": %f}' % said[-1], 1)])
    gateways.leave()
    installation.until(lambda: _sorted_values(installation) == said, f"kept: {said}")
    position = installation.journal_position()
    installation.until(lambda: installation.checkpoint().position >= position, "judged")


def _sorted_values(installation: RealInstallation) -> list[float]:
    rows = installation.api.all("/api/v1/readings", **{
        "device": GATEWAY, "quantity": "temperature", "from": "2001-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z",
    })  # fmt: skip
    return sorted(row["value"] for row in rows)


def test_stage_that_stands_still_takes_repeated_payloads_once(begin: Begin) -> None:
    """Ingest stands still until the broker delivers again with DUP: the same words said fifty times are kept fifty times."""
    installation = begin(None)
    gateways = Gateways(installation)
    word = Message(b'{"device": "parrot", "temperature": 21.5}', 1)
    gateways.say([word] * 10)
    installation.freeze("ingest")
    gateways.say([word] * 40)
    gateways.leave()
    time.sleep(12.0)  # the embedded broker delivers again after 10 s
    installation.thaw("ingest")
    installation.settle()
    assert len(installation.readings(f"{GATEWAY}/parrot", "temperature")) == 50
    assert installation.ledger()["kept"] == 50
