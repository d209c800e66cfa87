"""SMS and calls against stubs of the documented interfaces: signatures, refusals, throttling, receipts and pressed keys."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

import pytest

from notify.channels import aliyun, feishu, tencent
from notify.channels.building import Wanted, routes_of
from notify.channels.nouns import Outcome, Outgoing
from notify.receipts import BadReceiptError, Happened, Provider, allowed, note, read
from notify.recipients import Reach
from notify.routes import Routes
from notify.sending import Sender
from store import events
from store.messages import Channel, MessageState, TellingState
from tests.notify.conftest import T0, Post, notice, spread
from tests.notify.providers import KEY_ID, SECRET, Aliyun, Tencent
from tickets.notices import Urgency

MESSAGE = Outgoing(
    "m-1",
    "[KW-1] 太热",
    "body",
    "zh",
    Urgency.CRITICAL,
    "ticket:1",
    "KW-000001",
    "太热：8.2 °C",
    "宁波 & 冷库~1*",
)


def routes(post: Post, provider: str, secret: str = SECRET) -> Routes:
    """The channels as settings would make them, at the stub."""
    url = f"http://{post.web.host}"
    wanted = Wanted(
        provider=provider, key_id=KEY_ID, key_secret=secret, sms_sign="货安", sms_template="SMS_1", sms_app="1400",
        voice_template="TTS_1", voice_app="1600", voice_number="05710000", sms_url=url, voice_url=url,
    )  # fmt: skip
    return routes_of(wanted, lambda: post.now_us)


def test_published_vectors() -> None:
    """The signatures that the vendors (and, for Feishu, our own notes) print as examples come out."""
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com", "x-acs-action": "RunInstances", "x-acs-content-sha256": empty,
        "x-acs-date": "2023-10-26T10:22:32Z", "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }  # fmt: skip
    image = "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"
    query = aliyun.canonical_query({"RegionId": "cn-shanghai", "ImageId": image})
    signed = aliyun.authorization("YourAccessKeyId", "YourAccessKeySecret", "POST", "/", query, headers, b"")
    assert signed.endswith("=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")
    body = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    key = "Gu5t9xGARNpq86cd98joQYCN3*******"
    told = tencent.authorization("id", key, "cvm", "cvm.tencentcloudapi.com", 1_551_113_065, body)
    assert told.endswith("=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c")
    assert feishu.sign("SECtest", "1700000000") == "G7XpBpG8NgG02fJOAhX6FRAObIljmFoxVReo8I62pEk="


@pytest.mark.parametrize(("name", "stub"), [("aliyun", Aliyun), ("tencent", Tencent)])
def test_a_critical_message_is_signed_and_taken(post: Post, name: str, stub: Any) -> None:
    """Text with anything in it, to both products; with another secret neither takes it, and it is not tried for hours."""
    service = post.web.judge = stub()
    made = routes(post, name)
    for channel in (made.sms, made.voice):
        assert channel is not None
        result = channel.send("13900000001", MESSAGE)
        assert (result.outcome, bool(result.provider_id)) == (Outcome.SENT, True)
    said = str(service.asked)
    assert "太热" in said
    assert "冷库~1*" in said
    wrong = routes(post, name, "another")
    assert wrong.sms is not None
    assert wrong.sms.send("13900000001", MESSAGE).outcome is Outcome.REFUSED
    assert len(service.asked) == 2


@pytest.mark.parametrize(
    ("name", "stub", "trouble", "outcome"),
    [
        ("aliyun", Aliyun, {"code": "isv.BUSINESS_LIMIT_CONTROL"}, Outcome.THROTTLED),
        ("aliyun", Aliyun, {"code": "isv.MOBILE_NUMBER_ILLEGAL"}, Outcome.REFUSED),
        ("aliyun", Aliyun, {"code": "isp.SYSTEM_ERROR"}, Outcome.FAILED),
        ("aliyun", Aliyun, {"status": 503}, Outcome.FAILED),
        ("tencent", Tencent, {"error": "RequestLimitExceeded"}, Outcome.THROTTLED),
        ("tencent", Tencent, {"code": "LimitExceeded.PhoneNumberDailyLimit"}, Outcome.THROTTLED),
        ("tencent", Tencent, {"code": "InvalidParameterValue.IncorrectPhoneNumber"}, Outcome.REFUSED),
        ("tencent", Tencent, {"error": "InternalError.Timeout"}, Outcome.FAILED),
        ("tencent", Tencent, {"status": 429}, Outcome.THROTTLED),
    ],
)
def test_refusals_have_names(
    post: Post, name: str, stub: Any, trouble: dict[str, Any], outcome: Outcome
) -> None:
    """What may work later is tried later, what is throttled waits, what never works is given up, each by its name."""
    service = post.web.judge = stub()
    for field, value in trouble.items():
        setattr(service, field, value)
    sms = routes(post, name).sms
    assert sms is not None
    result = sms.send("13900000001", MESSAGE)
    assert result.outcome is outcome
    assert result.why


def ringing(post: Post, name: str, stub: Any) -> tuple[Sender, Any]:
    """Somebody with a telephone, and a sender that can ring it."""
    service = post.web.judge = stub()
    post.reach = Reach(sms=True, voice=True)
    post.person("wang", email="", phone="139 0000-0001")
    return post.sender(routes(post, name)), service


def report(post: Post, provider: Provider, body: Any) -> tuple[int, list[tuple[str, str]]]:
    """A report comes in: how many messages are known, and what else was acknowledged."""
    acked: list[tuple[str, str]] = []
    with post.database.writing() as connection:
        known = note(
            connection,
            provider,
            read(provider, body),
            post.now_us,
            lambda _c, subject, person, _t: acked.append((subject, person)),
        )
    return known, acked


@pytest.mark.parametrize(
    ("name", "stub", "provider"),
    [("aliyun", Aliyun, Provider.ALIYUN_VOICE), ("tencent", Tencent, Provider.TENCENT_VOICE)],
)
def test_the_phone_rings_until_a_key_is_pressed(post: Post, name: str, stub: Any, provider: Provider) -> None:
    """Rung and written again after five minutes; the key 1 ends it for this person and acknowledges; another key does not."""
    sender, service = ringing(post, name, stub)
    post.put(notice("person:wang", "fire", Urgency.CRITICAL, until_answered=True))
    spread(post, sender, range(7))
    assert Counter(action for action, _ in service.asked) == {
        "SendSms": 2,
        {"aliyun": "SingleCallByTts"}.get(name, "SendTtsVoice"): 2,
    }
    call = next(one for one in post.messages() if one.channel is Channel.VOICE)

    def pressed(key: str) -> Any:
        if name == "tencent":
            return {
                "voicekey_callback": {
                    "callid": call.provider_id,
                    "keypress": key,
                    "mobile": "139",
                    "nationcode": "86",
                }
            }
        return [
            {
                "call_id": call.provider_id,
                "out_id": call.id,
                "status_code": "200000",
                "dtmf": key,
                "duration": "9",
            }
        ]

    assert report(post, provider, pressed("3"))[1] == []
    assert report(post, provider, pressed("1")) == (1, [("ticket:1", "person:wang")])
    assert report(post, provider, pressed("1")) == (1, [])
    asked = len(service.asked)
    spread(post, sender, range(7, 100))
    assert len(service.asked) == asked
    assert [one.state for one in post.tellings()] == [TellingState.ANSWERED]
    with post.database.reading() as connection:
        assert [event.act for event in events.of_subject(connection, "ticket:1")] == ["answered"]


def test_a_call_that_nobody_took_is_made_again_under_its_id(post: Post) -> None:
    """A receipt that says "no answer" makes it tried again; the id of the message stays, the call is a new one."""
    sender, service = ringing(post, "aliyun", Aliyun)
    post.put(notice("person:wang", "fire", Urgency.CRITICAL))
    post.work(sender)
    call = next(one for one in post.messages() if one.channel is Channel.VOICE)
    missed = [{"call_id": call.provider_id, "out_id": call.id, "status_code": "200005", "dtmf": ""}]
    assert report(post, Provider.ALIYUN_VOICE, missed)[0] == 1
    spread(post, sender, [1, 2])
    rung = [query["OutId"] for action, query in service.asked if action == "SingleCallByTts"]
    assert rung == [call.id, call.id]


def test_delivery_of_sms(post: Post) -> None:
    """Delivered is noted; a report of somebody else's message is not ours; one without form is refused."""
    sender, _ = ringing(post, "tencent", Tencent)
    post.put(notice("person:wang", "fire", Urgency.CRITICAL))
    post.work(sender)
    sms = next(one for one in post.messages() if one.channel is Channel.SMS)
    arrived = [{"sid": sms.provider_id, "report_status": "SUCCESS", "errmsg": "DELIVRD", "mobile": "139"}]
    assert report(post, Provider.TENCENT_SMS, arrived)[0] == 1
    assert next(one for one in post.messages() if one.id == sms.id).delivered_us == post.now_us
    assert report(post, Provider.TENCENT_SMS, [{"sid": "unknown", "report_status": "FAIL"}])[0] == 0
    failed = read(Provider.ALIYUN_SMS, [{"biz_id": "b", "out_id": sms.id, "success": False, "err_code": "E"}])
    assert [(one.what, one.why) for one in failed] == [(Happened.FAILED, "E")]
    for bad in ({}, [1], "x", None):
        with pytest.raises(BadReceiptError):
            read(Provider.ALIYUN_SMS, bad)
    with pytest.raises(BadReceiptError):
        read(Provider.TENCENT_VOICE, {"other": 1})


