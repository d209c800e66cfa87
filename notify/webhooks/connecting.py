"""Connections that go only where they may: a name is looked up once, and what was checked is what is connected to.

httpcore sends the request; its network backend is ours. The name stays in TLS (SNI, certificate) and in `Host`. Nothing
follows redirects, and no proxy of the environment stands in between, for then somebody else would look up the name.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address

import httpcore

from notify.webhooks.addresses import Address, Allowed, Denied, Target, judge

Resolve = Callable[[str, int], Sequence[Address]]
"""(host, port) → its addresses, the best first. Raises OSError if there are none."""
SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]

CONNECT_S = 10.0
MOST_ADDRESSES = 3
"""How many addresses of a name are tried."""


class DeniedError(Exception):
    """Raised instead of connecting to where nobody allowed to go."""

    def __init__(self, denied: Denied) -> None:
        super().__init__(denied)
        self.denied = denied


class NoSuchHostError(Exception):
    """Raised when a name leads nowhere."""


def system_resolve(host: str, port: int) -> list[Address]:
    """The addresses of a host as the system knows them, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [ip_address(text) for text in dict.fromkeys(str(info[4][0]).split("%")[0] for info in found)]


class Guarded(httpcore.NetworkBackend):
    """Connects for one request, within its time."""

    def __init__(self, target: Target, allowed: Allowed, resolve: Resolve, total_s: float) -> None:
        self._target = target
        self._allowed = allowed
        self._resolve = resolve
        self._until = time.monotonic() + total_s
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of the target that may be connected to and answers.

        Raises:
            DeniedError: none may.
            NoSuchHostError: it has none.
        """
        failure: Exception = httpcore.ConnectError("no address answered")
        for address in self._permitted(self._target.host, port):
            try:
                stream = self._plain.connect_tcp(
                    str(address), port, min(CONNECT_S, left(self._until)), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return Hurried(stream, self._until)
        raise failure

    def _permitted(self, host: str, port: int) -> list[Address]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError, ValueError) as error:
            raise NoSuchHostError(host) from error
        verdicts = [(address, judge(address, self._target, self._allowed)) for address in addresses]
        fine = [address for address, denied in verdicts if denied is None]
        if not fine:
            denied = next((denied for _, denied in verdicts if denied), None)
            raise DeniedError(denied) if denied else NoSuchHostError(host)
        return fine[:MOST_ADDRESSES]


class Hurried(httpcore.NetworkStream):
    """A stream whose time ends, however often something arrives in between."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """As the stream does, in what is left of the time."""
        return self._stream.read(max_bytes, left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As the stream does, in what is left of the time."""
        self._stream.write(buffer, left(self._until))

    def close(self) -> None:
        """End it."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same over TLS."""
        return Hurried(self._stream.start_tls(ssl_context, server_hostname, left(self._until)), self._until)

    def get_extra_info(self, info: str) -> object:
        """What the stream knows of itself."""
        return self._stream.get_extra_info(info)


def left(until: float) -> float:
    """Seconds until then (monotonic clock).

    Raises:
        httpcore.ReadTimeout: it is past.
    """
    rest = until - time.monotonic()
    if rest <= 0:
        raise httpcore.ReadTimeout("out of time")
    return rest
