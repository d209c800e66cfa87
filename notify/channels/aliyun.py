"""SMS and telephone calls by Alibaba Cloud: SendSms (Dysmsapi) and SingleCallByTts (Dyvmsapi), both of 2017-05-25.

Signed with ACS3-HMAC-SHA256 as the vendor documents it ("V3 request structure and signature"). The template of the SMS
and of the spoken text must hold the variables `ticket`, `what` and `place`, and may hold `todo`; a variable of an SMS may have 35 characters, one
that is spoken 20. A number is called at most once a minute, 5 times an hour, 20 times a day.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

from notify.channels.http import Http
from notify.channels.nouns import Outgoing, Result, failed, refused, sent, throttled
from notify.channels.spoken import variables

ALGORITHM = "ACS3-HMAC-SHA256"
VERSION = "2017-05-25"
SMS_URL, VOICE_URL = "https://dysmsapi.aliyuncs.com", "https://dyvmsapi.aliyuncs.com"
SMS_CHARS, SPOKEN_CHARS = 35, 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_THROTTLED = (
    "isv.BUSINESS_LIMIT_CONTROL",
    "Throttling",
    "isv.DAY_LIMIT_CONTROL",
    "LIMIT_CONTROL",
    "isv.FLOW_LIMIT",
)
_AGAIN = (
    "ServiceUnavailable",
    "InternalError",
    "isp.",
    "SystemError",
    "isv.OUT_OF_SERVICE",
    "isv.AMOUNT_NOT_ENOUGH",
)
"""Trouble that passes, or that people mend while we try again."""


@dataclass(frozen=True, slots=True)
class Account:
    """Key, templates and numbers at Alibaba Cloud."""

    key_id: str
    key_secret: str = field(repr=False)
    sms_sign: str = ""
    sms_template: str = ""
    voice_template: str = ""
    voice_number: str = ""
    """The number that is shown to whoever is called; "" = the public ones."""
    sms_url: str = SMS_URL
    voice_url: str = VOICE_URL
    todo: bool = False
    """The templates hold a fourth variable, `todo`."""


class AliyunSms:
    """Sends SMS."""

    def __init__(
        self, account: Account, http: Http, now_us: Callable[[], int], nonce: Callable[[], str]
    ) -> None:
        self._account, self._call = account, _Caller(account, http, now_us, nonce)

    def send(self, address: str, message: Outgoing) -> Result:
        """Send one SMS."""
        query = {
            "PhoneNumbers": address, "SignName": self._account.sms_sign, "TemplateCode": self._account.sms_template,
            "TemplateParam": json.dumps(variables(message, SMS_CHARS, todo=self._account.todo), ensure_ascii=False), "OutId": message.id,
        }  # fmt: skip
        return self._call(self._account.sms_url, "SendSms", query, "BizId")


class AliyunVoice:
    """Calls people and speaks to them."""

    def __init__(
        self, account: Account, http: Http, now_us: Callable[[], int], nonce: Callable[[], str]
    ) -> None:
        self._account, self._call = account, _Caller(account, http, now_us, nonce)

    def send(self, address: str, message: Outgoing) -> Result:
        """Make one call; a key that is pressed comes back in the VoiceReport."""
        query = {
            "CalledNumber": address, "TtsCode": self._account.voice_template,
            "TtsParam": json.dumps(variables(message, SPOKEN_CHARS, todo=self._account.todo), ensure_ascii=False), "PlayTimes": "3",
            "OutId": message.id,
        }  # fmt: skip
        if self._account.voice_number:
            query["CalledShowNumber"] = self._account.voice_number
        return self._call(self._account.voice_url, "SingleCallByTts", query, "CallId")


def authorization(
    key_id: str, secret: str, method: str, path: str, query: str, headers: Mapping[str, str], payload: bytes
) -> str:
    """The Authorization header of a request.

    Args:
        key_id: The access key.
        secret: Its secret.
        method: GET, POST …
        path: Encoded, `/` for operations in RPC style.
        query: Canonical: sorted by name, RFC 3986 encoding.
        headers: Those that are signed, names in lower case: `host` and all `x-acs-…`.
        payload: The body.
    """
    names = sorted(headers)
    listed = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    request = "\n".join([method, path, query, listed, ";".join(names), hashlib.sha256(payload).hexdigest()])
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id},SignedHeaders={';'.join(names)},Signature={signature}"


def canonical_query(query: Mapping[str, str]) -> str:
    """Sorted by name, encoded by RFC 3986."""
    return "&".join(f"{quote(name, safe='~')}={quote(query[name], safe='~')}" for name in sorted(query))


@dataclass(frozen=True, slots=True)
class _Caller:
    """One signed request in RPC style, and what its answer means."""

    account: Account
    http: Http
    now_us: Callable[[], int]
    nonce: Callable[[], str]

    def __call__(self, base: str, action: str, query: Mapping[str, str], id_field: str) -> Result:
        asked = canonical_query(query)
        moment = _EPOCH + timedelta(microseconds=self.now_us())
        headers = {
            "host": urlsplit(base).netloc, "x-acs-action": action, "x-acs-version": VERSION,
            "x-acs-date": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "x-acs-signature-nonce": self.nonce(),
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        }  # fmt: skip
        signed = authorization(self.account.key_id, self.account.key_secret, "POST", "/", asked, headers, b"")
        answer = self.http.call("POST", f"{base}/?{asked}", headers | {"Authorization": signed})
        return answer if isinstance(answer, Result) else _judged(answer, id_field)


def _judged(answer: tuple[int, object], id_field: str) -> Result:
    """By the code in the body: HTTP says 200 also where the message was refused."""
    status, body = answer
    if not isinstance(body, dict) or not isinstance(body.get("Code"), str):
        return failed(f"http_{status}")
    code: str = body["Code"]
    if code == "OK":
        return sent(str(body.get(id_field, "")))
    if any(word in code for word in _THROTTLED):
        return throttled(code[:80])
    return failed(code[:80]) if code.startswith(_AGAIN) else refused(code[:80])
