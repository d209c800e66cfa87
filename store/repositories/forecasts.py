"""Announced breaches as kept: each with what was said first and last, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from detect.nouns import Finding, FindingChange, Json, Kind
from store.tables.forecasts import forecasts

RETRACTED = "retracted"
_COPIED = (
    "quantity", "side", "first_p10_us", "first_p50_us", "first_p90_us", "issued_us", "expires_us", "p10_us", "p50_us",
    "p90_us", "probability", "state",
)  # fmt: skip
"""What the evidence of a finding and a row here call by the same name."""


@dataclass(frozen=True, slots=True)
class Announced:
    """An announced breach. Times are µs; `value` is the limit."""

    id: str
    zone: str
    band: str
    quantity: str
    side: str
    value: float
    model: str
    announced_us: int
    first_p10_us: int | None
    first_p50_us: int | None
    first_p90_us: int | None
    issued_us: int
    expires_us: int
    p10_us: int | None
    p50_us: int | None
    p90_us: int | None
    probability: float
    state: str
    ended_us: int | None


def note(connection: Connection, changes: Sequence[FindingChange]) -> None:
    """Keep what findings `predicted_breach` announce; to be called in the transaction that records them."""
    for change in changes:
        finding = change.finding
        if finding.kind is not Kind.PREDICTED_BREACH:
            continue
        row = _row(finding)
        done = connection.execute(update(forecasts).where(forecasts.c.id == finding.id), row)
        if not done.rowcount:
            connection.execute(insert(forecasts), row)


def announced(
    connection: Connection, zones: Sequence[str] | None = None, state: str | None = None, limit: int = 500
) -> list[Announced]:
    """The newest announcements, of some zones or all, in a state or any."""
    query = select(forecasts).order_by(forecasts.c.announced_us.desc(), forecasts.c.id).limit(limit)
    if zones is not None:
        query = query.where(forecasts.c.zone.in_(zones))
    if state is not None:
        query = query.where(forecasts.c.state == state)
    return [_announced(row) for row in connection.execute(query).mappings()]


def _row(finding: Finding) -> dict[str, Json]:
    evidence = finding.evidence
    row: dict[str, Json] = {name: evidence.get(name) for name in _COPIED}
    row |= {
        "id": finding.id, "zone": finding.zone, "band": finding.band, "value": evidence.get("limit"),
        "model": finding.model or "", "announced_us": finding.start_us, "ended_us": finding.end_us,
    }  # fmt: skip
    return row | ({"state": RETRACTED} if finding.retracted else {})


def _announced(row: RowMapping) -> Announced:
    values: dict[str, Any] = {str(name): value for name, value in row.items()}
    return Announced(**values)
