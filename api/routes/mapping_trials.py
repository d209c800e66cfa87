"""Trials: what a mapping would keep and refuse of a message, pasted or live."""

from __future__ import annotations

from base64 import b64decode
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from api import examples_mappings as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.languages import language
from api.mapping_source import MappingSource, checked, draft_of
from api.mapping_text import mapping_problems
from api.mapping_trial import Known, all_tried, names_of
from api.openapi import operation
from api.policy import Act
from api.problems import Code, Problem, invalid
from api.services import Heard
from api.state import State, state_of
from api.views_mappings import TrialView
from ingest.mapping.nouns import GatewayMapping
from ingest.mapping.reading import KEY, read_mapping
from ingest.mapping.topics import filters_of
from store.repositories.mappings import MappingVersion

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["mappings"])

_MOST_PAYLOAD = 262_144


class TrialIn(MappingSource):
    """A mapping, or the key of one that is kept; and a message, or `live`: what comes in the next seconds."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TRIAL_IN]})

    key: Annotated[str, StringConstraints(pattern=f"^{KEY.pattern}$")] | None = None
    topic: Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None = None
    payload_text: Annotated[str, Field(max_length=_MOST_PAYLOAD)] | None = None
    payload_base64: Annotated[str, Field(max_length=_MOST_PAYLOAD * 4 // 3 + 4)] | None = None
    live: bool = False
    seconds: Annotated[float, Field(ge=0.1, le=10, strict=False)] = 10.0
    messages: Annotated[int, Field(ge=1, le=50)] = 5
    """At most so many live messages; the answer comes as soon as they are there."""


@router.post(
    "/mappings/trial",
    **operation(
        Act.WRITE_MAPPINGS,
        TrialView,
        examples.TRIAL,
        problems=(Code.NOT_FOUND, Code.BROKER_AWAY, Code.TOPICS_REFUSED),
    ),
)
async def try_mapping(request: Request, asker: Asker, body: TrialIn) -> Response:
    """What a mapping would keep and refuse of a message, pasted or live. Nothing is kept."""
    state = state_of(request)
    mapping = await _mapping_of(state, body)
    heard = await _heard(state, body, mapping)
    names = await state.read(lambda connection: names_of(state.services.registry(connection)))
    known = Known(await state.series(), names, state.services.unit_of)
    messages = await state.pool(
        all_tried, mapping, heard, known, language(request.headers.get("accept-language", ""))
    )
    return JsonAnswer(TrialView(mapping.key, list(filters_of([mapping])), messages))


async def _mapping_of(state: State, body: TrialIn) -> GatewayMapping:
    key = body.key
    if key is None:
        draft = draft_of(state, body)
        with mapping_problems():
            return read_mapping(draft.document, draft.settings)
    if body.document is not None or body.toml is not None or body.ready is not None:
        raise invalid("body", "mapping.one_source")

    def find(connection: Any) -> MappingVersion:
        rows = state.services.mappings(connection)
        stored = rows.get(key)
        version = None if stored is None else rows.version(key, stored.latest)
        if version is None:
            raise Problem(Code.NOT_FOUND)
        return version

    return checked(await state.read(find), key)


async def _heard(state: State, body: TrialIn, mapping: GatewayMapping) -> list[Heard]:
    """The messages to try it against."""
    texts = [text for text in (body.payload_text, body.payload_base64) if text is not None]
    if body.live != (body.topic is None) or len(texts) != (0 if body.live else 1):
        raise invalid("body", "mapping.message_or_live")
    if body.topic is not None:
        return [Heard(body.topic, _payload(body), state.services.now_us())]
    filters = filters_of([mapping])
    try:
        return await state.pool(state.services.listener.listen, filters, body.seconds, body.messages)
    except PermissionError as error:
        raise Problem(Code.TOPICS_REFUSED, {"topics": ", ".join(filters)[:500]}) from error
    except BlockingIOError as error:
        raise Problem(Code.BUSY) from error
    except (ConnectionError, TimeoutError) as error:
        raise Problem(Code.BROKER_AWAY) from error


def _payload(body: TrialIn) -> bytes:
    if body.payload_base64 is None:
        return (body.payload_text or "").encode("utf-8", "surrogatepass")
    try:
        return b64decode(body.payload_base64, validate=True)
    except ValueError as error:
        raise invalid("body/payload_base64", "not_base64") from error
