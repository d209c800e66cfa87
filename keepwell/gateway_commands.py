"""`keepwell gateway …`: credentials of gateways at the broker, and files for Mosquitto."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer
from rich.table import Table

from api.gateway_access import AccessView, trial_line
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
from store.repositories.records import BadValueError
from texts import Language, render

gateway = typer.Typer(
    name="gateway",
    no_args_is_help=True,
    help="Let gateways in at the broker, give them new secrets, put them out.",
)
Id = Annotated[
    str, typer.Argument(metavar="GATEWAY", help="Its id: also its user name, and part of its topics.")
]
Reason = Annotated[str, typer.Option(help="Why; it stands in the history.")]


@gateway.command()
def add(
    gateway_id: Id, data: Data = None, reason: Reason = "", json_file: Json = None, lang: Lang = LANG
) -> None:
    """Give a gateway a credential; it is registered if it was not yet. The secret is shown this once."""
    acts, words = _acts(data), language(lang)
    known = acts.get(gateway_id)
    if known is not None and known.revoked_us is None:
        _refuse("has_one", {"gateway": gateway_id, "issued_us": known.issued_us}, words)
    _issue(acts, gateway_id, reason, "added", json_file, words)


@gateway.command()
def renew(
    gateway_id: Id, data: Data = None, reason: Reason = "", json_file: Json = None, lang: Lang = LANG
) -> None:
    """Give a gateway a new secret in place of the old one, also after it was revoked."""
    acts, words = _acts(data), language(lang)
    if acts.get(gateway_id) is None:
        _refuse("has_none", {"gateway": gateway_id}, words)
    _issue(acts, gateway_id, reason, "renewed", json_file, words)


@gateway.command()
def revoke(gateway_id: Id, data: Data = None, reason: Reason = "", lang: Lang = LANG) -> None:
    """Put a gateway out of the broker, also amid a connection."""
    acts, words = _acts(data), language(lang)
    known = acts.get(gateway_id)
    if known is None or known.revoked_us is not None:
        _refuse("has_none", {"gateway": gateway_id}, words)
    acts.revoke(gateway_id, reason)
    say.print(render("gateway.cli.revoked", {"gateway": gateway_id}, words), markup=False)


@gateway.command(name="list")
def list_all(data: Data = None, json_file: Json = None, lang: Lang = LANG) -> None:
    """Which gateways have a credential, and which had one."""
    found, words = _acts(data).all(), language(lang)
    if json_file:
        write_json(msgspec.to_builtins(found), json_file)
        return
    if not found:
        say.print(render("gateway.cli.nobody", {}, words), markup=False)
        return
    table = Table(box=None, show_header=False)
    for one in found:
        code = "in_force" if one.revoked_us is None else "was_revoked"
        times = {"issued_us": one.issued_us, "revoked_us": one.revoked_us}
        table.add_row(one.gateway, render(f"gateway.cli.{code}", times, words), one.issued_by)
    say.print(table)


@gateway.command()
def export_mosquitto(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where `acl` and `password` are written.")],
    data: Data = None,
    lang: Lang = LANG,
) -> None:
    """Write the files of rights and passwords for Mosquitto; have it read them by SIGHUP."""
    with one_sentence():
        _acts(data).export(folder)
    say.print(render("gateway.cli.exported", {"folder": str(folder)}, language(lang)), markup=False)


def _acts(data: Path | None) -> Any:
    return built("gateway_acts")(settings_of(data=data))


def _issue(
    acts: Any, gateway_id: str, reason: str, code: str, json_file: Path | None, lang: Language
) -> None:
    try:
        access, secret = acts.issue(gateway_id, reason)
    except BadValueError:
        _refuse("impossible", {"gateway": gateway_id}, lang)
    if json_file:
        told = {**msgspec.to_builtins(access), "secret": secret, "try_it": trial_line(access, secret)}
        json_file.touch(mode=0o600)
        write_json(told, json_file)
        return
    say.print(render(f"gateway.cli.{code}", {"gateway": gateway_id}, lang), markup=False)
    for word, text in _lines(access, secret):
        say.print(f"{render(f'gateway.cli.{word}', {}, lang):14}{text}", markup=False, highlight=False)


def _lines(access: AccessView, secret: str) -> list[tuple[str, str]]:
    return [
        ("broker", access.broker.address),
        ("user", access.gateway),
        ("secret", secret),
        ("publish", "  ".join(access.publish)),
        ("read", "  ".join(access.read)),
        ("try_it", trial_line(access, secret)),
    ]


def _refuse(code: str, params: dict[str, Any], lang: Language) -> NoReturn:
    """End with one sentence and status 2."""
    complain.print(f"keepwell: {render(f'gateway.cli.{code}', params, lang)}", style="red", markup=False)
    raise typer.Exit(2)
