"""What sends signed webhooks: it follows the events, asks the policy of the API, and posts."""

from __future__ import annotations

import random
from collections.abc import Callable

from api.times import text_of
from api.webhook_events import WebhookEvents
from notify.webhooks.addresses import Allowed
from notify.webhooks.following import Database, Follower
from notify.webhooks.posting import Poster
from notify.webhooks.sender import Sender


def sender_of(database: Database, webhook_allow: str, now_us: Callable[[], int]) -> Sender:
    """The loop that makes and sends deliveries.

    Args:
        webhook_allow: networks and hosts that may be sent to beside the public internet (`Allowed.read`).

    Raises:
        ValueError: `webhook_allow` names neither; the message says what.
    """
    poster = Poster(Allowed.read(webhook_allow))
    return Sender(database, follower_of(database), poster, now_us, random.random)


def follower_of(database: Database) -> Follower:
    """Follows the events of a database, and tells each endpoint what it may know."""
    return Follower(database, WebhookEvents(), text_of)
