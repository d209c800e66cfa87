"""Messages without a time that are delivered again: recognised within the limits of promise 2, and not beyond."""

from __future__ import annotations

import pytest

from ingest.repeats import HORIZON_US, Reconnect, Repeats, fingerprint

PRINT = fingerprint("keepwell/v1/gw/telemetry", b'{"temperature": 4.5}')
AT = 1_000_000_000_000
FRESH = Reconnect(AT, resumed=False)
RESUMED = Reconnect(AT, resumed=True)


@pytest.mark.parametrize(
    ("first", "again", "dup", "reconnect", "is_repetition"),
    [
        (AT - 5, AT + 5, False, FRESH, True),  # taken before the link broke, delivered again after
        (AT + 5, AT + 9, False, FRESH, False),  # said twice: a session without a past holds nothing twice
        (AT + 5, AT + 9, True, FRESH, True),  # the broker says so itself
        (AT + 5, AT + 9, False, RESUMED, True),  # held by the broker, and sent once more by the gateway
        (AT - 5, AT + HORIZON_US + 1, False, RESUMED, False),  # long after the reconnect
        (AT + HORIZON_US, AT + HORIZON_US + 9, False, RESUMED, False),
        (AT - HORIZON_US, AT + 5, False, RESUMED, False),  # long before it
    ],
)
def test_which_delivery_is_a_repetition(
    first: int, again: int, dup: bool, reconnect: Reconnect, is_repetition: bool
) -> None:
    """The same topic and payload repeat an earlier message if the broker says so, or soon after a reconnect."""
    repeats = Repeats()
    repeats.remember(PRINT, first)
    found = repeats.first_delivery(PRINT, again, dup=dup, reconnect=reconnect)
    assert found == (first if is_repetition else None)
