"""A broker's address as people write it: mqtt://user:password@host:port, or mqtts:// with TLS."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

PORTS = {"mqtt": 1883, "mqtts": 8883}


class BrokerUrlError(ValueError):
    """The text is not the address of a broker; the message says why and never shows the password."""


@dataclass(frozen=True, slots=True)
class BrokerUrl:
    """Where a broker listens and as whom we come."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    ca_file: str | None = None
    """Certificates to trust instead of the system's (PEM)."""
    cert_file: str | None = None
    key_file: str | None = None
    """Our own certificate and its key (PEM), for a broker that wants one."""
    pinned: bool = False
    """Trust the certificate in `ca_file` itself, whatever name it bears."""

    def __str__(self) -> str:
        """The address without the password: fit for logs."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        user = f"{quote(self.user, safe='')}@" if self.user is not None else ""
        return f"{'mqtts' if self.tls else 'mqtt'}://{user}{host}:{self.port}"

    def text(self) -> str:
        """The whole address with its password, as `parse_broker_url` reads it (but for the CA file)."""
        if self.user is None or self.password is None:
            return str(self)
        user = quote(self.user, safe="")
        return str(self).replace(f"{user}@", f"{user}:{quote(self.password, safe='')}@", 1)


def parse_broker_url(text: str, ca_file: str | None = None) -> BrokerUrl:
    """Read `mqtt[s]://[user[:password]@]host[:port]`; user and password may be percent-encoded.

    Raises:
        BrokerUrlError: the text is not such an address, or `ca_file` goes with an address without TLS.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise BrokerUrlError(f"not a broker address: {error}") from None
    if parts.scheme not in PORTS:
        raise BrokerUrlError("a broker address starts with mqtt:// or mqtts://")
    if not parts.hostname:
        raise BrokerUrlError("the broker address names no host")
    if port == 0:
        raise BrokerUrlError("no broker listens on port 0")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise BrokerUrlError("nothing may follow the port of a broker address")
    tls = parts.scheme == "mqtts"
    if ca_file is not None and not tls:
        raise BrokerUrlError("a CA file needs an mqtts:// address")
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password is not None and user is not None else None
    return BrokerUrl(parts.hostname, port or PORTS[parts.scheme], user, password, tls, ca_file)
