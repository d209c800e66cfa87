"""Idempotency-Key: a request that is sent again is done once, and answered as the first time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Header
from starlette.requests import Request

from api.problems import Code, Problem
from api.state import State
from detect.nouns import Json
from registry.nouns import Principal
from store.repositories.once import KeyReusedError

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1, max_length=200, description="A text of your own; the same request with it is done once."
    ),
]


async def done_once(
    state: State, request: Request, asker: Principal, key: str | None, act: Callable[[Any], Json]
) -> Json:
    """What `act(connection)` answers, now or when the same request came first.

    Raises:
        Problem: idempotency_key_reused, if the key came with another request before.
    """
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    digest.update(await request.body())
    now_us = state.services.now_us()

    def write(connection: Any) -> Json:
        return state.services.once(
            connection, asker.name, key, digest.hexdigest(), now_us, lambda: act(connection)
        )

    try:
        return await state.write(write)
    except KeyReusedError as error:
        raise Problem(Code.KEY_REUSED) from error
