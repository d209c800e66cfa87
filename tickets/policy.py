"""The shipped policy and its ready-made parts, read from their files; and the versions that were put in later.

What a version says is in `tickets.clocks`; a later version never changes what was judged by an earlier one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from tickets.clocks.measuring import FEEDBACK
from tickets.clocks.policies import Policies, Policy
from tickets.clocks.reading import ALWAYS, completed, jsonable, read
from tickets.clocks.tables import BadPolicy, Table

DEFAULT = Path(__file__).with_name("policy.toml")
TEMPLATES = Path(__file__).with_name("policies")
NAMED = ("calendar", "promise", "target", "stage")
"""Parts of a document whose names people read in reasons."""


def load(path: Path = DEFAULT) -> Policies:
    """The policies of a TOML file.

    Raises:
        BadPolicy: a field is missing, unknown, or not what it must be; the message names version and field.
    """
    with path.open("rb") as file:
        document = tomllib.load(file)
    tables = document.get("policy", [])
    if not isinstance(tables, list) or not tables:
        raise BadPolicy("there is no [[policy]]")
    return Policies(_in_order(map(_known, map(_version, tables))))


def with_stored(shipped: Policies, stored: Iterable[Policy]) -> Policies:
    """The shipped versions and those that were put in later; the number tells when one was added."""
    added = tuple(map(_known, stored))
    return Policies(_in_order((*shipped.versions, *added)), len(added))


def whole(document: Mapping[str, object], version: str, valid_from_us: int) -> Policy:
    """A policy from a document that may leave parts out: those are as in the shipped one.

    Raises:
        BadPolicy: as for `load`.
    """
    base = _shipped().versions[-1].document
    return _known(read(completed(document, base), version, valid_from_us))


@cache
def templates() -> Mapping[str, tuple[str, dict[str, object]]]:
    """Name → (the TOML text, the same as a document) of every ready-made part of a policy."""
    found: dict[str, tuple[str, dict[str, object]]] = {}
    for path in sorted(TEMPLATES.glob("*.toml")):
        text = path.read_text("utf-8")
        found[path.stem] = (text, dict(jsonable(tomllib.loads(text))))
    return found


def shipped() -> frozenset[str]:
    """The names of the shipped versions."""
    return frozenset(one.version for one in _shipped().versions)


@cache
def _shipped() -> Policies:
    return load()


def _in_order(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    return tuple(sorted(policies, key=lambda policy: policy.valid_from_us))


def _known(policy: Policy) -> Policy:
    """The policy, knowing which of its names are ours: of what is in it word for word as it was shipped, and of nothing else."""
    ours, others = {ALWAYS.name, FEEDBACK}, set[str]()
    shipped = _tables()
    for name, table in _named(policy.document):
        (ours if (name, table) in shipped else others).add(name)
    return replace(policy, shipped_names=frozenset(ours - others))


@cache
def _tables() -> tuple[tuple[str, object], ...]:
    """Everything that has a name in the shipped policy and in the ready-made parts."""
    with DEFAULT.open("rb") as file:
        versions = tomllib.load(file)["policy"]
    documents = [jsonable(version) for version in versions] + [one for _, one in templates().values()]
    return tuple(named for document in documents for named in _named(document))


def _named(document: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for section in NAMED:
        tables = document.get(section)
        for table in tables if isinstance(tables, list) else ():
            if isinstance(table, Mapping) and isinstance(table.get("name"), str):
                yield str(table["name"]), table


def _version(values: object) -> Policy:
    table = Table(values)
    version = str(table.values.get("version", ""))
    try:
        valid_from_us = table.moment("valid_from")
        return read(table.values, version, valid_from_us)
    except BadPolicy as error:
        raise BadPolicy(f"{error.said} (policy {version!r})", error.field) from error
