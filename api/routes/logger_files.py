"""Logger files: what a logger recorded on a journey, uploaded, looked at, kept, and told cell by cell."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_devices as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.idempotency import IdempotencyKey, done_once
from api.languages import language
from api.logger_jobs import how_as_json
from api.logger_text import file_line, file_view, value_views
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem
from api.state import State, state_of
from api.times import ZoneName
from api.views_loggers import LoggerFileLine, LoggerFileView, LoggerValueView
from api.wire import Line
from detect.nouns import Json
from ingest.logger.nouns import FileState, HowToRead, Missing, Target, UnreadableFileError
from ingest.logger.reading import read_logger_file
from registry.nouns import Device, Principal
from store.repositories.logger_files import LoggerFileRepository, StoredFile
from store.repositories.records import By
from texts import Language

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["logger files"])

_MEDIA = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_BODY = {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _MEDIA}}
_WHERE = {
    Missing.WHICH_ZONE: "query/time_zone", Missing.WHICH_DAY_FIRST: "query/day_first",
    Missing.WHICH_DECIMAL: "query/decimal", Missing.WHICH_DEVICE: "query/device",
}  # fmt: skip
"""Which parameter answers the question."""

Id = Annotated[str, Path(min_length=36, max_length=36)]
FateName = Annotated[
    Literal["kept", "duplicate", "conflicting", "waiting", "refused"] | None,
    Query(description="Only cells of this fate."),
]


@router.post(
    "/logger-files",
    **operation(
        Act.WRITE_LOGGER_FILES, LoggerFileView, examples.LOGGER_FILE, status=201,
        problems=(Code.TOO_LARGE, Code.KEY_REUSED),
    )
    | {"openapi_extra": {**operation(Act.WRITE_LOGGER_FILES)["openapi_extra"], "requestBody": _BODY}},
)  # fmt: skip
async def upload_logger_file(
    request: Request,
    asker: Asker,
    name: Annotated[Line, Query(min_length=1, max_length=200, description="The file's name.")],
    device: Annotated[
        list[Annotated[str, Query(max_length=200)]],
        Query(
            max_length=64,
            description="The registered device: key, full name, serial or code. As many as one quantity has columns, "
            "in their order; none if a column names the devices.",
        ),
    ] = [],  # noqa: B006
    time_zone: Annotated[
        ZoneName | None, Query(max_length=64, description="Of times without an offset.")
    ] = None,
    day_first: Annotated[bool | None, Query(description="03/04 is 3 April.")] = None,
    decimal: Annotated[Literal[".", ","] | None, Query()] = None,
    temperature_unit: Annotated[
        Literal["C", "F", "K"] | None, Query(description="Where none is named.")
    ] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Read a logger's file (CSV or XLSX, as it is) and show what would be kept of it; nothing is kept yet."""
    state, content = state_of(request), await request.body()
    devices = await state.read(_devices, state)
    how = HowToRead(
        _targets(device, devices), time_zone or "", day_first, decimal or "", temperature_unit or ""
    )
    now_us = state.services.now_us()
    met: dict[str, Target] = {}

    def find(text: str) -> Target | None:
        target = devices.get(text.casefold())
        if target is not None:
            met[text] = target
        return target

    try:
        file = await state.pool(read_logger_file, content, how, find, now_us)
    except UnreadableFileError as error:
        raise _unreadable(error) from error
    document = how_as_json(how, met)
    digest = hashlib.sha256(content).hexdigest()

    def add(connection: Any) -> Json:
        by = By(asker.name, now_us)
        return LoggerFileRepository(connection).add(name, content, digest, document, by).id

    id = await done_once(state, request, asker, idempotency_key, add)
    state.logger_jobs.hold(str(id), file)
    return JsonAnswer(await _view(request, state, str(id)), 201)


