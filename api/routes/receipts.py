"""What providers of SMS and calls report: delivered, failed, acknowledged by a key. They carry a token instead of a key."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_outbox as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX
from api.openapi import plain
from api.problems import Code, Problem
from api.state import state_of
from notify import receipts
from notify.receipts import ANSWERS, BadReceiptError, Provider

public = APIRouter(prefix=PREFIX, tags=["outbox"])

ProviderName = Annotated[
    str, Path(pattern="^[a-z-]{1,20}$", description="aliyun-sms, aliyun-voice, tencent-sms, tencent-voice")
]
_PROBLEMS = (Code.UNAUTHENTICATED, Code.NOT_FOUND, Code.INVALID, Code.MALFORMED, Code.BUSY)
_ANSWER: dict[str, Any] = {"type": "object", "description": "What the provider wants to hear."}


@public.post("/receipts/{provider}", **plain(_ANSWER, examples.RECEIPT, *_PROBLEMS))
async def take_receipt(
    request: Request,
    provider: ProviderName,
    token: Annotated[str, Query(max_length=200, description="KEEPWELL_NOTIFY_RECEIPT_TOKEN")] = "",
) -> Response:
    """A report of a provider, in the form it documents. The key 1 acknowledges, as a link does."""
    state = state_of(request)
    if not receipts.allowed(token, state.services.receipt_token):
        raise Problem(Code.UNAUTHENTICATED)
    if provider not in set(Provider):
        raise Problem(Code.NOT_FOUND)
    who = Provider(provider)
    try:
        found = receipts.read(who, msgspec.json.decode(await request.body()))
    except (msgspec.DecodeError, UnicodeDecodeError, BadReceiptError) as error:
        raise Problem(Code.MALFORMED) from error
    now_us = state.services.now_us()
    known = await state.write(receipts.note, who, found, now_us, receipts.acknowledge)
    if found and not known:
        raise Problem(Code.NOT_FOUND)  # reported again later, when we know what the provider calls it
    return JsonAnswer(ANSWERS[who])
