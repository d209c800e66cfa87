"""Announcing: when a forecast is told as a finding, kept, and taken back, so that nobody is called for a passing doubt.

A finding `predicted_breach` is opened when passing a limit is likely soon. It ends, and says why: it came true, it was
withdrawn (for hours forecasts no longer expect it), or it expired (its time has passed, or nothing was heard on which
to renew it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum

from detect.forecasts.nouns import Foretold
from detect.nouns import Finding, Json, Kind, Limit, Severity
from detect.reconcile import NEW
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE

DETECTOR = "forecast"
VERSION = "1"
SURE = 0.5
"""Passing within SOON_H is announced from this probability on: as likely as not, while there is time to do something."""
NEAR_SURE = 0.98
"""What is expected within NEAR_US, too late to travel and repair, is announced only if it is all but certain: so close to a
limit, forecasts hover about it."""
URGENT_SURE = 0.8
"""From this probability on what is near is as urgent as the limit itself."""
SUDDEN_SURE = 0.8
"""A sudden failure leaves no time for more certainty."""
OVERDUE_US = 6 * US_PER_HOUR
"""What has not come so long after the last moment first announced for it has not come true."""
DOUBTFUL = 0.1
"""Below this probability within the whole horizon a forecast speaks for taking an announcement back."""
IN_A_ROW = 12
"""So many such forecasts, two hours of them, take it back: what the weather is going to do wavers from issue to issue."""
SUDDEN_IN_A_ROW = 6
"""So many, twelve minutes of them, take back that something has failed."""
MOVED_US = 20 * US_PER_MINUTE
"""A middle that moves by less is not told anew."""
NEAR_US = 6 * US_PER_HOUR
"""As long as travel and repair take."""
SUDDEN = "sudden"
"""Names of models that begin so tell of sudden failures."""
_LEVELS = tuple(Severity)


class State(StrEnum):
    """What became of an announcement."""

    STANDING = "standing"
    CAME_TRUE = "came_true"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def likeliest(foretold: Iterable[Foretold]) -> dict[str, Foretold]:
    """Per band the forecast that expects it soonest and surest; without those of which nothing can be said."""
    best: dict[str, Foretold] = {}
    for one in foretold:
        other = best.get(one.limit.band)
        if one.none is None and (
            other is None or (one.soon, one.probability) > (other.soon, other.probability)
        ):
            best[one.limit.band] = one
    return best


def is_announced(one: Foretold) -> bool:
    """Whether a forecast is worth a finding: severe enough, sure enough, and not of what already is."""
    if one.limit.severity is Severity.ADVICE or one.p50_us is None:
        return False
    if one.model.startswith(SUDDEN):
        return one.soon >= SUDDEN_SURE
    return is_likely(one.soon, one.p50_us - one.issued_us)


def is_likely(soon: float, ahead_us: float) -> bool:
    """Whether what the weather is going to do is worth a finding, by its probability and the time until its P50."""
    return soon >= (SURE if ahead_us > NEAR_US else NEAR_SURE)


def is_denied(one: Foretold, doubts: int) -> bool:
    """Whether so many forecasts in a row that do not expect it, the last one this, take an announcement back."""
    return doubts >= (SUDDEN_IN_A_ROW if one.model.startswith(SUDDEN) else IN_A_ROW)


def opened(one: Foretold, zone: str) -> Finding:
    """The finding of a new announcement."""
    first: dict[str, Json] = {
        "first_p10_us": one.p10_us,
        "first_p50_us": one.p50_us,
        "first_p90_us": one.p90_us,
    }
    return Finding(
        id=NEW, detector=DETECTOR, detector_version=VERSION, kind=Kind.PREDICTED_BREACH, subject=f"zone:{zone}",
        band=one.limit.band, zone=zone, cause=cause_of(zone, one.limit), severity=severity(one),
        start_us=one.issued_us, end_us=None, peak=None, area=None, coverage=1.0, samples=0,
        received_us=one.issued_us, evidence=first | _evidence(one), model=one.model,
    )  # fmt: skip


def cause_of(zone: str, limit: Limit) -> str:
    """That of the excursion it would be, so that both are one alarm."""
    return f"zone:{zone}:{limit.quantity}:{limit.side}"


def renewed(standing: Finding, one: Foretold) -> Finding:
    """An announcement with what a newer forecast says, if that is worth telling."""
    if one.p50_us is None or not _differs(standing.evidence, one):
        return standing
    worse = max(standing.severity, severity(one), key=_LEVELS.index)
    evidence = {**standing.evidence, **_evidence(one)}
    return replace(standing, severity=worse, evidence=evidence, model=one.model)


def closed(standing: Finding, state: State, at_us: int) -> Finding:
    """An announcement that is over."""
    evidence: dict[str, Json] = {**standing.evidence, "state": str(state)}
    return replace(standing, end_us=max(at_us, standing.start_us), evidence=evidence)


def is_overdue(standing: Finding, at_us: int) -> bool:
    """Whether its time has passed."""
    last_us = standing.evidence.get("first_p90_us")
    return isinstance(last_us, int) and at_us > last_us + OVERDUE_US


def severity(one: Foretold) -> Severity:
    """The limit's own where it is near and as good as sure, one less otherwise; never a mere advice."""
    own = _LEVELS.index(one.limit.severity)
    near = one.p50_us is not None and one.p50_us - one.issued_us <= NEAR_US and one.soon >= URGENT_SURE
    return _LEVELS[max(own - (not near), _LEVELS.index(Severity.WARNING))]


def _differs(evidence: Mapping[str, Json], one: Foretold) -> bool:
    """Whether a newer forecast says something new, or the older one would soon not be gone by any more."""
    p50_us, chance, expires_us = (evidence.get(key) for key in ("p50_us", "probability", "expires_us"))
    if not isinstance(p50_us, int) or not isinstance(chance, int | float) or not isinstance(expires_us, int):
        return True
    moved = one.p50_us is not None and abs(one.p50_us - p50_us) >= MOVED_US
    left_us = expires_us - one.issued_us
    return moved or abs(one.probability - chance) >= 0.15 or 2 * left_us < one.expires_us - one.issued_us


def _evidence(one: Foretold) -> dict[str, Json]:
    limit = one.limit
    return {
        "quantity": limit.quantity, "side": limit.side, "limit": limit.limit,
        "profile": limit.band.rsplit("/", 1)[0] if "/" in limit.band else "",
        "value": None if one.value is None else round(one.value, 2), "lag_us": one.lag_us,
        "limit_severity": one.limit.severity, "probability": one.probability, "p10_us": one.p10_us, "p50_us": one.p50_us, "p90_us": one.p90_us,
        "issued_us": one.issued_us, "expires_us": one.expires_us, "state": str(State.STANDING),
    }  # fmt: skip
