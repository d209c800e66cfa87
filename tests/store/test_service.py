"""The service database: no lost update, no half migration, no dead start on a damaged file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Engine, create_engine, event, insert
from sqlalchemy.exc import IntegrityError, OperationalError

from registry.nouns import Stage
from store import events, files
from store.repositories import alarms, clerk, tickets
from store.repositories.registry import RegistryRepository
from store.service import Place, ServiceDatabase, open_service
from store.tables import LAYOUT, metadata
from store.tables.events import event_head
from tests.places import Places, raw

ROOT = Path(__file__).parents[2]
PROCESSES, INCREMENTS = 4, 150
HEAD = insert(event_head).values(id=1, hash=bytes(32))


def schema(path: Path) -> dict[str, str]:
    """Everything the file defines (but Alembic's own), by name, with white space evened out."""
    with raw(path) as execute:
        rows = execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: " ".join(sql.split()) for name, sql in rows if name != "alembic_version"}


def integrity(path: Path) -> str:
    with raw(path) as execute:
        ((verdict,),) = execute("PRAGMA integrity_check")
    return str(verdict)


def run(code: str, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT)


KEPT_BY_0001 = """
INSERT INTO customer (id, "key", name, grade, version) VALUES ('1', 'c', '', 'A', 1);
INSERT INTO site (id, "key", name, time_zone, region, version) VALUES ('1', 's', '', 'UTC', '', 1);
INSERT INTO zone (id, "key", name, site, kind, version) VALUES ('1', 'z', '', 's', 'room', 1);
INSERT INTO gateway (id, "key", name, model, version) VALUES ('1', 'g', '', '', 1);
INSERT INTO device (id, "key", name, gateway, device, model, quantities, shared, version)
  VALUES ('1', 'd', '', 'g', 'p', 'TH', '[]', 0, 1);
INSERT INTO product (id, "key", name, version) VALUES ('1', 'p', '', 1);
INSERT INTO shipment (id, "key", name, version) VALUES ('1', 'j', '', 1);
INSERT INTO lot (id, "key", name, customer, product, status, version) VALUES ('1', 'l', '', 'c', 'p', 'hold', 1);
"""
KEPT_BY_0002 = """
INSERT INTO zone (id, "key", name, kind, climate_control, codes, version) VALUES ('1', 'z', '', 'room', 'none', '[]', 1);
INSERT INTO equipment (id, "key", name, zone, kind, model, version) VALUES ('1', 'e', '', 'z', 'cooling', '', 1);
"""
KEPT_BY_0003 = """
INSERT INTO person (id, "key", name, role, phone, email, language, region, skills, version)
  VALUES ('1', 'li', 'Li', 'engineer', '', '', 'zh', '', '["refrigeration"]', 1);
INSERT INTO ticket (id, number, kind, title, why, subject, lots, time_zone, grade, priority, state, deadline_us, deadline,
  clock_from_us, opened_at_us, opened_by, since_us, reason, findings_retracted, version)
  VALUES ('t', 1, 'goods', '{"code":"","params":{}}', '{"code":"","params":{}}', 'zone:z', '[]', 'UTC', '', 2, 'new', 9,
  '{"code":"","params":{}}', 1, 1, 'system', 1, '', 0, 1);
INSERT INTO alarm (id, cause, kind, subject, severity, active, acked, active_since_us, version) VALUES
  ('1', 'a', 'too_high', 's', 'alarm', 1, 0, 1, 1), ('2', 'b', 'too_high', 's', 'alarm', 1, 1, 1, 1),
  ('3', 'c', 'too_high', 's', 'alarm', 0, 0, 1, 1), ('4', 'd', 'too_high', 's', 'alarm', 0, 1, 1, 1);
INSERT INTO event (sequence, time_us, principal, act, subject, reason) VALUES (1, 1, 'system', 'opened', 'ticket:t', '');
"""


def test_a_new_database_has_the_defined_tables(place: Place) -> None:
    """On each engine, as Alembic compares them; and it is said to be of today's layout."""
    database = open_service(place, 0)
    with database.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_heads() == (LAYOUT,)
    database.close()


def test_migrations_lead_to_the_defined_tables(tmp_path: Path) -> None:
    """All steps together give exactly the schema that store.tables defines, triggers included."""
    database = open_service(tmp_path / "migrated.sqlite", 0)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()
    engine = create_engine(f"sqlite+pysqlite:///{tmp_path}/defined.sqlite", module=sqlite)
    metadata.create_all(engine)
    engine.dispose()
    assert schema(tmp_path / "migrated.sqlite") == schema(tmp_path / "defined.sqlite")


