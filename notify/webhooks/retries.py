"""When a delivery that was not taken is tried again, and when it is given up."""

from __future__ import annotations

from collections.abc import Callable

from notify.webhooks.posting import Answer
from store.repositories.deliveries import DeliveryState, Settled

_S, _MIN, _H = 1, 60, 3600
WAITS_S = (5 * _S, 5 * _MIN, 30 * _MIN, 2 * _H, 5 * _H, 10 * _H, 14 * _H, 20 * _H, 24 * _H)
"""Before the second attempt, the third, … (the schedule that Standard Webhooks gives): ten attempts in three days."""
JITTER = 0.1
"""So much of a wait is added at most, at random, so that what failed together does not come back together."""
LONGEST_ASKED_S = 24 * _H
"""A receiver may ask for no longer a pause than this."""

Jitter = Callable[[], float]
"""A number from 0 to 1, as random as the caller wants it."""


def outcome(answer: Answer, attempts: int, now_us: int, jitter: Jitter) -> Settled:
    """What an answer to attempt number `attempts` (from 1) makes of a delivery."""
    if answer.taken:
        return Settled(DeliveryState.DELIVERED, None, answer.status, "")
    if attempts > len(WAITS_S):
        return Settled(DeliveryState.DEAD, None, answer.status, answer.trouble)
    wait_s = WAITS_S[attempts - 1] * (1 + JITTER * jitter())
    asked_s = min(answer.wait_s, LONGEST_ASKED_S)
    next_us = now_us + round(max(wait_s, asked_s) * 1_000_000)
    return Settled(DeliveryState.WAITING, next_us, answer.status, answer.trouble)
