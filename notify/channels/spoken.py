"""The few words that a short or spoken message has room for: ticket, what, place, and what to do first."""

from __future__ import annotations

from notify.channels.nouns import Outgoing
from texts import render


def variables(message: Outgoing, most_chars: int, *, todo: bool = False) -> dict[str, str]:
    """`ticket`, `what` and `place`, each cut to `most_chars`; none is empty, for templates take no empty ones.

    Args:
        message: What is told.
        most_chars: How long a variable may be.
        todo: The template has a fourth one, `todo`. Without it, what to do first stands behind `what` if both fit.
    """
    what = message.what or message.title
    told = f"{what}{_BETWEEN[message.language]}{message.todo}"
    said = {
        "ticket": message.number or render("notice.spoken.ticket", {}, message.language),
        "what": told if message.todo and not todo and len(told) <= most_chars else what,
        "place": message.place or render("notice.spoken.place", {}, message.language),
    }
    cut = {name: " ".join(text.split())[:most_chars] for name, text in said.items()}
    return cut | ({"todo": _whole(message, most_chars)} if todo else {})


_BETWEEN = {"en": ". ", "zh": "。"}


def _whole(message: Outgoing, most_chars: int) -> str:
    """What to do is never cut: half a sentence may say the opposite. What has no room is left to the ticket."""
    if message.todo and len(message.todo) <= most_chars:
        return message.todo
    return render("notice.spoken.todo", {}, message.language)[:most_chars]
