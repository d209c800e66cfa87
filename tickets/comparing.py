"""Comparing: what a rule would have found, against what is active now, what engineers said, and the breaches that came."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from detect.nouns import GOODS_KINDS, Finding, Kind, Severity
from ingest.nouns import US_PER_DAY, US_PER_SECOND
from tickets.explain import severity_rank
from tickets.outcomes import Interval, Lead, Tally, ZoneOutcome
from tickets.rehearsal import Rehearsal
from tickets.verdicts import Said, Word

MOST_INTERVALS = 500
"""Per zone and side; the counts are of all."""
AHEAD_US = US_PER_DAY
"""A finding that was over so long before a breach did not announce it."""
_OPEN_END = 2**62


@dataclass(frozen=True, slots=True)
class Side:
    """The findings of one side that count, with when each was raised, and its tickets."""

    findings: Sequence[Finding]
    raised_us: Mapping[str, int]
    ticket_of: Mapping[str, str]
    reopened: int = 0

    @classmethod
    def of(cls, rehearsal: Rehearsal, from_us: int) -> Side:
        """What a rehearsal came to, from a moment on."""
        counted = [f for f in rehearsal.counted() if f.end_us is None or f.end_us > from_us]
        return cls(counted, rehearsal.raised_us, rehearsal.ticket_of, rehearsal.reopened)


def compared(
    before: Side,
    after: Side,
    breaches: Sequence[Finding],
    words: Sequence[Word],
    coverage: Mapping[str, float],
) -> tuple[Tally, Tally, Lead, Lead, list[ZoneOutcome]]:
    """Both sides as a whole, and zone by zone (those first in which they differ most).

    Args:
        breaches: the excursions of the goods that came, by the rules of now.
        words: what was said of findings that are of this rule, or in the same zones.
        coverage: by zone.
    """
    zones = sorted({f.zone or "" for side in (before, after) for f in side.findings} | coverage.keys())
    outcomes = [_zone(zone, before, after, breaches, words, coverage.get(zone, 0.0)) for zone in zones]
    outcomes.sort(key=lambda o: (-abs(o.after.findings - o.before.findings), -o.after.findings, o.zone))
    marks = _marks(breaches, words)
    return (
        tally(before, words), tally(after, words), lead(before, marks), lead(after, marks), outcomes,
    )  # fmt: skip


def tally(side: Side, words: Sequence[Word]) -> Tally:
    """The counts of one side."""
    spoken = by_zone(words)
    said = Counter(verdict_of(f, spoken[f.zone or ""]) for f in side.findings)
    true = [word for word in words if word.said is Said.TRUE]
    told = {word.ticket for word in true if any(_meet(f, word.finding) for f in side.findings)}
    return Tally(
        findings=len(side.findings),
        tickets=len({side.ticket_of[f.id] for f in side.findings if f.id in side.ticket_of}),
        reopened=side.reopened,
        said_true=said[Said.TRUE],
        said_false=said[Said.FALSE],
        said_duplicate=said[Said.DUPLICATE],
        unsaid=said[None],
        missed=sorted({word.ticket for word in true} - told),
    )


def verdict_of(finding: Finding, words: Iterable[Word]) -> Said | None:
    """What engineers said of its like: of its cause at that time, else that there was true trouble in its zone."""
    near = [word for word in words if _meet(finding, word.finding)]
    same = {word.said for word in near if word.finding.cause == finding.cause}
    for said in (Said.TRUE, Said.FALSE, Said.DUPLICATE):
        if said in same:
            return said
    return Said.TRUE if any(word.said is Said.TRUE for word in near) else None


def by_zone(words: Iterable[Word]) -> Mapping[str, list[Word]]:
    """Words by the zone they are about."""
    found: dict[str, list[Word]] = defaultdict(list)
    for word in words:
        found[word.finding.zone or ""].append(word)
    return found


def is_breach(finding: Finding) -> bool:
    """Whether the goods were in trouble, not only near it."""
    harm = finding.kind in GOODS_KINDS and finding.kind not in {Kind.UNWATCHED}
    return harm and severity_rank(finding.severity) >= severity_rank(Severity.ALARM)


def lead(side: Side, marks: Mapping[str, Sequence[tuple[int, int | None]]]) -> Lead:
    """How early a side tells what came (`marks`: begin and end by zone)."""
    found: list[float] = []
    total = announced = 0
    for zone, spans in marks.items():
        own = [f for f in side.findings if (f.zone or "") == zone]
        total += len(spans)
        for begin_us, end_us in spans:
            told = [side.raised_us[f.id] for f in own if _announces(f, begin_us, end_us)]
            found += [(begin_us - min(told)) / US_PER_SECOND] if told else []
            announced += bool(told) and min(told) < begin_us
    return Lead(total, announced, *(_quantile(sorted(found), q) for q in (0.1, 0.5, 0.9)))


def _marks(breaches: Iterable[Finding], words: Iterable[Word]) -> dict[str, list[tuple[int, int | None]]]:
    found: dict[str, set[tuple[int, int | None]]] = defaultdict(set)
    for breach in breaches:
        found[breach.zone or ""].add((breach.start_us, breach.end_us))
    for word in words:
        if word.began_us is not None and word.said is Said.TRUE:
            found[word.finding.zone or ""].add((word.began_us, word.finding.end_us))
    return {zone: sorted(spans, key=lambda s: s[0]) for zone, spans in found.items()}


def _announces(finding: Finding, begin_us: int, end_us: int | None) -> bool:
    ended = _OPEN_END if finding.end_us is None else finding.end_us
    return ended >= begin_us - AHEAD_US and finding.start_us <= (_OPEN_END if end_us is None else end_us)


def _zone(
    zone: str, before: Side, after: Side, breaches: Sequence[Finding], words: Sequence[Word], coverage: float
) -> ZoneOutcome:
    here = [word for word in words if (word.finding.zone or "") == zone]
    spans = [(b.start_us, b.end_us) for b in breaches if (b.zone or "") == zone]
    old, new = _in_zone(before, zone), _in_zone(after, zone)
    return ZoneOutcome(
        zone, round(coverage, 4), tally(old, here), tally(new, here), _bars(old, here), _bars(new, here),
        spans[:MOST_INTERVALS],
    )  # fmt: skip


def _bars(side: Side, words: Sequence[Word]) -> list[Interval]:
    return [_interval(finding, side, words) for finding in side.findings[:MOST_INTERVALS]]


def _in_zone(side: Side, zone: str) -> Side:
    return Side([f for f in side.findings if (f.zone or "") == zone], side.raised_us, side.ticket_of)


def _interval(finding: Finding, side: Side, words: Sequence[Word]) -> Interval:
    said = verdict_of(finding, words)
    return Interval(
        str(finding.kind), finding.subject, finding.band, str(finding.severity), finding.start_us, finding.end_us,
        side.raised_us.get(finding.id, finding.received_us), finding.peak, finding.coverage, said and str(said),
        finding.model,
    )  # fmt: skip


def _meet(a: Finding, b: Finding) -> bool:
    """Whether two findings are at the same place and have a moment in common."""
    ends = [_OPEN_END if f.end_us is None else f.end_us for f in (a, b)]
    return a.zone == b.zone and a.start_us <= ends[1] and b.start_us <= ends[0]


def _quantile(values: Sequence[float], share: float) -> float | None:
    return values[round(share * (len(values) - 1))] if values else None
