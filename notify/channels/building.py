"""The channels of an installation, from what its settings say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from notify.channels import aliyun, tencent
from notify.channels.chat import Chat
from notify.channels.feishu import Feishu
from notify.channels.http import Http
from notify.channels.mail import Mail, server_of
from notify.channels.nouns import Sending
from notify.routes import Routes

ALIYUN, TENCENT = "aliyun", "tencent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is set up; "" stands for what is not."""

    email_url: str = field(default="", repr=False)
    provider: str = ""
    """`aliyun` or `tencent`."""
    key_id: str = ""
    key_secret: str = field(default="", repr=False)
    sms_sign: str = ""
    sms_template: str = ""
    sms_app: str = ""
    voice_template: str = ""
    voice_number: str = ""
    voice_app: str = ""
    sms_url: str = ""
    voice_url: str = ""
    todo: bool = False
    """The templates have a fourth variable: what to do first."""


def routes_of(wanted: Wanted, now_us: Callable[[], int]) -> Routes:
    """The channels; SMS and calls each need their template.

    Raises:
        BadServerError: the address of the mail server cannot be used.
    """
    http = Http()
    email = Mail(server_of(wanted.email_url), now_us) if wanted.email_url else None
    sms, voice = _short(wanted, http, now_us)
    return Routes(email, sms, voice, Chat(), Feishu(http, now_us))


def _short(wanted: Wanted, http: Http, now_us: Callable[[], int]) -> tuple[Sending | None, Sending | None]:
    sms: Sending | None = None
    voice: Sending | None = None
    if wanted.provider == ALIYUN:
        mine = aliyun.Account(
            wanted.key_id, wanted.key_secret, wanted.sms_sign, wanted.sms_template, wanted.voice_template,
            wanted.voice_number, wanted.sms_url or aliyun.SMS_URL, wanted.voice_url or aliyun.VOICE_URL, wanted.todo,
        )  # fmt: skip
        sms = aliyun.AliyunSms(mine, http, now_us, _nonce)
        voice = aliyun.AliyunVoice(mine, http, now_us, _nonce)
    elif wanted.provider == TENCENT:
        own = tencent.Account(
            wanted.key_id, wanted.key_secret, sms_app=wanted.sms_app, sms_sign=wanted.sms_sign,
            sms_template=wanted.sms_template, voice_app=wanted.voice_app, voice_template=wanted.voice_template,
            sms_url=wanted.sms_url or tencent.SMS_URL, voice_url=wanted.voice_url or tencent.VOICE_URL, todo=wanted.todo,
        )  # fmt: skip
        sms, voice = tencent.TencentSms(own, http, now_us), tencent.TencentVoice(own, http, now_us)
    return sms if wanted.sms_template else None, voice if wanted.voice_template else None


def _nonce() -> str:
    return uuid4().hex
