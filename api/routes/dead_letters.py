"""Dead letters: refused messages, read and submitted again, as they came or repaired."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from api import examples, examples_live
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, permit
from api.languages import language
from api.mapping_source import in_force
from api.mapping_trial import Known, names_of, refusal_view, tried_now
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act, Owner, Resource, Scope
from api.problems import Code, Problem
from api.routes.ledger import GatewayId, own_gateway
from api.services import Heard
from api.state import State, state_of
from api.times import text_of
from api.views import DeadLetterFull, DeadLetterView, SubmittedView
from api.views_mappings import TriedView
from detect.nouns import Json
from registry.nouns import Principal
from store.nouns import StoredDeadLetter
from texts import Language

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["dead letters"])

Number = Annotated[int, Path(ge=0, lt=2**63)]


class Repair(BaseModel):
    """The payload to submit instead of the one that was kept, as text or as base64."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [examples.REPAIR]})

    payload_text: str | None = Field(None, max_length=262_144)
    payload_base64: str | None = Field(None, max_length=349_528)

    @model_validator(mode="after")
    def _only_one(self) -> Repair:
        if self.payload_text is not None and self.payload_base64 is not None:
            raise PydanticCustomError("only_one", "only one of the two")
        return self

    def payload(self) -> bytes | None:
        """The bytes to submit; None for those that were kept."""
        if self.payload_base64 is None:
            return None if self.payload_text is None else self.payload_text.encode()
        try:
            return b64decode(self.payload_base64, validate=True)
        except ValueError as error:
            raise Problem(Code.INVALID, {"n": 1}, [("body/payload_base64", "not_base64", {})]) from error


@router.get(
    "/dead-letters",
    **operation(
        Act.READ_DEAD_LETTERS,
        Page[DeadLetterView],
        examples.DEAD_LETTERS,
        problems=(Code.NOT_FOUND, Code.BAD_CURSOR),
    ),
)
async def list_dead_letters(
    request: Request, asker: Asker, gateway: GatewayId = None, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """Refused messages, newest first."""
    state = state_of(request)
    gateway = own_gateway(asker, Act.READ_DEAD_LETTERS, gateway)
    before = read_cursor(request, cursor, int)
    rows = await state.pool(state.services.readings.dead_letters, gateway, before, limit + 1)
    shown, last = cut(rows, limit)
    following = write_cursor(request, last.id) if last else None
    lang = language(request.headers.get("accept-language", ""))
    page = Page([_view(row, lang) for row in shown], following)
    return JsonAnswer(page, headers={**next_link(request, following), **_spoken(lang)})


@router.get(
    "/dead-letters/{id}",
    **operation(Act.READ_DEAD_LETTERS, DeadLetterFull, examples.DEAD_LETTER, problems=(Code.NOT_FOUND,)),
)
async def read_dead_letter(request: Request, asker: Asker, id: Number) -> Response:
    """A refused message with its payload."""
    row = await _find(state_of(request), asker, Act.READ_DEAD_LETTERS, id)
    payload = row.letter.payload
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        text = None
    lang = language(request.headers.get("accept-language", ""))
    view = _view(row, lang)
    fields = {name: getattr(view, name) for name in view.__struct_fields__}
    full = DeadLetterFull(**fields, payload_text=text, payload_base64=b64encode(payload).decode())
    return JsonAnswer(full, headers=_spoken(lang))


@router.post(
    "/dead-letters/{id}/trial",
    **operation(Act.SUBMIT_AGAIN, TriedView, examples_live.TRIED, problems=(Code.NOT_FOUND, Code.TRUNCATED)),
)
async def try_dead_letter(request: Request, asker: Asker, id: Number, repair: Repair) -> Response:
    """What would become of a refused message now, as it was kept or repaired, by the mappings that are in force. Nothing is kept."""
    state = state_of(request)
    row = await _find(state, asker, Act.SUBMIT_AGAIN, id)
    heard = Heard(row.letter.topic, _payload(row, repair), state.services.now_us())
    index, lang = await state.series(), language(request.headers.get("accept-language", ""))

    def work(connection: Any) -> TriedView:
        known = Known(index, names_of(state.services.registry(connection)), state.services.unit_of)
        return tried_now(in_force(state.services.mappings(connection)), heard, known, lang)

    view = await state.read(work)
    return JsonAnswer(view, headers=_spoken(lang))


@router.post(
    "/dead-letters/{id}/submit",
    **operation(
        Act.SUBMIT_AGAIN,
        SubmittedView,
        examples.SUBMITTED,
        status=202,
        problems=(Code.NOT_FOUND, Code.TRUNCATED, Code.BROKER_AWAY),
    ),
)
async def submit_dead_letter(request: Request, asker: Asker, id: Number, repair: Repair) -> Response:
    """Publish a refused message on its topic again, as it was kept or repaired. It is judged like any other."""
    state = state_of(request)
    row = await _find(state, asker, Act.SUBMIT_AGAIN, id)
    payload = _payload(row, repair)
    try:
        await state.pool(state.services.publisher.submit, row.letter.topic, payload)
    except (ConnectionError, TimeoutError) as error:
        raise Problem(Code.BROKER_AWAY) from error
    await state.write(_tell, state, asker.name, id, {"topic": row.letter.topic, "size_bytes": len(payload)})
    return JsonAnswer(SubmittedView(row.letter.topic, len(payload)), 202)


def _payload(row: StoredDeadLetter, repair: Repair) -> bytes:
    """What is to be submitted or tried.

    Raises:
        Problem: truncated, if it is what was kept and that is not all of it.
    """
    payload = repair.payload()
    if payload is not None:
        return payload
    if len(row.letter.payload) < row.letter.size:
        raise Problem(Code.TRUNCATED, {"size": row.letter.size, "kept": len(row.letter.payload)})
    return row.letter.payload


def _tell(connection: Any, state: State, principal: str, id: int, new: Json) -> None:
    """Submitting again is an act of a person, so it is on record."""
    state.services.events.append(
        connection, principal=principal, act="submitted", subject=f"dead_letter:{id}", reason="", old=None, new=new,
        time_us=state.services.now_us(),
    )  # fmt: skip


async def _find(state: State, asker: Principal, act: Act, id: int) -> StoredDeadLetter:
    row = await state.pool(state.services.readings.dead_letter, id)
    if row is None:
        raise Problem(Code.NOT_FOUND)
    permit(asker, act, Resource.of(Owner(Scope.GATEWAY, row.letter.gateway)))
    return row


def _spoken(lang: Language) -> dict[str, str]:
    return {"Content-Language": lang, "Vary": "Accept-Language"}


def _view(row: StoredDeadLetter, lang: Language) -> DeadLetterView:
    letter = row.letter
    told = refusal_view(letter.reason, letter.detail, 0, lang)
    return DeadLetterView(
        row.id, text_of(letter.received_us), letter.gateway, letter.topic, letter.reason,
        letter.detail, letter.size, len(letter.payload) >= letter.size, told.message, told.fix,
    )  # fmt: skip