def older(path: Path, layout: str, kept: str) -> ServiceDatabase:
    """A database of an older program, opened by this one."""
    made = sqlite.connect(str(path))
    made.executescript((Path(__file__).parent / "layouts" / f"{layout}.sql").read_text("utf-8"))
    made.executescript("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);")
    made.execute("INSERT INTO alembic_version VALUES (?)", (layout,))
    made.commit()
    made.executescript(kept)
    made.close()
    return open_service(path, 0)


def test_an_older_database_is_brought_up_to_date(tmp_path: Path) -> None:
    """What the first program kept is still there, in today's tables, and can be read as today's nouns."""
    database = older(tmp_path / "service.sqlite", "0001", KEPT_BY_0001)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        found = RegistryRepository(connection).snapshot()
    assert (found.lots[0].currency, found.shipments[0].stage, found.zones[0].codes) == (
        "CNY",
        Stage.PLANNED,
        (),
    )
    assert all(
        len(getattr(found, field)) == 1 for field in ("sites", "customers", "devices", "products", "lots")
    )
    database.close()


def test_a_database_of_lists_and_gateways_is_brought_up_to_date(tmp_path: Path) -> None:
    """Equipment that the second layout kept has no inspection yet."""
    database = older(tmp_path / "service.sqlite", "0002", KEPT_BY_0002)
    with database.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_heads() == (LAYOUT,), "or Alembic would be loaded at every start"
        found = RegistryRepository(connection).snapshot()
    assert [(one.key, one.zone) for one in found.equipment] == [("e", "z")]
    database.close()


def test_a_database_of_foresight_is_brought_up_to_date(tmp_path: Path) -> None:
    """Alarms have the state they had, people are what they were, and the clerk tells nobody of what is long over."""
    database = older(tmp_path / "service.sqlite", "0003", KEPT_BY_0003)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        states = {one.cause: one.state for one in alarms.find(connection, alarms.AlarmFilter())}
        (person,) = RegistryRepository(connection).snapshot().people
        ticket = tickets.by_number(connection, 1)
        told = clerk.position(connection)
    assert states == {"a": "active_unacked", "b": "active_acked", "c": "returned_unacked", "d": "normal"}
    assert (person.skills, person.level, person.register) == (("refrigeration",), 1, "data")
    assert ticket is not None
    assert (ticket.category, ticket.line, ticket.customer) == ("technical", "first", None)
    assert told == 1
    database.close()


def test_opening_again_changes_nothing(places: Places) -> None:
    """A second opening keeps the contents and reports no damage."""
    new = places.new()
    place = new if isinstance(new, str) else new.parent / "deep" / "er" / "service.sqlite"
    database = open_service(place, 0)
    write_event(database)
    database.close()
    database = open_service(place, 1)
    assert database.set_aside is None
    assert count_events(database) == 1
    database.close()


def test_settings_of_every_connection(tmp_path: Path) -> None:
    """WAL, every commit on disk, foreign keys, patience; readers cannot write."""
    database = open_service(tmp_path / "service.sqlite", 0)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    for context in (database.writing, database.reading):
        with context() as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
            assert found == wanted
    with pytest.raises(OperationalError, match="readonly"), database.reading() as connection:
        connection.exec_driver_sql("DELETE FROM event_head")
    database.close()


def open_until_killed(path: Path, statements: int) -> int:
    """Open the database in a child that kill -9s itself behind its nth statement; the child's exit status."""
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    left = [statements]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        event.listen(Engine, "after_cursor_execute", count)
        open_service(path, 0)
        os._exit(0)
    finally:
        os._exit(1)


def test_killed_in_the_middle_of_migration(tmp_path: Path) -> None:
    """kill -9 behind every third statement of the migration leaves nothing or everything, and the next start completes it."""
    complete = tmp_path / "complete.sqlite"
    open_service(complete, 0).close()
    wanted = schema(complete)
    statement, outcome, killed_within = 0, int(signal.SIGKILL), 0
    while outcome == signal.SIGKILL:
        path = tmp_path / f"{statement}.sqlite"
        outcome = open_until_killed(path, statement)
        found = schema(path)
        assert found in ({}, wanted)
        killed_within += found == {}
        database = open_service(path, 1)
        assert database.set_aside is None
        write_event(database)
        database.close()
        assert schema(path) == wanted
        statement += 3
    assert outcome == 0
    assert killed_within >= len(wanted) // 4


