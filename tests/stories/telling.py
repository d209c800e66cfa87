"""Telling the day to an installation, and asking afterwards whether all of it was kept, and once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from simulators.link import Link, LinkDownError, parse_broker
from tests.brokers import GATEWAY, SECOND_GATEWAY
from tests.stories.installation import RealInstallation
from tests.stories.telemetry import TIMELESS, ZONES, Day, Message


class Gateways:
    """The gateways' connections: each sends again what was not acknowledged when its connection broke."""

    def __init__(self, installation: RealInstallation) -> None:
        self._links = {
            name: Link(parse_broker(installation.gateway_url(name)), name)
            for name in (GATEWAY, SECOND_GATEWAY)
        }

    def say(self, messages: Sequence[Message], patience: int = 4) -> None:
        """Publish and wait until all are acknowledged, with so many times the patience of an ordinary gateway."""
        for message in messages:
            link = self._links[message.gateway]
            _patiently(partial(link.publish, message.payload, message.values), link, patience)
        for link in self._links.values():
            _patiently(link.drain, link, patience)

    def leave(self) -> None:
        """Disconnect; the last word stays `online`."""
        for link in self._links.values():
            link.close(farewell=False)


def _patiently(deed: Callable[[], None], link: Link, patience: int) -> None:
    """Do it; a link that gives up waiting still holds what was sent, and goes on."""
    for _ in range(patience):
        try:
            return deed()
        except LinkDownError:
            deed = link.drain
    raise AssertionError("the broker acknowledged nothing any more")


def tell(installation: RealInstallation, messages: Sequence[Message]) -> None:
    """Publish all and wait until all are acknowledged."""
    gateways = Gateways(installation)
    gateways.say(messages)
    gateways.leave()


def assert_kept_once(installation: RealInstallation, day: Day) -> None:
    """Every acknowledged value is there, none twice, and the ledger says the same."""
    kept: set[tuple[str, str, int]] = set()
    for device in [device for _, devices in ZONES.values() for device in devices]:
        for quantity in ("temperature", "relative_humidity"):
            for text, value in installation.readings(f"{GATEWAY}/{device}", quantity):
                key = (device, quantity, round(datetime.fromisoformat(text).timestamp() * 1e6))
                assert key not in kept, f"twice: {key}"
                kept.add(key)
                assert key in day.disputed or day.values.get(key) == value, f"{key}: {value}"
    assert kept == day.keys, f"lost {len(day.keys - kept)}: {sorted(day.keys - kept)[:5]}"
    loose = Counter(
        value for _, value in installation.readings(f"{SECOND_GATEWAY}/{TIMELESS}", "temperature")
    )
    assert loose == Counter(day.timeless), {
        "lost": sorted((Counter(day.timeless) - loose).elements())[:10],
        "twice": sorted((loose - Counter(day.timeless)).elements())[:10],
    }
    assert_accounted(installation, day)


def assert_accounted(installation: RealInstallation, day: Day) -> None:
    """The ledger adds up, and has seen at least what was published."""
    ledger = installation.ledger()
    assert ledger["kept"] == len(day.keys) + len(day.timeless)
    assert ledger["received"] >= sum(message.values for message in day.messages)
    assert ledger["rejected:wrong_type"] >= day.refused
    assert ledger["conflicting"] >= len(day.disputed)
