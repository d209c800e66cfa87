"""What every notice about a ticket says of it, in the parameters that the templates (`texts/*/notices.toml`) know."""

from __future__ import annotations

from detect.nouns import Json
from tickets.nouns import Text, Ticket


def params_of(ticket: Ticket, place: str = "", remedy: Text | None = None) -> dict[str, Json]:
    """The parameters common to all notices about a ticket.

    Args:
        ticket: As it is after the act that causes the notice.
        place: Names of site and zone, as people call them; "" = the keys on the ticket.
        remedy: What to do.
    """
    found: dict[str, Json] = {
        "number": ticket.name,
        "title": _plain(ticket.title),
        "place": place or " · ".join(key for key in (ticket.site, ticket.zone) if key),
        "site": ticket.site,
        "priority": ticket.priority.name,
        "deadline_us": ticket.deadline_us,
        "act_by_us": ticket.act_by_us,
        "time_zone": ticket.time_zone,
    }
    return found if remedy is None else found | {"remedy": _plain(remedy)}


def _plain(text: Text) -> Json:
    return {"code": text.code, "params": dict(text.params)}
