"""API keys: unguessable, shown once, kept as a hash, scoped, expired, revoked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.nouns import US_PER_HOUR
from registry.nouns import Customer, Principal, Role
from store import events
from store.repositories.keys import COARSE_US, Grant, KeyRepository, Uses, new_secret, well_formed
from store.repositories.records import BadValueError, By, NoSuchObjectError
from store.repositories.registry import RegistryRepository
from store.service import Place, ServiceDatabase, open_service
from store.tables import metadata
from tests.places import raw

T = 1_795_000_000_000_000
BY = By("key:anna", T)


@pytest.fixture
def database(place: Place) -> Iterator[ServiceDatabase]:
    database = open_service(place, 0)
    yield database
    database.close()


@pytest.fixture
def keys(database: ServiceDatabase) -> Iterator[KeyRepository]:
    with database.writing() as connection:
        RegistryRepository(connection).put(Customer(key="c"), BY)
        yield KeyRepository(connection)


def test_the_first_key_is_made_once(database: ServiceDatabase) -> None:
    """At first start there is an admin's key; at no later one, even if it was revoked."""
    with database.writing() as connection:
        issued = KeyRepository(connection).first(T)
    assert issued is not None
    with database.writing() as connection:
        keys = KeyRepository(connection)
        assert keys.first(T + 1) is None
        assert keys.authenticate(issued.secret, T) == Principal(f"key:{issued.key.id}", Role.ADMIN)
        keys.revoke(issued.key.id, BY)
        assert keys.first(T + 2) is None


def everything(place: Place) -> list[bytes]:
    """All that is kept: the files as they are, or every row of every table."""
    if isinstance(place, Path):
        return [path.read_bytes() for path in place.parent.iterdir()]
    with raw(place) as execute:
        return [
            row.encode()
            for table in metadata.tables
            for (row,) in execute(f'SELECT CAST(t AS text) FROM "{table}" AS t')
        ]


def test_the_secret_is_nowhere_in_what_is_kept(database: ServiceDatabase) -> None:
    """Neither the database nor its WAL nor the event table holds the secret or the greater part of it."""
    with database.writing() as connection:
        issued = KeyRepository(connection).first(T)
    assert issued is not None
    kept = everything(database.place)
    assert any(issued.key.id.encode() in content for content in kept)
    for start in range(3, len(issued.secret) - 8):
        assert not any(issued.secret[start : start + 8].encode() in content for content in kept)


def test_scopes_come_with_the_principal(keys: KeyRepository) -> None:
    """A customer's key says whose, a gateway's says which; other roles have no scope."""
    customer = keys.issue(Grant("portal", Role.CUSTOMER, customer="c"), BY)
    gateway = keys.issue(Grant("gw", Role.GATEWAY, gateway="GW-1"), BY)
    viewer = keys.issue(Grant("wall", Role.VIEWER), BY)
    assert keys.authenticate(customer.secret, T) == Principal(f"key:{customer.key.id}", Role.CUSTOMER, "c")
    assert keys.authenticate(gateway.secret, T) == Principal(
        f"key:{gateway.key.id}", Role.GATEWAY, None, "GW-1"
    )
    assert keys.authenticate(viewer.secret, T) == Principal(f"key:{viewer.key.id}", Role.VIEWER)
    assert {key.name for key in keys.all()} == {"portal", "gw", "wall"}


@pytest.mark.parametrize(
    ("grant", "error"),
    [
        (Grant("x", Role.CUSTOMER), BadValueError),
        (Grant("x", Role.ADMIN, customer="c"), BadValueError),
        (Grant("x", Role.GATEWAY), BadValueError),
        (Grant("x", Role.VIEWER, gateway="g"), BadValueError),
        (Grant("x", Role.CUSTOMER, customer="nobody"), NoSuchObjectError),
        (Grant("x", Role.KEEPER), BadValueError),
        (Grant("x", Role.KEEPER, site="nowhere"), NoSuchObjectError),
        (Grant("x", Role.DRIVER, site="nowhere"), BadValueError),
        (Grant("x", Role.CARRIER, carrier="nobody"), NoSuchObjectError),
        (Grant("x", Role.SYSTEM), BadValueError),
        (Grant("x", Role.VIEWER, expires_us=T), BadValueError),
    ],
)
def test_scopes_that_do_not_fit_are_refused(
    keys: KeyRepository, grant: Grant, error: type[Exception]
) -> None:
    """A customer's key without customer would see nothing or everything: neither is made."""
    with pytest.raises(error):
        keys.issue(grant, BY)
    assert keys.all() == []


