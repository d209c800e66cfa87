"""The call to the outside watcher: every minute while all is well, and never when something is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from notify.heartbeat import EVERY_US, Heartbeat
from tests.notify.receivers import WebServer, running

T0 = 1_795_248_000_000_000


@dataclass(frozen=True)
class Part:
    """A part, and how it is."""

    part: str
    ask: Callable[[], str | None]


def test_silence_rings() -> None:
    """Called once a minute; not while a part is ill, whose name goes to the other address; and again when it is well."""
    ill: dict[str, str] = {}

    def broken() -> str | None:
        if "broken" in ill:
            raise OSError("disk")
        return None

    with running(WebServer()) as web:
        beat = Heartbeat(
            f"http://{web.host}/ping/SECRET", f"http://{web.host}/fail",
            [Part("detect", lambda: ill.get("detect")), Part("store", broken)],
        )  # fmt: skip
        assert [beat.step(T0 + second * 1_000_000) for second in (0, 30, 59)] == [{}, None, None]
        assert beat.step(T0 + EVERY_US) == {}
        ill |= {"detect": "late", "broken": "x"}
        assert beat.step(T0 + 2 * EVERY_US) == {"detect": "late", "store": "check_failed:OSError"}
        ill.clear()
        assert beat.step(T0 + 3 * EVERY_US) == {}
        assert [path for path, _, _ in web.asked] == ["/ping/SECRET"] * 2 + ["/fail"] + ["/ping/SECRET"]
        assert json.loads(web.asked[2][2])["parts"]["detect"] == "late"


def test_a_watcher_that_is_away_hurts_nobody() -> None:
    """Not there, or refusing: the next minute it is called again."""
    beat = Heartbeat("http://127.0.0.1:9/x", "", [])
    assert [beat.step(T0), beat.step(T0 + EVERY_US)] == [{}, {}]


def test_without_an_address_for_trouble_nothing_is_sent() -> None:
    """Silence is the message."""
    with running(WebServer()) as web:
        beat = Heartbeat(f"http://{web.host}/ping", "", [Part("store", lambda: "absent")])
        assert beat.step(T0) == {"store": "absent"}
        assert web.asked == []
