"""What people do to alarms over HTTP beyond acknowledging: put them aside, and decide about goods."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from api import examples_alarms as examples
from api.lot_decisions import concerned, settle, waiting_lots
from api.problems import Code, Problem
from api.refusals import as_problems
from api.registry_wire import enum_in
from api.services import RegistryRows, Services
from api.times import TimeIn
from api.wire import Key, Wire
from detect.nouns import Limit
from registry.nouns import Lot, LotStatus, Product, Profile, RegistrySnapshot
from store.repositories import alarms, findings
from store.repositories.alarms import AlarmRefusedError
from store.repositories.findings import FindingFilter
from store.repositories.records import By
from tickets.alarming import shelving
from tickets.alarming.nouns import MORE, Alarm, AlarmRefusal, Said, Shelving
from tickets.alarming.states import Act
from tickets.places import RegistryPlaces

Reason = Annotated[str, StringConstraints(max_length=2000)]
STATUS = {Said.RELEASED: LotStatus.RELEASED, Said.REJECTED: LotStatus.REJECTED}


class ShelveIn(Wire):
    """Put an alarm aside: until when, and why. One shot ends early, when the alarm returns to normal."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SHELVE_IN]})

    until_us: TimeIn = Field(alias="until")
    reason: Reason
    one_shot: bool = False


class ReasonIn(Wire):
    """Why."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REASON_IN]})

    reason: Reason = ""


class DecideIn(Wire):
    """What becomes of goods after an excursion: of each lot, of all others, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DECIDE_IN]})

    decision: enum_in(Said) | None = None  # type: ignore[valid-type]
    """Of all lots concerned that `lots` does not name."""
    lots: Annotated[dict[Key, enum_in(Said)], Field(max_length=1000, default_factory=dict)]  # type: ignore[valid-type]
    reason: Reason


@contextmanager
def alarm_problems() -> Iterator[None]:
    """Within this, an act on an alarm that is refused raises its problem."""
    try:
        with as_problems():
            yield
    except AlarmRefusedError as error:
        raise refused(error.refusal) from error


def refused(refusal: AlarmRefusal) -> Problem:
    """The problem of a refusal."""
    return Problem(Code.ALARM_REFUSED, {"reason": f"alarm.refused.{refusal}"}, refusal=refusal)


def shelve(
    connection: Any, services: Services, alarm: Alarm, body: ShelveIn, version: int | None, by: By
) -> Alarm:
    """Put an alarm aside, or ask for a second person's consent.

    Raises:
        Problem: alarm_refused, with the reason; changed_meanwhile.
    """
    sort = Shelving.ONE_SHOT if body.one_shot else Shelving.TIMED
    wish = shelving.Wish(by.principal, body.reason, body.until_us, sort)
    behind = [
        finding
        for finding in findings.find(connection, FindingFilter(causes=[alarm.cause]), limit=1000)
        if finding.end_us is None or finding.start_us >= alarm.active_since_us
    ]
    snapshot = services.registry(connection).snapshot()
    places = RegistryPlaces(snapshot)
    lots = {lot for finding in behind if (place := places.of(finding)) for lot in place.lots}
    profiles = {str(finding.evidence.get("profile")) for finding in behind}
    limits = limits_of(snapshot, lots, profiles, by.time_us)

    def decide(found: Alarm) -> Alarm | AlarmRefusal:
        return shelving.shelve(found, wish, by.time_us, shelving.barred(found, behind, limits))

    with alarm_problems():
        return alarms.change(connection, alarm.id, version, _named, decide, by)


def confirm(connection: Any, id: str, version: int | None, by: By) -> Alarm:
    """Consent as the second person.

    Raises:
        Problem: as for `shelve`.
    """
    with alarm_problems():
        return alarms.change(
            connection, id, version, _named, lambda one: shelving.confirm(one, by.principal, by.time_us), by
        )


def unshelve(connection: Any, id: str, version: int | None, by: By) -> Alarm:
    """Take an alarm off its shelf.

    Raises:
        Problem: as for `shelve`.
    """
    with alarm_problems():
        return alarms.change(connection, id, version, lambda _: Act.UNSHELVED, shelving.unshelve, by)


def decide(
    connection: Any, services: Services, alarm: Alarm, body: DecideIn, version: int | None, by: By
) -> Alarm:
    """Decide what becomes of goods: their lots get the status that says so, and the alarm unlatches with the last of them.

    Raises:
        Problem: as for `shelve`.
    """
    registry = services.registry(connection)
    lots_of = concerned(connection, alarm)
    waiting = set(waiting_lots(connection, alarm, lots_of))
    every = {lot for lots in lots_of.values() for lot in lots}
    if not alarm.latched:
        raise refused(AlarmRefusal.NOTHING_TO_DECIDE)
    if not by.reason.strip():
        raise refused(AlarmRefusal.REASON_MISSING)
    if not every.issuperset(body.lots):
        raise refused(AlarmRefusal.LOT_NOT_CONCERNED)
    said: dict[str, Said] = dict(body.lots)
    if body.decision is not None:
        said |= dict.fromkeys(waiting - said.keys(), body.decision)
        said |= {"": body.decision} if MORE in alarm.undecided or not every else {}
    for lot, what in said.items():
        _set_status(registry, lot, what, by)
    with alarm_problems():
        return settle(connection, alarm, lots_of, said, version, by)


def limits_of(snapshot: RegistrySnapshot, lots: set[str], profiles: set[str], now_us: int) -> list[Limit]:
    """The limits that hold now for these lots and of these profiles."""
    product_of = {lot.key: lot.product for lot in snapshot.lots}
    products: dict[str, Product] = {product.key: product for product in snapshot.products}
    named = {products[product_of[lot]].profile for lot in lots if product_of.get(lot) in products}
    meant: list[Profile] = [one for one in snapshot.profiles if one.key in named | profiles]
    return [
        limit
        for profile in meant
        for version in profile.versions
        if version.valid_from_us <= now_us and (version.valid_to_us is None or version.valid_to_us > now_us)
        for limit in version.limits
    ]


def _named(alarm: Alarm) -> str:
    """Whether it is shelved now, or only asked for."""
    return Act.SHELVED if alarm.shelf and alarm.shelf.stands else Act.SHELVING_ASKED


def _set_status(registry: RegistryRows, key: str, what: Said, by: By) -> None:
    stored = registry.get(Lot, key) if key else None
    status = STATUS.get(what)
    if stored is not None and status is not None and stored.value.status is not status:
        registry.put(replace(stored.value, status=status), by, stored.version)
