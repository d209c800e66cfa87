"""The first user: whoever started the service becomes its admin, once, with the link that it printed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import examples_users as examples
from api.guard import PREFIX
from api.log_in import refuse_weak
from api.openapi import plain
from api.problems import Code, Problem
from api.refusals import as_problems
from api.routes.me import Secret, address_of, refuse_strange_pages
from api.state import state_of
from api.wire import Key as ObjectKey
from api.wire import Line, Wire
from registry.nouns import Language, Person, Role
from store.repositories.records import By
from store.repositories.setting_up import SetUpRepository

public = APIRouter(prefix=PREFIX, tags=["users"])
"""Without a key: there is nobody yet who could have one."""


class SetUpIn(Wire):
    """The token that the service printed, and who is to be its first admin."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SET_UP_IN]})

    token: Annotated[str, Field(min_length=1, max_length=200)]
    key: ObjectKey
    """With which one logs in."""
    name: Annotated[Line, Field(min_length=1)]
    language: Literal["en", "zh"] = "zh"
    password: Secret


@public.post(
    "/set-up",
    **plain(
        None, None, Code.NOT_FOUND, Code.INVALID, Code.MALFORMED, Code.CROSS_SITE, Code.KEY_TAKEN, Code.TOO_MANY_ATTEMPTS,
        Code.BUSY,
    ),
)  # fmt: skip
async def set_up(request: Request, body: SetUpIn) -> Response:
    """Become the first admin, with the token that `keepwell up` printed. Then log in.

    It holds for a day, and until anybody has an account: from then on the answer is 404, whatever is sent.
    """
    state = state_of(request)
    refuse_strange_pages(state, request)
    now_us, address = state.services.now_us(), address_of(request)
    wait_us = state.throttle.wait_us(address, now_us)
    if wait_us:
        raise Problem(Code.TOO_MANY_ATTEMPTS, {"wait_s": -(-wait_us // 1_000_000)})
    if not await state.read(lambda connection: SetUpRepository(connection).fits(body.token, now_us)):
        state.throttle.wrong(address, now_us)
        raise Problem(Code.NOT_FOUND)
    person = Person(key=body.key, name=body.name, role=Role.ADMIN, language=Language(body.language))
    refuse_weak(body.password, person, None, "body/password")
    hash = await state.passwords.make(state.pool, body.password)

    def write(connection: Any) -> None:
        offer = SetUpRepository(connection)
        if not offer.fits(body.token, now_us):  # somebody else was quicker
            raise Problem(Code.NOT_FOUND)
        with as_problems():
            offer.take(person, hash, By(f"person:{person.key}", now_us, "set up"))

    await state.write(write)
    state.forget_keys()
    return Response(status_code=204)
