"""Feishu (and Lark) bots with a signature, which Apprise does not know.

Address: `feishu://<token>?secret=<secret>` (`lark://` for open.larksuite.com; `feishu+http://host:port/path?secret=…` for
a bot of one's own). Documented at open.feishu.cn, "custom bot usage guide": sign = base64(HMAC-SHA256(key = timestamp
in seconds + newline + secret, message = nothing)); the answer is HTTP 200 with `code` 0, also when it failed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from notify.channels.http import Http
from notify.channels.nouns import Outgoing, Result, failed, refused, sent, throttled

_HOSTS = {"feishu": "open.feishu.cn", "lark": "open.larksuite.com"}
_THROTTLED = {9499, 11232, 11233, 99991400}
"""Codes of "too many requests"."""
_US = 1_000_000
MOST_BYTES = 18_000
"""A request may have 20 kB."""


class Feishu:
    """Sends to Feishu bots."""

    def __init__(self, http: Http, now_us: Callable[[], int]) -> None:
        self._http, self._now_us = http, now_us

    def send(self, address: str, message: Outgoing) -> Result:
        """Send a text message."""
        parts = urlsplit(address)
        secret = parse_qs(parts.query).get("secret", [""])[0]
        body: dict[str, object] = {"msg_type": "text", "content": {"text": _text(message)}}
        if secret:
            timestamp = str(self._now_us() // _US)
            body |= {"timestamp": timestamp, "sign": sign(secret, timestamp)}
        if parts.scheme == "feishu+http":
            url = f"http://{parts.netloc}{parts.path}"
        else:
            url = f"https://{_HOSTS[parts.scheme]}/open-apis/bot/v2/hook/{parts.netloc}"
        headers = {"Content-Type": "application/json; charset=utf-8"}
        answer = self._http.call("POST", url, headers, json.dumps(body, ensure_ascii=False).encode())
        return answer if isinstance(answer, Result) else _judged(answer)


def knows(address: str) -> bool:
    """Whether it is the address of a bot."""
    try:
        parts = urlsplit(address)
        return parts.scheme in {*_HOSTS, "feishu+http"} and bool(parts.netloc)
    except ValueError:
        return False


def sign(secret: str, timestamp: str) -> str:
    """The signature of a moment (seconds since 1970, as text)."""
    key = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def _judged(answer: tuple[int, object]) -> Result:
    status, body = answer
    code = body.get("code", body.get("StatusCode")) if isinstance(body, dict) else None
    if code == 0:
        return sent()
    if code in _THROTTLED:
        return throttled(f"feishu_{code}")
    return failed(f"http_{status}") if code is None else refused(f"feishu_{code}")


def _text(message: Outgoing) -> str:
    text = f"{message.title}\n{message.body}"
    return text.encode()[:MOST_BYTES].decode("utf-8", "ignore")
