"""The command `keepwell score`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from keepwell.console import LANG, Json, Lang, complain, language, one_sentence, say, write_json
from keepwell.processes import built
from keepwell.score import score as score_file
from texts import render


def score(
    given: Annotated[Path, typer.Option("--input", help="Readings: time,series,value[,quantity][,group].", metavar="CSV")],
    told: Annotated[Path, typer.Option("--output", help="A row per reading: time,series,score,alert,kind.", metavar="CSV")],
    found: Annotated[Path | None, typer.Option("--findings", help="What was found, as JSON.", metavar="FILE")] = None,
    json_file: Json = None,
    lang: Lang = LANG,
) -> None:  # fmt: skip
    """Judge a file of readings row by row, by nothing but what came before each row (docs/score.md)."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,}"),
        TimeElapsedColumn(),
    )
    with one_sentence(), Progress(*columns, console=complain, transient=True) as bar:
        task = bar.add_task(given.name, total=None)
        scorer = built("scoring")()
        outcome = score_file(scorer, given, told, found, lambda rows: bar.update(task, completed=rows))
    if json_file:
        write_json(outcome, json_file)
    code = "score.unreadable" if outcome["unreadable"] else "score.done"
    say.print(render(code, {"file": told.name, **outcome}, language(lang)), markup=False)
