"""No requests into private networks: a corpus of addresses, names that change their mind, and a server that must hear nothing."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.webhooks.addresses import (
    Address,
    Allowed,
    Denied,
    Target,
    embedded,
    judge,
    judge_target,
    read_url,
)
from notify.webhooks.connecting import system_resolve
from notify.webhooks.posting import Poster
from tests.receivers import receiving

NOTHING = Allowed()

REFUSED = {
    # what does not look like an address one could send to
    "": Denied.BAD_URL, "hook": Denied.BAD_URL, "//host/x": Denied.BAD_URL, "ftp://host/x": Denied.BAD_URL,
    "file:///etc/passwd": Denied.BAD_URL, "gopher://127.0.0.1:6379/_SET": Denied.BAD_URL, "https://": Denied.BAD_URL,
    "https:///path": Denied.BAD_URL, "https://host:0/": Denied.BAD_URL, "https://host:99999/": Denied.BAD_URL,
    "https://host:port/": Denied.BAD_URL, "https://ho st/": Denied.BAD_URL, "https://host\r\nX: y/": Denied.BAD_URL,
    "https://host/\tx": Denied.BAD_URL, "https://host\\@127.0.0.1/": Denied.BAD_URL, "https://bücher.example/": Denied.BAD_URL,
    "https://１２７.0.0.1/": Denied.BAD_URL, "https://host/#part": Denied.BAD_URL, "https://[::1/": Denied.BAD_URL,
    "https://[fe80::1%25eth0]/": Denied.BAD_URL, "https://" + "a" * 2000: Denied.BAD_URL,
    # secrets in it
    "https://user:password@host/": Denied.CREDENTIALS, "https://user@host/": Denied.CREDENTIALS,
    "https://@127.0.0.1/": Denied.CREDENTIALS, "https://public.example@127.0.0.1/": Denied.CREDENTIALS,
    # in the clear
    "http://hooks.example/": Denied.NOT_HTTPS, "http://1.1.1.1/": Denied.NOT_HTTPS,
    "http://[2606:4700:4700::1111]/": Denied.NOT_HTTPS,
    # this machine
    "https://127.0.0.1/": Denied.LOOPBACK, "https://127.8.9.10:8443/x": Denied.LOOPBACK, "https://[::1]/": Denied.LOOPBACK,
    "https://0.0.0.0/": Denied.UNSPECIFIED, "https://[::]/": Denied.UNSPECIFIED, "https://0.1.2.3/": Denied.PRIVATE,
    # the machines beside it
    "https://10.0.0.1/": Denied.PRIVATE, "https://172.16.0.1/": Denied.PRIVATE, "https://192.168.1.1/": Denied.PRIVATE,
    "https://100.64.0.1/": Denied.PRIVATE, "https://[fd12:3456::1]/": Denied.PRIVATE, "https://[fec0::1]/": Denied.PRIVATE,
    "https://169.254.1.1/": Denied.LINK_LOCAL, "https://[fe80::1]/": Denied.LINK_LOCAL, "https://198.18.0.1/": Denied.PRIVATE,
    # where clouds keep their secrets
    "https://169.254.169.254/latest/meta-data/": Denied.METADATA, "https://[fd00:ec2::254]/": Denied.METADATA,
    "https://100.100.100.200/": Denied.METADATA, "https://168.63.129.16/": Denied.METADATA,
    "https://[::ffff:169.254.169.254]/": Denied.METADATA, "https://[64:ff9b::a9fe:a9fe]/": Denied.METADATA,
    # nobody in particular
    "https://224.0.0.1/": Denied.MULTICAST, "https://[ff02::1]/": Denied.MULTICAST, "https://255.255.255.255/": Denied.RESERVED,
    "https://240.0.0.1/": Denied.RESERVED, "https://192.0.0.192/": Denied.RESERVED, "https://192.88.99.1/": Denied.RESERVED,
    "https://192.0.2.1/": Denied.PRIVATE, "https://[2001:db8::1]/": Denied.RESERVED, "https://[100::1]/": Denied.RESERVED,
    "https://[4000::1]/": Denied.RESERVED,
    # IPv4 dressed as IPv6
    "https://[::ffff:127.0.0.1]/": Denied.LOOPBACK, "https://[::ffff:7f00:1]/": Denied.LOOPBACK,
    "https://[::127.0.0.1]/": Denied.LOOPBACK, "https://[::ffff:0:10.0.0.1]/": Denied.PRIVATE,
    "https://[64:ff9b::7f00:1]/": Denied.LOOPBACK, "https://[64:ff9b::10.1.2.3]/": Denied.PRIVATE,
    "https://[64:ff9b:1::1]/": Denied.PRIVATE, "https://[2002:7f00:1::]/": Denied.LOOPBACK,
    "https://[2002:c0a8:0101::1]/": Denied.PRIVATE, "https://[2001:0:c0a8:101::f5ff:fffe]/": Denied.PRIVATE,
    "https://[2001:0:808:808::80ff:fffe]/": Denied.LOOPBACK, "https://[2606:4700::5efe:10.0.0.1]/": Denied.PRIVATE,
}  # fmt: skip
FINE = (
    "https://hooks.example/in?a=1", "https://HOOKS.example:8443", "https://1.1.1.1/x", "https://[2606:4700:4700::1111]/",
    "https://[64:ff9b::101:101]/", "https://[2002:101:101::1]/", "https://xn--bcher-kva.example/",
)  # fmt: skip
SPELLINGS = (
    "localhost",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "0x7f.1",
    "0",
    "LOCALHOST",
    "localhost.",
)
"""Names and numbers that the system reads as this machine."""


def verdict(url: str, allowed: Allowed = NOTHING) -> Denied | None:
    """What is said of a URL before any name is looked up."""
    target = read_url(url)
    return target if isinstance(target, Denied) else judge_target(target, allowed)


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_refused_has_its_reason(url: str) -> None:
    """Every way in that is known: each by its own name."""
    assert verdict(url) is REFUSED[url]


@pytest.mark.parametrize("url", FINE)
def test_public_addresses_are_fine(url: str) -> None:
    """The rule refuses nothing else."""
    assert verdict(url) is None


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_leads_home(spelling: str) -> None:
    """Whatever the system makes of a name is judged, not the name: nothing reaches a server on this machine."""
    with receiving() as receiver:
        answer = Poster(NOTHING)(f"https://{spelling}:{receiver.port}/", {}, b"{}")
    assert answer.trouble in {"denied_loopback", "denied_unspecified", "no_such_host"}
    assert receiver.got == []


def test_a_name_that_changes_its_mind_is_asked_once() -> None:
    """First a public answer, then this machine: the address that was judged is the one that is connected to."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[Address]:
        asked.append(host)
        return [ip_address("192.0.2.1" if len(asked) == 1 else "127.0.0.1")]

    with receiving() as receiver:
        poster = Poster(Allowed.read("192.0.2.0/24"), rebinding, total_s=1.0)
        answer = poster(f"http://hooks.example:{receiver.port}/", {}, b"{}")
        assert (asked, receiver.got) == (["hooks.example"], [])
        assert answer.trouble in {"timeout", "not_connected"}
        again = poster(f"http://hooks.example:{receiver.port}/", {}, b"{}")
    assert (again.trouble, receiver.got) == ("denied_loopback", [])


