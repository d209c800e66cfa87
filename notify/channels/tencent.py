"""SMS and telephone calls by Tencent Cloud: SendSms (sms, 2021-01-11) and SendTtsVoice (vms, 2020-09-02).

Signed with TC3-HMAC-SHA256 as the vendor documents it ("Signature v3"). The templates hold three variables in the order
ticket {1}, what {2}, place {3}; a variable may have 12 characters in an SMS unless the account is allowed more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from notify.channels.http import Http
from notify.channels.nouns import Outgoing, Result, failed, refused, sent, throttled
from notify.channels.spoken import variables

ALGORITHM = "TC3-HMAC-SHA256"
CONTENT_TYPE = "application/json; charset=utf-8"
SMS_URL, VOICE_URL = "https://sms.tencentcloudapi.com", "https://vms.tencentcloudapi.com"
SMS_VERSION, VOICE_VERSION = "2021-01-11", "2020-09-02"
MOST_CHARS = 12
_US = 1_000_000
_THROTTLED = ("RequestLimitExceeded", "LimitExceeded", "FailedOperation.CallFrequencyLimit")
_AGAIN = (
    "InternalError",
    "FailedOperation.InsufficientBalance",
    "ResourceUnavailable",
    "FailedOperation.FailResolvePacket",
)


@dataclass(frozen=True, slots=True)
class Account:
    """Key, applications and templates at Tencent Cloud."""

    secret_id: str
    secret_key: str = field(repr=False)
    region: str = "ap-guangzhou"
    sms_app: str = ""
    sms_sign: str = ""
    sms_template: str = ""
    voice_app: str = ""
    voice_template: str = ""
    sms_url: str = SMS_URL
    voice_url: str = VOICE_URL
    todo: bool = False
    """The templates hold a fourth variable {4}: what to do first."""


class TencentSms:
    """Sends SMS."""

    def __init__(self, account: Account, http: Http, now_us: Callable[[], int]) -> None:
        self._account, self._call = account, _Caller(account, http, now_us)

    def send(self, address: str, message: Outgoing) -> Result:
        """Send one SMS."""
        account = self._account
        body: dict[str, object] = {
            "PhoneNumberSet": [international(address)], "SmsSdkAppId": account.sms_app, "SignName": account.sms_sign,
            "TemplateId": account.sms_template, "TemplateParamSet": list(variables(message, MOST_CHARS, todo=account.todo).values()),
            "SessionContext": message.id,
        }  # fmt: skip
        answer = self._call(account.sms_url, "sms", "SendSms", SMS_VERSION, body)
        if isinstance(answer, Result):
            return answer
        status = answer.get("SendStatusSet")
        one = status[0] if isinstance(status, list) and status and isinstance(status[0], dict) else {}
        code = str(one.get("Code", "no_status"))
        return sent(str(one.get("SerialNo", ""))) if code == "Ok" else _refusal(code)


class TencentVoice:
    """Calls people and speaks to them."""

    def __init__(self, account: Account, http: Http, now_us: Callable[[], int]) -> None:
        self._account, self._call = account, _Caller(account, http, now_us)

    def send(self, address: str, message: Outgoing) -> Result:
        """Make one call; a key that is pressed comes back as a callback."""
        account = self._account
        body: dict[str, object] = {
            "TemplateId": account.voice_template, "CalledNumber": international(address),
            "VoiceSdkAppid": account.voice_app, "TemplateParamSet": list(variables(message, MOST_CHARS, todo=account.todo).values()),
            "PlayTimes": 3, "SessionContext": message.id,
        }  # fmt: skip
        answer = self._call(account.voice_url, "vms", "SendTtsVoice", VOICE_VERSION, body)
        if isinstance(answer, Result):
            return answer
        status = answer.get("SendStatus")
        call_id = status.get("CallId") if isinstance(status, dict) else None
        return sent(str(call_id)) if call_id else failed("no_status")


def authorization(
    secret_id: str, secret_key: str, service: str, host: str, timestamp: int, payload: bytes
) -> str:
    """The Authorization header of a POST of JSON to `/`; signed are content-type and host.

    Args:
        secret_id: The key.
        secret_key: Its secret.
        service: The product: `sms`, `vms`.
        host: As in the Host header.
        timestamp: Seconds since 1970, as in X-TC-Timestamp.
        payload: The body.
    """
    listed = f"content-type:{CONTENT_TYPE}\nhost:{host}\n"
    signed = "content-type;host"
    request = "\n".join(["POST", "/", "", listed, signed, hashlib.sha256(payload).hexdigest()])
    date = f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d}"
    scope = f"{date}/{service}/tc3_request"
    to_sign = "\n".join([ALGORITHM, str(timestamp), scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"TC3{secret_key}".encode()
    for part in (date, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={signed}, Signature={signature}"


def international(number: str) -> str:
    """A number as E.164; one without a country is a Chinese one."""
    return number if number.startswith("+") else f"+86{number}"


@dataclass(frozen=True, slots=True)
class _Caller:
    """One signed request, and the `Response` of its answer."""

    account: Account
    http: Http
    now_us: Callable[[], int]

    def __call__(
        self, base: str, service: str, action: str, version: str, body: dict[str, object]
    ) -> dict[str, object] | Result:
        payload = json.dumps(body, ensure_ascii=False).encode()
        host, timestamp = urlsplit(base).netloc, self.now_us() // _US
        account = self.account
        headers = {
            "Content-Type": CONTENT_TYPE, "Host": host, "X-TC-Action": action, "X-TC-Version": version,
            "X-TC-Timestamp": str(timestamp), "X-TC-Region": account.region,
            "Authorization": authorization(account.secret_id, account.secret_key, service, host, timestamp, payload),
        }  # fmt: skip
        answer = self.http.call("POST", f"{base}/", headers, payload)
        if isinstance(answer, Result):
            return answer
        status, read = answer
        response = read.get("Response") if isinstance(read, dict) else None
        if not isinstance(response, dict):
            return failed(f"http_{status}")
        error = response.get("Error")
        return _refusal(str(error.get("Code", "error"))) if isinstance(error, dict) else response


def _refusal(code: str) -> Result:
    code = code[:80]
    if code.startswith(_THROTTLED):
        return throttled(code)
    return failed(code) if code.startswith((*_AGAIN, "no_status")) else refused(code)
