"""A lot's new status decides about it on every alarm that waits for that, by whichever way it came: one act, a list, a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from registry.nouns import LotStatus
from store import events
from store.repositories import alarms, findings
from store.repositories.alarms import AlarmFilter
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from tickets.alarming import latching
from tickets.alarming.nouns import MORE, Alarm, Said
from tickets.alarming.states import Act
from tickets.places import RegistryPlaces

SAID = {
    LotStatus.RELEASED: Said.RELEASED,
    LotStatus.REJECTED: Said.REJECTED,
    LotStatus.AVAILABLE: Said.NO_HARM,
}
"""What a lot's new status says about the goods; hold decides nothing."""
_MOST = 10_000
_LOT = "lot:"


class StatusesDecide:
    """Made before lots are written, called after, both in the transaction that writes them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._since = events.last_sequence(connection)

    def __call__(self, by: By) -> None:
        """Decide what the statuses say that `by` has written since."""
        said = dict(self._said(by))
        latched = alarms.find(self._connection, AlarmFilter(latched=True), limit=_MOST) if said else []
        if not latched:
            return
        places = RegistryPlaces(RegistryRepository(self._connection).snapshot())
        for alarm in latched:
            lots_of = concerned(self._connection, alarm, places)
            theirs = {lot: said[lot] for lots in lots_of.values() for lot in lots if lot in said}
            if theirs:
                settle(self._connection, alarm, lots_of, theirs, None, by)

    def _said(self, by: By) -> Iterator[tuple[str, Said]]:
        """(lot, what its new status says), as the events have it. Those of others are theirs to decide."""
        registry, since = RegistryRepository(self._connection), self._since
        while page := registry.changes_since(since, _MOST, ("lot",)):
            for event in page:
                old, new = _status(event.old), _status(event.new)
                mine = (event.principal, event.time_us) == (by.principal, by.time_us)
                if mine and old is not None and new in SAID and new != old:
                    yield event.subject.removeprefix(_LOT), SAID[LotStatus(new)]
            since = page[-1].sequence


def settle(
    connection: Any,
    alarm: Alarm,
    lots_of: Mapping[str, tuple[str, ...]],
    said: Mapping[str, Said],
    version: int | None,
    by: By,
) -> Alarm:
    """Put on record what was decided about lots; the alarm unlatches with the last of them.

    Raises:
        OutdatedVersionError: it is in another version.
    """
    alarms.note_decisions(connection, alarm, list(said.items()), by)
    decisions = alarms.decisions_of(connection, alarm.id)

    def unlatch(found: Alarm) -> Alarm:
        return latching.decided(found, latching.still_open(found, lots_of, decisions), by.principal)

    return alarms.change(connection, alarm.id, version, lambda _: Act.DECIDED, unlatch, by)


def concerned(
    connection: Any, alarm: Alarm, where: RegistryPlaces | None = None
) -> dict[str, tuple[str, ...]]:
    """Undecided excursion → the lots that were in it."""
    if not alarm.latched:
        return {}
    places = where or RegistryPlaces(RegistryRepository(connection).snapshot())
    found = findings.by_ids(connection, [id for id in alarm.undecided if id != MORE])
    return {
        id: place.lots if id in found and (place := places.of(found[id])) else () for id in alarm.undecided
    }


def waiting_lots(connection: Any, alarm: Alarm, lots_of: Mapping[str, Iterable[str]]) -> list[str]:
    """The lots about which a decision is open."""
    settled = {(id, one.lot) for one in alarms.decisions_of(connection, alarm.id) for id in one.excursions}
    return sorted({lot for id, lots in lots_of.items() for lot in lots if (id, lot) not in settled})


def _status(row: Any) -> str | None:
    """The status that one side of an event tells of; None if there was no lot."""
    return str(row["status"]) if isinstance(row, dict) and "status" in row else None