def test_of_several_addresses_only_the_permitted_are_tried() -> None:
    """A private address among public ones is passed over, wherever it stands."""
    with receiving() as receiver:
        mixed = [ip_address("10.0.0.1"), ip_address("127.0.0.1")]
        poster = Poster(Allowed.read("127.0.0.1"), lambda host, port: mixed, total_s=2.0)
        assert poster(f"http://hooks.example:{receiver.port}/hook?x=1", {}, b"{}").taken
    (got,) = receiver.got
    assert (got.path, got.headers["host"]) == ("/hook?x=1", f"hooks.example:{receiver.port}")


@pytest.mark.parametrize("allow", ["127.0.0.0/8", "127.0.0.1", "hooks.internal, 10.0.0.0/8"])
def test_what_is_allowed_is_reached_also_without_tls(allow: str) -> None:
    """By network, by address, by name."""
    with receiving() as receiver:
        poster = Poster(Allowed.read(allow), lambda host, port: [ip_address("127.0.0.1")])
        assert poster(f"http://hooks.internal:{receiver.port}/", {}, b"{}").taken


def test_no_setting_allows_the_secrets_of_clouds() -> None:
    """Not by network and not by name."""
    everything = Allowed.read("0.0.0.0/0,::/0,metadata.internal")
    target = Target(False, "metadata.internal", 80, "/")
    for text in ("169.254.169.254", "::ffff:a9fe:a9fe", "fd00:ec2::254"):
        assert judge(ip_address(text), target, everything) is Denied.METADATA


@pytest.mark.parametrize("text", ["10.0.0.0/33", "10.0.0.1/8", "a b", "-x", "http://x", "x/8", "1.2.3.4.5"])
def test_a_wrong_setting_is_named(text: str) -> None:
    """Nothing is silently not allowed."""
    with pytest.raises(ValueError, match="neither"):
        Allowed.read(f"10.0.0.0/8,{text}")


def test_redirects_are_not_followed() -> None:
    """A public receiver that points inwards gets nothing there."""
    with receiving() as inner, receiving(answer=lambda _: (302, {"Location": inner.url})) as outer:
        answer = Poster(Allowed.read("127.0.0.1"))(outer.url, {}, b"{}")
    assert (answer.status, answer.trouble, inner.got) == (302, "redirect", [])


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the proxy would look up the name, and go where nobody checked."""
    with receiving() as proxy, receiving() as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert Poster(Allowed.read("127.0.0.1"))(receiver.url, {}, b"{}").taken
    assert (len(receiver.got), proxy.got) == (1, [])


def test_the_name_stays_in_tls() -> None:
    """Connected by address, greeted by name (SNI), and a certificate of nobody is refused."""
    seen: list[str | None] = []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.sni_callback = lambda _socket, name, _context: seen.append(name)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def greet() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                context.wrap_socket(connection, server_side=True)

        thread = threading.Thread(target=greet)
        thread.start()
        poster = Poster(Allowed.read("127.0.0.1"), lambda host, _: [ip_address("127.0.0.1")], total_s=5.0)
        answer = poster(f"https://hooks.example:{port}/", {}, b"{}")
        thread.join()
    assert seen == ["hooks.example"]
    assert answer.trouble == "tls"


def test_the_system_resolver_answers_once_per_address() -> None:
    """Numbers stay numbers; each address comes once."""
    assert system_resolve("127.0.0.1", 80) == [ip_address("127.0.0.1")]


@given(st.integers(0, 2**32 - 1))
def test_no_dress_makes_an_address_public(number: int) -> None:
    """Whatever is refused as IPv4 is refused in every form in which IPv6 can carry it."""
    plain = ip_address(number)
    target = Target(True, "hooks.example", 443, "/")
    dressed = [ip_address(base | number) for base in (0xFFFF << 32, 0x64FF9B << 96, 0xFFFF << 48)]
    dressed.append(ip_address(0x2002 << 112 | number << 80))
    if number > 1:
        dressed.append(ip_address(int(ip_address("::")) | number))
    for one in dressed:
        assert embedded(one) == (plain,)
        assert (judge(one, target, NOTHING) is None) == (judge(plain, target, NOTHING) is None)
