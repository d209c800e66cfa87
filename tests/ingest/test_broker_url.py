"""Addresses of brokers: read as people write them, refused with a reason, never shown with the password."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.broker_url import BrokerUrl, BrokerUrlError, parse_broker_url


def test_all_parts_are_read() -> None:
    """User, password, host and port stand where they are written; the rest has defaults."""
    assert parse_broker_url("mqtt://a:b@h:1") == BrokerUrl("h", 1, "a", "b")
    assert parse_broker_url("mqtt://h") == BrokerUrl("h", 1883)
    assert parse_broker_url("mqtts://u@[::1]", "/ca.pem") == BrokerUrl(
        "::1", 8883, "u", None, True, "/ca.pem"
    )


@given(
    st.text(min_size=1).filter(lambda t: t.isprintable()),
    st.text(min_size=1).filter(lambda t: t.isprintable()),
)
def test_any_credential_survives_percent_encoding(user: str, password: str) -> None:
    """A password may hold every character; the address for logs reads back to all but the password."""
    from_user = BrokerUrl("h", 1, user, password)
    encoded = str(from_user).replace("@", ":" + "".join(f"%{byte:02x}" for byte in password.encode()) + "@")

    assert parse_broker_url(encoded) == from_user
    assert parse_broker_url(str(from_user)) == BrokerUrl("h", 1, user)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "h",
        "http://h",
        "mqtt://",
        "mqtt://h:0",
        "mqtt://h:99999",
        "mqtt://h:x",
        "mqtt://h/t",
        "mqtt://h?x=1",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(BrokerUrlError):
        parse_broker_url(text)


def test_a_ca_without_tls_is_refused() -> None:
    """Whoever names a CA believes that the line is encrypted."""
    with pytest.raises(BrokerUrlError):
        parse_broker_url("mqtt://h", "/ca.pem")


def test_the_password_is_never_shown() -> None:
    """Neither in logs nor in a traceback nor in an error."""
    url = parse_broker_url("mqtt://u:canary@h")

    assert "canary" not in str(url) + repr(url)
    with pytest.raises(BrokerUrlError) as refused:
        parse_broker_url("http://u:canary@h:x")
    assert "canary" not in str(refused.value)
