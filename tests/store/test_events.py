"""The event table: append-only, in order, and a chain that names every tampering."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from store import events
from store.events import Break, Head, Verdict
from store.service import Place, ServiceDatabase, open_service
from tests.places import Places, raw, spoil, translated

ROWS = 12
SEALED = 9


@pytest.fixture
def database(place: Place) -> Iterator[ServiceDatabase]:
    database = open_service(place, 0)
    yield database
    database.close()


def write(database: ServiceDatabase, count: int, start: int = 0) -> None:
    with database.writing() as connection:
        for number in range(start, start + count):
            events.append(
                connection,
                principal="anna",
                act="changed",
                subject=f"zone:z{number % 3}",
                reason="天气 ☂",
                old={"limit": number / 3} if number else None,
                new={"b": [1, None, "é"], "a": number / 7},
                time_us=1_700_000_000_000_000 + number,
            )


def seal(database: ServiceDatabase, limit: int = 10_000) -> int:
    with database.writing() as connection:
        return events.seal(connection, limit)


def verify(database: ServiceDatabase, anchor: Head | None = None) -> Verdict:
    with database.reading() as connection:
        return events.verify(connection, anchor)


def tamper(database: ServiceDatabase, *statements: str) -> None:
    """Change rows behind our back, as who owns the database can: triggers away, then the deed."""
    with raw(database.place, past_triggers=True) as execute:
        if "UPDATE event SET new" in statements[0] and not isinstance(database.place, Path):
            # The type json would refuse what is none.
            spoil(database.place)
            execute("DROP TRIGGER event_is_never_changed ON event")
            execute("ALTER TABLE event ALTER COLUMN new TYPE text USING CAST(new AS text)")
        for statement in statements:
            execute(statement)


def test_untouched_chain_is_whole_and_names_its_tail(database: ServiceDatabase) -> None:
    """Sealed rows verify; the rows behind the sealer are named, not vouched for."""
    write(database, SEALED)
    assert seal(database) == SEALED
    write(database, ROWS - SEALED, SEALED)
    verdict = verify(database)
    assert (verdict.broken, verdict.head.sequence, verdict.unsealed) == (None, SEALED, (10, 12))
    assert seal(database) == ROWS - SEALED
    assert seal(database) == 0
    assert verify(database).unsealed is None


def test_sealing_in_portions_gives_the_same_chain(places: Places) -> None:
    """The chain does not depend on how often the sealer came by."""
    heads = []
    for portion in (1, 5, 10_000):
        database = open_service(places.ready(), 0)
        write(database, ROWS)
        while seal(database, portion):
            pass
        heads.append(verify(database).head)
        database.close()
    assert heads[0] == heads[1] == heads[2]
    assert heads[0].sequence == ROWS


def test_an_empty_table_is_whole(database: ServiceDatabase) -> None:
    """Nothing written, nothing broken."""
    assert verify(database) == Verdict(Head(0, events.GENESIS), None, None, None)


@pytest.mark.parametrize(
    ("deed", "kind", "at"),
    [
        (["UPDATE event SET reason = 'x' WHERE sequence = 4"], Break.ALTERED, 4),
        (["UPDATE event SET old = NULL WHERE sequence = 4"], Break.ALTERED, 4),
        (["UPDATE event SET new = '{not json' WHERE sequence = 4"], Break.ALTERED, 4),
        (["UPDATE event SET new = '[NaN]' WHERE sequence = 4"], Break.ALTERED, 4),
        (["UPDATE event SET time_us = time_us + 1 WHERE sequence = 1"], Break.ALTERED, 1),
        (["UPDATE event SET principal = 'eve' WHERE sequence = 9"], Break.ALTERED, 9),
        (["UPDATE event SET hash = zeroblob(32) WHERE sequence = 5"], Break.ALTERED, 5),
        (["UPDATE event SET hash = NULL WHERE sequence = 5"], Break.UNSEALED, 5),
        (["UPDATE event SET hash = NULL WHERE sequence >= 5"], Break.UNSEALED, 5),
        (["DELETE FROM event WHERE sequence = 1"], Break.MISSING, 1),
        (["DELETE FROM event WHERE sequence IN (4, 5)"], Break.MISSING, 4),
        (["DELETE FROM event WHERE sequence >= 8"], Break.MISSING, 8),
        (["DELETE FROM event"], Break.MISSING, 1),
        (
            [
                "UPDATE event SET sequence = -3 WHERE sequence = 3",
                "UPDATE event SET sequence = 3 WHERE sequence = 6",
                "UPDATE event SET sequence = 6 WHERE sequence = -3",
            ],
            Break.ALTERED,
            3,
        ),
        (
            [
                "DELETE FROM event WHERE sequence = 4",
                "UPDATE event SET sequence = 1 - sequence WHERE sequence > 4",
                "UPDATE event SET sequence = -sequence WHERE sequence < 0",
            ],
            Break.ALTERED,
            4,
        ),
        (["UPDATE event SET hash = zeroblob(32) WHERE sequence = 11"], Break.INSERTED, 11),
        (["UPDATE event_head SET hash = zeroblob(32)"], Break.REWRITTEN, 9),
        (["DELETE FROM event_head"], Break.INSERTED, 1),
    ],
)
def test_tampering_is_named(database: ServiceDatabase, deed: list[str], kind: Break, at: int) -> None:
    """Every way of changing, removing, adding or reordering rows is found at its first row."""
    write(database, SEALED)
    seal(database)
    write(database, ROWS - SEALED, SEALED)
    tamper(database, *deed)
    verdict = verify(database)
    assert (verdict.broken, verdict.broken_at) == (kind, at)
    assert verdict.head.sequence == min(at - 1, SEALED)


def test_every_single_flip_is_found(database: ServiceDatabase) -> None:
    """Whatever column of whatever sealed row is altered, verify names that row."""
    write(database, 40)
    seal(database)
    source = random.Random(7)
    for _ in range(25):
        row = source.randint(1, 40)
        column = source.choice(["time_us", "principal", "act", "subject", "reason", "old", "new"])
        with raw(database.place, past_triggers=True) as execute:
            ((before,),) = execute(f"SELECT CAST({column} AS text) FROM event WHERE sequence = {row}")
            execute(f"UPDATE event SET {column} = ? WHERE sequence = {row}", "0")
            verdict = verify(database)
            execute(f"UPDATE event SET {column} = ? WHERE sequence = {row}", before)
        assert (verdict.broken, verdict.broken_at) == (Break.ALTERED, row)
    assert verify(database).broken is None


def test_a_chain_made_anew_is_found_by_the_anchor(database: ServiceDatabase) -> None:
    """Who rewrites all hashes and the head is still caught by a head that was exported before."""
    write(database, SEALED)
    seal(database)
    anchor = verify(database).head
    tamper(
        database,
        "UPDATE event SET reason = 'forged' WHERE sequence = 2",
        "UPDATE event SET hash = NULL",
        "DELETE FROM event_head",
    )
    seal(database)
    assert verify(database).broken is None
    assert verify(database, anchor).broken is Break.REWRITTEN
    write(database, 3, SEALED)
    seal(database)
    assert verify(database, anchor).broken_at == anchor.sequence


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM event WHERE sequence = 1",
        "DELETE FROM event WHERE sequence = 3",
        "UPDATE event SET reason = 'x' WHERE sequence = 1",
        "UPDATE event SET reason = 'x' WHERE sequence = 3",
        "UPDATE event SET old = NULL WHERE sequence = 3",
        "UPDATE event SET sequence = 99 WHERE sequence = 3",
        "UPDATE event SET hash = NULL WHERE sequence = 1",
        "UPDATE event SET hash = zeroblob(32) WHERE sequence = 1",
        "UPDATE event SET hash = zeroblob(32), reason = 'x' WHERE sequence = 3",
    ],
)
def test_the_database_itself_refuses_changes(database: ServiceDatabase, statement: str) -> None:
    """A careless statement from our own code cannot change or delete an event, sealed (1) or not (3)."""
    write(database, 2)
    seal(database)
    write(database, 1, 2)
    with pytest.raises(IntegrityError, match="events are never"), database.writing() as connection:
        connection.exec_driver_sql(translated(statement, database.place))
    assert verify(database).broken is None


def test_since_pages_without_gap_or_overlap(database: ServiceDatabase) -> None:
    """Reading on from the last number yields every event exactly once, as written."""
    write(database, ROWS)
    seen, after = [], 0
    with database.reading() as connection:
        while page := events.since(connection, after, 5):
            seen += page
            after = page[-1].sequence
        assert [event.sequence for event in seen] == list(range(1, ROWS + 1))
        assert seen[3].new == {"a": 3 / 7, "b": [1, None, "é"]}
        assert seen[0].old is None
        history = events.of_subject(connection, "zone:z1")
        assert [event.sequence for event in history] == [2, 5, 8, 11]
        assert events.last_sequence(connection) == ROWS


def test_a_rolled_back_change_leaves_no_event(database: ServiceDatabase) -> None:
    """An event lives and dies with the transaction of its change, and leaves no gap in the numbers."""
    write(database, 2)

    def fail() -> None:
        with database.writing() as connection:
            events.append(
                connection, principal="a", act="b", subject="c:d", reason="", old=None, new=1, time_us=1
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    write(database, 1, 2)
    with database.reading() as connection:
        assert [event.sequence for event in events.since(connection, 0)] == [1, 2, 3]


def test_not_a_number_is_refused(database: ServiceDatabase) -> None:
    """NaN is no JSON: it is refused when written, not found when read. (One driver writes JSON itself.)"""
    with pytest.raises((StatementError, ValueError)), database.writing() as connection:
        events.append(
            connection,
            principal="a",
            act="b",
            subject="c:d",
            reason="",
            old=None,
            new=float("nan"),
            time_us=1,
        )
