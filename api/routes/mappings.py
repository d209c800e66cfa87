"""Mappings: ready-made and own ones, their versions, tried against a message, switched on and off."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import examples_mappings as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.languages import language
from api.mapping_source import MappingSource, checked, draft_of
from api.mapping_text import (
    mapping_full,
    mapping_problems,
    mapping_view,
    ready_full,
    ready_view,
    version_full,
)
from api.openapi import operation
from api.pages import Page
from api.policy import Act
from api.problems import Code, Problem, invalid
from api.refusals import as_problems
from api.routes.registry import Reason
from api.state import State, state_of
from api.versions import IfMatch, IfNoneMatch, any_version, etag, expected_version
from api.views_mappings import (
    MappingFull,
    MappingView,
    ReadyFull,
    ReadyView,
    VersionFull,
)
from api.wire import Wire
from ingest.mapping.reading import KEY, read_mapping
from registry.nouns import Principal
from store.repositories.mappings import StoredMapping
from store.repositories.records import By
from texts import Language

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["mappings"])

MappingKey = Annotated[str, Path(pattern=f"^{KEY.pattern}$")]
Number = Annotated[int, Path(ge=1, lt=2**31)]
Why = Annotated[
    str, Query(min_length=1, max_length=500, description="Why it is switched; it stands in the history.")
]


class MappingIn(MappingSource):
    """What a new version says."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.MAPPING_IN]})


class SwitchOn(Wire):
    """Which version is to be switched on."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SWITCH_ON]})

    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    """Without it: the newest."""


@router.get("/mappings/ready", **operation(Act.READ_MAPPINGS, Page[ReadyView], examples.READY_PAGE))
async def list_ready_mappings(request: Request, asker: Asker) -> Response:
    """The ready-made mappings, and what each asks for."""
    ready = state_of(request).services.ready_mappings()
    return JsonAnswer(Page([ready_view(document, _lang(request)) for document in ready.values()], None))


@router.get(
    "/mappings/ready/{key}",
    **operation(Act.READ_MAPPINGS, ReadyFull, examples.READY_FULL, problems=(Code.NOT_FOUND,)),
)
async def read_ready_mapping(request: Request, asker: Asker, key: MappingKey) -> Response:
    """One ready-made mapping, to be copied and changed."""
    document = state_of(request).services.ready_mappings().get(key)
    if document is None:
        raise Problem(Code.NOT_FOUND)
    return JsonAnswer(ready_full(document, _lang(request)))


@router.get("/mappings", **operation(Act.READ_MAPPINGS, Page[MappingView], examples.MAPPINGS))
async def list_mappings(request: Request, asker: Asker) -> Response:
    """Our own mappings, by key."""
    state = state_of(request)
    rows = await state.read(lambda connection: state.services.mappings(connection).all())
    return JsonAnswer(Page([mapping_view(row) for row in rows], None))


@router.get(
    "/mappings/{key}",
    **operation(Act.READ_MAPPINGS, MappingFull, examples.MAPPING_FULL, problems=(Code.NOT_FOUND,)),
)
async def read_mapping_(request: Request, asker: Asker, key: MappingKey) -> Response:
    """One mapping with its newest version."""
    return await _told(state_of(request), key, _lang(request))


@router.get(
    "/mappings/{key}/versions/{number}",
    **operation(Act.READ_MAPPINGS, VersionFull, examples.VERSION_FULL, problems=(Code.NOT_FOUND,)),
)
async def read_mapping_version(request: Request, asker: Asker, key: MappingKey, number: Number) -> Response:
    """One version of a mapping, as it was written."""
    state = state_of(request)
    version = await state.read(lambda connection: state.services.mappings(connection).version(key, number))
    if version is None:
        raise Problem(Code.NOT_FOUND)
    return JsonAnswer(version_full(version))


@router.put(
    "/mappings/{key}",
    **operation(
        Act.WRITE_MAPPINGS, MappingFull, examples.MAPPING_FULL, also_status=201,
        problems=(Code.CHANGED_MEANWHILE, Code.IF_MATCH_REQUIRED),
    ),
)  # fmt: skip
async def put_mapping(
    request: Request, asker: Asker, key: MappingKey, body: MappingIn,
    if_match: IfMatch = None, if_none_match: IfNoneMatch = None, reason: Reason = "",
) -> Response:  # fmt: skip
    """Make a mapping, or a new version of it. What is switched on goes on in the version it was."""
    state = state_of(request)
    expected = expected_version(if_match, if_none_match)
    draft = draft_of(state, body)
    with mapping_problems():
        read_mapping(draft.document, draft.settings, key)
    by = By(asker.name, state.services.now_us(), reason)

    def write(connection: Any) -> bool:
        rows = state.services.mappings(connection)
        is_new = rows.get(key) is None
        with as_problems():
            rows.put(key, draft, by, expected)
        return is_new

    is_new = await state.write(write)
    return await _told(state, key, _lang(request), 201 if is_new else 200)


@router.post(
    "/mappings/{key}/on",
    **operation(
        Act.WRITE_MAPPINGS,
        MappingFull,
        examples.MAPPING_FULL,
        problems=(Code.NOT_FOUND, Code.CHANGED_MEANWHILE),
    ),
)
async def switch_mapping_on(
    request: Request, asker: Asker, key: MappingKey, body: SwitchOn, reason: Why, if_match: IfMatch = None
) -> Response:
    """From now on (within a second or two) its topics are read by that version, and gateways may publish there."""
    state = state_of(request)

    def write(connection: Any, by: By) -> None:
        rows = state.services.mappings(connection)
        stored = _found(rows.get(key))
        version = rows.version(key, body.version or stored.latest)
        if version is None:
            raise invalid("body/version", "unknown_reference", kind="version", key=str(body.version))
        checked(version, key)
        with as_problems():
            rows.switch_on(key, by, version.number, any_version(if_match))

    await state.write(write, _by(state, asker, reason))
    return await _told(state, key, _lang(request))


@router.post(
    "/mappings/{key}/off",
    **operation(
        Act.WRITE_MAPPINGS,
        MappingFull,
        examples.MAPPING_FULL,
        problems=(Code.NOT_FOUND, Code.CHANGED_MEANWHILE),
    ),
)
async def switch_mapping_off(
    request: Request, asker: Asker, key: MappingKey, reason: Why, if_match: IfMatch = None
) -> Response:
    """From now on its topics are not read any more. What was kept stays."""
    state = state_of(request)

    def write(connection: Any, by: By) -> None:
        rows = state.services.mappings(connection)
        _found(rows.get(key))
        with as_problems():
            rows.switch_off(key, by, any_version(if_match))

    await state.write(write, _by(state, asker, reason))
    return await _told(state, key, _lang(request))


def _lang(request: Request) -> Language:
    return language(request.headers.get("accept-language", ""))


def _by(state: State, asker: Principal, reason: str) -> By:
    return By(asker.name, state.services.now_us(), reason)


def _found(stored: StoredMapping | None) -> StoredMapping:
    if stored is None:
        raise Problem(Code.NOT_FOUND)
    return stored


async def _told(state: State, key: str, lang: Language, status: int = 200) -> Response:
    """The mapping as it is now."""

    def find(connection: Any) -> MappingFull:
        rows = state.services.mappings(connection)
        active = ((row.key, rows.version(row.key, row.active)) for row in rows.all() if row.active)
        others = {other: version for other, version in active if version and other != key}
        return mapping_full(_found(rows.get(key)), rows.versions(key), others, lang)

    told = await state.read(find)
    return JsonAnswer(told, status, etag(told.version))
