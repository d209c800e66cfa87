"""Wrong guesses, counted per address: whoever makes many of them waits."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

MOST = 30
"""So many wrong guesses an address has in one `WINDOW_S`."""
WINDOW_S = 600.0
_ADDRESSES = 10_000
_NETWORK_BITS = 64


class Guesses:
    """The wrong guesses of the last ten minutes. What one customer of IPv6 has (a /64) counts as one address."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[float, int]] = OrderedDict()
        """Address → when its window began, and how many wrong guesses fell into it."""

    def too_many(self, address: str) -> bool:
        """Whether somebody at this address has to wait."""
        began, n = self._wrong.get(_network(address), (float("-inf"), 0))
        return n >= MOST and self._clock() - began < WINDOW_S

    def wrong(self, address: str) -> None:
        """Somebody at this address guessed wrong."""
        network, now = _network(address), self._clock()
        began, n = self._wrong.pop(network, (now, 0))
        self._wrong[network] = (began, n + 1) if now - began < WINDOW_S else (now, 1)
        while len(self._wrong) > _ADDRESSES:
            self._wrong.popitem(last=False)


def _network(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(int(known) >> _NETWORK_BITS)
    return str(known)
