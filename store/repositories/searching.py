"""Searching: which objects of a kind have some words in their key, name or number, or in what people know them by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, or_

_ESCAPE = "\\"
_ALWAYS = ("key", "name", "external_number")
_WORDS = {
    "lot": (*_ALWAYS, "product", "customer", "order"),
    "shipment": (*_ALWAYS, "origin", "destination", "vehicle", "order"),
}
STATES = {"lot": "status", "shipment": "stage"}
"""Kinds whose objects stand in one of several states, and where that is written."""


@dataclass(frozen=True, slots=True)
class Search:
    """What objects are looked for."""

    text: str = ""
    """Somewhere in their words, whatever its case (of Latin letters)."""
    states: tuple[str, ...] = ()
    """Any of these; none: all."""

    @property
    def words(self) -> str:
        """The text without the blanks around it."""
        return self.text.strip()


EVERYTHING = Search()


def conditions(kind: str, table: Table, search: Search) -> Iterator[ColumnElement[bool]]:
    """What narrows a query on the table of a kind."""
    if search.states and kind in STATES:
        yield table.c[STATES[kind]].in_(search.states)
    if search.words:
        like = f"%{_escaped(search.words)}%"
        yield or_(*(table.c[name].ilike(like, escape=_ESCAPE) for name in _WORDS.get(kind, _ALWAYS)))


def has_words(kind: str, search: Search, shown: Mapping[str, Any]) -> bool:
    """Whether an object as it is shown to somebody has the words: what is kept from them must not be found either."""
    texts = (shown.get(name) or "" for name in _WORDS.get(kind, _ALWAYS))
    return not search.words or any(search.words.lower() in str(text).lower() for text in texts)


def _escaped(words: str) -> str:
    for mark in (_ESCAPE, "%", "_"):
        words = words.replace(mark, _ESCAPE + mark)
    return words
