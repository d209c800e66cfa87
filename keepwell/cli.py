"""The command line: which commands there are, and how trouble is told."""

from __future__ import annotations

import logging
import sys

import typer

from ingest.broker_url import BrokerUrlError
from keepwell import (
    commands,
    gateway_commands,
    model_commands,
    notify_commands,
    score_command,
    serving,
    trust_commands,
)
from keepwell.broker_folder import FolderInUseError
from keepwell.broker_server import BrokerError
from keepwell.console import complain, sentence
from keepwell.processes import InUseError
from keepwell.settings import BadSettingError
from store.files import NewerFormat

app = typer.Typer(
    name="keepwell", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Watch goods in storage and transport, and raise a service ticket before they are harmed.",
)  # fmt: skip
for command in (
    commands.demo, serving.up, serving.run, commands.replay, commands.simulate, commands.apply, trust_commands.verify,
    commands.backup, commands.restore, score_command.score,
    commands.check_config, commands.bench, model_commands.backtest,
):  # fmt: skip
    app.command()(command)
app.add_typer(gateway_commands.gateway)
app.add_typer(model_commands.model)
app.add_typer(notify_commands.notify)
app.add_typer(trust_commands.user)


def main() -> None:
    """Run the command line; trouble a person can mend is one sentence, not a stack trace."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        app()
    except (
        BadSettingError, BrokerError, BrokerUrlError, FolderInUseError, InUseError, NewerFormat, OSError,
    ) as error:  # fmt: skip
        complain.print(f"keepwell: {sentence(error)}", style="red", markup=False)
        sys.exit(2)
