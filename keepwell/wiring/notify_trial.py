"""A test message to one person on every way there is, without the outbox: what came of it is the answer."""

from __future__ import annotations

from typing import Any

from detect.nouns import Json
from keepwell.settings import Settings
from keepwell.wiring.notify import directory_of, wanted_of
from keepwell.wiring.parts import now_us
from notify.channels.building import routes_of
from notify.channels.nouns import Outgoing
from notify.rendering import Reader, write
from registry.nouns import uuid7
from store.messages import DESK, Telling
from store.service import open_service
from tickets.notices import Urgency
from tickets.nouns import SYSTEM

_SUBJECT = "test"


def build(settings: Settings, who: str) -> list[dict[str, Any]] | None:
    """What came of it on each way: channel, lane, outcome and why. None if nobody is called so."""
    database = open_service(settings.service, now_us())
    routes = routes_of(wanted_of(settings), now_us)
    try:
        with database.reading() as connection:
            directory = directory_of(connection, settings, routes)
    finally:
        database.close()
    if who != DESK and directory.resolve(who) == (DESK,):
        return None
    person, at_us = directory.addressee(who), now_us()
    params: dict[str, Json] = {"by": SYSTEM, "at_us": at_us}
    told = Telling("", 0, who, _SUBJECT, _SUBJECT, "test", params, Urgency.NORMAL, False, at_us)
    reader = Reader(directory.language(who), directory.plain(who), person.time_zone)
    words = write([told], "test", reader)
    found = []
    for way in person.ways:
        channel = routes.of(way)
        message = Outgoing(
            uuid7(now_us()),
            words.title,
            words.body,
            reader.language,
            Urgency.NORMAL,
            _SUBJECT,
            "",
            words.what,
            "",
        )
        result = channel.send(way.address, message) if channel else None
        found.append({
            "channel": str(way.channel), "lane": way.lane, "outcome": str(result.outcome) if result else "refused",
            "why": result.why if result else "not_set_up",
        })  # fmt: skip
    return found
