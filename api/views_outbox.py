"""What goes over the wire about the outbox: what was told to whom, when, and why something waits."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from api.times import TimeText, text_of, text_of_optional
from notify.recipients import lane_of
from notify.rendering import Reader, write
from store.messages import Channel, Habits, Message, Telling
from texts import Language, render


class MessageView(msgspec.Struct, frozen=True):
    """One message on one way."""

    id: str
    """Its id on the outside, the same at every attempt."""
    channel: str
    lane: str
    """The way, without its address."""
    state: str
    attempts: int
    made: TimeText
    next: TimeText | None
    """When it is tried again."""
    sent: TimeText | None
    delivered: TimeText | None
    error: str
    """Why the last attempt failed."""
    provider_id: str


class ToldView(msgspec.Struct, frozen=True):
    """One thing told to one person."""

    id: str
    person: str
    subject: str
    cause: str
    code: str
    title: str
    urgency: str
    until_answered: bool
    state: str
    held: str | None
    """The named reason why it waits."""
    held_because: str | None
    """The same as a sentence."""
    made: TimeText
    told: TimeText | None
    rounds: int
    next: TimeText | None
    """When it is told, or told again."""
    ended: TimeText | None
    """When it was answered or dropped."""
    messages: list[MessageView]


class ReplayedView(msgspec.Struct, frozen=True):
    """The ids of the messages that are sent again."""

    messages: list[str]


class CallFigureView(msgspec.Struct, frozen=True):
    """How often the telephone of one person rang from one noon to the next."""

    person: str
    night: str
    """The day on which the night begins (YYYY-MM-DD)."""
    calls: int
    at_night: int
    """From 22:00 to 06:00."""


class CallsView(msgspec.Struct, frozen=True):
    """Calls per person and night."""

    items: list[CallFigureView]
    time_zone: str


class HabitsView(msgspec.Struct, frozen=True):
    """How somebody wants to be told. Addresses hold secrets: only their lanes are shown."""

    to: str
    chats: list[str]
    quiet_from: str | None
    quiet_to: str | None
    time_zone: str
    plain: bool | None
    high_waits: bool
    per_hour: int | None
    version: int
    """0: nobody said anything; it is as the registry has it."""


def told_view(told: Telling, messages: Sequence[Message], lang: Language) -> ToldView:
    """A telling with its messages, in a language."""
    words = write([told], told.code, Reader(lang, False, "UTC"))
    because = render(f"notice.held.{told.held}", {}, lang) if told.held else None
    return ToldView(
        told.id, told.person, told.subject, told.cause, told.code, words.what, told.urgency, told.until_answered, told.state,
        told.held, because, text_of(told.made_us), text_of_optional(told.told_us), told.rounds, text_of_optional(told.next_us),
        text_of_optional(told.ended_us), [message_view(one) for one in messages],
    )  # fmt: skip


def message_view(one: Message) -> MessageView:
    """A message."""
    waits = one.state in {"waiting", "failed_retrying"}
    return MessageView(
        one.id, one.channel, one.lane, one.state, one.attempts, text_of(one.made_us),
        text_of(one.next_us) if waits else None, text_of_optional(one.sent_us), text_of_optional(one.delivered_us),
        one.error, one.provider_id,
    )  # fmt: skip


def habits_view(found: Habits) -> HabitsView:
    """How somebody wants to be told."""
    return HabitsView(
        found.to, [lane_of(Channel.CHAT, url) for url in found.urls], clock_of(found.quiet_from_min),
        clock_of(found.quiet_to_min), found.time_zone, found.plain, found.high_waits, found.per_hour,
        found.version,
    )  # fmt: skip


def clock_of(minute: int | None) -> str | None:
    """A minute of the day as HH:MM."""
    return None if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"
