"""The nouns of the outbox: whom somebody is told through, what becomes of it, and why it waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from detect.nouns import Json
from tickets.notices import Urgency

DESK = "desk"
"""Whom a message goes to that has nobody else: the addresses of the installation itself."""


class Channel(StrEnum):
    """The kinds of ways to a person."""

    VOICE = "voice"
    SMS = "sms"
    CHAT = "chat"
    EMAIL = "email"


class TellingState(StrEnum):
    """How far it is with telling one person one thing."""

    WAITING = "waiting"
    """Not told yet; `held` says why not at once."""
    TOLD = "told"
    """Handed to the channels; told again at `next_us` while an answer is waited for."""
    ANSWERED = "answered"
    """The person acknowledged: no repeats."""
    DROPPED = "dropped"
    """The work was done before it was told."""
    DEAD = "dead"
    """There is no way to this person."""


class MessageState(StrEnum):
    """How far it is with one message on one way."""

    WAITING = "waiting"
    SENT = "sent"
    """The provider took it."""
    RETRYING = "failed_retrying"
    """Refused or not reached; tried again at `next_us`."""
    DEAD = "dead"
    """Given up; a person can have it sent again."""
    ANSWERED = "answered"
    """The person answered before it went out."""
    DROPPED = "dropped"
    """Not wanted any more before it went out."""


class Held(StrEnum):
    """Why something is not told at once. `notice.held.<name>` says it to people."""

    QUIET_HOURS = "quiet_hours"
    """The person sleeps, and it is not critical."""
    NEXT_DIGEST = "next_digest"
    """Its urgency is low: it comes with the next digest."""
    STORM = "storm"
    """More came within minutes than a person reads: it comes in one digest."""
    BUDGET = "budget"
    """The person was told as much within the hour as is bearable: it comes in a digest."""
    CROWDED = "crowded"
    """The bot takes no more messages a minute: it comes in a digest."""
    NO_WAY = "no_way"
    """Nobody said how this person can be reached."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing to tell one person; unique in (person, cause)."""

    id: str
    """UUIDv7."""
    sequence: int
    """The order in which things were caused."""
    person: str
    """`person:<key>`, `contact:<key>`, `team:<key>` (its own chat) or `desk`."""
    cause: str
    subject: str
    code: str
    params: Mapping[str, Json]
    urgency: Urgency
    until_answered: bool
    made_us: int
    state: TellingState = TellingState.WAITING
    held: Held | None = None
    next_us: int | None = None
    """When it is looked at again; None = never."""
    rounds: int = 0
    """How often it was told."""
    told_us: int | None = None
    """When it was told last."""
    ended_us: int | None = None
    """When it was answered or dropped."""
    link: str | None = None
    """Where the person can acknowledge; "" = nowhere, None = not asked for yet."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message on one way: about one telling, or about several at once. Its id goes out with it and never changes."""

    id: str
    """UUIDv7."""
    bundle: str
    """The same for the messages of one person and moment on all ways; unique in (bundle, lane)."""
    person: str
    subject: str
    """What it is about; messages of one person and subject keep their order on each way."""
    code: str
    """The code of its one telling; `digest` or `several` if it is about more."""
    channel: Channel
    lane: str
    """The way, without its secrets: `chat:dingtalk:1a2b3c4d`."""
    urgency: Urgency
    made_us: int
    state: MessageState = MessageState.WAITING
    attempts: int = 0
    next_us: int = 0
    lease_us: int | None = None
    """Until when somebody is at it."""
    sent_us: int | None = None
    delivered_us: int | None = None
    error: str = ""
    """The named reason of the last failure, never with an address in it."""
    provider_id: str = ""
    """What the provider calls it."""
    about: tuple[str, ...] = field(default=())
    """The ids of its tellings; filled when it is to be sent or shown."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody wants to be told; every field has a default in the planning or in the registry."""

    to: str
    """`person:<key>`, `contact:<key>`, `team:<key>` or `desk`."""
    urls: tuple[str, ...] = field(default=(), repr=False)
    """Addresses of chats; they hold secrets and are never shown."""
    quiet_from_min: int | None = None
    """Local minute of the day at which quiet hours begin; None = none."""
    quiet_to_min: int | None = None
    time_zone: str = ""
    """IANA name; "" = that of the person's site."""
    plain: bool | None = None
    """Plain words instead of the data report; None = plain for contacts of customers, data for everybody else."""
    high_waits: bool = False
    """Also urgent messages wait for the end of the quiet hours. Critical ones never do."""
    per_hour: int | None = None
    """How many messages an hour are bearable, critical ones not counted; None = as the policy says."""
    version: int = 1
