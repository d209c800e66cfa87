"""How often one address may try to log in: wrong attempts are counted, right ones cost nothing."""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address, ip_network

from ingest.nouns import US_PER_MINUTE

MOST = 30
"""Wrong attempts of one address within WINDOW_US: an office behind one address mistypes less, a list of passwords is longer."""
WINDOW_US = 15 * US_PER_MINUTE
_MOST_ADDRESSES = 10_000


class Throttle:
    """Wrong attempts by address, in memory: whoever restarts the service is not who guesses."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()
        """Network → when its window began, wrong attempts in it."""

    def wait_us(self, address: str, now_us: int) -> int:
        """How long the address has to wait; 0 if it may try."""
        began_us, wrong = self._seen.get(network_of(address), (0, 0))
        return max(0, began_us + WINDOW_US - now_us) if wrong >= MOST else 0

    def wrong(self, address: str, now_us: int) -> bool:
        """Count a wrong attempt; whether it is the one that closes the door."""
        network = network_of(address)
        began_us, wrong = self._seen.pop(network, (now_us, 0))
        if began_us + WINDOW_US <= now_us:
            began_us, wrong = now_us, 0
        self._seen[network] = (began_us, wrong + 1)
        while len(self._seen) > _MOST_ADDRESSES:
            self._seen.popitem(last=False)
        return wrong + 1 == MOST


def network_of(address: str) -> str:
    """What counts as one: an IPv4 address, and of IPv6 the /64 that every household has."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:45]
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(found) if found.version == 4 else str(ip_network(f"{found}/64", strict=False))
