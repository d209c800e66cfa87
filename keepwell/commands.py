"""Commands beside `up` and `run`: the demonstration, replaying and simulating, the registry file, verification."""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.progress import Progress as Bar

from detect.nouns import Json as JsonValue
from keepwell.backup import back_up
from keepwell.backup import restore as restore_backup
from keepwell.console import (
    LANG,
    Json,
    Lang,
    Url,
    complain,
    language,
    one_sentence,
    say,
    settings_of,
    write_json,
)
from keepwell.demo import Demonstration, free_port
from keepwell.demo_view import show
from keepwell.processes import built
from simulators.play import play, report_json
from simulators.replay import replay as replay_log
from simulators.scenario import FOLDER as SCENARIOS
from simulators.scenario import load as load_scenario
from texts import render

BENCHES = ("ingest", "detect", "query", "lists", "quality", "desk", "page")
"""What can be measured."""


def demo(
    seconds: Annotated[float | None, typer.Option(help="End by itself after so long.", min=1)] = None,
    json_file: Json = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Keep what it makes here.", metavar="DIR")
    ] = None,
    http_port: Annotated[int | None, typer.Option("--http-port", help="Port of the API.")] = None,
    lang: Lang = LANG,
) -> None:
    """Watch simulated goods: a coastal lead warehouse, a paint store in a cold wave, trucks whose cooling fails."""
    with one_sentence(), tempfile.TemporaryDirectory(prefix="keepwell-demo-") as temporary:
        settings = settings_of(
            data=data or Path(temporary), http_port=http_port or free_port(), mqtt_port=free_port()
        )
        settings = replace(settings, broker="", influx_url="", service_url="")
        demonstration = Demonstration(
            settings, load_scenario("demo"), SCENARIOS / "demo.registry.toml", language(lang)
        )
        try:
            outcome = show(demonstration, seconds, language(lang))
        finally:
            demonstration.stop()
    if json_file:
        write_json(outcome, json_file)
    raise typer.Exit(0 if outcome["ground_truth_met"] and outcome["complete"] else 1)


def replay(
    file: Annotated[Path, typer.Argument(help="A CSV file or log, also .gz.")],
    gateway: Annotated[str, typer.Option(help="The gateway in whose name it is sent.")],
    mapping: Annotated[
        str, typer.Option(help="A mapping file, or the name of one that comes with Keepwell.")
    ],
    broker: Url = "mqtt://127.0.0.1:1883",
    speed: Annotated[
        float | None,
        typer.Option(help="So many times real time; without it as fast as possible.", min=0.001),
    ] = None,
    order: Annotated[str, typer.Option(help="file, reversed or shuffled.")] = "file",
    json_file: Json = None,
) -> None:
    """Send a log through MQTT as a gateway would, and account for every line and value."""
    with one_sentence(), Bar(console=complain, transient=True) as bar:
        task = bar.add_task(file.name, total=None)
        if order not in {"file", "reversed", "shuffled"}:
            raise ValueError(f"--order {order}: expected file, reversed or shuffled")
        report = replay_log(
            file, gateway, mapping, broker, speed=speed, order=order,  # type: ignore[arg-type]
            on_progress=lambda p: bar.update(task, completed=p.sent, total=p.total),
        )  # fmt: skip
    write_json(msgspec.to_builtins(report), json_file)


def simulate(
    scenario: Annotated[
        str, typer.Argument(help="A name (demo, storm, disorder, faults, decay) or a .toml file.")
    ],
    broker: Url = "mqtt://127.0.0.1:1883",
    seconds: Annotated[float, typer.Option(help="How long, history included.", min=1)] = 60.0,
    json_file: Json = None,
) -> None:
    """Play a scenario against a broker: its history first, then live."""
    with one_sentence():
        report = play(load_scenario(scenario), broker, seconds=seconds)
    write_json(json.loads(report_json(report)), json_file)


def apply(
    file: Annotated[Path, typer.Argument(help="A registry file (docs/registry-file.md).")],
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR")] = None,
    reason: Annotated[
        str, typer.Option(help="Why; it stands in the history, where else the file's name does.")
    ] = "",
    lang: Lang = LANG,
) -> None:
    """Make the registry say what a file says; applied again it changes nothing."""
    with one_sentence():
        settings = settings_of(data=data)
        settings.data.mkdir(parents=True, exist_ok=True)
        outcome = built("installation_file")(settings, file, language(lang), reason)
    for line in outcome.faults:
        complain.print(line, style="red", markup=False)
    if outcome.faults:
        raise typer.Exit(2)
    say.print(
        render("command.applied", {"n": outcome.changes, "file": file.name}, language(lang)), markup=False
    )


def check_config(
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR")] = None,
    json_file: Json = None,
    lang: Lang = LANG,
) -> None:
    """Say which settings are in force (never a password), and where fewer people are named than goods and work need."""
    with one_sentence():
        settings = settings_of(data=data)
        checked = built("manning")(settings, language(lang))
    shown = {name: _hidden(name, value) for name, value in settings.environment().items()}
    for name, value in shown.items():
        say.print(f"{name}={value}", markup=False, highlight=False)
    say.print(render("command.config_good", {}, language(lang)))
    for line in checked["lines"]:
        say.print(line, markup=False, highlight=False)
    if json_file:
        write_json({"settings": shown, **{k: v for k, v in checked.items() if k != "lines"}}, json_file)
    raise typer.Exit(1 if checked["critical"] else 0)


def _hidden(name: str, value: str) -> str:
    """A setting as it may be shown."""
    secret = any(word in name for word in ("TOKEN", "BROKER")) and "_CA" not in name
    return "…" if secret and value else value


def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder for the copies.")],
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR")] = None,
    json_file: Json = None,
    lang: Lang = LANG,
) -> None:
    """Copy everything that is kept into a new folder, beside a running service if there is one."""
    with one_sentence():
        manifest = back_up(settings_of(data=data), folder, time.time_ns() // 1000)
    if json_file:
        write_json(manifest, json_file)
    told: dict[str, JsonValue] = {"folder": str(folder), "n": len(manifest["sha256"])}
    say.print(render("command.backed_up", told, language(lang)), markup=False)


def restore(
    folder: Annotated[Path, typer.Argument(help="The folder of a backup.")],
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR")] = None,
    json_file: Json = None,
    lang: Lang = LANG,
) -> None:
    """Put a backup into an empty data directory; `keepwell up` then goes on from it."""
    with one_sentence():
        settings = settings_of(data=data)
        manifest = restore_backup(settings, folder, time.time_ns() // 1000)
    if json_file:
        write_json(manifest, json_file)
    told: dict[str, JsonValue] = {"folder": str(settings.data), "n": len(manifest["sha256"])}
    say.print(render("command.restored", told, language(lang)), markup=False)


def bench(
    what: Annotated[str, typer.Argument(help=f"{', '.join(BENCHES)}.")],
    json_file: Json = None,
    postgres: Annotated[
        str,
        typer.Option(
            help="desk: an empty database on a server to measure, instead of one of its own.", metavar="URL"
        ),
    ] = "",
) -> None:
    """Measure on this machine: how fast ingest, detection, queries, the desk and the page are, or how good detection is on recordings."""
    if what not in BENCHES:
        complain.print(
            f"keepwell: there is no bench {what}: expected one of {', '.join(BENCHES)}",
            style="red",
            markup=False,
        )
        raise typer.Exit(2)
    with one_sentence():
        options = {"postgres": postgres} if what == "desk" else {}
        built(f"bench_{what}")(json_file, lambda text: complain.print(text, markup=False), **options)
