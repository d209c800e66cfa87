"""What only PostgreSQL can do to the service database: be away, come back, be busy, sort otherwise, show an old state."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bench.postgres import PostgresServer
from keepwell.detecting import PASSING
from keepwell.settings import BadSettingError, Settings, read_settings
from store import events
from store.service import ServiceDatabase, describe, open_service
from store.service_postgres import UnfitDatabaseError
from tests.places import Places, running_postgres


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that the test may stop."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def url(postgres: PostgresServer, tmp_path: Path) -> Iterator[str]:
    """An empty database of today's layout."""
    places = Places(tmp_path, postgres)
    yield str(places.ready())
    places.drop()


@pytest.fixture
def database(url: str) -> Iterator[ServiceDatabase]:
    """It, opened."""
    opened = open_service(url, 0)
    yield opened
    opened.close()


def write(database: ServiceDatabase, new: str = "x") -> int:
    with database.writing() as connection:
        return events.append(
            connection, principal="a", act="b", subject="c:d", reason="", old=None, new=new, time_us=1
        )


def numbers(database: ServiceDatabase) -> list[int]:
    with database.reading() as connection:
        return [event.sequence for event in events.since(connection, 0)]


def test_a_server_that_crashed_is_missed_and_found_again(own_server: PostgresServer) -> None:
    """All connections are lost; what was committed is there, the next transactions go through without a restart of ours."""
    url = own_server.url(own_server.create())
    database = open_service(url, 0)
    assert [write(database) for _ in range(3)] == [1, 2, 3]
    assert numbers(database) == [1, 2, 3]
    own_server.stop(immediate=True)
    with pytest.raises(OperationalError):
        write(database)
    with pytest.raises(PASSING):
        numbers(database)
    with pytest.raises(ConnectionError, match=r"postgresql://127\.0\.0\.1/") as away:
        open_service(url, 0)
    assert url.split("@")[0].rpartition(":")[2] not in str(away.value), "the password is in the message"
    own_server.start()
    assert write(database) == 4
    assert numbers(database) == [1, 2, 3, 4]
    database.close()


def test_a_server_that_crashes_in_a_transaction_keeps_nothing_of_it(own_server: PostgresServer) -> None:
    """The transaction fails as trouble that may pass, and the number it had is given again."""
    database = open_service(own_server.url(own_server.create()), 0)
    write(database)

    def interrupted() -> None:
        with database.writing() as connection:
            events.append(
                connection, principal="a", act="b", subject="c:d", reason="", old=None, new=1, time_us=1
            )
            own_server.stop(immediate=True)

    with pytest.raises(DBAPIError):
        interrupted()
    own_server.start()
    assert numbers(database) == [1]
    assert write(database) == 2
    database.close()


def test_who_waits_too_long_for_the_lock_is_told_that_it_is_busy(url: str, database: ServiceDatabase) -> None:
    """As with SQLite: an OperationalError after the time to wait, and all is well afterwards. Readers never wait."""
    hurried = open_service(f"{url}?options=-c%20lock_timeout%3D200", 0)
    with database.writing():
        with pytest.raises(OperationalError, match="lock timeout"):
            write(hurried)
        assert numbers(hurried) == []
    assert write(hurried) == 1
    hurried.close()


def test_who_reads_sees_one_state_and_cannot_write(database: ServiceDatabase) -> None:
    """What is committed meanwhile comes into view with the next transaction only."""
    with database.reading() as connection:
        assert events.last_sequence(connection) == 0
        write(database)
        assert events.last_sequence(connection) == 0
    assert numbers(database) == [1]
    with pytest.raises(DBAPIError, match="read-only"), database.reading() as connection:
        connection.exec_driver_sql("DELETE FROM event_head")


def test_events_cannot_be_cut_off(database: ServiceDatabase) -> None:
    """TRUNCATE is refused like DELETE."""
    write(database)
    with pytest.raises(IntegrityError, match="events are never deleted"), database.writing() as connection:
        connection.exec_driver_sql("TRUNCATE event")
    assert numbers(database) == [1]


