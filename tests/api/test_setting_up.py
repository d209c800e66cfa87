"""The first user: one person, once, with the link that the service printed, and nobody without it."""

from __future__ import annotations

from typing import Any

import pytest

from keepwell.settings import Settings
from keepwell.wiring.first_user import address_of
from store import events
from store.repositories.records import By
from store.repositories.setting_up import OFFERED_US, SUBJECT, SetUpRepository
from tests.logging_in import GOOD, accept, cookie, log_in, quick, staffed, told

NORA = {"key": "nora", "name": "Nora Ek", "language": "en", "password": GOOD}


@pytest.fixture
def empty(world: Any) -> Any:
    """A world in which nobody has an account yet."""
    world.app.state.keepwell.passwords = quick()
    return world


def offer(world: Any) -> str | None:
    """What a start of the service would print."""
    with world.database.writing() as connection:
        return SetUpRepository(connection).offer(By("system", world.now_us))


def set_up(world: Any, token: str | None, **more: str) -> Any:
    """An attempt to become the first user."""
    return world.post("/set-up", {"token": token, **NORA, **more}, None)


def test_whoever_has_the_link_becomes_the_first_admin(empty: Any) -> None:
    """One logs in with the password that was chosen, as an admin; who did what stands in the history, without the token."""
    token = offer(empty)
    assert set_up(empty, token).status_code == 204
    headers = cookie(log_in(empty, "nora"))
    me = empty.ask("GET", "/api/v1/me", None, headers=headers).json()
    assert (me["role"], me["person_name"], me["language"]) == ("admin", "Nora Ek", "en")
    assert [event.new for event in told(empty, "set_up")] == [{"person": "nora"}]
    with empty.database.reading() as connection:
        history = [str(event) for event in events.of_subject(connection, SUBJECT)]
    assert history
    assert not [event for event in history if str(token) in event]


def test_nobody_becomes_it_twice(empty: Any) -> None:
    """The link opens nothing once somebody has an account, however that was made, and no start prints another."""
    token = offer(empty)
    assert set_up(empty, token).status_code == 204
    assert set_up(empty, token, key="eve").status_code == 404
    assert offer(empty) is None
    headers = cookie(log_in(empty, "nora"))
    assert empty.ask("GET", "/api/v1/people/eve", None, headers=headers).status_code == 404


def test_an_account_ends_the_offer(empty: Any) -> None:
    """Also one that was made from outside, and one that is disabled by now."""
    token = offer(empty)
    staffed(empty)
    accept(empty, "anna")
    empty.post("/users/anna/disable", None)
    assert set_up(empty, token).status_code == 404
    assert offer(empty) is None


def test_an_offer_is_for_a_day_and_for_one_start(empty: Any) -> None:
    """A newer start makes the older link worthless; after a day it opens nothing."""
    first, second = offer(empty), offer(empty)
    assert first != second
    assert set_up(empty, first).status_code == 404
    empty.now_us += OFFERED_US
    assert set_up(empty, second).status_code == 404
    assert set_up(empty, offer(empty)).status_code == 204


@pytest.mark.parametrize("token", ["", "0" * 64, "é" * 64, "None", "null"])
def test_guesses_are_refused(empty: Any, token: str) -> None:
    """With an offer and without one; nothing was made."""
    assert set_up(empty, token).status_code in {404, 422}
    offer(empty)
    assert set_up(empty, token).status_code in {404, 422}
    assert empty.ask("GET", "/api/v1/users").json()["items"] == []


def test_guessing_is_throttled(empty: Any) -> None:
    """Thirty wrong attempts from one address close it, also to the right one."""
    token = offer(empty)
    answers = {set_up(empty, f"{n:064x}").status_code for n in range(40)}
    assert answers == {404, 429}
    assert set_up(empty, token).status_code == 429


def test_what_is_wrong_can_be_corrected(empty: Any) -> None:
    """A weak password, a key that is none, or one of somebody else: the link goes on being good, and nobody else's role changes."""
    token = offer(empty)
    staffed(empty)
    weak = set_up(empty, token, password="short")
    assert [fault["code"] for fault in weak.json()["errors"]] == ["password_too_short"]
    assert set_up(empty, token, key="Not A Key").status_code == 422
    taken = set_up(empty, token, key="enno")
    assert (taken.status_code, taken.json()["code"]) == (409, "key_taken")
    assert empty.ask("GET", "/api/v1/people/enno").json()["role"] == "engineer"
    assert set_up(empty, token).status_code == 204


def test_strange_pages_set_nobody_up(empty: Any) -> None:
    """A page of somebody else's that knew the token could still not use it."""
    token = offer(empty)
    body = {"token": token, **NORA}
    answer = empty.ask("POST", "/api/v1/set-up", None, json=body, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        (Settings(http_host="0.0.0.0", http_port=8080), "http://127.0.0.1:8080"),
        (Settings(http_host="::", http_port=8080), "http://127.0.0.1:8080"),
        (Settings(http_host="::1", http_port=81), "http://[::1]:81"),
        (Settings(http_host="goods", http_port=8080), "http://goods:8080"),
        (Settings(public_url="https://goods.example/"), "https://goods.example"),
    ],
)
def test_the_address_can_be_opened(settings: Settings, address: str) -> None:
    """The printed address is one that a browser on this machine opens, or the one that the installation is known by."""
    assert address_of(settings) == address