@router.get(
    "/logger-files",
    **operation(
        Act.READ_LOGGER_FILES, Page[LoggerFileLine], examples.LOGGER_FILES, problems=(Code.BAD_CURSOR,)
    ),
)
async def list_logger_files(
    request: Request, asker: Asker, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """Uploaded files, newest first."""
    state = state_of(request)
    before = read_cursor(request, cursor, str)
    rows = await state.read(lambda connection: LoggerFileRepository(connection).page(before, limit + 1))
    shown, last = cut(rows, limit)
    following = write_cursor(request, last.id) if last else None
    return JsonAnswer(
        Page([file_line(row) for row in shown], following), headers=next_link(request, following)
    )


@router.get(
    "/logger-files/{id}",
    **operation(
        Act.READ_LOGGER_FILES, LoggerFileView, examples.LOGGER_FILE, problems=(Code.NOT_FOUND,)
    ),
)  # fmt: skip
async def read_logger_file_status(request: Request, asker: Asker, id: Id) -> Response:
    """How a file was read, how far it is, and what became of its values."""
    return JsonAnswer(await _view(request, state_of(request), id))


@router.get(
    "/logger-files/{id}/values",
    **operation(
        Act.READ_LOGGER_FILES, Page[LoggerValueView], examples.LOGGER_VALUES,
        problems=(Code.NOT_FOUND, Code.BAD_CURSOR),
    ),
)  # fmt: skip
async def list_logger_values(
    request: Request, asker: Asker, id: Id, fate: FateName = None, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """The cells of a file, row by row, with what becomes of each and why. Pages end where a row ends."""
    state, lang = state_of(request), _language(request)
    after = read_cursor(request, cursor, int) or 0

    def look(connection: Any) -> tuple[list[LoggerValueView], int | None]:
        stored = _find(connection, id)
        file = state.logger_jobs.read(connection, stored)
        fates = state.logger_jobs.fates(connection, stored, file)
        return value_views(file, fates, fate, after, limit, lang)

    views, last = await state.read(look)
    following = write_cursor(request, last) if last is not None else None
    return JsonAnswer(Page(views, following), headers=next_link(request, following))


@router.get(
    "/logger-files/{id}/content",
    **operation(
        Act.READ_LOGGER_FILES,
        also={"application/octet-stream": "Time,Temperature"},
        problems=(Code.NOT_FOUND,),
    ),
)
async def read_logger_file_content(request: Request, asker: Asker, id: Id) -> Response:
    """The file as it was uploaded."""

    def look(connection: Any) -> bytes:
        _find(connection, id)
        return LoggerFileRepository(connection).content(id)

    content = await state_of(request).read(look)
    headers = {"Content-Disposition": f'attachment; filename="{id}"', "Cache-Control": "no-store"}
    return Response(content, 200, headers, "application/octet-stream")


@router.post(
    "/logger-files/{id}/keep",
    **operation(
        Act.WRITE_LOGGER_FILES,
        LoggerFileView,
        examples.LOGGER_FILE_KEPT,
        status=202,
        problems=(Code.NOT_FOUND, Code.TRANSITION_REFUSED),
    ),
)
async def keep_logger_file(request: Request, asker: Asker, id: Id) -> Response:
    """Keep the readings of a file, flagged as imported; look at the file for how far it is. Again after a failure goes on."""
    state = state_of(request)
    open_states = {FileState.PREVIEWED, FileState.CANCELLED, FileState.FAILED}
    await state.write(_move, state, asker, id, open_states, FileState.KEEPING)
    state.logger_jobs.start(id)
    return JsonAnswer(await _view(request, state, id), 202)


@router.post(
    "/logger-files/{id}/cancel",
    **operation(
        Act.WRITE_LOGGER_FILES,
        LoggerFileView,
        examples.LOGGER_FILE,
        problems=(Code.NOT_FOUND, Code.TRANSITION_REFUSED),
    ),
)
async def cancel_logger_file(request: Request, asker: Asker, id: Id) -> Response:
    """Keep nothing (more) of a file. What was sent by now stays: readings are never taken back."""
    state = state_of(request)
    open_states = {FileState.PREVIEWED, FileState.KEEPING, FileState.FAILED}
    await state.write(_move, state, asker, id, open_states, FileState.CANCELLED)
    state.logger_jobs.cancel(id)
    return JsonAnswer(await _view(request, state, id))


def _move(
    connection: Any, state: State, asker: Principal, id: str, of: set[FileState], to: FileState
) -> None:
    stored = _find(connection, id)
    if stored.state is to:
        return
    if stored.state not in of:
        raise Problem(
            Code.TRANSITION_REFUSED, {"reason": "logger.refusal.state"}, refusal=f"file_{stored.state}"
        )
    LoggerFileRepository(connection).move(id, to, By(asker.name, state.services.now_us()))


def _find(connection: Any, id: str) -> StoredFile:
    stored = LoggerFileRepository(connection).get(id)
    if stored is None:
        raise Problem(Code.NOT_FOUND)
    return stored


async def _view(request: Request, state: State, id: str) -> LoggerFileView:
    lang = _language(request)

    def look(connection: Any) -> LoggerFileView:
        stored = _find(connection, id)
        file = state.logger_jobs.read(connection, stored)
        fates = state.logger_jobs.fates(connection, stored, file)
        return file_view(stored, file, fates, state.services.unit_of, lang)

    return await state.read(look)


def _language(request: Request) -> Language:
    return language(request.headers.get("accept-language", ""))


def _devices(connection: Any, state: State) -> dict[str, Target]:
    """Every device by key, full name, serial and codes, as small letters."""
    found: dict[str, Target] = {}
    for device in state.services.registry(connection).snapshot().devices:
        for name in _names(device):
            found.setdefault(name.casefold(), Target(device.gateway, device.device, device.full_name))
    return found


def _names(device: Device) -> list[str]:
    own = [device.key, device.full_name, device.device, device.serial, *device.codes]
    return [name for name in own if name]


def _targets(names: list[str], devices: dict[str, Target]) -> tuple[Target, ...]:
    found = [devices.get(name.casefold()) for name in names]
    faults: list[tuple[str, str, dict[str, Json]]] = [
        ("query/device", "unknown_reference", {"kind": "device", "key": name})
        for name, target in zip(names, found, strict=True)
        if target is None
    ]
    if faults:
        raise Problem(Code.INVALID, {"n": len(faults)}, faults)
    return tuple(target for target in found if target is not None)


def _unreadable(error: UnreadableFileError) -> Problem:
    params: dict[str, Json] = dict(error.params)
    where = _WHERE.get(error.missing, "body")
    return Problem(Code.INVALID, {"n": 1}, [(where, str(error.missing), params)])