def test_documents_are_kept_to_the_last_digit(database: ServiceDatabase) -> None:
    """Large whole numbers, floats, every kind of character: the chain is whole, and the document what it was."""
    odd = {
        "n": [2**63 - 1, -(2**63), 2**53 + 1, 0.1, 1e-300, 1.7976931348623157e308, -0.0, 5e-324],
        "天气": "☂ \U0001f600 é \u0000 \u2028 \\ \" '",
        "": None,
    }
    with database.writing() as connection:
        events.append(
            connection, principal="a", act="b", subject="c:d", reason="", old=[], new=odd, time_us=1
        )
        assert events.seal(connection) == 1
    with database.reading() as connection:
        assert events.since(connection, 0)[0].new == odd
        verdict = events.verify(connection)
    assert (verdict.broken, verdict.head.sequence) == (None, 1)


@pytest.mark.slow
def test_what_is_followed_by_number_is_never_overtaken(database: ServiceDatabase, url: str) -> None:
    """Who asks for the events after a number misses none: no lower number is committed after a higher one."""

    def work() -> None:
        own = ServiceDatabase(url)
        for _ in range(60):
            write(own)
        own.close()

    writers = [threading.Thread(target=work) for _ in range(5)]
    for thread in writers:
        thread.start()
    seen = [0]
    while seen[-1] < 300:
        with database.reading() as connection:
            seen += [event.sequence for event in events.since(connection, seen[-1])]
    for thread in writers:
        thread.join()
    assert seen == list(range(301))


UNFIT = (
    "ENCODING 'SQL_ASCII' LOCALE 'C'",
    "ENCODING 'UTF8' LOCALE 'en_US.UTF-8'",
    "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en'",
)
"""Whether a server can sort otherwise depends on how it was built, and on the machine; the first one every server can make."""


def test_a_database_of_another_order_is_refused(postgres: PostgresServer) -> None:
    """Cursors of lists compare texts as SQLite and Python do; the message has the statement that makes a fitting one."""
    refused = []
    for how in UNFIT:
        with suppress(
            psycopg.errors.FeatureNotSupported, psycopg.errors.WrongObjectType, psycopg.ProgrammingError
        ):
            postgres.execute(f"CREATE DATABASE unfit TEMPLATE template0 {how}")
            with pytest.raises(
                UnfitDatabaseError, match="make it with CREATE DATABASE unfit TEMPLATE template0"
            ):
                open_service(postgres.url("unfit"), 0)
            refused.append(how)
        postgres.drop("unfit")
    assert UNFIT[0] in refused


def test_no_message_and_no_setting_shows_the_password(
    own_server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Not where the password is wrong, not in the log, not in how a place is shown."""
    caplog.set_level(logging.DEBUG)
    url = f"postgresql://keepwell:se%2Fcret-word@127.0.0.1:{own_server.port}/postgres"
    with pytest.raises(ConnectionError) as refused:
        open_service(url, 0)
    assert isinstance(refused.value, ConnectionError)
    assert not isinstance(refused.value, psycopg.Error)
    shown = f"{refused.value} {refused.value.__cause__} {describe(url)} {caplog.text}"
    assert "cret-word" not in shown


@pytest.mark.parametrize(
    "url", ["mysql://a:secret@h/d", "postgresql://a:secret@h", "a:secret@h", "postgresql://a:secret@[h/d"]
)
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    """A typing error does not put the password on the screen."""
    with pytest.raises(BadSettingError, match="expected postgresql://") as refused:
        read_settings({"KEEPWELL_SERVICE_URL": url})
    assert "secret" not in str(refused.value)


def test_the_placeholder_is_refused() -> None:
    """What everybody knows is no password."""
    with pytest.raises(BadSettingError, match="placeholder"):
        read_settings({"KEEPWELL_SERVICE_URL": "postgresql://k:CHANGE-ME-postgres@db/keepwell"})


def test_the_settings_choose_the_engine() -> None:
    """The address wins; without one it is a file in the data directory."""
    assert Settings(data=Path("d")).service == Path("d/service.sqlite")
    assert Settings(service_url="postgresql://h/d").service == "postgresql://h/d"
