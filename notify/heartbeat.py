"""The dead man's switch: an outside watcher is called every minute while all is well, so that silence rings.

Whatever stops Keepwell, the whole machine included, stops the calls; nobody here has to be alive for that.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from notify.channels.http import Http
from notify.channels.nouns import Result

EVERY_US = 60_000_000
_log = logging.getLogger(__name__)


class Check(Protocol):
    """One part that must be well (`api.services.Check` is one)."""

    @property
    def part(self) -> str: ...
    @property
    def ask(self) -> Callable[[], str | None]:
        """None when well, else the named reason why not."""
        ...


class Heartbeat:
    """Calls the watcher: `step` now and then.

    Args of the constructor: `url` is called (POST, empty body) while every check is well; `fail_url` ("" = none) gets which
    parts are not, as JSON: `{"parts": {"detect": "no_checkpoint_recorded_lately"}}`. Both may hold secrets.
    """

    def __init__(self, url: str, fail_url: str, checks: Sequence[Check], http: Http | None = None) -> None:
        self._url, self._fail_url, self._checks = url, fail_url, tuple(checks)
        self._http = http or Http()
        self._last_us: int | None = None

    def step(self, now_us: int) -> dict[str, str] | None:
        """Call, if a minute has passed; the parts that are not well ({} = all are), or None if it was not time yet."""
        if self._last_us is not None and 0 <= now_us - self._last_us < EVERY_US:
            return None
        self._last_us = now_us
        ill = {check.part: why for check in self._checks if (why := _reason(check)) is not None}
        url = self._fail_url if ill else self._url
        if url:
            body = json.dumps({"parts": ill}).encode() if ill else b""
            answer = self._http.call("POST", url, {"Content-Type": "application/json"}, body)
            self._tell(answer)
        return ill

    def _tell(self, answer: object) -> None:
        """The watcher rings by itself when it is not called; the log only says why."""
        if isinstance(answer, Result):
            _log.warning("the outside watcher was not reached: %s", answer.why)
        elif isinstance(answer, tuple) and answer[0] >= 400:
            _log.warning("the outside watcher refuses the call: %d", answer[0])


def _reason(check: Check) -> str | None:
    """A check that fails is a part that is not well."""
    try:
        return check.ask()
    except Exception as error:  # noqa: BLE001  # whatever ails it, it is not well
        return f"check_failed:{type(error).__name__}"