_INCREMENTS = """
import sys
from sqlalchemy import select, update
from store.service import open_service
from store.tables.events import event_head
from tests.places import place_of
database = open_service(place_of(sys.argv[1]), 0)
for _ in range(int(sys.argv[2])):
    with database.writing() as connection:
        value = connection.execute(select(event_head.c.sequence)).scalar_one()
        connection.execute(update(event_head).values(sequence=value + 1))
"""


def test_read_then_write_loses_no_update(place: Place) -> None:
    """Four processes that read a number and write it back one larger, 150 times each, arrive at 600."""
    database = open_service(place, 0)
    with database.writing() as connection:
        connection.execute(HEAD, {"sequence": 0})
    children = [run(_INCREMENTS, place, INCREMENTS) for _ in range(PROCESSES)]
    assert [child.wait() for child in children] == [0] * PROCESSES
    with database.reading() as connection:
        assert (
            connection.exec_driver_sql("SELECT sequence FROM event_head").scalar() == PROCESSES * INCREMENTS
        )
    database.close()


def test_threads_lose_no_update(place: Place) -> None:
    """Threads of one process queue for the one writer."""
    database = open_service(place, 0)
    with database.writing() as connection:
        connection.execute(HEAD, {"sequence": 0})

    def work() -> None:
        for _ in range(40):
            with database.writing() as connection:
                value = connection.exec_driver_sql("SELECT sequence FROM event_head").scalar()
                connection.exec_driver_sql(f"UPDATE event_head SET sequence = {value + 1}")

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT sequence FROM event_head").scalar() == 240
    database.close()


def test_many_processes_open_a_new_database_at_once(places: Places) -> None:
    """All processes of a service start together where nothing is; each finds a whole database."""
    place = places.new()
    opening = (
        "import sys; from store.service import open_service; from tests.places import place_of\n"
        "open_service(place_of(sys.argv[1]), 0)"
    )
    children = [run(opening, place) for _ in range(5)]
    assert [child.wait() for child in children] == [0] * 5
    database = open_service(place, 1)
    write_event(database)
    database.close()


def test_a_killed_writer_leaves_no_trace_and_no_lock(place: Place, tmp_path: Path) -> None:
    """kill -9 inside a transaction: nothing of it remains and the next writer does not wait."""
    database = open_service(place, 0)
    write_event(database)
    ready = tmp_path / "ready"
    child = run(
        "import sys, time; from pathlib import Path; from store import events; from store.service import open_service\n"
        "from tests.places import place_of\n"
        "with open_service(place_of(sys.argv[1]), 0).writing() as connection:\n"
        "    assert events.seal(connection) == 1\n"
        "    Path(sys.argv[2]).touch(); time.sleep(60)",
        place, ready,
    )  # fmt: skip
    while not ready.exists():
        assert child.poll() is None
        time.sleep(0.02)
    with database.reading() as connection:  # a reader does not wait for a writer
        assert connection.exec_driver_sql("SELECT count(*) FROM event_head").scalar() == 0
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    write_event(database)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM event_head").scalar() == 0
    assert count_events(database) == 2
    database.close()


def test_a_newer_layout_is_refused_untouched(places: Places, tmp_path: Path) -> None:
    """An older program says so, without the password, and leaves the database of a newer one as it is."""
    place = places.new()
    open_service(place, 0).close()
    with raw(place) as execute:
        execute("UPDATE alembic_version SET version_num = '9000'")
    with pytest.raises(files.NewerFormat, match=r"9000.*use the newer program") as refused:
        open_service(place, 1)
    assert "keepwell:" not in str(refused.value)
    assert list(tmp_path.glob("*.damaged*")) == []
    with raw(place) as execute:
        assert [tuple(row) for row in execute("SELECT version_num FROM alembic_version")] == [("9000",)]


def test_constraints_hold(place: Place) -> None:
    """A rule about rows is the database's own, not only our code's."""
    database = open_service(place, 0)
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(insert(event_head).values(id=2, sequence=0, hash=bytes(32)))
    database.close()


def write_event(database: ServiceDatabase) -> None:
    with database.writing() as connection:
        events.append(
            connection, principal="a", act="b", subject="c:d", reason="", old=None, new="x" * 500, time_us=1
        )


def count_events(database: ServiceDatabase) -> int:
    with database.reading() as connection:
        return len(events.since(connection, 0))
