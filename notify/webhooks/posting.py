"""One attempt to deliver one message: what is sent, and what came of it by name."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

import httpcore

from notify.webhooks.addresses import Allowed, Denied, judge_target, read_url
from notify.webhooks.connecting import DeniedError, Guarded, NoSuchHostError, Resolve, system_resolve

TOTAL_S = 20.0
"""How long an attempt may take from the look-up of the name to the head of the answer (Standard Webhooks: 15 to 30 s)."""
USER_AGENT = "keepwell-webhooks"
_TOLD_WHEN = frozenset({429, 503})


class Trouble(StrEnum):
    """What went wrong; a refused address is named as `denied_<reason>`, an answer as `status_<number>`."""

    TIMEOUT = "timeout"
    NO_SUCH_HOST = "no_such_host"
    NOT_CONNECTED = "not_connected"
    TLS = "tls"
    BROKEN_OFF = "broken_off"
    """The connection ended, or spoke something else than HTTP, before there was an answer."""
    REDIRECT = "redirect"
    """Redirects are not followed: give the endpoint its new address."""
    GONE = "gone"
    """410: it wants no more."""


class Answer(NamedTuple):
    """What came of one attempt."""

    status: int | None
    trouble: str
    """"" when it was taken."""
    wait_s: float = 0.0
    """For so long the receiver wants to be left alone."""

    @property
    def taken(self) -> bool:
        """Whether it was delivered."""
        return not self.trouble


class Post(Protocol):
    """A way to make one attempt."""

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send; it never raises for what the other side does."""


class Poster:
    """Sends over connections of our own (`notify.webhooks.connecting`)."""

    def __init__(
        self,
        allowed: Allowed,
        resolve: Resolve = system_resolve,
        tls: ssl.SSLContext | None = None,
        total_s: float = TOTAL_S,
    ) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._tls = tls or ssl.create_default_context()
        self._total_s = total_s

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST the body. Only the head of the answer is read."""
        target = read_url(url)
        denied = target if isinstance(target, Denied) else judge_target(target, self._allowed)
        if isinstance(target, Denied) or denied:
            return Answer(None, f"denied_{denied}")
        backend = Guarded(target, self._allowed, self._resolve, self._total_s)
        where = httpcore.URL(
            scheme="https" if target.secure else "http",
            host=_bracketed(target.host),
            port=target.port,
            target=target.path,
        )
        lines = [("Content-Type", "application/json"), ("User-Agent", USER_AGENT), *headers.items()]
        try:
            with (
                httpcore.ConnectionPool(
                    ssl_context=self._tls,
                    max_connections=1,
                    max_keepalive_connections=0,
                    network_backend=backend,
                ) as pool,
                pool.stream(
                    "POST", where, headers=lines, content=body, extensions={"sni_hostname": target.host}
                ) as response,
            ):
                return judged(response.status, dict(response.headers))
        except DeniedError as error:
            return Answer(None, f"denied_{error.denied}")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
            return Answer(None, _named(error))
        except NoSuchHostError:
            return Answer(None, Trouble.NO_SUCH_HOST)


def judged(status: int, headers: Mapping[bytes, bytes]) -> Answer:
    """What an answer means."""
    if 200 <= status < 300:
        return Answer(status, "")
    if status == 410:
        return Answer(status, Trouble.GONE)
    if 300 <= status < 400:
        return Answer(status, Trouble.REDIRECT)
    later = {name.lower(): value for name, value in headers.items()}.get(b"retry-after", b"")
    return Answer(status, f"status_{status}", retry_after_s(later) if status in _TOLD_WHEN else 0.0)


def retry_after_s(value: bytes, now: datetime | None = None) -> float:
    """The seconds that a `Retry-After` asks for, given as such or as a date; 0 for what cannot be read."""
    text = value.decode("latin-1").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (aware - (now or datetime.now(UTC))).total_seconds())


def _named(error: Exception) -> Trouble:
    """Which trouble an exception is; httpcore says TLS errors as ConnectError."""
    if isinstance(error, httpcore.TimeoutException):
        return Trouble.TIMEOUT
    if isinstance(error, ssl.SSLError) or isinstance(error.__context__, ssl.SSLError):
        return Trouble.TLS
    return Trouble.NOT_CONNECTED if isinstance(error, httpcore.ConnectError) else Trouble.BROKEN_OFF


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
