"""Shelving: a person puts an alarm aside for a time, which stops messages and nothing else. Some cannot be put aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from detect.nouns import GOODS_KINDS, PRODUCT_TEMPERATURE, WET_METAL_BAND, Finding, Kind, Limit, Severity
from ingest.nouns import US_PER_HOUR
from tickets.alarming.nouns import Alarm, AlarmRefusal, Shelf, Shelving

MOST_US = 8 * US_PER_HOUR
"""One shift."""
MOST_CRITICAL_US = US_PER_HOUR
CHILLED = (0.0, 8.0)
"""Goods whose allowed temperatures lie within this (°C) are those of 2–8 °C."""
_TEMPERATURES = frozenset({"temperature", "surface_temperature", PRODUCT_TEMPERATURE})
_SERIOUS = frozenset({Severity.ALARM, Severity.CRITICAL})


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants an alarm shelved."""

    by: str
    reason: str
    until_us: int
    sort: Shelving = Shelving.TIMED


def barred(alarm: Alarm, findings: Sequence[Finding], limits: Sequence[Limit]) -> AlarmRefusal | None:
    """Why an alarm cannot be shelved at all.

    Args:
        findings: those behind it that stand.
        limits: of the goods that are where these findings are.
    """
    kinds = {alarm.kind, *(finding.kind for finding in findings)}
    if Kind.FREEZE_THAW in kinds or any(_freezes(finding) for finding in findings):
        return AlarmRefusal.FREEZING
    if alarm.kind is Kind.TOO_LOW and alarm.severity is Severity.CRITICAL:
        return AlarmRefusal.FREEZING
    if Kind.WET_METAL in kinds or any(_is_wet(f.band) for f in findings):
        return AlarmRefusal.WET_METAL
    if Kind.CONDENSATION in kinds and any(limit.band == WET_METAL_BAND for limit in limits):
        return AlarmRefusal.WET_METAL
    return AlarmRefusal.CHILLED_GOODS if kinds & GOODS_KINDS and is_chilled(limits) else None


def is_chilled(limits: Sequence[Limit]) -> bool:
    """Whether goods with these limits are those of 2–8 °C."""
    least, most = CHILLED
    serious = [
        one for one in limits if one.quantity in _TEMPERATURES and one.severity in _SERIOUS and not one.off
    ]
    low = any(one.side == "low" and one.limit >= least for one in serious)
    return low and any(one.side == "high" and least < one.limit <= most for one in serious)


def shelve(alarm: Alarm, wish: Wish, now_us: int, bar: AlarmRefusal | None) -> Alarm | AlarmRefusal:
    """The alarm put aside, or waiting for a second person if it is critical; or why not.

    Args:
        bar: what `barred` says.
    """
    critical = alarm.severity is Severity.CRITICAL
    refusal = bar or _objection(alarm, wish, now_us, MOST_CRITICAL_US if critical else MOST_US)
    if refusal:
        return refusal
    shelf = Shelf(wish.sort, wish.by, wish.reason.strip(), now_us, wish.until_us, second=critical)
    return replace(alarm, shelf=shelf, version=alarm.version + 1)


def confirm(alarm: Alarm, principal: str, now_us: int) -> Alarm | AlarmRefusal:
    """The alarm put aside with a second person's consent; or why not."""
    shelf = alarm.shelf
    if shelf is None or shelf.stands or shelf.until_us <= now_us:
        return AlarmRefusal.NOTHING_TO_CONFIRM
    if shelf.by == principal:
        return AlarmRefusal.SAME_PERSON
    return replace(alarm, shelf=replace(shelf, confirmed_by=principal), version=alarm.version + 1)


def unshelve(alarm: Alarm) -> Alarm | AlarmRefusal:
    """The alarm taken off its shelf, or the wish for it withdrawn; or why not."""
    if alarm.shelf is None:
        return AlarmRefusal.NOT_SHELVED
    return replace(alarm, shelf=None, version=alarm.version + 1)


def _objection(alarm: Alarm, wish: Wish, now_us: int, most_us: int) -> AlarmRefusal | None:
    if not wish.reason.strip():
        return AlarmRefusal.REASON_MISSING
    if alarm.shelf is not None and alarm.shelf.stands:
        return AlarmRefusal.SHELVED_ALREADY
    if wish.until_us <= now_us:
        return AlarmRefusal.ALREADY_OVER
    if wish.until_us - now_us <= most_us:
        return None
    return AlarmRefusal.TOO_LONG_FOR_CRITICAL if most_us == MOST_CRITICAL_US else AlarmRefusal.TOO_LONG


def _freezes(finding: Finding) -> bool:
    """Whether it says, or foresees, that goods get colder than they bear."""
    if finding.kind is Kind.PREDICTED_BREACH:
        return (
            finding.severity is Severity.CRITICAL
            and finding.evidence.get("side") == "low"
            and _is_warmth(finding)
        )
    return finding.kind is Kind.TOO_LOW and finding.severity is Severity.CRITICAL


def _is_warmth(finding: Finding) -> bool:
    return str(finding.evidence.get("quantity", "temperature")) in _TEMPERATURES


def _is_wet(band: str) -> bool:
    """Whether a band, `profile/band@form…`, is that of wet metal."""
    return band.partition("@")[0].rpartition("/")[2] == WET_METAL_BAND
