"""Which addresses may be connected to: public ones, and private ones that somebody allowed by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_URL = 2000


class Denied(StrEnum):
    """Why an address, or a web address, is refused. `webhooks.denied.<name>` says it to people."""

    BAD_URL = "bad_url"
    """Not an absolute http or https address of plain characters (other letters in a host: as `xn--…`)."""
    CREDENTIALS = "credentials"
    """A user name or password in it would be kept, logged and shown."""
    NOT_HTTPS = "not_https"
    """Without TLS anybody on the way reads it; allowed networks and hosts may."""
    METADATA = "metadata"
    """Where clouds tell machines their secrets; never allowed."""
    LOOPBACK = "loopback"
    PRIVATE = "private"
    LINK_LOCAL = "link_local"
    MULTICAST = "multicast"
    RESERVED = "reserved"
    UNSPECIFIED = "unspecified"


_METADATA = frozenset(
    ip_address(text)
    for text in (
        "169.254.169.254",
        "169.254.170.2",
        "168.63.129.16",
        "100.100.100.200",
        "fd00:ec2::254",
        "fd20:ce::254",
    )
)
"""Of the large clouds: AWS (also containers), Azure, Alibaba, AWS and Google by IPv6."""
_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that IANA has given out for use in public (IPv6 Address Space registry)."""
_NEVER_PUBLIC = tuple(
    ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "3fff::/20")
)
"""Special purposes that `is_global` of some Python versions takes for public (RFC 6890, 7526, 2928, 3849, 9637)."""
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_LAST_32 = tuple(IPv6Network(text) for text in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96"))
"""IPv4 in the last 32 bits: compatible, mapped, translated (RFC 4291, 2765), NAT64 (RFC 6052)."""
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is allowed beside the public internet: networks by their address, hosts by their name."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def read(cls, text: str) -> Allowed:
        """As the setting has it: `10.0.0.0/8, 192.168.7.4, fd00::/8, hooks.internal`.

        Raises:
            ValueError: an entry is neither network, address nor host name; the message names it.
        """
        networks: list[Network] = []
        hosts: set[str] = set()
        for entry in filter(None, (part.strip() for part in text.split(","))):
            try:
                networks.append(ip_network(entry.strip("[]")))
            except ValueError:
                if not _is_name(entry):
                    raise ValueError(f"{entry!r} is neither a network (10.0.0.0/8) nor a host name") from None
                hosts.add(entry.lower().rstrip("."))
        return cls(tuple(networks), frozenset(hosts))

    def host(self, name: str) -> bool:
        """Whether a host is allowed by its name, whatever its address."""
        return name.lower().rstrip(".") in self.hosts

    def address(self, address: Address) -> bool:
        """Whether an address lies in an allowed network."""
        return any(address in network for network in self.networks if network.version == address.version)


@dataclass(frozen=True, slots=True)
class Target:
    """A web address taken apart, once; nobody parses it again."""

    secure: bool
    host: str
    """A name, or an address without brackets."""
    port: int
    path: str
    """With the query, as it is asked for."""


def read_url(text: str) -> Target | Denied:
    """A web address, or why it is none to send to. It says nothing of where its name leads: see `judge`."""
    if not 0 < len(text) <= MAX_URL or not all("!" <= char <= "~" for char in text) or "\\" in text:
        return Denied.BAD_URL
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Denied.BAD_URL
    if "@" in parts.netloc:
        return Denied.CREDENTIALS
    if parts.scheme not in {"http", "https"} or not host or "%" in host or port == 0 or parts.fragment:
        return Denied.BAD_URL
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port or (443 if secure else 80), path)


def judge_target(target: Target, allowed: Allowed) -> Denied | None:
    """What can be said against a target before its name is looked up: an address that stands there as such."""
    try:
        address = ip_address(target.host)
    except ValueError:
        maybe_inside = target.secure or allowed.host(target.host) or bool(allowed.networks)
        return None if maybe_inside else Denied.NOT_HTTPS
    return judge(address, target, allowed)


def judge(address: Address, target: Target, allowed: Allowed) -> Denied | None:
    """Why this very address may not be connected to for this target; None if it may."""
    inner = embedded(address)
    if any(one in _METADATA for one in (address, *inner)):
        return Denied.METADATA
    if allowed.host(target.host) or all(allowed.address(one) for one in inner):
        return None
    reasons = (None if allowed.address(one) else _why_not_public(one) for one in inner)
    refused = next(filter(None, reasons), None)
    return refused or (None if target.secure else Denied.NOT_HTTPS)


def embedded(address: Address) -> tuple[Address, ...]:
    """The addresses to which a packet to this one goes in the end: itself, or the IPv4 ones that stand in it."""
    if isinstance(address, IPv4Address) or int(address) <= 1:
        return (address,)
    bits = int(address)
    if any(address in network for network in _LAST_32):
        return (IPv4Address(bits & 0xFFFF_FFFF),)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    if bits >> 32 & 0xFFFF_FFFF in _ISATAP:
        return (address, IPv4Address(bits & 0xFFFF_FFFF))
    return (address,)


def _why_not_public(address: Address) -> Denied | None:
    """The first of the reasons that applies, the telling ones first."""
    special = (
        (address.is_unspecified, Denied.UNSPECIFIED), (address.is_loopback, Denied.LOOPBACK),
        (address.is_multicast, Denied.MULTICAST), (address.is_link_local, Denied.LINK_LOCAL),
        (_is_site_local(address) or _in_any(address, (_LOCAL_NAT64,)), Denied.PRIVATE),
        (_in_any(address, _NEVER_PUBLIC) or address.is_reserved, Denied.RESERVED),
        (address.is_private, Denied.PRIVATE), (not address.is_global, Denied.PRIVATE),
        (isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST, Denied.RESERVED),
    )  # fmt: skip
    return next((reason for applies, reason in special if applies), None)


def _is_site_local(address: Address) -> bool:
    return isinstance(address, IPv6Address) and address.is_site_local


def _in_any(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def _is_name(text: str) -> bool:
    labels = text.rstrip(".").split(".")
    return len(text) < 254 and all(_is_label(label) for label in labels) and not labels[-1].isdecimal()


def _is_label(text: str) -> bool:
    plain = text.replace("-", "").replace("_", "")
    return 0 < len(text) < 64 and plain.isascii() and plain.isalnum() and text[0] != "-" != text[-1]
