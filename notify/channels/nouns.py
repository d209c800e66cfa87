"""What every way to people takes and answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from texts import Language
from tickets.notices import Urgency


class Outcome(StrEnum):
    """What came of an attempt."""

    SENT = "sent"
    """The provider took it."""
    FAILED = "failed"
    """Not reached, or trouble on the other side: it may work later."""
    THROTTLED = "throttled"
    """The provider takes no more for now."""
    REFUSED = "refused"
    """It will never work like this: no such number, wrong signature, no such template."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one attempt, with its named reason. It never holds an address or a secret."""

    outcome: Outcome
    why: str = ""
    provider_id: str = ""
    """What the provider calls the message, by which receipts come back."""
    wait_us: int | None = None
    """For how long the provider asks to be left alone."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as a channel gets it."""

    id: str
    """Its id; the same at every attempt."""
    title: str
    body: str
    language: Language
    urgency: Urgency
    subject: str
    """What it is about: `ticket:<id>`; messages about one thing are one thread."""
    number: str = ""
    """The ticket's number for people."""
    what: str = ""
    """The title alone, for spoken and short messages."""
    place: str = ""
    todo: str = ""
    """What to do first, in a few words; "" where nothing is proposed."""


class Sending(Protocol):
    """One kind of way to people."""

    def send(self, address: str, message: Outgoing) -> Result:
        """Try once, within the time limit of the channel; never raises for what the other side does."""
        ...


def sent(provider_id: str = "") -> Result:
    """The provider took it."""
    return Result(Outcome.SENT, "", provider_id)


def refused(why: str) -> Result:
    """It will never work like this."""
    return Result(Outcome.REFUSED, why)


def failed(why: str) -> Result:
    """It may work later."""
    return Result(Outcome.FAILED, why)


def throttled(why: str, wait_us: int | None = None) -> Result:
    """Not now."""
    return Result(Outcome.THROTTLED, why, "", wait_us)
