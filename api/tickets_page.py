"""The tables of docs/tickets.md, from the table of states and its neighbours: `python -m api.tickets_page docs/tickets.md`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from registry.nouns import Role
from texts import render
from tickets.deeds import resolutions
from tickets.mapping import System, foreign, names, ours
from tickets.nouns import LIVE, Hold, TicketState
from tickets.stages import STAGES
from tickets.states import ANY, CLIENT, LEADS, STAFF, TABLE, Way
from tickets.working import verb

_PLACE = re.compile(r"<!-- (\w+) -->.*?<!-- end -->", re.DOTALL)
_GROUPS: Mapping[frozenset[Role], str] = {
    STAFF: "staff",
    LEADS: "supervisor, admin",
    CLIENT: "staff, customer",
}
_SEPARATOR = "---"


def filled(page: str) -> str:
    """The page with its tables as they are now, between `<!-- name -->` and `<!-- end -->`."""
    tables = {
        "states": _states(), "transitions": _transitions(), "holds": _holds(), "resolutions": _resolutions(),
        "foreign": _foreign(), "meanings": _meanings(),
    }  # fmt: skip
    text = {name: "\n".join(rows) for name, rows in tables.items()}
    return _PLACE.sub(lambda match: f"<!-- {match[1]} -->\n{text[match[1]]}\n<!-- end -->", page)


def _states() -> Iterator[str]:
    return _table(
        ("state", "in Chinese", "work to be done", "whose the next step is"),
        (
            (
                f"`{state}`",
                _say("state", state, "zh"),
                "yes" if state in LIVE else "",
                _say("owner", STAGES[state]),
            )
            for state in TicketState
        ),
    )


def _transitions() -> Iterator[str]:
    return _table(
        ("act", "in words", "from", "to", "path", "who", "reason", "event"),
        (
            (
                f"`{way.act}`",
                f"{_say('act', way.act)} ({_say('act', way.act, 'zh')})",
                _sources(way),
                f"`{way.target}`" if way.target else "stays" if way.act != "resume" else "where it was",
                "any" if way.paths == ANY else ", ".join(sorted(way.paths)),
                _who(way),
                "yes" if way.reason else "",
                f"`{verb(way.act)}`",
            )
            for way in TABLE
        ),
    )


def _holds() -> Iterator[str]:
    return _table(
        ("hold", "in words", "in Chinese"),
        ((f"`{hold}`", _say("hold", hold), _say("hold", hold, "zh")) for hold in Hold),
    )


def _resolutions() -> Iterator[str]:
    return _table(
        ("resolution", "in words", "in Chinese", "there was trouble", "ours to solve"),
        (
            (
                f"`{one.code}`",
                _say("resolution", one.code),
                _say("resolution", one.code, "zh"),
                "yes" if one.trouble else "no",
                "yes" if one.ours else "no",
            )
            for one in resolutions().values()
        ),
    )


def _foreign() -> Iterator[str]:
    rows = ((f"`{state}`", *(foreign(system, state).state for system in System)) for state in TicketState)
    return _table(("ours", *System), rows)


def _meanings() -> Iterator[str]:
    return _table(
        ("system", "their state", "ours"),
        ((system, name, f"`{ours(system, name)}`") for system in System for name in names(system)),
    )


def _sources(way: Way) -> str:
    if way.sources == LIVE:
        return "any live"
    return ", ".join(f"`{state}`" for state in TicketState if state in way.sources)


def _who(way: Way) -> str:
    """The roles, in as few words as they have."""
    people = way.roles - {Role.SYSTEM}
    named = [_GROUPS.get(people, ", ".join(sorted(people)))] if people else []
    return ", ".join([*named, *(["the system"] if Role.SYSTEM in way.roles else [])])


def _say(prefix: str, code: str, lang: str = "en") -> str:
    return render(f"ticket.{prefix}.{code}", {}, "zh" if lang == "zh" else "en")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (heads, [_SEPARATOR] * len(heads), *rows):
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    """Fill the tables of the file named on the command line anew."""
    path = Path(sys.argv[1])
    path.write_text(filled(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
