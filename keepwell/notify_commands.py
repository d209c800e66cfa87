"""`keepwell notify …`: try out how people are told."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from keepwell.console import (
    LANG,
    Data,
    Json,
    Lang,
    complain,
    language,
    one_sentence,
    say,
    settings_of,
    write_json,
)
from keepwell.processes import built
from texts import render

notify = typer.Typer(name="notify", no_args_is_help=True, help="Try out how people are told.")
_KINDS = ("person", "contact", "team")


@notify.callback()
def _group() -> None:
    """Try out how people are told."""


@notify.command("test")
def try_out(
    to: Annotated[
        str, typer.Option("--to", help="person:<key> (or the key alone), contact:<key>, team:<key>, desk.")
    ],
    data: Data = None,
    json_file: Json = None,
    lang: Lang = LANG,
) -> None:
    """Send a test message to somebody on every way there is, at once, and say what came of it on each."""
    words = language(lang)
    who = to if to == "desk" or to.partition(":")[0] in _KINDS else f"person:{to}"
    with one_sentence():
        tried: list[dict[str, Any]] | None = built("notify_trial")(settings_of(data=data), who)
    if tried is None:
        complain.print(render("notify.command.nobody", {"who": who}, words), style="red", markup=False)
        raise typer.Exit(2)
    if not tried:
        complain.print(render("notify.command.no_way", {"who": who}, words), style="red", markup=False)
    for one in tried:
        code = "sent" if one["outcome"] == "sent" else "failed"
        say.print(render(f"notify.command.{code}", one, words), markup=False, highlight=False)
    if json_file is not None:
        write_json({"to": who, "ways": tried}, json_file)
    if not tried or any(one["outcome"] != "sent" for one in tried):
        raise typer.Exit(1)
