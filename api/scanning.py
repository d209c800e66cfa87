"""Carrying out what two scans mean, within one transaction, and undoing it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from api.guard import may
from api.identifying import named, visible_things
from api.ownership import Ownership
from api.policy import Act
from api.problems import Code, Problem
from api.services import RegistryRows, ScanRows
from registry.identity import Identity
from registry.nouns import Lot, Principal, Scan, SubjectKind, Thing
from registry.scanning import Refusal, RefusedError, check_lot, check_time, move, pair
from store.repositories.records import By, OutdatedVersionError


@contextmanager
def refusals_as_problems() -> Iterator[None]:
    """Within this, a refusal becomes its problem, with its sentence."""
    try:
        yield
    except RefusedError as error:
        raise Problem(
            Code.SCAN_REFUSED, error.params, refusal=error.why, sentence=f"scan.refused.{error.why}"
        ) from error


def carried_out(
    registry: RegistryRows,
    asker: Principal,
    ownership: Ownership | None,
    wanted: Scan,
    codes: tuple[Identity, Identity],
    *,
    repeats_any_time: bool,
) -> Scan:
    """The scan as kept; the one that was sent before under the same id, if it says the same.

    Args:
        wanted: what was scanned when; its subject and place are found here.
        repeats_any_time: it says no time of its own, so a repetition cannot differ in it.

    Raises:
        Problem: scan_refused, with the reason; idempotency_key_reused.
    """
    sent = registry.scans.sent(asker.name, wanted.client_id)
    if sent:
        return _the_same(sent, wanted, repeats_any_time=repeats_any_time)
    with refusals_as_problems():
        check_time(wanted.time_us, wanted.received_us)
        subject, place = pair(*(_only(registry, asker, ownership, code) for code in codes))
        if subject.kind == SubjectKind.LOT:
            stored = registry.get(Lot, subject.key)
            assert stored is not None  # it was found in this transaction
            check_lot(stored.value, place)
        change = move(registry.scans.placed(subject), subject, place, wanted.time_us, asker.name)
    by = By(asker.name, wanted.received_us, wanted.note)
    return registry.scans.carry_out(replace(wanted, subject=str(subject), place=str(place)), change, by)


def undone(scans: ScanRows, asker: Principal, id: str, by: By) -> Scan:
    """The scan, undone: one's own, or anybody's for who may write the registry.

    Raises:
        Problem: not_found; scan_refused, if what it made was changed since.
    """
    scan = scans.get(id)
    if scan is None or (scan.principal != asker.name and not may(asker, Act.WRITE_REGISTRY)):
        raise Problem(Code.NOT_FOUND)
    with refusals_as_problems():
        try:
            return scans.undo(id, by)
        except OutdatedVersionError as error:
            raise RefusedError(Refusal.CHANGED_SINCE, subject=scan.subject, place=scan.place) from error


def _the_same(sent: Scan, wanted: Scan, *, repeats_any_time: bool) -> Scan:
    same = (sent.first, sent.second) == (wanted.first, wanted.second)
    if not same or not (repeats_any_time or sent.time_us == wanted.time_us):
        raise Problem(Code.KEY_REUSED)
    return sent


def _only(registry: RegistryRows, asker: Principal, ownership: Ownership | None, code: Identity) -> Thing:
    """The one object that a code names, as far as the asker may know."""
    things = visible_things(asker, ownership, named(registry, code))
    if not things:
        raise RefusedError(Refusal.UNKNOWN, code=code.text)
    if len(things) > 1:
        raise RefusedError(Refusal.AMBIGUOUS, code=code.text, objects=[str(thing) for thing in things])
    return things[0]
