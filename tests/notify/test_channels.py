"""E-mail and chats at real servers: one thread per ticket, what is refused for good and what for now, lengths, passwords."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notify.channels.chat import Chat, fits
from notify.channels.feishu import Feishu, knows
from notify.channels.http import Http
from notify.channels.mail import BadServerError, Mail, server_of
from notify.channels.nouns import Outcome, Outgoing
from tests.notify.conftest import T0
from tests.notify.receivers import Mailbox, WebServer, running
from tickets.notices import Urgency

MESSAGE = Outgoing(
    "m-1",
    "[KW-1] 太热\nBcc: x@y",
    "第一行\n第二行",
    "zh",
    Urgency.CRITICAL,
    "ticket:1",
    "KW-1",
    "太热",
    "冷库",
)


def test_letters_of_a_ticket_are_one_thread() -> None:
    """Each has its own id, the same at every attempt; all refer to one; a title cannot add a header."""
    with running(Mailbox()) as box:
        mail = Mail(server_of(box.url), lambda: T0)
        for message in (
            MESSAGE,
            MESSAGE,
            replace(MESSAGE, id="m-2"),
            replace(MESSAGE, id="m-3", subject="ticket:2"),
        ):
            assert mail.send("a@goods.example", message).outcome is Outcome.SENT
        ids = [str(letter["Message-ID"]) for letter in box.letters]
        threads = [str(letter["References"]) for letter in box.letters]
    assert ids == ["<m-1@goods.example>"] * 2 + ["<m-2@goods.example>", "<m-3@goods.example>"]
    assert (len(set(threads[:3])), len(set(threads))) == (1, 2)
    assert box.letters[0]["Bcc"] is None
    assert "太热" in str(box.letters[0]["Subject"])
    assert "第二行" in box.letters[0].get_content()


@pytest.mark.parametrize(
    ("answer", "outcome", "why"),
    [
        ("550 no such user", Outcome.REFUSED, "smtp_550"), ("451 later", Outcome.THROTTLED, "smtp_451"),
        ("452 full", Outcome.THROTTLED, "smtp_452"), ("554 spam", Outcome.REFUSED, "smtp_554"),
    ],
)  # fmt: skip
def test_what_a_mail_server_says(answer: str, outcome: Outcome, why: str) -> None:
    """5xx never works, 4xx may."""
    with running(Mailbox()) as box:
        box.answer = answer
        result = Mail(server_of(box.url), lambda: T0).send("a@goods.example", MESSAGE)
    assert (result.outcome, result.why) == (outcome, why)


def test_a_password_never_goes_in_plain_text() -> None:
    """A server without TLS gets no password, unless it is allowed to."""
    with running(Mailbox()) as box:
        server = server_of(f"smtp://desk%40goods.example:PASS@127.0.0.1:{box.port}")
        result = Mail(server, lambda: T0).send("a@goods.example", MESSAGE)
    assert (result.outcome, result.why) == (Outcome.REFUSED, "no_tls")
    assert (server.sender, server.password) == ("desk@goods.example", "PASS")
    assert "PASS" not in repr(server)


@pytest.mark.parametrize(
    "url", ["http://x", "smtp://host", "smtp://u:p@:25", "smtp://h:port?from=a@b", "smtps://"]
)
def test_addresses_of_servers_that_are_none(url: str) -> None:
    """Named before anything starts, without the password in the sentence."""
    with pytest.raises(BadServerError, match=r"expected|cannot be read"):
        server_of(url)


def test_nobody_there() -> None:
    """A server that is not there is a named failure on every way."""
    mail = Mail(server_of("smtp://127.0.0.1:9?from=a@b"), lambda: T0)
    assert mail.send("a@b", MESSAGE).why == "unreachable"
    assert Feishu(Http(), lambda: T0).send("feishu+http://127.0.0.1:9/x", MESSAGE).why == "unreachable"
    assert Chat().send("json://127.0.0.1:9/", MESSAGE).outcome is Outcome.FAILED


def test_chats_through_apprise() -> None:
    """Title and text arrive; what a bot would cut off is cut by us; the machine itself is no chat."""
    with running(WebServer()) as web:
        assert Chat().send(f"json://{web.host}/hook", MESSAGE).outcome is Outcome.SENT
        assert (
            Chat().send(f"json://{web.host}/hook", replace(MESSAGE, body="字" * 5000)).outcome is Outcome.SENT
        )
        web.judge = lambda *_: (500, {})
        assert Chat().send(f"json://{web.host}/hook", MESSAGE).outcome is Outcome.FAILED
        first, long = web.bodies()[:2]
    assert (first["message"], first["type"]) == ("第一行\n第二行", "failure")
    assert 3000 < len(long["message"].encode()) < 3600
    assert Chat().send("syslog://", MESSAGE).outcome is Outcome.REFUSED
    for address, right in (
        ("wecombot://0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", True), ("dingtalk://secret@token0123456789/", True),
        ("workflows://host:443/workflow0123/signature0123", True), ("file:///etc/passwd", False), ("x", False),
    ):  # fmt: skip
        assert fits(address) is right, address
    assert [knows(url) for url in ("feishu://token?secret=x", "lark://token", "feishu://", "json://x")] == [
        True,
        True,
        False,
        False,
    ]


def test_answers_of_feishu_are_read() -> None:
    """It says 200 to everything: the code in the body counts, and an answer without one is no success."""
    with running(WebServer()) as web:
        bot = Feishu(Http(), lambda: T0)
        answers = [({"code": 0}, "sent"), ({"StatusCode": 0}, "sent"), ({"code": 11232}, "throttled"), ({"code": 19024}, "refused"),
                   (b"<html>", "failed"), ([], "failed")]  # fmt: skip
        for answer, outcome in answers:
            web.judge = lambda *_, answer=answer: (200, answer)
            assert bot.send(f"feishu+http://{web.host}/h?secret=SECtest", MESSAGE).outcome == outcome
        body = web.bodies()[0]
    assert (body["timestamp"], body["msg_type"]) == (str(T0 // 1_000_000), "text")
    assert "secret" not in str(web.asked[0][0])
