"""The demonstration on a terminal: gateways, what is kept, and tickets as they open."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from keepwell.client import NoAnswerError
from keepwell.console import say
from keepwell.demo import Demonstration
from simulators.play import Progress
from texts import Language, render

TICKETS_SHOWN = 12
FRAME_S = 1.0
UNTIL_STOPPED_S = 10.0**9
PRIORITY_STYLE = {"P1": "bold red", "P2": "red", "P3": "yellow", "P4": "cyan", "P5": "dim"}


def screen(
    lang: Language,
    title: str,
    progress: Progress | None,
    ledger: dict[str, Any],
    tickets: list[dict[str, Any]],
    called: Mapping[str, str],
) -> RenderableType:
    """One frame of the view."""

    def word(code: str, **params: Any) -> str:
        return render(f"demo.{code}", params, lang)

    rows: list[RenderableType] = []
    if progress is not None:
        rows.append(Text(word(progress.part, rate=round(progress.readings_per_s)), style="bold"))
        rows.append(_gateways(word("gateway"), word("messages"), word("values"), progress))
    names = ("received", "kept", "duplicate", "conflicting")
    figures = "   ".join(f"{word(name)} {ledger.get(name, 0)}" for name in names)
    rejected = sum(ledger.get("rejected", {}).values())
    rows.append(Text(f"{figures}   {word('rejected')} {rejected}"))
    said = [
        (ticket, called.get(ticket["assignee"] or "", ""), _until_when(ticket, lang)) for ticket in tickets
    ]
    rows.append(_tickets(word("tickets", n=len(tickets)), said))
    return Panel(Group(*rows), title=title, border_style="cyan")


def _gateways(gateway: str, messages: str, values: str, progress: Progress) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(gateway)
    table.add_column(messages, justify="right")
    table.add_column(values, justify="right")
    for one in progress.gateways:
        table.add_row(one.gateway, str(one.messages), str(one.values))
    return table


def _tickets(title: str, tickets: Sequence[tuple[dict[str, Any], str, str]]) -> Table:
    """A line per ticket: what it is about, who has it, until when."""
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0), show_header=False)
    for ticket, who, until in tickets[:TICKETS_SHOWN]:
        style = PRIORITY_STYLE.get(ticket["priority"], "")
        number, priority = Text(ticket["number"]), Text(ticket["priority"], style=style)
        table.add_row(
            number, priority, Text(ticket["title"]), Text(who, style="bold"), Text(until, no_wrap=True)
        )
    return table


def _until_when(ticket: Mapping[str, Any], lang: Language) -> str:
    """Until when acting prevents damage, on the clocks of the place; the deadline where no damage threatens."""
    if not ticket["live"]:
        return ""
    act_by = ticket["act_by"]
    if act_by and datetime.fromisoformat(act_by) <= datetime.now(UTC):
        return render("demo.too_late", {}, lang)
    when = datetime.fromisoformat(act_by or ticket["deadline"])
    return render("demo.act_by" if act_by else "demo.due", {"when": f"{when:%m-%d %H:%M}"}, lang)


def show(demonstration: Demonstration, seconds: float | None, lang: Language) -> dict[str, Any]:
    """Run the demonstration on the terminal, and return its outcome."""
    say.print(render("demo.starting", {}, lang))
    demonstration.start()
    scenario = demonstration.scenario
    title = scenario.title_zh if lang == "zh" else scenario.title
    address = demonstration.api_address
    told: dict[str, Any] = {"page": demonstration.set_up, "address": address, "key": demonstration.key}
    say.print(render("demo.look", told, lang), markup=False, soft_wrap=True)
    playing = demonstration.play(seconds or UNTIL_STOPPED_S)
    with Live(console=say, refresh_per_second=2, transient=False) as live:
        while playing.is_alive():
            try:
                demonstration.installation.tend(lambda _: None)
                ledger, tickets = demonstration.ledger(), demonstration.tickets()
                live.update(
                    screen(lang, title, demonstration.progress, ledger, tickets, demonstration.names())
                )
                time.sleep(FRAME_S)
            except NoAnswerError:
                time.sleep(FRAME_S)
            except KeyboardInterrupt:
                demonstration.end_play()
        outcome = demonstration.outcome()
        live.update(screen(lang, title, None, outcome, demonstration.tickets(), demonstration.names()))
    _sum_up(outcome, lang)
    return outcome


def _sum_up(outcome: dict[str, Any], lang: Language) -> None:
    numbers = {name: outcome[name] for name in ("published", "received")}
    say.print(render("demo.balance" if outcome["complete"] else "demo.imbalance", numbers, lang))
    given = sum(ticket["assignee"] is not None for ticket in outcome["tickets"])
    say.print(render("demo.given", {"given": given, "n": len(outcome["tickets"])}, lang))
    if outcome["ground_truth_met"]:
        say.print(render("demo.met", {"n": outcome["ground_truth"]}, lang), style="green")
    for code, name, param in (
        ("demo.missing", "ground_truth_missing", "titles"),
        ("demo.disturbed", "disturbed_quiet_zones", "zones"),
    ):
        if outcome[name]:
            say.print(render(code, {param: "; ".join(outcome[name])}, lang), style="red", markup=False)
