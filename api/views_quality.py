"""What goes over the wire about the quality of the data."""

from __future__ import annotations

from typing import Any

import msgspec

from api.times import TimeText, text_of
from registry.completeness import TARGET, Completeness, Share
from registry.contradictions import Contradiction
from registry.nouns import RegistrySnapshot
from texts import Language, catalogue, render

MOST_EXAMPLES = 100
MOST_CUSTOMERS = 1000


class MatterView(msgspec.Struct, frozen=True):
    """One thing that matters of a kind of object, and how often it is known."""

    name: str
    label: str
    filled: int
    of: int
    share: float | None


class KindView(msgspec.Struct, frozen=True):
    """How complete the objects of a kind are."""

    kind: str
    label: str
    objects: int
    share: float | None
    matters: list[MatterView]


class CustomerView(msgspec.Struct, frozen=True):
    """How complete a customer's data is: itself, its contacts, sites, orders and lots."""

    customer: str
    name: str
    filled: int
    of: int
    share: float | None


class ExampleView(msgspec.Struct, frozen=True):
    """An object that contradicts another or itself, and what to do."""

    kind: str
    key: str
    message: str


class ContradictionView(msgspec.Struct, frozen=True):
    """One sort of contradiction: how many objects, and the first of them."""

    code: str
    objects: int
    examples: list[ExampleView]


class QualityView(msgspec.Struct, frozen=True):
    """Completeness and accuracy of the registry."""

    at: TimeText
    target: float
    completeness: float | None
    """Share of all that matters that is filled, 0…1; null of an empty registry."""
    accuracy: float | None
    """Share of the objects that contradict nothing."""
    kinds: list[KindView]
    customers: list[CustomerView]
    """The least complete first, at most a thousand."""
    contradictions: list[ContradictionView]


class Report(msgspec.Struct, frozen=True):
    """What was found, before it is put into words."""

    at_us: int
    objects: int
    """Objects of the kinds that are looked at."""
    names: dict[str, str]
    completeness: Any
    contradictions: dict[str, list[Any]]


def report_of(
    snapshot: RegistrySnapshot, found: Completeness, against: list[Contradiction], now_us: int, objects: int
) -> Report:
    """Everything that was found, contradictions by code."""
    by_code: dict[str, list[Contradiction]] = {}
    for one in against:
        by_code.setdefault(one.code, []).append(one)
    return Report(now_us, objects, {c.key: c.name for c in snapshot.customers}, found, by_code)


def quality_view(report: Report, lang: Language) -> QualityView:
    """The report in words."""
    found: Completeness = report.completeness
    wrong = {(one.kind, one.key) for some in report.contradictions.values() for one in some}
    customers = sorted(found.customers.items(), key=lambda pair: (pair[1].share or 0.0, pair[0]))
    return QualityView(
        at=text_of(report.at_us), target=TARGET, completeness=_rounded(found.whole.share),
        accuracy=_rounded(1 - len(wrong) / report.objects) if report.objects else None,
        kinds=[_kind(kind, matters, lang) for kind, matters in found.kinds.items()],
        customers=[
            CustomerView(key, report.names.get(key, ""), share.filled, share.of, _rounded(share.share))
            for key, share in customers[:MOST_CUSTOMERS]
        ],
        contradictions=[_contradiction(code, some, lang) for code, some in sorted(report.contradictions.items())],
    )  # fmt: skip


def _kind(kind: str, matters: Any, lang: Language) -> KindView:
    views = [
        MatterView(name, render(f"quality.matter.{name}", {}, lang), share.filled, share.of, _rounded(share.share))
        for name, share in matters.items()
    ]  # fmt: skip
    whole = Share(sum(view.filled for view in views), sum(view.of for view in views))
    label = catalogue(lang).get(f"lists.kind.{kind}", kind)
    return KindView(kind, label, views[0].of, _rounded(whole.share), views)


def _contradiction(code: str, some: list[Contradiction], lang: Language) -> ContradictionView:
    examples = [
        ExampleView(one.kind, one.key, render(f"quality.contradiction.{code}", one.params, lang))
        for one in some[:MOST_EXAMPLES]
    ]
    return ContradictionView(code, len(some), examples)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
