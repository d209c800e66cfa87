"""The few words that a short or spoken message has room for: ticket, what, place."""

from __future__ import annotations

from notify.channels.nouns import Outgoing
from texts import render


def variables(message: Outgoing, most_chars: int) -> dict[str, str]:
    """`ticket`, `what` and `place`, each cut to `most_chars`; none is empty, for templates take no empty ones."""
    said = {
        "ticket": message.number or render("notice.spoken.ticket", {}, message.language),
        "what": message.what or message.title,
        "place": message.place or render("notice.spoken.place", {}, message.language),
    }
    return {name: " ".join(text.split())[:most_chars] for name, text in said.items()}
