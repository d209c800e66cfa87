"""What the commands share: how they speak, and how settings reach them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from keepwell.backup import BackupError
from keepwell.broker_config import Profile
from keepwell.client import NoAnswerError
from keepwell.demo import DemoError
from keepwell.settings import Settings, read_settings
from simulators.link import LinkDownError
from simulators.mapping import MappingError
from simulators.scenario import ScenarioError
from texts import Language

LANG = os.environ.get("LANG", "en")
"""The language of this terminal, unless --lang or KEEPWELL_LANG says otherwise."""

say = Console(soft_wrap=True)
complain = Console(stderr=True, soft_wrap=True)

Data = Annotated[
    Path | None, typer.Option("--data", help="Directory of everything that is kept.", metavar="DIR")
]
HttpHost = Annotated[
    str | None, typer.Option("--http-host", help="Where the API listens.", metavar="ADDRESS")
]
HttpPort = Annotated[int | None, typer.Option("--http-port", help="Port of the API.", metavar="N")]
MqttHost = Annotated[str | None, typer.Option("--mqtt-host", help="Where the embedded broker listens.")]
MqttPort = Annotated[
    int | None, typer.Option("--mqtt-port", help="Port of the embedded broker.", metavar="N")
]
MqttTlsCert = Annotated[
    str | None,
    typer.Option(
        "--mqtt-tls-cert",
        help="Certificate of the embedded broker (PEM): it then speaks TLS.",
        metavar="FILE",
    ),
]
MqttTlsKey = Annotated[
    str | None, typer.Option("--mqtt-tls-key", help="The key to it (PEM).", metavar="FILE")
]
MqttClientCa = Annotated[
    str | None,
    typer.Option(
        "--mqtt-client-ca", help="Gateways must show a certificate of this authority, too.", metavar="FILE"
    ),
]
MqttPlain = Annotated[
    bool | None,
    typer.Option("--mqtt-plain", help="Listen beyond this machine without TLS.", show_default=False),
]
Broker = Annotated[
    str | None,
    typer.Option("--broker", help="Another broker: mqtt[s]://user:password@host:port.", metavar="URL"),
]
BrokerCa = Annotated[
    str | None, typer.Option("--broker-ca", help="CA file of an mqtts:// broker.", metavar="FILE")
]
Mqtt5 = Annotated[bool | None, typer.Option("--mqtt5", help="Speak MQTT 5 with the broker.")]
Durability = Annotated[
    Profile | None, typer.Option("--profile", help="What the embedded broker's acknowledgement survives.")
]
Json = Annotated[Path | None, typer.Option("--json", help="Write the outcome to this file.", metavar="FILE")]
Lang = Annotated[str, typer.Option("--lang", help="en or zh.", envvar="KEEPWELL_LANG")]
Url = Annotated[str, typer.Option("--broker", help="mqtt[s]://[user:password@]host:port", metavar="URL")]


def settings_of(**options: Any) -> Settings:
    """The settings of this call: options, then KEEPWELL_… variables, then defaults."""
    return read_settings(os.environ, **options)


@contextmanager
def one_sentence() -> Iterator[None]:
    """Trouble that a person can mend ends the command with one sentence and exit status 2."""
    try:
        yield
    except (
        BackupError,
        DemoError,
        NoAnswerError,
        LinkDownError,
        MappingError,
        ScenarioError,
        OSError,
        ValueError,
    ) as error:
        complain.print(f"keepwell: {sentence(error)}", style="red", markup=False)
        raise typer.Exit(2) from None


def sentence(error: Exception) -> str:
    """What went wrong in the words of people; of the system's own errors the file and the reason."""
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror[0].lower()}{error.strerror[1:]}"
    return str(error)


def language(text: str) -> Language:
    """The language asked for; English unless it begins with zh."""
    return "zh" if text.lower().startswith("zh") else "en"


def write_json(value: Any, file: Path | None) -> None:
    """Write one object, to a file or to standard output."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    if file is None:
        say.print(text, markup=False, highlight=False)
    else:
        file.write_text(text + "\n", encoding="utf-8")
