"""The embedded broker: a NATS server with its MQTT listener, started, watched, refilled with users and recovered."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from ingest.broker_url import BrokerUrl
from keepwell.broker_config import BrokerSettings
from keepwell.broker_folder import BrokerFolder, FolderInUseError
from keepwell.broker_rights import API, INGEST, PROBE, Rights, check_rights
from keepwell.broker_server import BrokerError, Server, Usage, answers_mqtt
from keepwell.broker_state import BrokerEvent, BrokerEventKind, BrokerState, Condition

_NEARLY_FULL = 0.8
_FULL = 0.97
_DRAINED = 0.5
_RESTART_FIRST_S, _RESTART_CAP_S = 0.5, 30.0


class EmbeddedBroker:
    """`start`, then `check` about once a second, `stop` at the end. One per folder, which a lock ensures."""

    def __init__(
        self,
        settings: BrokerSettings,
        now_us: Callable[[], int],
        monotonic_s: Callable[[], float] = time.monotonic,
        rights: Rights | None = None,
    ) -> None:
        self.settings = settings
        self._rights = rights or Rights()
        self.state = BrokerState(Condition.STOPPED)
        self._now_us = now_us
        self._monotonic_s = monotonic_s
        self._folder = BrokerFolder(settings)
        self._server: Server | None = None
        self._draining = False
        self._heard_s = 0.0
        self._restart_at_s = 0.0
        self._restarts = 0
        self._events: list[BrokerEvent] = []

    def start(self) -> BrokerUrl:
        """Start the server, or adopt the one an earlier Keepwell left behind; returns when it answers.

        Raises:
            FolderInUseError: another Keepwell uses the folder.
            BrokerError: the server does not come up.
        """
        self._folder.lock()
        try:
            if not self._adopt():
                self._launch()
            self._await_answer()
        except BaseException:
            self.stop()
            raise
        return self.url(INGEST)

    def url(self, user: str) -> BrokerUrl:
        """The address for one of Keepwell's own users, with its password."""
        every_address = {"0.0.0.0": "127.0.0.1", "::": "::1"}
        host = every_address.get(self.settings.mqtt_host, self.settings.mqtt_host)
        plain = BrokerUrl(host, self.settings.mqtt_port, user, self._folder.secrets()[user])
        tls = self.settings.tls
        if tls is None:
            return plain
        own = (str(tls.cert), str(tls.key)) if tls.client_ca else (None, None)
        return replace(plain, tls=True, ca_file=str(tls.cert), cert_file=own[0], key_file=own[1], pinned=True)

    def user_of(self, connection: int) -> str:
        """Who is behind a connection of the server's log; "" if that cannot be told."""
        return self._server.user_of(connection) if self._server else ""

    def failed_handshakes(self) -> dict[str, str]:
        """Who lately failed at TLS: the moment → the host."""
        return self._server.failed_handshakes() if self._server and self.settings.tls else {}

    @property
    def pid(self) -> int | None:
        """The server's process id."""
        return self._server.pid if self._server else None

    def check(self) -> BrokerState:
        """Look after the server: start it again when it died or hangs, drain it when it is full. Does not block long."""
        if not self._folder.locked:
            return self.state
        server, now_s = self._server, self._monotonic_s()
        if server is None or not server.alive():
            self._bury(now_s)
        else:
            usage = server.usage()
            if usage is None:
                self._suspect(server, now_s)
            else:
                self._heard_s = now_s
                self._weigh(server, usage)
        return self.state

    def reload(self, rights: Rights) -> None:
        """Let in exactly these gateways from now on; clients that stay entitled stay connected.

        Raises:
            UnusableUserError: nothing was changed.
            BrokerError: the running server did not confirm that it took them up; its next start will.
        """
        check_rights(rights)
        self._rights = rights
        self._folder.write_config(rights, draining=self._draining)
        if self._server is None:
            return
        before = self._server.configured_at()
        self._server.reload()
        deadline_s = self._monotonic_s() + 5.0
        while self._server.configured_at() == before:
            if self._monotonic_s() > deadline_s:
                raise BrokerError("the broker did not take up its new configuration; see nats.log")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server and release the folder; may be repeated."""
        if self._server is not None:
            self._server.stop()
        self._server = None
        self._folder.unlock()
        self.state = BrokerState(Condition.STOPPED)

    def take_events(self) -> list[BrokerEvent]:
        """What happened since the last call, oldest first."""
        taken, self._events = self._events, []
        return taken

    def _adopt(self) -> bool:
        """Take over a server that outlived its Keepwell if it has the right configuration; stop any other."""
        left = Server.find(self.settings.config_file, self._folder.ports)
        same = self._folder.config_is_current(self._rights, draining=False)
        if len(left) == 1 and same and left[0].usage() is not None:
            self._server = left[0]
            # The configuration may have been written just before that Keepwell died, and not read yet.
            self._server.reload()
            self._note(BrokerEventKind.ADOPTED, f"pid {self._server.pid}")
            return True
        for server in left:
            server.stop()
            self._note(BrokerEventKind.REPLACED, f"pid {server.pid}")
        return False

    def _launch(self) -> None:
        self._folder.write_config(self._rights, draining=self._draining)
        self._folder.forget_ports()
        self._server = Server.launch(self.settings.config_file, self._folder.ports)
        self._heard_s = self._monotonic_s()
        self.state = BrokerState(Condition.STARTING)
        self._note(BrokerEventKind.STARTED, f"pid {self._server.pid}")

    def _await_answer(self) -> None:
        deadline_s = self._monotonic_s() + self.settings.start_timeout_s
        while True:
            if self._server is None or not self._server.alive():
                raise BrokerError("the broker ended at its start; see nats.log")
            # A store that is full from the start answers nobody before `check` has put it on its reserve.
            up = self.check().condition not in {Condition.STARTING, Condition.UNRESPONSIVE}
            if up and self._answers():
                return
            if self._monotonic_s() > deadline_s:
                raise BrokerError(f"no answer from the broker within {self.settings.start_timeout_s:g} s")
            time.sleep(0.03)

    def _answers(self) -> bool:
        return answers_mqtt(self.url(PROBE))

    def _bury(self, now_s: float) -> None:
        """The server has ended: start it again, ever later if it keeps ending."""
        if self._server is not None:
            self._note(BrokerEventKind.DIED, f"pid {self._server.pid}")
            self._server = None
            self._restart_at_s = now_s + min(_RESTART_CAP_S, _RESTART_FIRST_S * 2.0**self._restarts)
            self._restarts = min(self._restarts + 1, 16)
            self.state = BrokerState(Condition.DOWN)
        if now_s >= self._restart_at_s:
            self._launch()

    def _suspect(self, server: Server, now_s: float) -> None:
        """No answer: wait for a while, for it may be starting or the machine be busy."""
        starting = self.state.condition is Condition.STARTING
        patience_s = self.settings.start_timeout_s if starting else self.settings.hung_after_s
        if not starting:
            self.state = BrokerState(Condition.UNRESPONSIVE)
        if now_s - self._heard_s > patience_s:
            self._note(BrokerEventKind.HUNG, f"pid {server.pid}")
            server.kill()

    def _weigh(self, server: Server, usage: Usage) -> None:
        """Judge by how full the store is, measured by the limit without the reserve."""
        limit = self.settings.max_store_bytes
        full = usage.used_bytes > min(limit * _FULL, limit - 2 * self.settings.max_payload_bytes)
        if self._draining and usage.used_bytes < limit * _DRAINED:
            self._restart_as(server, draining=False, kind=BrokerEventKind.DRAINED, used=usage.used_bytes)
        elif full and not self._draining:
            self._restart_as(server, draining=True, kind=BrokerEventKind.FULL, used=usage.used_bytes)
        else:
            self._restarts = 0
            condition = (
                Condition.NEARLY_FULL if usage.used_bytes > limit * _NEARLY_FULL else Condition.RUNNING
            )
            condition = Condition.DRAINING if self._draining else condition
            self.state = BrokerState(condition, usage.used_bytes, limit)

    def _restart_as(self, server: Server, *, draining: bool, kind: BrokerEventKind, used: int) -> None:
        self._note(kind, f"{used} of {self.settings.max_store_bytes} bytes")
        server.stop()
        self._draining = draining
        self._launch()

    def _note(self, kind: BrokerEventKind, detail: str) -> None:
        self._events.append(BrokerEvent(kind, self._now_us(), detail))


__all__ = [
    "API", "INGEST", "BrokerError", "BrokerEvent", "BrokerEventKind", "BrokerSettings", "BrokerState", "Condition",
    "EmbeddedBroker", "FolderInUseError",
]  # fmt: skip