def test_a_token_opens_and_nothing_else() -> None:
    """No token set: no report is taken, not even one without a token."""
    assert allowed("secret", "secret")
    assert not allowed("", "")
    assert not allowed("secre", "secret")


def test_no_secret_is_ever_logged(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    """With everything logged that can be, after success and failure of every channel: no secret, no address, no number."""
    caplog.set_level(logging.DEBUG)
    sender, service = ringing(post, "aliyun", Aliyun)
    post.person("li", email="li@goods.example", chat=True)
    post.wishes(
        "person:li", urls=(post.bot("TOKEN"), f"json://user:PASSWORD@{post.web.host}/TOKEN?+k=HEADER")
    )
    mixed = post.sender()
    for answer in (lambda *_: (200, {"code": 0}), lambda *_: (500, {}), lambda *_: (429, {})):
        post.web.judge = answer
        post.put(*[notice(who, f"c{post.now_us}", Urgency.CRITICAL) for who in ("person:wang", "person:li")])
        post.work(sender)
        post.work(mixed)
        post.now_us += 1_000_000
    post.mail.stop()
    post.put(notice("person:li", "more", Urgency.CRITICAL))
    post.work(mixed)
    said = (
        caplog.text
        + repr(sender)
        + repr(post.directory().addressee("person:li"))
        + repr(routes(post, "aliyun"))
    )
    for secret in (
        SECRET,
        "SECRET-OF-THE-BOT",
        "TOKEN",
        "PASSWORD",
        "HEADER",
        "13900000001",
        "li@goods.example",
    ):
        assert secret not in said, secret
    assert service is not None
    assert any(one.state is MessageState.RETRYING for one in post.messages())
    assert T0
