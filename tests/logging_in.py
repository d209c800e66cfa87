"""People who log in, for tests: a staffed world, invitations accepted, the cookie of a page of ours."""

from __future__ import annotations

from typing import Any

import httpx
from argon2 import PasswordHasher

from api.passwords import Passwords
from registry import nouns as r
from store import events
from store.repositories.records import By
from store.repositories.registry import RegistryRepository

GOOD = "seven lazy herons on a raft"
BETTER = "a kettle under four green stars"
OURS = {"Sec-Fetch-Site": "same-origin"}


def quick() -> Passwords:
    """Hashing that does not take its time."""
    return Passwords(PasswordHasher(1, 8, 1))


def staffed(world: Any) -> Any:
    """The world, with people."""
    world.app.state.keepwell.passwords = quick()
    with world.database.writing() as connection:
        registry = RegistryRepository(connection)
        for person in (
            r.Person(key="anna", name="Anna Berg", role=r.Role.ADMIN, phone="13800138000"),
            r.Person(key="enno", role=r.Role.ENGINEER),
            r.Person(key="cora", role=r.Role.CUSTOMER, customer="c1"),
            r.Person(key="kim", role=r.Role.KEEPER, site="own2", customer="c1"),
        ):
            registry.put(person, By("key:setup", world.now_us))
    return world


def accept(desk: Any, person: str, password: str = GOOD) -> None:
    """Invited and accepted."""
    made = desk.post("/users", {"person": person})
    assert made.status_code == 201, made.text
    body = {"token": made.json()["token"], "password": password}
    answer = desk.post("/invitations/accept", body, None)
    assert answer.status_code == 204, answer.text


def log_in(desk: Any, name: str, password: str = GOOD, **more: Any) -> httpx.Response:
    """An attempt."""
    return desk.post("/login", {"name": name, "password": password, **more}, None)


def cookie(answer: httpx.Response) -> dict[str, str]:
    """The headers of a page of ours that has logged in."""
    assert answer.status_code == 200, answer.text
    (pair,) = [f"{name}={value}" for name, value in answer.cookies.items()]
    return {"Cookie": pair, **OURS}


def told(desk: Any, act: str) -> list[Any]:
    """The events of one act."""
    with desk.database.reading() as connection:
        return [event for event in events.since(connection, 0) if event.act == act]
