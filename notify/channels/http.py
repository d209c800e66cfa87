"""HTTP as all channels speak it: time limits, no redirects, and nothing about addresses in any log."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

import httpx

from notify.channels.nouns import Result, failed, refused, throttled

CONNECT_S, ANSWER_S = 5.0, 10.0
MOST_BYTES = 65_536
"""More than this of an answer is not read."""
_US = 1_000_000

for _name in ("httpx", "httpcore", "apprise", "urllib3", "requests"):
    # These log addresses, and addresses of bots hold their secrets.
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class Http:
    """One client for a channel; safe to use from several threads."""

    def __init__(self, *, verify: bool = True) -> None:
        self._client = httpx.Client(
            timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S),
            follow_redirects=False,
            trust_env=False,
            verify=verify,
        )

    def call(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> tuple[int, Any] | Result:
        """(status, JSON body or None) of one request; a named failure if there was no answer."""
        try:
            with self._client.stream(method, url, headers=dict(headers), content=body) as answer:
                read = _read(answer)
        except httpx.TimeoutException:
            return failed("timeout")
        except httpx.InvalidURL:
            return refused("bad_address")
        except (httpx.HTTPError, OSError):
            return failed("unreachable")
        if read is None:
            return failed("answer_too_long")
        wait = _wait_us(answer.headers.get("retry-after", ""))
        if answer.status_code == 429:
            return throttled("http_429", wait)
        if answer.status_code >= 500:
            return failed(f"http_{answer.status_code}")
        return answer.status_code, _json(read)

    def close(self) -> None:
        """Release the connections."""
        self._client.close()


def _read(answer: httpx.Response) -> bytes | None:
    """The body; None of one that is too long, or comes so slowly that it never ends."""
    until_s = time.monotonic() + 2 * ANSWER_S
    read = b""
    for part in answer.iter_bytes():
        read += part
        if len(read) > MOST_BYTES or time.monotonic() > until_s:
            return None
    return read


def _json(read: bytes) -> Any:
    try:
        return httpx.Response(200, content=read).json()
    except ValueError:
        return None


def _wait_us(text: str) -> int | None:
    return int(text) * _US if text.isdigit() and len(text) < 6 else None
