"""The table of states in both languages and in other systems' words, and what became of many acts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from api.problems import Problem, problem_view
from api.views_loop import (
    BulkItemView,
    BulkResultView,
    ForeignView,
    MeaningView,
    NameView,
    ResolutionView,
    StatesView,
    StateView,
    TransitionView,
)
from texts import Language, render
from tickets.deeds import resolutions
from tickets.mapping import System, foreign, names, ours
from tickets.nouns import LIVE, Category, Hold, Line, Phase, Ticket, TicketState
from tickets.stages import STAGES, Owner, Path
from tickets.states import TABLE, Way


@cache
def states_view() -> StatesView:
    """All that can be said of the life of a ticket; it changes with the program only."""
    return StatesView(
        [_state(state) for state in TicketState],
        [_transition(way) for way in TABLE],
        _names("path", Path),
        _names("owner", Owner),
        _names("hold", Hold),
        _names("category", Category),
        _names("phase", Phase),
        _names("line", Line),
        [
            ResolutionView(one.code, *_said("resolution", one.code), trouble=one.trouble, ours=one.ours)
            for one in resolutions().values()
        ],
        [
            MeaningView(system, name, meant)
            for system in System
            for name in names(system)
            if (meant := ours(system, name))
        ],
    )


def bulk_view(
    outcomes: Iterable[tuple[str, Ticket | Problem]], lang: Language, instance: str
) -> BulkResultView:
    """What became of each act: the ticket as it is now, or the problem."""
    items = [
        BulkItemView(number, None, None, problem_view(found, lang, instance))
        if isinstance(found, Problem)
        else BulkItemView(number, found.state, found.version, None)
        for number, found in outcomes
    ]
    refused = sum(item.problem is not None for item in items)
    return BulkResultView(items, len(items) - refused, refused)


def _state(state: TicketState) -> StateView:
    theirs = [(system, foreign(system, state)) for system in System]
    return StateView(
        state, *_said("state", state), live=state in LIVE, ends=STAGES[state] is Owner.NOBODY, owner=STAGES[state],
        foreign=[ForeignView(system, one.state, one.reason) for system, one in theirs],
    )  # fmt: skip


def _transition(way: Way) -> TransitionView:
    return TransitionView(
        way.act, *_said("act", way.act), sources=_sorted(TicketState, way.sources), target=way.target,
        paths=_sorted(Path, way.paths), roles=sorted(way.roles), reason=way.reason,
    )  # fmt: skip


def _sorted(kind: Iterable[str], chosen: Iterable[str]) -> list[str]:
    """The chosen ones in the order of their kind."""
    wanted = set(chosen)
    return [str(one) for one in kind if one in wanted]


def _names(prefix: str, codes: Iterable[str]) -> list[NameView]:
    return [NameView(code, *_said(prefix, code)) for code in codes]


def _said(prefix: str, code: str) -> tuple[str, str]:
    sentence = f"ticket.{prefix}.{code}"
    return render(sentence, {}, "en"), render(sentence, {}, "zh")