def test_expired_and_revoked_keys_open_nothing(keys: KeyRepository) -> None:
    """To the µs of its end a key works, then not; revoked it never works again."""
    brief = keys.issue(Grant("b", Role.VIEWER, expires_us=T + 100), BY)
    assert keys.authenticate(brief.secret, T + 99) is not None
    assert keys.authenticate(brief.secret, T + 100) is None
    lasting = keys.issue(Grant("l", Role.VIEWER), BY)
    revoked = keys.revoke(lasting.key.id, By("key:anna", T + 5))
    assert revoked.revoked_us == T + 5
    assert keys.authenticate(lasting.secret, T) is None
    assert keys.revoke(lasting.key.id, By("key:anna", T + 9)) == revoked
    with pytest.raises(NoSuchObjectError):
        keys.revoke("nothing", BY)


def test_acts_on_keys_are_events(database: ServiceDatabase) -> None:
    """Making and revoking are on record, using is not."""
    with database.writing() as connection:
        keys = KeyRepository(connection)
        issued = keys.issue(Grant("x", Role.VIEWER), BY)
        keys.revoke(issued.key.id, BY)
        keys.revoke(issued.key.id, BY)
        keys.note_used({f"key:{issued.key.id}": T})
    with database.reading() as connection:
        found = [(event.act, event.subject) for event in events.since(connection, 0)]
    assert found == [("created", f"key:{issued.key.id}"), ("revoked", f"key:{issued.key.id}")]


def test_last_use_is_coarse(keys: KeyRepository) -> None:
    """It is written at most once an hour, so that a busy key does not write all day."""
    issued = keys.issue(Grant("x", Role.VIEWER), BY)
    principal = keys.authenticate(issued.secret, T)
    assert principal is not None
    uses = Uses()
    written = []
    for at in (T, T + 1, T + COARSE_US - 1, T + COARSE_US, T + 3 * US_PER_HOUR):
        uses.note(principal, at)
        uses.note(principal, at)
        written.append(keys.note_used(uses.take()))
    assert written == [1, 0, 0, 1, 1]
    assert uses.take() == {}
    shown = keys.get(issued.key.id)
    assert shown is not None
    assert shown.last_used_us == T + 3 * US_PER_HOUR


def test_secrets_do_not_repeat_and_are_random_throughout() -> None:
    """2,000 secrets: no two alike, every character of each place met."""
    secrets = {new_secret() for _ in range(2_000)}
    assert len(secrets) == 2_000
    assert all(well_formed(secret) for secret in secrets)
    assert all(len({secret[place] for secret in secrets}) == 32 for place in range(3, 35))


@given(
    st.binary(min_size=20, max_size=20),
    st.integers(3, 40),
    st.sampled_from("0123456789abcdefghjkmnpqrstvwxyzOIl "),
)
def test_any_single_typing_error_is_seen(seed: bytes, place: int, character: str) -> None:
    """A checksum tells a mistyped key from an unknown one without a look at the database."""
    secret = new_secret(lambda _: seed)
    assert well_formed(secret)
    typed = secret[:place] + character + secret[place + 1 :]
    assert well_formed(typed) == (typed == secret)


@pytest.mark.parametrize(
    "secret", ["", "kw_", "x" * 41, "kw_" + "0" * 38, "kw_é" * 11, "kw_" + "0" * 10_000, "\x00"]
)
def test_nonsense_opens_nothing(keys: KeyRepository, secret: str) -> None:
    """Whatever is sent as a key, the answer is no, not an error."""
    keys.issue(Grant("x", Role.VIEWER), BY)
    assert keys.authenticate(secret, T) is None


def test_an_unknown_secret_of_right_form_opens_nothing(keys: KeyRepository) -> None:
    """Form alone is not enough."""
    keys.issue(Grant("x", Role.VIEWER), BY)
    assert keys.authenticate(new_secret(), T) is None
