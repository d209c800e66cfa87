"""Findings as kept: which ones touch a time, a subject, a zone, and in what order they are listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from detect.nouns import Change, Finding, FindingChange, Json, Kind
from store import events
from store.repositories import findings
from store.repositories.findings import FindingFilter
from store.service import Place, ServiceDatabase, open_service
from tests.tickets.desk import HOUR, MIN, T0, closed, finding, opened, retracted

A, B = "device:g1/a:temperature", "device:g1/b:temperature"


@pytest.fixture
def database(place: Place) -> Iterator[ServiceDatabase]:
    """A new service database."""
    opened_database = open_service(place, T0)
    yield opened_database
    opened_database.close()


def _persist(database: ServiceDatabase, changes: list[FindingChange]) -> list[FindingChange]:
    with database.writing() as connection:
        before = findings.by_ids(connection, [change.finding.id for change in changes])
        return findings.persist(connection, changes, before, T0)


def _find(database: ServiceDatabase, which: FindingFilter) -> list[Finding]:
    with database.reading() as connection:
        return findings.find(connection, which)


def test_a_finding_comes_back_as_it_was(database: ServiceDatabase) -> None:
    """Every field, with evidence of any shape and in any script."""
    evidence: dict[str, Json] = {"名": ["é", None, True, 1.5, {"x": []}], "limit": 8.0}
    one = replace(finding(evidence=evidence), peak=None, area=None, model="hst-3", coverage=1 / 3, zone=None)
    _persist(database, opened(one))
    assert _find(database, FindingFilter()) == [one]


def test_only_what_changed_is_told(database: ServiceDatabase) -> None:
    """The event of a change holds the fields that changed, the one of a repetition does not exist."""
    one = finding()
    assert len(_persist(database, opened(one))) == 1
    assert _persist(database, opened(one)) == []
    _persist(database, [closed(one, T0 + HOUR)])
    with database.reading() as connection:
        first, second = events.of_subject(connection, f"finding:{one.id}")
    assert (first.act, first.old) == ("opened", None)
    assert (second.act, second.old, second.new) == ("closed", {"end_us": None}, {"end_us": T0 + HOUR})


def test_first_heard_of_at_its_end(database: ServiceDatabase) -> None:
    """A finding that opens and ends in one batch is told as opened, with its end."""
    one = finding()
    _persist(database, [*opened(one), closed(one, T0 + HOUR)])
    with database.reading() as connection:
        (event,) = events.of_subject(connection, f"finding:{one.id}")
    assert event.act == "opened"
    assert isinstance(event.new, dict)
    assert event.new["end_us"] == T0 + HOUR


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [(-9, -1, ""), (-9, 0, "a"), (5, 5, "a"), (10, 11, "a"), (11, 19, ""), (19, 20, "b"), (99, 100, "b")],
)
def test_open_or_overlapping(database: ServiceDatabase, start: int, end: int, found: str) -> None:
    """Both ends belong to a finding; one that goes on has no end; other sorts do not count."""
    ended, going_on = finding(subject=A, end_us=T0 + 10 * MIN), finding(subject=A, start_us=T0 + 20 * MIN)
    others = [
        finding(subject=B),
        replace(finding(subject=A), band="x"),
        replace(finding(subject=A), detector="x"),
    ]
    wrong = retracted(finding(subject=A))
    _persist(database, [*opened(ended, going_on, *others, finding(subject=A, kind=Kind.TOO_LOW)), wrong])
    with database.reading() as connection:
        touching = findings.open_or_overlapping(
            connection, "test", A, Kind.TOO_HIGH, "chilled/high", T0 + start * MIN, T0 + end * MIN
        )
    assert touching == [{"a": ended, "b": going_on}[name] for name in found]


def test_what_detection_asks_for(database: ServiceDatabase) -> None:
    """By subject and end, and all that go on; what was retracted never was."""
    over, going_on, other = finding(subject=A, end_us=T0 + MIN), finding(subject=A), finding(subject=B)
    _persist(database, [*opened(over, going_on, other), retracted(finding(subject=A))])
    with database.reading() as connection:
        assert set(_ids(findings.stored(connection, [A], T0))) == set(_ids([over, going_on]))
        assert findings.stored(connection, [A], T0 + 2 * MIN) == [going_on]
        assert set(_ids(findings.going_on(connection))) == set(_ids([going_on, other]))


def test_what_goes_on_about_a_device(database: ServiceDatabase) -> None:
    """About it, its quantities and its gateway; not about what is named alike, is over or was retracted."""
    subjects = (
        "device:g1/a", A, B, "device:g1/a-2:temperature", "device:g1/a;", "device:g1/a%", "gateway:g1", "gateway:g10",
        "device:g1", "zone:g1/a",
    )  # fmt: skip
    going_on = {subject: finding(f"cause:{subject}", subject=subject) for subject in subjects}
    over = finding("cause:over", subject=A, end_us=T0 + MIN)
    _persist(database, [*opened(over, *going_on.values()), retracted(finding("cause:no", subject=A))])
    with database.reading() as connection:

        def about(devices: list[str], gateways: list[str]) -> set[str]:
            return {one.subject for one in findings.going_on_about(connection, devices, gateways)}

        assert about(["g1/a"], ["g1"]) == {"device:g1/a", A, "gateway:g1"}
        assert about(["g1/b", "g1/a-2"], []) == {B, "device:g1/a-2:temperature"}
        assert about([], ["g2"]) == about([], []) == set()


def test_filters(database: ServiceDatabase) -> None:
    """Every filter filters; [from, to) is half open; retracted ones only when asked for."""
    early = finding("cause:e", end_us=T0 + MIN, zone="z1", subject=A)
    late = finding("cause:l", Kind.SENTINEL, start_us=T0 + HOUR, zone="z2", subject=B)
    wrong = retracted(finding("cause:w", start_us=T0 + 2 * HOUR, zone="z3"))
    _persist(database, [*opened(early, late), wrong])
    expected = [
        (FindingFilter(), [late, early]),
        (FindingFilter(include_retracted=True), [wrong.finding, late, early]),
        (FindingFilter(kinds=[Kind.SENTINEL]), [late]),
        (FindingFilter(subject=A), [early]),
        (FindingFilter(zones=["z1", "z3"]), [early]),
        (FindingFilter(causes=["cause:l"]), [late]),
        (FindingFilter(going_on=True), [late]),
        (FindingFilter(going_on=False), [early]),
        (FindingFilter(from_us=T0 + 2 * MIN), [late]),
        (FindingFilter(to_us=T0 + HOUR), [early]),
        (FindingFilter(to_us=T0 + HOUR + 1), [late, early]),
        (FindingFilter(from_us=T0 + MIN, to_us=T0 + MIN + 1), [early]),
        (FindingFilter(zones=[]), []),
    ]
    for which, found in expected:
        assert _find(database, which) == found, which


def test_pages_join_although_starts_are_equal(database: ServiceDatabase) -> None:
    """Fifty findings of one moment, seven at a time: each exactly once."""
    many = [finding(start_us=T0) for _ in range(50)]
    _persist(database, opened(*many))
    seen: list[Finding] = []
    with database.reading() as connection:
        while page := findings.find(
            connection, FindingFilter(), (seen[-1].start_us, seen[-1].id) if seen else None, 7
        ):
            seen += page
    assert sorted(_ids(seen)) == sorted(_ids(many))


def test_merges_and_splits_are_recorded_once(database: ServiceDatabase) -> None:
    """Which finding became part of which stays on record, also when the batch is applied again."""
    whole, part, off = finding(), finding(), finding()
    changes = [
        *opened(whole, part),
        FindingChange(Change.MERGED, replace(part, retracted="merged"), whole.id),
        FindingChange(Change.SPLIT, off, whole.id),
    ]
    _persist(database, changes)
    _persist(database, changes)
    with database.reading() as connection:
        assert findings.links(connection, part.id) == [(Change.MERGED, whole.id)]
        assert findings.links(connection, off.id) == [(Change.SPLIT, whole.id)]
        (event,) = events.of_subject(connection, f"finding:{off.id}")
    assert event.act == "split"


def _ids(found: list[Finding]) -> list[str]:
    return [one.id for one in found]
