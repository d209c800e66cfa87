"""What people say when they act on a ticket, and the sheet on which it is kept: plan, finding, result, improvement, survey."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from detect.nouns import Json
from tickets.nouns import Category, Hold, Line, Phase, Priority, Ticket
from tickets.states import Act

SCORES = range(1, 6)
"""How content a customer is, 5 the most."""
LOW = 2
"""Up to this score an improvement is asked for."""
CONTENT = 4
"""From this score on nothing is left to ask (the top two of five, as satisfaction is usually counted)."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What was wrong about a ticket, as it ought to be; None leaves it as it is."""

    category: Category | None = None
    phase: Phase | None = None
    priority: Priority | None = None
    customer: str | None = None
    """Key of the customer; "" for nobody's."""
    grade: str | None = None
    """The grade of that customer, as the registry has it."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One act with all that is said along with it. Each field serves the acts it names; elsewhere it is left alone."""

    act: Act
    reason: str = ""
    hold: Hold = Hold.OTHER
    """hold: what it waits for."""
    proof: str = ""
    """hold for force majeure: what proves it."""
    line: Line | None = None
    """hand_over: to whom; None: to the other line."""
    tried: str = ""
    """hand_over to the experts: what was tried."""
    plan: str = ""
    """plan: the remedy that is proposed."""
    steps: tuple[str, ...] = ()
    """plan: one by one."""
    resolution: str = ""
    """resolve: a code of `resolutions`; "" if none was chosen."""
    found: str = ""
    """resolve: what it was."""
    done: str = ""
    """resolve: what was done about it; the customer reads it."""
    score: int | None = None
    """survey: one of `SCORES`."""
    text: str = ""
    """survey: in the customer's words."""
    owner: str | None = None
    """improve: the principal who sees to it; None: who decides it."""
    due_us: int | None = None
    """promise_anew: the new date."""
    correction: Correction = field(default_factory=Correction)
    """correct."""
    into: str | None = None
    """merge, join_parent: id of the other ticket."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is written down about the work on one ticket, as it stands now; the events keep what stood there before."""

    plan: str = ""
    steps: tuple[str, ...] = ()
    tried: str = ""
    """What the first line tried before it handed over."""
    resolution: str = ""
    found: str = ""
    done: str = ""
    improvement: str = ""
    improvement_owner: str | None = None
    wished_us: int | None = None
    """By when whoever opened it would like it done: a wish, not a promise."""
    promised_us: int | None = None
    """The new date that was promised for feedback."""
    unanswered: bool = False
    """Closed although the customer never confirmed it: counted apart."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a customer answered to the one question; a ticket has one answer, the last."""

    ticket_id: str
    score: int
    text: str
    customer: str | None
    """Whose ticket it is; None where several or none are concerned."""
    principal: str
    time_us: int


@dataclass(frozen=True, slots=True)
class Around:
    """The tickets around one that is acted on."""

    other: Ticket | None = None
    """What `into` names."""
    live_children: int = 0
    """Parts of it that are still worked on."""
    children: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What a deed makes of a ticket."""

    ticket: Ticket
    sheet: Sheet
    act: str
    """The verb of its event."""
    told: Mapping[str, Json]
    """What the event tells beside the fields that changed."""
    survey: Survey | None = None
    other: Ticket | None = None
    """The ticket that takes over, after a merge."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """One way in which work ends, as the desk counts it."""

    code: str
    trouble: bool
    """Whether there was trouble at all."""
    ours: bool
    """Whether it was ours to solve."""


@cache
def resolutions() -> Mapping[str, Resolution]:
    """The ways in which work ends, by code, in the order of `resolutions.toml`; `ticket.resolution.<code>` says each."""
    with Path(__file__).with_name("resolutions.toml").open("rb") as file:
        rows = tomllib.load(file)["resolution"]
    return {row["code"]: Resolution(row["code"], row["trouble"], row["ours"]) for row in rows}


def asks_improvement(survey: Survey | None) -> bool:
    """Whether a customer was so little content that somebody has to say what will be better."""
    return survey is not None and survey.score <= LOW
