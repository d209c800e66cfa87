"""Chats through Apprise: WeCom, DingTalk, Slack, Teams (workflows) and some hundred others, by their Apprise addresses."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import apprise

from notify.channels.http import ANSWER_S, CONNECT_S
from notify.channels.nouns import Outgoing, Result, failed, refused, sent
from tickets.notices import Urgency

LOCAL = frozenset({
    "dbus", "qt", "glib", "kde", "gnome", "windows", "macosx", "syslog", "file", "exec", "smpp", "smpps", "include",
})  # fmt: skip
"""Addresses of the machine itself: a message to a person never goes there."""
_LIMITS = {"wecombot": 2000, "dingtalk": 18_000}
"""Bytes of text that a bot takes; of more it shows only the beginning, or nothing."""
_MOST_BYTES = 3500
_TYPES = {Urgency.CRITICAL: apprise.NotifyType.FAILURE, Urgency.HIGH: apprise.NotifyType.WARNING}


class Chat:
    """Sends by Apprise."""

    def send(self, address: str, message: Outgoing) -> Result:
        """Send title and text to one address."""
        scheme = urlsplit(address).scheme.lower()
        bot = apprise.Apprise()
        if scheme in LOCAL or not bot.add(_in_time(address)):
            return refused("bad_address")
        most = _LIMITS.get(scheme, _MOST_BYTES) - len(message.title.encode()) - 20
        body = message.body.encode()[:most].decode("utf-8", "ignore")
        kind = _TYPES.get(message.urgency, apprise.NotifyType.INFO)
        try:
            taken = bot.notify(
                title=message.title, body=body, notify_type=kind, body_format=apprise.NotifyFormat.TEXT
            )
        except (OSError, ValueError, TypeError):
            return failed("apprise_error")
        return sent() if taken else failed("not_taken")


def fits(address: str) -> bool:
    """Whether it is an address that Apprise knows, of something beyond this machine."""
    scheme = urlsplit(address).scheme.lower()
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme) or scheme in LOCAL:
        return False
    return bool(apprise.Apprise().add(address))


def _in_time(address: str) -> str:
    """The address with our time limits, unless it names its own."""
    if re.search(r"[?&](cto|rto)=", address):
        return address
    joined = "&" if "?" in address else "?"
    return f"{address}{joined}cto={CONNECT_S:g}&rto={ANSWER_S:g}"
