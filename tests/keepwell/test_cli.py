"""The command line as people meet it: help, outcomes as JSON, and trouble told in one sentence with exit status 2."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from keepwell.cli import app, main
from keepwell.processes import built
from keepwell.settings import Settings
from simulators import link
from tests.brokers import ROOT, RealBroker
from tests.ports import free_port

COMMANDS = (
    "demo", "up", "run", "replay", "simulate", "apply", "verify", "backup", "restore", "check-config", "bench", "gateway", "model", "backtest", "score", "user", "notify",
)  # fmt: skip
LOG = "id,room_id/id,noted_date,temp,out/in\na,Room,2018-12-08 09:30:00,29,In\nb,Room,2018-12-08 09:30:00,29,In\n"


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


Keepwell = Callable[..., Ended]


@pytest.fixture
def keepwell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Keepwell]:
    """Runs the program with these words and KEEPWELL_ variables, in this process: its start is most of its time."""
    for name in [name for name in os.environ if name.startswith("KEEPWELL_")]:
        monkeypatch.delenv(name)

    def run(*words: str | Path, **environment: str) -> Ended:
        with monkeypatch.context() as patched:
            patched.setattr(sys, "argv", ["keepwell", *map(str, words)])
            for name, value in environment.items():
                patched.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main()
        return Ended(int(ended.value.code or 0), *capsys.readouterr())

    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log with one reading, twice."""
    file = tmp_path / "log.csv"
    file.write_text(LOG)
    return file


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_every_command_is_listed_and_helps() -> None:
    """`keepwell --help` names every command, and each explains itself and its options."""
    listed = CliRunner().invoke(app, ["--help"])
    assert listed.exit_code == 0
    for command in COMMANDS:
        assert command in listed.output
        helped = CliRunner().invoke(app, [command, "--help"])
        assert helped.exit_code == 0, command
        assert "Usage" in helped.output
    assert len(app.registered_commands) + len(app.registered_groups) == len(COMMANDS)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["verify", "--data", "NOWHERE"], "there is no NOWHERE/service.sqlite: name the data directory with --data"),
        (["apply", "NOWHERE.toml", "--data", "HERE"], "NOWHERE.toml: no such file or directory"),
        (["replay", "NOWHERE", "--gateway", "g", "--mapping", "hast_lora"], "NOWHERE: no such file or directory"),
        (["replay", "LOG", "--gateway", "g", "--mapping", "no_such"], "there is no mapping no_such: expected a .toml file, or one of hast_lora, iot_temp_kaggle"),
        (["replay", "LOG", "--gateway", "a/b", "--mapping", "iot_temp_kaggle"], "'a/b' is no name of a gateway"),
        (["replay", "LOG", "--gateway", "g", "--mapping", "iot_temp_kaggle", "--order", "sideways"], "--order sideways: expected file, reversed or shuffled"),
        (["replay", "LOG", "--gateway", "g", "--mapping", "iot_temp_kaggle", "--broker", "http://h"], "'http://h' is not mqtt://host[:port]"),
        (["replay", "LOG", "--gateway", "g", "--mapping", "LOG.toml"], "LOG.toml: no such file or directory"),
        (["simulate", "no_such"], "there is no scenario no_such: expected a .toml file, or one of cold-lead, condition, decay, demo, disorder, faults, huinantian, storm"),
        (["run", "nothing"], "there is no stage nothing: expected one of ingest, store, detect, tickets, api"),
        (["run", "api", "--data", "HERE"], "needs --broker URL"),
        (["up", "--data", "HERE", "--http-port", "99999"], "a port is a number from 1 to 65535"),
        (["up", "--data", "HERE", "--broker", "nonsense"], "a broker address starts with mqtt:// or mqtts://"),
        (["up", "--data", "/proc/nowhere"], "/proc/nowhere: no such file or directory"),
        (["up", "--data", "HERE", "--mqtt-host", "0.0.0.0"], "say --mqtt-plain if that is what you want"),
        (["up", "--data", "HERE", "--mqtt-tls-cert", "LOG"], "go together: give both or none"),
        (["up", "--data", "HERE", "--mqtt-tls-cert", "NOWHERE", "--mqtt-tls-key", "LOG"], "there is no such file that can be read"),
        (["gateway", "revoke", "gw-1", "--data", "HERE"], "gw-1 has no credential in force. To give it one: keepwell gateway add gw-1"),
        (["gateway", "renew", "gw-1", "--data", "HERE"], "gw-1 has no credential in force"),
        (["gateway", "add", "a/b", "--data", "HERE"], "No gateway can be called a/b"),
        (["gateway", "add", "keepwell-api", "--data", "HERE"], "No gateway can be called keepwell-api"),
        (["model", "list", "--data", "NOWHERE"], "there is no NOWHERE/service.sqlite: name the data directory with --data"),
        (["backtest", "chilled", "--data", "NOWHERE"], "there is no NOWHERE/service.sqlite: name the data directory with --data"),
        (["bench", "nothing"], "there is no bench nothing: expected one of ingest, detect"),
    ],
)  # fmt: skip
def test_trouble_is_one_sentence(
    keepwell: Keepwell, words: list[str], says: str, tmp_path: Path, log: Path
) -> None:
    """What a person got wrong is said in one line on standard error, without a stack trace; the status is 2."""
    places = {"NOWHERE": str(tmp_path / "nowhere"), "HERE": str(tmp_path), "LOG": str(log)}
    for name, path in places.items():
        words, says = [word.replace(name, path) for word in words], says.replace(name, path)

    ended = keepwell(*words)

    assert says in ended.err
    assert ended.err.strip().startswith("keepwell: ")
    assert len(ended.err.strip().splitlines()) == 1, ended.err
    assert ended.out == ""
    assert ended.status == 2


