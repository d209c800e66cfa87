"""Stubs of the documented interfaces of Alibaba Cloud and Tencent Cloud: they check signatures by their own reckoning,
answer in the documented forms, remember what was sent, and can refuse, throttle or be ill."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import Any
from urllib.parse import parse_qsl, quote

KEY_ID, SECRET = "the-key-id", "THE-KEY-SECRET"


class Aliyun:
    """Dysmsapi and Dyvmsapi, 2017-05-25."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.code = "OK"
        self.status = 200

    def __call__(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Answer one request."""
        if self.status != 200:
            return self.status, {"Code": "ServiceUnavailable"}
        query = dict(parse_qsl(path.partition("?")[2], keep_blank_values=True))
        if not self._signed(headers, query, body):
            return 400, {"Code": "SignatureDoesNotMatch", "Message": "no", "RequestId": "r"}
        action = headers["x-acs-action"]
        if headers["x-acs-version"] != "2017-05-25" or self._missing(action, query):
            return 400, {"Code": "MissingParameter", "Message": "", "RequestId": "r"}
        self.asked.append((action, query))
        if self.code != "OK":
            return 200, {"Code": self.code, "Message": "refused", "RequestId": "r"}
        number = {"SendSms": "BizId", "SingleCallByTts": "CallId"}[action]
        return 200, {"Code": "OK", "Message": "OK", "RequestId": "r", number: f"ali-{len(self.asked)}^0"}

    def _missing(self, action: str, query: dict[str, str]) -> bool:
        needed = {
            "SendSms": ("PhoneNumbers", "SignName", "TemplateCode", "TemplateParam", "OutId"),
            "SingleCallByTts": ("CalledNumber", "TtsCode", "TtsParam", "OutId"),
        }
        values = json.loads(query.get("TemplateParam") or query.get("TtsParam") or "{}")
        return (
            any(not query.get(name) for name in needed[action])
            or {"ticket", "what", "place"} != values.keys()
        )

    def _signed(self, headers: dict[str, str], query: dict[str, str], body: bytes) -> bool:
        told = re.fullmatch(
            r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})",
            headers["authorization"],
        )
        if told is None or told[1] != KEY_ID:
            return False
        names = told[2].split(";")
        must = {name for name in headers if name.startswith("x-acs-")} | {"host"}
        digest = hashlib.sha256(body).hexdigest()
        if set(names) < must or names != sorted(names) or headers["x-acs-content-sha256"] != digest:
            return False
        pairs = [f"{quote(name, '')}={quote(value, '')}" for name, value in sorted(query.items())]
        lines = [
            "POST",
            "/",
            "&".join(pairs),
            *[f"{name}:{headers[name]}" for name in names],
            "",
            told[2],
            digest,
        ]
        hashed = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        right = hmac.digest(SECRET.encode(), f"ACS3-HMAC-SHA256\n{hashed}".encode(), "sha256").hex()
        return hmac.compare_digest(right, told[3])


class Tencent:
    """sms 2021-01-11 and vms 2020-09-02."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.error = ""
        self.code = "Ok"
        self.status = 200

    def __call__(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Answer one request."""
        if self.status != 200:
            return self.status, {}
        action, version = headers["x-tc-action"], headers["x-tc-version"]
        service = {("SendSms", "2021-01-11"): "sms", ("SendTtsVoice", "2020-09-02"): "vms"}.get((
            action,
            version,
        ))
        if service is None or path != "/":
            return 200, _error("InvalidAction")
        if not self._signed(headers, body, service):
            return 200, _error("AuthFailure.SignatureFailure")
        if self.error:
            return 200, _error(self.error)
        asked = json.loads(body)
        self.asked.append((action, asked))
        number = f"tc-{len(self.asked)}"
        context = asked["SessionContext"]
        if action == "SendTtsVoice":
            assert len(asked["TemplateParamSet"]) == 3
            return 200, {
                "Response": {"SendStatus": {"CallId": number, "SessionContext": context}, "RequestId": "r"}
            }
        status = {
            "SerialNo": number, "PhoneNumber": asked["PhoneNumberSet"][0], "Fee": 1, "SessionContext": context,
            "Code": self.code, "Message": "", "IsoCode": "CN",
        }  # fmt: skip
        return 200, {"Response": {"SendStatusSet": [status], "RequestId": "r"}}

    def _signed(self, headers: dict[str, str], body: bytes, service: str) -> bool:
        told = re.fullmatch(
            r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/(\w+)/tc3_request, SignedHeaders=([^,]+), Signature=(\w{64})",
            headers["authorization"],
        )
        if told is None or told[1] != KEY_ID or told[3] != service:
            return False
        listed = "".join(f"{name}:{headers[name].lower()}\n" for name in told[4].split(";"))
        request = f"POST\n/\n\n{listed}\n{told[4]}\n{hashlib.sha256(body).hexdigest()}"
        scope = f"{told[2]}/{service}/tc3_request"
        text = f"TC3-HMAC-SHA256\n{headers['x-tc-timestamp']}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        key = hmac.digest(f"TC3{SECRET}".encode(), told[2].encode(), "sha256")
        key = hmac.digest(hmac.digest(key, service.encode(), "sha256"), b"tc3_request", "sha256")
        return hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), told[5])


def _error(code: str) -> dict[str, Any]:
    return {"Response": {"Error": {"Code": code, "Message": "no"}, "RequestId": "r"}}
