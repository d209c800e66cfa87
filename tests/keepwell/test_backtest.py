"""Back-tests on real files: equal to what was found live, compared with what is active, and with what engineers said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from detect.models.stages import ModelAct
from detect.nouns import Finding
from keepwell.wiring.backtesting import backtest
from keepwell.wiring.long_work import Work
from keepwell.wiring.trying import Asked
from registry.faults import InvalidFileError
from registry.trials import NoSuchRule
from store import events
from store.repositories import verdicts
from store.repositories.records import By
from store.repositories.tickets import TicketFilter, find
from tests.modelled import DAY, T0, Installation, installation
from tickets.outcomes import Outcome
from tickets.verdicts import Said, Verdict

WARM, DAYS = (3, 6, 7), 10


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Ten days that were judged live, part of them late and in disorder, three of them too warm."""
    with installation(tmp_path_factory.mktemp("lived")) as at:
        newest = 0
        for days in (range(3), range(5, 8), range(3, 5), range(8, DAYS)):
            at.hear(days, warm=WARM)
            newest = max(newest, at.now_us)
            at.now_us = newest
            at.detect()
        yield at


def tried(at: Installation, rule: str = "", **more: object) -> Outcome:
    """The outcome of a back-test over all that was lived through."""
    work = Work(at.database, at.reader, at.files, lambda: at.now_us)
    asked = Asked(**{"rule": rule, "to_us": T0 + DAYS * DAY, "days": DAYS - 1, **more})  # type: ignore[arg-type]
    return backtest(work.past(), asked, lambda _done, _total: None, lambda: 0.0)


def facts(found: list[Finding]) -> set[tuple[object, ...]]:
    """What two runs must agree in."""
    return {
        (str(f.kind), f.subject, f.band, f.start_us, f.end_us, f.peak, round(f.coverage, 9)) for f in found
    }


def test_it_finds_what_was_found_live(lived: Installation) -> None:
    """The rule that was in force, over the same days: the same findings though they came in another order."""
    outcome = tried(lived, "chilled/warm")
    (zone,) = outcome.zones
    again = {
        (i.kind, i.subject, i.band, i.start_us, i.end_us, i.peak, round(i.coverage, 9))
        for i in zone.after_intervals
    }
    live = facts([f for f in lived.standing() if f.band == "chilled/warm"])
    assert again == live
    assert len(live) == 2 * len(WARM)
    assert outcome.before == outcome.after
    assert outcome.after.tickets == len(WARM)
    assert zone.coverage == pytest.approx(1.0, abs=0.01)


def test_a_band_that_is_off_is_shown_as_if_it_were_on(lived: Installation) -> None:
    """Nothing now, many findings with it; each says how long before the breach it would have been raised."""
    outcome = tried(lived, "chilled/cosy", change={"limit": 6.6})
    assert outcome.before.findings == 0
    assert outcome.after.findings > 0
    assert outcome.after_lead.breaches == outcome.before_lead.breaches >= len(WARM)
    assert outcome.after_lead.announced >= outcome.before_lead.announced
    assert [note.code for note in outcome.notes][:3] == [
        "backtest.note.event_time", "backtest.note.placements", "backtest.note.tickets"
    ]  # fmt: skip


def test_a_file_with_changed_limits_is_compared_with_now(lived: Installation) -> None:
    """One band higher, and only the other is left; the file is read as a registry file, with its faults by line."""
    file = '[[profile]]\nkey = "chilled"\nlike = "chilled"\nband = [{ band = "warm", limit = 12.0 }]\n'
    outcome = tried(lived, file=file)
    assert (outcome.rule, outcome.before.findings, outcome.after.findings) == (
        "chilled",
        4 * len(WARM),
        2 * len(WARM),
    )
    with pytest.raises(InvalidFileError) as error:
        tried(lived, file='[[profile]]\nkey = "chilled"\nlike = "nothing"\n')
    assert error.value.faults[0].line == 3
    with pytest.raises(NoSuchRule, match="no band tepid: expected one of cosy, hot, warm"):
        tried(lived, "chilled/tepid")
    with pytest.raises(NoSuchRule, match="'nothing' is no rule"):
        tried(lived, "nothing")


def test_nothing_of_it_is_on_record(lived: Installation) -> None:
    """Neither a finding nor an event nor a ticket."""
    with lived.database.reading() as connection:
        before = events.last_sequence(connection)
    tried(lived, "chilled/warm", change={"limit": 7.0})
    with lived.database.reading() as connection:
        assert events.last_sequence(connection) == before


def test_a_kind_is_compared_with_what_is_on_record(lived: Installation) -> None:
    """A detector over the past, beside what it said live; nothing of that is on record either."""
    with lived.database.reading() as connection:
        before = events.last_sequence(connection)
    outcome = tried(lived, "too_high", days=4)
    assert outcome.before.findings == outcome.after.findings == 8
    assert outcome.notes[-1].code == "backtest.note.record"
    with lived.database.reading() as connection:
        assert events.last_sequence(connection) == before


def test_a_model_is_tried_before_it_speaks(tmp_path: Path) -> None:
    """One that was only trained, against none: what it would have found, named by model, and how much it learnt from."""
    with installation(tmp_path) as at:
        at.hear(range(40), odd=(33, 34, 35))
        label = at.train().card.label
        work = Work(at.database, at.reader, at.files, lambda: at.now_us)
        asked = Asked(rule=label, to_us=T0 + 40 * DAY, days=30)
        outcome = backtest(work.past(), asked, lambda _done, _total: None, lambda: 0.0)
        (zone,) = outcome.zones
        late = [i for i in zone.after_intervals if i.start_us > T0 + 32 * DAY]
        assert {i.subject for i in late} == {"device:g1/p1:temperature", "device:g1/p2:temperature"}
        assert {i.model for i in late} == {label}
        assert outcome.before.findings == 0
        assert outcome.after.tickets >= 2
        assert outcome.notes[-1].code == "backtest.note.learnt"
        assert at.act(ModelAct.SHADOW, label) is None


def test_what_engineers_said_is_told_of_the_like(lived: Installation) -> None:
    """A ticket called true and one called false: the back-test says which findings are like which, and which are missed."""
    with lived.database.reading() as connection:
        tickets = find(connection, TicketFilter(cause="zone:cold-1:temperature:high"))
    assert len(tickets) >= 1
    with lived.database.writing() as connection:
        verdict = Verdict(
            tickets[0].id,
            Said.TRUE,
            "the fan stood still",
            T0 + 3 * DAY + 3_600_000_000,
            "user:wang",
            lived.now_us,
        )
        verdicts.say(connection, verdict, By("user:wang", lived.now_us, verdict.reason))
    same = tried(lived, "chilled/warm")
    assert same.after.said_true > 0
    assert same.after.missed == []
    higher = tried(lived, "chilled/warm", change={"limit": 12.0})
    assert higher.after.missed == [tickets[0].number]
    with lived.database.reading() as connection:
        (told,) = [e for e in events.of_subject(connection, f"ticket:{tickets[0].id}") if e.act == "judged"]
    assert (told.principal, told.reason) == ("user:wang", "the fan stood still")