@pytest.mark.parametrize(
    "words", [["nonsense"], ["replay"], ["demo", "--seconds", "0"], ["up", "--http-port", "x"]]
)
def test_misuse_is_told_with_where_to_find_help(keepwell: Keepwell, words: list[str]) -> None:
    """What the parser of the command line refuses has status 2 too, and no stack trace."""
    ended = keepwell(*words)

    assert ended.status == 2
    assert "--help" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("option", ["--http-port", "--mqtt-port"])
def test_a_port_in_use_is_named_before_anything_is_left_running(
    keepwell: Keepwell, option: str, tmp_path: Path, taken_port: int
) -> None:
    """`up` says which port is taken and by which option to choose another, and ends with nothing behind it."""
    other = {"--http-port": "--mqtt-port", "--mqtt-port": "--http-port"}[option]

    ended = keepwell("up", "--data", tmp_path, option, str(taken_port), other, str(free_port()))

    assert ended.status == 2
    assert f"port {taken_port} of 127.0.0.1 is in use; choose another with {option}" in ended.err
    assert "Traceback" not in ended.err
    assert not _left_behind(tmp_path)


def test_a_broker_that_is_away_ends_a_replay_with_one_sentence(
    keepwell: Keepwell, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried for as long as a gateway would; then it is told where nobody answers."""
    monkeypatch.setattr(link, "PATIENCE_S", 0.5)
    port = free_port()

    ended = keepwell(
        "replay",
        log,
        "--gateway",
        "g",
        "--mapping",
        "iot_temp_kaggle",
        "--broker",
        f"mqtt://127.0.0.1:{port}",
    )

    assert ended.status == 2
    assert ended.err.strip() == f"keepwell: g: no answer from 127.0.0.1:{port}"


def test_a_replay_reports_to_standard_output_or_a_file(
    keepwell: Keepwell, tmp_path: Path, log: Path, nats_broker: RealBroker
) -> None:
    """One JSON object either way, and nothing else on standard output."""
    words = ["replay", log, "--gateway", "gw1", "--mapping", "iot_temp_kaggle"]
    url = nats_broker.gateway_url.text()

    printed = keepwell(*words, "--broker", url)
    written = keepwell(*words, "--broker", url, "--json", tmp_path / "out.json")

    assert (printed.status, written.status, written.out) == (0, 0, "")
    for report in (json.loads(printed.out), json.loads((tmp_path / "out.json").read_text())):
        assert report["kinds"] == {"header": 1, "message": 2}
        assert (report["lines"], report["values"], report["messages"]) == (3, 2, 1)


def test_a_registry_file_is_applied_once_and_its_faults_are_named(keepwell: Keepwell, tmp_path: Path) -> None:
    """The second time changes nothing; a wrong file changes nothing either, and says line and field, in both languages."""
    example = ROOT / "registry/example.toml"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('format = 1\n[[zone]]\nkey = "z"\ncolour = "red"\n')

    first = keepwell("apply", example, "--data", tmp_path)
    again = keepwell("apply", example, "--data", tmp_path)
    told = [keepwell("apply", wrong, "--data", tmp_path, "--lang", lang) for lang in ("en", "zh")]

    assert first.status == again.status == 0
    assert "example.toml: 0 changes" not in first.out
    assert "example.toml: 0 changes" in again.out
    assert [t.status for t in told] == [2, 2]
    assert told[0].err.startswith("Line 4, zone[1].colour: ")
    assert told[1].err.startswith("第 4 行，zone[1].colour：")


def test_verify_tells_a_whole_chain(keepwell: Keepwell, tmp_path: Path) -> None:
    """The outcome as a sentence and as JSON."""
    built("first_key")(Settings(data=tmp_path))

    ended = keepwell("verify", "--data", tmp_path, "--json", tmp_path / "out.json")

    assert ended.status == 0
    assert "The chain of events is whole" in ended.out
    assert json.loads((tmp_path / "out.json").read_text())["broken"] is None


def test_check_config_shows_what_is_in_force_but_no_secret(keepwell: Keepwell) -> None:
    """Every setting is shown, passwords are not, and nonsense is one sentence."""
    shown = keepwell(
        "check-config", KEEPWELL_BROKER="mqtt://user:topsecret@host", KEEPWELL_INFLUX_TOKEN="topsecret",
        KEEPWELL_HTTP_PORT="9000",
    )  # fmt: skip
    wrong = keepwell("check-config", KEEPWELL_HTTP_PORT="abc")

    assert shown.status == 0
    assert "KEEPWELL_HTTP_PORT=9000" in shown.out
    assert "topsecret" not in shown.out + shown.err
    assert wrong.status == 2
    assert wrong.err == "keepwell: KEEPWELL_HTTP_PORT='abc': expected a whole number\n"


def _left_behind(data: Path) -> list[str]:
    """Command lines of processes that work in a data directory."""
    listed = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if str(data) in line]
