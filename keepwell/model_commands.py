"""`keepwell model …` and `keepwell backtest`: train, look at, promote and roll back; try a rule before it is switched on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer
from rich.progress import Progress as Bar

from detect.models.nouns import Model
from detect.models.stages import ModelAct, ModelRefusal
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
from texts import Language, render
from tickets.nouns import ticket_name
from tickets.outcomes import Lead, Outcome, Tally

model = typer.Typer(
    name="model",
    no_args_is_help=True,
    help="Train models of what is usual, look at them in the shadow, promote them, roll back.",
)
Label = Annotated[str, typer.Argument(metavar="MODEL", help="NAME or NAME@VERSION, as `list` shows it.")]
Reason = Annotated[str, typer.Option(help="Why; it stands in the history.")]
Days = Annotated[int, typer.Option(help="So many days up to now.", min=1, max=400)]
_US_PER_MIN = 60_000_000


@model.command()
def train(
    scope: Annotated[str, typer.Argument(help="series:GATEWAY/DEVICE, zone:KEY or group:PROFILE.")],
    days: Days = 56,
    data: Data = None,
    reason: Reason = "",
    json_file: Json = None,
    lang: Lang = LANG,
) -> None:
    """Learn what is usual. The new version says nothing before it is put into the shadow."""
    with one_sentence(), _bar(scope) as tell:
        made = _acts(data).train(scope, days, reason, tell)
    if json_file:
        write_json(_told(made), json_file)
        return
    _say(
        "trained",
        lang,
        label=made.card.label,
        rows=made.card.rows,
        devices=len(made.card.devices),
        coverage=made.card.coverage,
    )


@model.command(name="list")
def list_all(data: Data = None, json_file: Json = None, lang: Lang = LANG) -> None:
    """All models, with their stage."""
    with one_sentence():
        found = _acts(data).all()
    if json_file:
        write_json([_told(one) for one in found], json_file)
        return
    for one in found:
        _line(one, lang)
    if not found:
        _say("nothing", lang)


@model.command()
def show(label: Label, data: Data = None, json_file: Json = None, lang: Lang = LANG) -> None:
    """The card of a model, whether its file is what was written, and what it found in the shadow."""
    with one_sentence(), _named(label, lang):
        found, complaint, findings = _acts(data).show(label)
    card = {**_told(found), "file": complaint or "intact", "shadow_findings": msgspec.to_builtins(findings)}
    if json_file:
        write_json(card, json_file)
        return
    _line(found, lang)
    write_json(card["card"], None)
    if complaint:
        complain.print(complaint, style="red", markup=False)
    _say("in_shadow", lang, label=found.card.label, n=len(findings))


@model.command()
def shadow(label: Label, data: Data = None, reason: Reason = "", lang: Lang = LANG) -> None:
    """Let it judge beside the others; what it finds is kept apart, without alarms and tickets."""
    _move(ModelAct.SHADOW, label, data, reason, lang)


@model.command()
def promote(label: Label, data: Data = None, reason: Reason = "", lang: Lang = LANG) -> None:
    """Let a model of the shadow speak from now on, in place of the version that did."""
    _move(ModelAct.PROMOTE, label, data, reason, lang)


@model.command()
def rollback(label: Label, data: Data = None, reason: Reason = "", lang: Lang = LANG) -> None:
    """Let the version speak again that did before the active one."""
    _move(ModelAct.ROLL_BACK, label, data, reason, lang)


@model.command()
def retire(label: Label, data: Data = None, reason: Reason = "", lang: Lang = LANG) -> None:
    """Let it judge no more."""
    _move(ModelAct.RETIRE, label, data, reason, lang)


@model.command()
def freeze(
    label: Label,
    off: Annotated[bool, typer.Option("--off", help="Thaw it again.")] = False,
    data: Data = None,
    reason: Reason = "",
    lang: Lang = LANG,
) -> None:
    """Let nothing take the place of the active version until it is thawed."""
    _move(ModelAct.THAW if off else ModelAct.FREEZE, label, data, reason, lang)


def backtest(
    rule: Annotated[str, typer.Argument(help="PROFILE, PROFILE/BAND, a kind of finding, NAME@VERSION of a model, or a .toml file with changed profiles.")],
    days: Days = 90,
    zone: Annotated[list[str] | None, typer.Option("--zone", help="Only here; a profile is tried as if it were this zone's.")] = None,
    limit: Annotated[float | None, typer.Option(help="Of the band, instead of its own.")] = None,
    deadband: Annotated[float | None, typer.Option(help="Of the band, instead of its own.", min=0)] = None,
    on_delay_min: Annotated[float | None, typer.Option("--on-delay-min", help="Of the band, in minutes.", min=0)] = None,
    data: Data = None,
    json_file: Json = None,
    lang: Lang = LANG,
) -> None:  # fmt: skip
    """Run a rule or model over stored history before it is switched on: what it would have found, beside what is active now."""
    change = {
        "limit": limit, "deadband": deadband, "on_delay_us": None if on_delay_min is None else round(on_delay_min * _US_PER_MIN)
    }  # fmt: skip
    wanted = {name: value for name, value in change.items() if value is not None}
    with one_sentence(), _bar(rule) as tell:
        file = Path(rule).read_text(encoding="utf-8") if rule.endswith(".toml") else ""
        outcome = _acts(data).backtest("" if file else rule, days, None, zone or [], file, wanted, tell)
    if json_file:
        write_json(msgspec.to_builtins(outcome), json_file)
        return
    _show(outcome, lang)


def _show(outcome: Outcome, lang: str) -> None:
    head = {
        name: getattr(outcome, name) for name in ("rule", "from_us", "to_us", "devices", "readings", "took_s")
    }
    _say("title", lang, "backtest", **head)
    for side, tally, lead in (
        ("before", outcome.before, outcome.before_lead), ("after", outcome.after, outcome.after_lead)
    ):  # fmt: skip
        _side(side, tally, lead, lang)
    for zone in outcome.zones:
        _say(
            "zone", lang, "backtest", zone=zone.zone, before=zone.before.findings, after=zone.after.findings,
            tickets=zone.after.tickets, said_false=zone.after.said_false, coverage=zone.coverage,
        )  # fmt: skip
    for note in outcome.notes:
        say.print(f"· {render(note.code, note.params, language(lang))}", markup=False, highlight=False)


def _side(side: str, tally: Tally, lead: Lead, lang: str) -> None:
    code = f"backtest.cli.{side}"
    counts = {name: value for name, value in msgspec.to_builtins(tally).items() if name != "missed"}
    _say("side", lang, "backtest", side=code, **counts)
    if tally.missed:
        _say("missed", lang, "backtest", tickets=[ticket_name(number) for number in tally.missed])
    _say("lead", lang, "backtest", side=code, announced=lead.announced, breaches=lead.breaches)
    if lead.p50_s is not None:
        minutes = {name: (getattr(lead, f"{name}_s") or 0) / 60 for name in ("p10", "p50", "p90")}
        _say("leads", lang, "backtest", side=code, **minutes)


def _move(act: ModelAct, label: str, data: Path | None, reason: str, lang: str) -> None:
    with one_sentence(), _named(label, lang):
        found = _acts(data).act(act, label, reason)
    if isinstance(found, tuple):
        one, why = found
        known = isinstance(why, ModelRefusal)
        text = (
            render("models.cli.refused", {"label": one.card.label, "stage": f"models.stage.{one.stage}", "reason": f"models.refused.{why}"}, language(lang))
            if known
            else str(why)
        )  # fmt: skip
        _refuse(text)
    code = {ModelAct.FREEZE: "frozen", ModelAct.THAW: "thawed"}.get(act, "moved")
    _say(code, lang, label=found.card.label, stage=f"models.stage.{found.stage}")


def _acts(data: Path | None) -> Any:
    return built("model_acts")(settings_of(data=data))


def _told(one: Model) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(one)
    return {**found, "label": one.card.label}


def _line(one: Model, lang: str) -> None:
    card = one.card
    _say(
        "line", lang, label=card.label, stage=f"models.stage.{one.stage}", scope=str(card.scope), trained_us=card.trained_us,
        rows=card.rows, coverage=card.coverage, days=card.false_alert_days,
    )  # fmt: skip


def _say(code: str, lang: str, group: str = "models", **params: Any) -> None:
    words: Language = language(lang)
    say.print(render(f"{group}.cli.{code}", params, words), markup=False, highlight=False)


@contextmanager
def _bar(title: str) -> Iterator[Any]:
    """Progress on standard error."""
    with Bar(console=complain, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _named(label: str, lang: str) -> Iterator[None]:
    """A model that is not there is told by name."""
    try:
        yield
    except ValueError as error:
        if str(error) != label:
            raise
        _refuse(render("models.cli.no_such", {"label": label}, language(lang)))


def _refuse(text: str) -> NoReturn:
    """End with one sentence and status 2."""
    complain.print(f"keepwell: {text}", style="red", markup=False)
    raise typer.Exit(2)
