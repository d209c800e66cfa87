"""Which channel serves which way, how many may be under way there at once, and how many a minute it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from notify.channels.nouns import Sending
from notify.planning import Way
from notify.recipients import provider_of
from store.messages import Channel

AT_ONCE = 4
"""Attempts under way at one provider: a slow one holds up itself alone."""
_SIGNED = frozenset({"feishu", "lark", "feishu+http"})
_PER_MINUTE = {"wecombot": 20, "dingtalk": 20, "feishu": 100, "lark": 100, "feishu+http": 100}
"""What the providers document for one bot."""
_CHATS, _CALLS, _OTHERS = 30, 1, 60


@dataclass(frozen=True, slots=True)
class Routes:
    """The channels that are set up."""

    email: Sending | None = None
    sms: Sending | None = None
    voice: Sending | None = None
    chat: Sending | None = None
    signed_chat: Sending | None = None
    """Bots whose signature Apprise does not know."""

    def of(self, way: Way) -> Sending | None:
        """The channel of a way; None if it is not set up."""
        if way.channel is Channel.CHAT:
            return self.signed_chat if provider_of(way.address) in _SIGNED else self.chat
        found: Mapping[Channel, Sending | None] = {
            Channel.EMAIL: self.email, Channel.SMS: self.sms, Channel.VOICE: self.voice,
        }  # fmt: skip
        return found[way.channel]


def place_of(way: Way) -> str:
    """With whom a way shares its limit of attempts at once: its channel, for chats with the host."""
    if way.channel is not Channel.CHAT:
        return way.channel
    scheme = provider_of(way.address)
    known = scheme in _PER_MINUTE and scheme != "feishu+http"
    return f"chat:{scheme}" if known else f"chat:{scheme}:{_host(way.address)}"


def per_minute(lane: str) -> int:
    """How many messages a way takes in a minute, by its name (`chat:dingtalk:…`)."""
    channel, _, rest = lane.partition(":")
    if channel == Channel.CHAT:
        return _PER_MINUTE.get(rest.rpartition(":")[0], _CHATS)
    return _CALLS if channel == Channel.VOICE else _OTHERS


def crowded_lanes(counts: Mapping[str, tuple[int, int]]) -> frozenset[str]:
    """The ways on which as much waits and went out within the minute as they take."""
    return frozenset(lane for lane, (waiting, sent) in counts.items() if waiting + sent >= per_minute(lane))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
