"""Who gets in at the broker, kept as the service database says, and what the broker refused, written down."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from ingest.broker_url import parse_broker_url
from keepwell import mosquitto_files
from keepwell.broker import EmbeddedBroker
from keepwell.broker_log import BrokerLog, Line, refused
from keepwell.broker_rights import Rights, UnusableUserError
from keepwell.broker_server import BrokerError
from keepwell.settings import Settings
from store.refusals import Refusals, Refused

_LOG_S = 1.0
_log = logging.getLogger(__name__)


class Entitled(Protocol):
    """Who gets in."""

    @property
    def rights(self) -> Rights: ...
    @property
    def passwords(self) -> Mapping[str, str]:
        """Gateway → hash for Mosquitto."""


class Desk(Protocol):
    """Where credentials are kept."""

    def changed(self) -> Entitled | None:
        """Who gets in, if that is not what was told last."""

    def close(self) -> None:
        """Release what is held."""


class Gatekeeper:
    """Of one installation: `rights` before the broker starts, then `tend` now and then."""

    def __init__(self, settings: Settings, desk: Desk) -> None:
        self._settings = settings
        self._desk = desk
        self._rights: Rights | None = None
        self._to_do = False
        self._certificates = self._stamps()
        self._log: BrokerLog | None = None
        self._refusals = Refusals(settings.refusals)
        self._failed: set[str] = set()
        self._read_s = 0.0

    def rights(self) -> Rights:
        """Who gets in, to start with."""
        self._look()
        self._to_do = False
        return self._rights or Rights(anonymous=False)

    def guard(self, log: Path) -> None:
        """From now on follow the log of the embedded broker."""
        self._log = BrokerLog(log)

    def tend(self, broker: EmbeddedBroker | None) -> None:
        """Bring the broker in line with what has changed."""
        self._look()
        if broker is None:
            return
        self._renew_certificates()
        if self._to_do and self._rights is not None:
            self._reload(broker, self._rights)
        if time.monotonic() - self._read_s >= _LOG_S:
            self._read_s = time.monotonic()
            self._note_refusals(broker)

    def close(self) -> None:
        """Release the database."""
        self._desk.close()

    def _look(self) -> None:
        entitled = self._desk.changed()
        if entitled is None:
            return
        self._rights, self._to_do = entitled.rights, True
        if self._settings.broker:
            self._write_files(entitled)

    def _write_files(self, entitled: Entitled) -> None:
        """For Mosquitto, which others start and reload."""
        settings = self._settings
        folder = Path(settings.mosquitto_files or settings.data / "mosquitto")
        try:
            mosquitto_files.write(
                folder, entitled.rights, entitled.passwords, parse_broker_url(settings.broker)
            )
        except OSError as error:
            _log.error("the files for Mosquitto cannot be written: %s", error)

    def _reload(self, broker: EmbeddedBroker, rights: Rights) -> None:
        try:
            broker.reload(rights)
        except BrokerError as error:
            _log.warning(
                "%s; trying again", error
            )  # a broker that hangs is killed, and starts with these rights
        except UnusableUserError as error:
            _log.error("the rights at the broker stay as they were: %s", error)
            self._to_do = False
        else:
            self._to_do = False

    def _renew_certificates(self) -> None:
        stamps = self._stamps()
        if stamps != self._certificates:
            self._certificates, self._to_do = stamps, True

    def _stamps(self) -> list[int]:
        """When the files of TLS were written; a file that is being replaced just now has no time."""
        settings = self._settings
        paths = (settings.mqtt_tls_cert, settings.mqtt_tls_key, settings.mqtt_client_ca)
        return [os.stat(path).st_mtime_ns if path and os.path.exists(path) else 0 for path in paths]

    def _note_refusals(self, broker: EmbeddedBroker) -> None:
        lines = self._log.take() if self._log else []
        failed = broker.failed_handshakes()
        lines += [Line(Refused.TLS, 0, "", "", host) for at, host in failed.items() if at not in self._failed]
        self._failed = set(failed)
        try:
            self._refusals.note(refused(lines, broker.user_of, time.time_ns() // 1000))
        except OSError as error:
            _log.error("what the broker refused cannot be written down: %s", error)
