"""Holds: goods that got wet or froze where they must not may not leave until somebody has looked at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import Connection

from detect.nouns import Change, Finding, FindingChange, Kind, Severity
from registry.lagging import lots_under
from registry.nouns import Lot, LotStatus, RegistrySnapshot
from store.repositories.records import By, record
from store.repositories.registry import RegistryRepository

PRINCIPAL = "system:wet-metal"
FROST = "system:frost"
RETRACTED = "hold.retracted"
"""A reason, as message code."""
_HOLDING = {Kind.WET_METAL: (PRINCIPAL, "hold.wet_metal"), Kind.FREEZE_THAW: (FROST, "hold.freeze_thaw")}
"""Kind whose critical findings hold goods → in whose name, and why."""
_NEW = frozenset({Change.OPENED, Change.SPLIT})


def hold(connection: Connection, changes: Iterable[FindingChange], at_us: int) -> None:
    """Put available lots under a new critical finding of wet metal or frost on hold; where one is retracted, note it.

    It works in the transaction that records the findings. Nothing is released: only a person knows whether goods are well.
    """
    holding = [change for change in changes if _holds(change.finding)]
    if not holding:
        return
    repository = RegistryRepository(connection)
    snapshot = repository.snapshot()
    for change in holding:
        principal, why = _HOLDING[change.finding.kind]
        if change.change in _NEW:
            for lot in _lots(snapshot, change.finding, at_us, LotStatus.AVAILABLE):
                repository.put(replace(lot, status=LotStatus.HOLD), By(principal, at_us, why))
            snapshot = repository.snapshot()
        elif change.change is Change.RETRACTED:
            for lot in _lots(snapshot, change.finding, at_us, LotStatus.HOLD):
                said = By(principal, at_us, RETRACTED)
                record(connection, said, "noted", f"lot:{lot.key}", None, {"finding": change.finding.id})


def _holds(finding: Finding) -> bool:
    return finding.kind in _HOLDING and finding.severity is Severity.CRITICAL


def _lots(snapshot: RegistrySnapshot, finding: Finding, at_us: int, status: LotStatus) -> Iterator[Lot]:
    """The lots of that status that were under a finding."""
    end_us = at_us if finding.end_us is None else finding.end_us
    under = lots_under(snapshot, finding.band, finding.zone or "", finding.start_us, end_us)
    return (lot for lot in under if lot.status is status)
