"""`keepwell user …`, who may log in, and `keepwell verify`, whether the history is what it was."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.table import Table

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
from registry.nouns import Person, Role
from store.repositories.records import BadValueError, NoSuchObjectError, TakenError
from texts import Language, render

user = typer.Typer(
    name="user", no_args_is_help=True,
    help="Let people in with a password, and put them out. Passwords are typed, or one line of standard input.",
)  # fmt: skip
Key = Annotated[str, typer.Argument(metavar="PERSON", help="Key of the person in the registry.")]
Reason = Annotated[str, typer.Option(help="Why; it stands in the history.")]


@user.command()
def add(
    person: Key,
    role: Annotated[Role | None, typer.Option(help="Register the person in this role.")] = None,
    name: Annotated[str, typer.Option(help="What the person is called.")] = "",
    site: Annotated[str | None, typer.Option(help="Of a keeper.")] = None,
    carrier: Annotated[str | None, typer.Option(help="Of a driver or carrier.")] = None,
    customer: Annotated[str | None, typer.Option(help="Of a customer's person.")] = None,
    invite: Annotated[bool, typer.Option("--invite", help="Ask for no password: let them choose one.")] = False,
    data: Data = None,
    reason: Reason = "",
    json_file: Json = None,
    lang: Lang = LANG,
) -> None:  # fmt: skip
    """Give a person an account; with --role, one that is not in the registry yet."""
    acts, words = _acts(data), language(lang)
    with _told_as_sentences(person, words):
        known = acts.person(person)
        if known is None and role is None:
            _refuse("no_person", {"person": person}, words)
        if acts.has_account(person):
            _refuse("taken", {"person": person}, words)
        wanted = known or Person(
            key=person, name=name or person, role=role or Role.VIEWER, site=site, carrier=carrier, customer=customer
        )  # fmt: skip
        told = acts.add(wanted, None if invite else _typed(words), reason)
    _tell("invited" if invite else "added", told, json_file, words)


@user.command()
def invite(
    person: Key, data: Data = None, reason: Reason = "", json_file: Json = None, lang: Lang = LANG
) -> None:
    """Let somebody who has an account choose a (new) password, within 72 hours."""
    words = language(lang)
    with _told_as_sentences(person, words):
        told = _acts(data).invite(person, reason)
    _tell("invited", told, json_file, words)


@user.command()
def password(
    person: Key,
    must_change: Annotated[
        bool, typer.Option("--must-change", help="It only serves to choose another at log-in.")
    ] = False,
    data: Data = None,
    reason: Reason = "",
    json_file: Json = None,
    lang: Lang = LANG,
) -> None:
    """Set a password anew; open sessions end."""
    acts, words = _acts(data), language(lang)
    with _told_as_sentences(person, words):
        if not acts.has_account(person):
            _refuse("no_such", {"person": person}, words)
        told = acts.password(person, _typed(words), reason, must_change=must_change)
    _tell("set", told, json_file, words)


@user.command()
def disable(
    person: Key, data: Data = None, reason: Reason = "", json_file: Json = None, lang: Lang = LANG
) -> None:
    """Put somebody out: no log-in, open sessions end, keys given out for the person open nothing."""
    _let_in(person, data, reason, json_file, language(lang), disabled=True)


@user.command()
def enable(
    person: Key, data: Data = None, reason: Reason = "", json_file: Json = None, lang: Lang = LANG
) -> None:
    """Let somebody in again."""
    _let_in(person, data, reason, json_file, language(lang), disabled=False)


@user.command(name="list")
def list_all(data: Data = None, json_file: Json = None, lang: Lang = LANG) -> None:
    """Who has an account, in which role."""
    found, words = _acts(data).all(), language(lang)
    if json_file:
        write_json(found, json_file)
        return
    if not found:
        say.print(render("user.cli.nobody", {}, words), markup=False)
        return
    table = Table(box=None, show_header=False)
    for one in found:
        scope = one["site"] or one["carrier"] or one["customer"] or ""
        role = render(f"lists.word.role.{one['role']}", {}, words)
        table.add_row(
            one["person"], one["name"], role, scope, render(f"user.cli.state_{one['state']}", {}, words)
        )
    say.print(table)


def verify(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="A copied service database, or a directory with one."),
    ] = None,
    data: Data = None,
    anchor: Annotated[
        list[str] | None,
        typer.Option(help="A head that was kept elsewhere; may be given several times.", metavar="SEQ:HASH"),
    ] = None,
    anchor_file: Annotated[
        Path | None,
        typer.Option(help="A file of heads; without it audit-heads.txt beside the database.", metavar="FILE"),
    ] = None,
    write_anchor: Annotated[
        Path | None, typer.Option(help="Add the head of a whole chain to this file.", metavar="FILE")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            help="A saved report (JSON): is it what was given out, and does it belong to this log?",
            metavar="FILE",
        ),
    ] = None,
    json_file: Json = None,
    lang: Lang = LANG,
) -> None:
    """Recompute the hash chain of the event table, offline if need be, and name the first row that is not what it was."""
    with one_sentence():
        found = built("verification")(
            settings_of(data=data), source, anchor or (), anchor_file, write_anchor, report
        )
    if json_file:
        write_json(found, json_file)
    words = language(lang)
    code = "command.chain_broken" if found["broken"] else "command.chain_whole"
    say.print(render(code, _numbered(found), words), markup=False)
    for place in ("before", "row", "behind"):
        if found[place]:
            row = {**_numbered(found[place]), "place": place}
            say.print(render("command.chain_row", row, words), markup=False, highlight=False)
    kept, lost = found["photos"], bool(found["photos"] and found["photos"]["lost"])
    if kept:
        said = {"n": kept["kept"], "lost": len(kept["lost"]), "first": next(iter(kept["lost"]), "")}
        say.print(
            render("command.photos_lost" if lost else "command.photos_whole", said, words), markup=False
        )
    told = found["report"]
    if told:
        say.print(render(f"command.report_{told['standing']}", _numbered(told), words), markup=False)
    raise typer.Exit(1 if found["broken"] or lost or (told and told["standing"] != "given") else 0)


def _numbered(found: dict[str, Any]) -> dict[str, Any]:
    """Row numbers are names, and shown without commas."""
    names = {"head", "broken_at", "sequence", "given_as"}
    return {name: str(value) if name in names else value for name, value in found.items()}


def _acts(data: Path | None) -> Any:
    return built("user_acts")(settings_of(data=data))


def _let_in(
    person: str, data: Path | None, reason: str, json_file: Path | None, lang: Language, *, disabled: bool
) -> None:
    with _told_as_sentences(person, lang):
        told = _acts(data).let_in(person, reason, disabled=disabled)
    _tell("disabled" if disabled else "enabled", told, json_file, lang)


class _told_as_sentences:  # noqa: N801  # reads as a sentence where it is used
    """Within this, what cannot be done ends with one sentence and status 2."""

    def __init__(self, person: str, lang: Language) -> None:
        self._person, self._lang = person, lang

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, NoSuchObjectError) and error.kind == "user":
            _refuse("no_such", {"person": self._person}, self._lang)
        if isinstance(error, TakenError):
            _refuse("taken", {"person": self._person}, self._lang)
        if isinstance(error, NoSuchObjectError):
            _refuse("impossible", {"person": self._person, "field": f"{error.kind} {error.key}"}, self._lang)
        if isinstance(error, BadValueError):
            _refuse("impossible", {"person": self._person, "field": error.field}, self._lang)
        if isinstance(error, ValueError) and str(error).startswith("password_"):
            complain.print(
                f"keepwell: {render(f'invalid.{error}', {}, self._lang)}", style="red", markup=False
            )
            raise typer.Exit(2)


def _typed(lang: Language) -> str:
    """A password: typed twice without being shown, or a line of standard input. Never an argument: those can be seen by others."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline().rstrip("\r\n")
        if not line:
            _refuse("no_input", {}, lang)
        return line
    first = getpass.getpass(f"{render('user.cli.ask', {}, lang)}: ")
    if getpass.getpass(f"{render('user.cli.ask_again', {}, lang)}: ") != first:
        _refuse("differ", {}, lang)
    return first


def _tell(code: str, told: dict[str, Any], json_file: Path | None, lang: Language) -> None:
    if json_file:
        json_file.touch(mode=0o600)
        write_json(told, json_file)
        return
    say.print(render(f"user.cli.{code}", told, lang), markup=False)
    if "token" in told:
        say.print(told["link"] or told["token"], markup=False, highlight=False)


def _refuse(code: str, params: dict[str, Any], lang: Language) -> NoReturn:
    """End with one sentence and status 2."""
    complain.print(f"keepwell: {render(f'user.cli.{code}', params, lang)}", style="red", markup=False)
    raise typer.Exit(2)
