"""E-mail over SMTP. Apprise has it too, but gives every attempt another Message-ID; here a repeated message is the same
one, and all that is told of a ticket is one thread.

Address of the server: `smtp://user:password@host:587?from=desk@goods.example` (STARTTLS where the server has it; it must
have it when a password is given, unless `&tls=no`), or `smtps://…:465`.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cached_property
from urllib.parse import parse_qs, unquote, urlsplit

from notify.channels.nouns import Outcome, Outgoing, Result, failed, refused, sent, throttled
from tickets.notices import Urgency

LIMIT_S = 15.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BadServerError(ValueError):
    """The address of the mail server cannot be used; the message never holds it."""


@dataclass(frozen=True, slots=True)
class Server:
    """The mail server of this installation."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    implicit_tls: bool = False
    plain: bool = False
    """A password may go over the network in plain text (`tls=no`): for a server on this machine."""


def server_of(url: str) -> Server:
    """The server behind an `smtp://` or `smtps://` address.

    Raises:
        BadServerError: it is none, or names no sender.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadServerError("the address of the mail server cannot be read") from None
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    user = unquote(parts.username or "")
    sender = asked.get("from", user)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or "@" not in sender:
        raise BadServerError("expected smtp[s]://user:password@host:port?from=sender@host")
    tls = parts.scheme == "smtps"
    return Server(
        parts.hostname, port or (465 if tls else 587), sender, user, unquote(parts.password or ""), tls,
        asked.get("tls") == "no",
    )  # fmt: skip


class Mail:
    """Sends e-mail through one server."""

    def __init__(self, server: Server, now_us: Callable[[], int]) -> None:
        self._server, self._now_us = server, now_us

    def send(self, address: str, message: Outgoing) -> Result:
        """Send one message to one address."""
        try:
            letter = self._letter(address, message)
        except ValueError:
            return refused("bad_address")
        try:
            with self._connected() as link:
                link.send_message(letter, self._server.sender, [address])
        except smtplib.SMTPRecipientsRefused as error:
            return _judged(next(iter(error.recipients.values()))[0])
        except smtplib.SMTPNotSupportedError:
            return refused("no_tls")
        except smtplib.SMTPResponseException as error:
            return _judged(error.smtp_code)
        except TimeoutError:
            return failed("timeout")
        except (smtplib.SMTPException, OSError):
            return failed("unreachable")
        return sent(message.id)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made once: reading the certificates of the system takes longer than sending a letter."""
        return ssl.create_default_context()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.implicit_tls:
            link: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=LIMIT_S, context=self._tls
            )
        else:
            link = smtplib.SMTP(server.host, server.port, timeout=LIMIT_S)
        try:
            link.ehlo()
            if (
                not server.implicit_tls
                and not server.plain
                and (server.password or link.has_extn("starttls"))
            ):
                link.starttls(context=self._tls)
                link.ehlo()
            if server.password:
                link.login(server.user, server.password)
        except BaseException:
            link.close()
            raise
        return link

    def _letter(self, address: str, message: Outgoing) -> EmailMessage:
        host = self._server.sender.rpartition("@")[2]
        thread = hashlib.sha256(message.subject.encode()).hexdigest()[:24]
        letter = EmailMessage()
        letter["From"], letter["To"] = self._server.sender, address
        letter["Subject"] = " ".join(message.title.split())
        letter["Message-ID"] = f"<{message.id}@{host}>"
        letter["References"] = f"<{thread}@{host}>"
        letter["Date"] = format_datetime(_EPOCH + timedelta(microseconds=self._now_us()))
        letter["Auto-Submitted"] = "auto-generated"
        if message.urgency is Urgency.CRITICAL:
            letter["Importance"] = "high"
        letter.set_content(message.body)
        return letter


def _judged(code: int) -> Result:
    """4xx may work later (421 and 450…452 are also "slower, please"), 5xx never does; wrong passwords are mended by people."""
    if code in {421, 450, 451, 452}:
        return throttled(f"smtp_{code}")
    if code in {530, 534, 535}:
        return failed(f"smtp_{code}")
    return refused(f"smtp_{code}") if code >= 500 else Result(Outcome.FAILED, f"smtp_{code}")
