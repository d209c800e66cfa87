"""Latching: an excursion that is over stays on the alarm until somebody has decided what becomes of the goods."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from detect.nouns import Finding
from tickets.alarming.nouns import LATCHING, LATCHING_SEVERITIES, MORE, Alarm, Decision
from tickets.explain import severity_rank

MOST = 100
"""So many undecided excursions are kept by id; of what came after them only that there are more."""
_GREW = 1.01
"""A re-computation that adds less than a hundredth to an area is not news."""


def undecided(
    alarm: Alarm | None, cause: str, changed: Sequence[Finding], before: Mapping[str, Finding | None]
) -> tuple[str, ...]:
    """The excursions of a cause about which nobody has decided, after some of its findings changed.

    One that was decided and is found worse than it was then is open again.

    Args:
        changed: as they are now.
        before: the changed ones as they were recorded, by id.
    """
    kept = set(alarm.undecided if alarm else ())
    for finding in changed:
        if not latches(finding, cause):
            kept.discard(finding.id)
        elif _is_news(finding, before.get(finding.id), cause):
            kept.add(finding.id)
    ids = sorted(kept - {MORE})
    return (*ids[:MOST], MORE) if len(ids) > MOST or MORE in kept else tuple(ids)


def latches(finding: Finding, cause: str) -> bool:
    """Whether it is an excursion of this cause that is over and wants a decision."""
    over = finding.cause == cause and finding.end_us is not None and finding.retracted is None
    return over and finding.kind in LATCHING and finding.severity in LATCHING_SEVERITIES


def still_open(
    alarm: Alarm, lots_of: Mapping[str, Collection[str]], decisions: Sequence[Decision]
) -> tuple[str, ...]:
    """The excursions that remain undecided, given what was decided about which lots.

    Args:
        lots_of: excursion → the lots that were in it; for none, one decision about the lot "" settles it.
    """
    settled = {(id, decision.lot) for decision in decisions for id in decision.excursions}
    remaining = []
    for id in alarm.undecided:
        lots = lots_of.get(id) or ("",)
        if not all((id, lot) in settled or (id, "") in settled for lot in lots):
            remaining.append(id)
    return tuple(remaining)


def decided(alarm: Alarm, remaining: tuple[str, ...], principal: str) -> Alarm:
    """The alarm after a decision; who decides about the last of the goods has also seen it."""
    if remaining == alarm.undecided:
        return alarm
    after = replace(alarm, undecided=remaining, version=alarm.version + 1)
    if remaining or after.active or after.acked:
        return after
    return replace(after, acked=True, acked_by=principal)


def _is_news(finding: Finding, before: Finding | None, cause: str) -> bool:
    if before is None or not latches(before, cause):
        return True
    if severity_rank(finding.severity) > severity_rank(before.severity):
        return True
    return (finding.end_us or 0) > (before.end_us or 0) or (finding.area or 0.0) > (
        before.area or 0.0
    ) * _GREW
