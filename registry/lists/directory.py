"""What planning needs to know of what is there, and the names by which rows refer to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from registry.lists.nouns import Fault, Where
from registry.nouns import Registered, SubjectKind
from registry.working_set import profile_called

NAMED_BY = ("key", "external_number", "name")
"""By what an object may be named in a cell; what comes first wins."""


class Known(Protocol):
    """An object as it is stored."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def value(self) -> Any: ...


class Directory(Protocol):
    """The registry as it is, asked for many objects at once."""

    def find(self, kind: str, attribute: str, values: Collection[Any]) -> Sequence[Known]:
        """The objects of a kind whose attribute is one of the values."""

    def placements(self, subject_kind: SubjectKind, subjects: Collection[str]) -> Sequence[Known]:
        """All placements of these devices or lots, by subject and time."""

    def codes(self, codes: Collection[str]) -> Mapping[str, str]:
        """Which of the codes are on record: code → `kind:key`."""


class Names:
    """Finds what cells name: by key, by number in another system, or by unique name; also what this upload makes."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._known: dict[tuple[str, str], set[str]] = {}
        self._new: dict[tuple[str, str], set[str]] = {}
        self._called: dict[tuple[str, str], str] = {}
        self.brought: list[tuple[Where, str, Registered]] = []
        """Objects ready for use that rows named and that are not there yet: (by which cell, kind, object)."""

    def prepare(self, kind: str, words: Iterable[str]) -> None:
        """Look up words that will be asked for."""
        asked = {form for word in words for form in _forms(word) if (kind, form) not in self._known}
        for attribute in NAMED_BY:
            found = self._directory.find(kind, attribute, asked) if asked else []
            for known in found:
                self._known.setdefault((kind, getattr(known.value, attribute)), set()).add(known.value.key)
                self._called[kind, known.value.key] = known.value.name
            asked -= {getattr(known.value, attribute) for known in found}
        self._known |= {(kind, form): set() for form in asked}

    def enter(self, kind: str, value: Any) -> None:
        """An object of this upload can be named by the rows after it."""
        self._called[kind, value.key] = value.name
        for attribute in NAMED_BY:
            name = getattr(value, attribute)
            if name:
                self._new.setdefault((kind, name), set()).add(value.key)

    def excuse(self, kind: str, words: Iterable[str], key: str) -> None:
        """A row that names itself by these words is faulty: those that refer to it need not be told so as well."""
        for word in words:
            self._new.setdefault((kind, word), {key})

    def of(self, kinds: Iterable[str], word: str, where: Where) -> tuple[str, str] | Fault:
        """(kind, key) of the one object of these kinds that a prepared word names, or what is wrong with it."""
        kinds = tuple(kinds)
        found = [(kind, key) for kind in kinds for key in sorted(self._keys(kind, word))]
        if not found and kinds == ("profile",) and (ready := profile_called(word)):
            self._bring(where, "profile", ready)
            found = [("profile", ready.key)]
        if not found:
            return Fault(where, "fault.unknown_reference", {"kind": _called(kinds), "value": word})
        if len(found) > 1:
            several = ", ".join(self._told(kind, key) for kind, key in found[:5])
            return Fault(where, "fault.ambiguous", {"value": word, "candidates": several})
        return found[0]

    def _bring(self, where: Where, kind: str, value: Registered) -> None:
        self.prepare(kind, [value.key])
        if not self._keys(kind, value.key):
            self.brought.append((where, kind, value))
            self.enter(kind, value)

    def _keys(self, kind: str, word: str) -> set[str]:
        """What it says exactly; else what it says in small letters, as keys are."""
        for form in _forms(word):
            found = self._known.get((kind, form), set()) | self._new.get((kind, form), set())
            if found:
                return found
        return set()

    def _told(self, kind: str, key: str) -> str:
        name = self._called.get((kind, key), "")
        return f"{key} ({name})" if name and name != key else key


def _called(kinds: tuple[str, ...]) -> str:
    """The word for one of several kinds (`lists.kind.…`)."""
    if len(kinds) == 1:
        return kinds[0]
    return "place" if "zone" in kinds else "subject"


def _forms(word: str) -> tuple[str, ...]:
    return (word, word.lower()) if word != word.lower() else (word,)
