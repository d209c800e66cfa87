"""Lists: files are uploaded, what they would change is looked at, and they are applied all or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import examples_lists as examples
from api.acting import by_of
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, kinds_of, may, permit, roles_of
from api.languages import language
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem, invalid
from api.reasons import require
from api.routes.registry import Reason
from api.state import State, state_of
from api.times import ZoneName
from api.views_imports import (
    ChangeView,
    FaultView,
    ImportView,
    change_view,
    fault_table,
    fault_view,
    import_view,
)
from api.wire import Line
from ingest.nouns import US_PER_DAY
from registry.lists.sheets import SHEETS
from registry.nouns import KINDS, Principal, uuid7
from registry.tolerating import KINDS as LIMITED
from registry.tolerating import changes_limits
from store.files import DatabaseError
from store.plans import MOST_FAULTS, PlannedChange, PlannedFault
from store.repositories.imports import OVER, RUNNING, Import, ImportRepository, ImportState
from texts import Language

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["lists"])

MOST_FILES = 20
KEPT_US = US_PER_DAY
"""An upload that nobody touched for so long is dropped."""
_MEDIA = (
    "multipart/form-data", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
)  # fmt: skip
_BODY = {
    "required": True,
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _MEDIA},
}

Id = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]
Sheet = Annotated[str | None, Query(max_length=500, description="Only of this sheet.")]


@router.post(
    "/imports",
    **operation(Act.UPLOAD_LISTS, ImportView, examples.IMPORT, status=202, problems=(Code.TOO_LARGE, Code.MALFORMED))
    | {"openapi_extra": {**operation(Act.UPLOAD_LISTS)["openapi_extra"], "requestBody": _BODY}},
)  # fmt: skip
async def upload_lists(
    request: Request,
    asker: Asker,
    name: Annotated[Line | None, Query(min_length=1, max_length=200, description="The file's name, if the body is the file itself.")] = None,
    list: Annotated[str | None, Query(max_length=40, description="Which list it is (`lots`), if neither sheet names nor headers say so.")] = None,
    system: Annotated[Line | None, Query(min_length=1, max_length=100, description="The system of external numbers whose rows name none.")] = None,
    time_zone: Annotated[ZoneName | None, Query(max_length=64, description="Of times without an offset, where no site tells.")] = None,
) -> Response:  # fmt: skip
    """Upload workbooks or CSV files, several as multipart/form-data or one as the body. They are read beside this service."""
    state = state_of(request)
    if list is not None and list.replace("-", "_") not in SHEETS:
        raise invalid("query/list", "bad_choice", value=list, choices=", ".join(SHEETS))
    now_us = state.services.now_us()
    id = uuid7(now_us)
    files = await _received(request, state, id, name)
    settings = {
        "system": system, "time_zone": time_zone, "list": list.replace("-", "_") if list else None,
        "status": may(asker, Act.SET_LOT_STATUS), "kinds": kinds_of(asker),
        "roles": roles_of(asker),
    }  # fmt: skip

    def add(connection: Any) -> Sequence[str]:
        uploads = ImportRepository(connection)
        uploads.add(Import(id, asker.name, now_us, now_us, files, settings))
        return uploads.forget(now_us - KEPT_US)

    for old in await state.write(add):
        state.services.imports.forget(old)
    state.services.imports.begin(id, "plan")
    return JsonAnswer(
        import_view(await _find(state, id, asker), _lang(request)),
        202,
        {"Location": f"{PREFIX}/imports/{id}"},
    )


@router.get(
    "/imports",
    **operation(Act.UPLOAD_LISTS, Page[ImportView], examples.IMPORTS, problems=(Code.BAD_CURSOR,)),
)
async def list_imports(request: Request, asker: Asker, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """Uploads of the last day, the newest first."""
    state, lang = state_of(request), _lang(request)
    before, own = read_cursor(request, cursor, str), None if kinds_of(asker) is None else asker.name
    rows = await state.read(lambda connection: ImportRepository(connection).page(before, limit + 1, own))
    shown, last = cut(rows, limit)
    following = write_cursor(request, last.id) if last else None
    return JsonAnswer(
        Page([import_view(job, lang) for job in shown], following), headers=next_link(request, following)
    )


@router.get(
    "/imports/{id}", **operation(Act.UPLOAD_LISTS, ImportView, examples.IMPORT, problems=(Code.NOT_FOUND,))
)
async def read_import(request: Request, asker: Asker, id: Id) -> Response:
    """How far an upload is, and what its sheets come to."""
    return JsonAnswer(import_view(await _find(state_of(request), id, asker), _lang(request)))


@router.get(
    "/imports/{id}/changes",
    **operation(
        Act.UPLOAD_LISTS, Page[ChangeView], examples.CHANGES, problems=(Code.NOT_FOUND, Code.BAD_CURSOR)
    ),
)
async def list_import_changes(
    request: Request, asker: Asker, id: Id, sheet: Sheet = None, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """What would be made or changed, field by field. Empty once the upload is over."""
    state, lang = state_of(request), _lang(request)
    await _find(state, id, asker)
    after = read_cursor(request, cursor, int) or 0

    def find() -> Sequence[PlannedChange]:
        return state.services.imports.plan(id).changes(after, limit + 1, sheet)

    shown, last = cut(await _planned(state, find), limit)
    following = write_cursor(request, last.position) if last else None
    items = [change_view(change, lang) for change in shown]
    return JsonAnswer(Page(items, following), headers=next_link(request, following))


@router.get(
    "/imports/{id}/faults",
    **operation(
        Act.UPLOAD_LISTS, Page[FaultView], examples.FAULTS, problems=(Code.NOT_FOUND, Code.BAD_CURSOR)
    ),
)
async def list_import_faults(
    request: Request, asker: Asker, id: Id, sheet: Sheet = None, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """What is wrong, by sheet, row and column, with what to do. Of very many the first 10,000."""
    state, lang = state_of(request), _lang(request)
    await _find(state, id, asker)
    after = read_cursor(request, cursor, int) or 0

    def find() -> Sequence[PlannedFault]:
        return state.services.imports.plan(id).faults(after, limit + 1, sheet)

    shown, last = cut(await _planned(state, find), limit)
    following = write_cursor(request, last.position) if last else None
    items = [fault_view(fault, lang) for fault in shown]
    return JsonAnswer(Page(items, following), headers=next_link(request, following))


@router.get(
    "/imports/{id}/faults.csv",
    **operation(
        Act.UPLOAD_LISTS,
        also={"text/csv": "sheet,row,column,header,value,what is wrong\r\n"},
        problems=(Code.NOT_FOUND,),
    ),
)
async def download_import_faults(request: Request, asker: Asker, id: Id) -> Response:
    """All that is wrong as a CSV file, to be sent to whoever keeps the list."""
    state, lang = state_of(request), _lang(request)
    await _find(state, id, asker)

    def find() -> Sequence[PlannedFault]:
        return state.services.imports.plan(id).faults(0, MOST_FAULTS)

    faults = [fault_view(fault, lang) for fault in await _planned(state, find)]
    headers = {"Content-Disposition": 'attachment; filename="faults.csv"', "Cache-Control": "no-store"}
    return Response(fault_table(faults, lang), media_type="text/csv; charset=utf-8", headers=headers)


@router.post(
    "/imports/{id}/apply",
    **operation(
        Act.UPLOAD_LISTS,
        ImportView,
        examples.IMPORT,
        status=202,
        problems=(Code.NOT_FOUND, Code.IMPORT_REFUSED),
    ),
)
async def apply_import(request: Request, asker: Asker, id: Id, reason: Reason = "") -> Response:
    """Write what the preview shows, all of it or nothing. If the registry changed so that it would be something else, it is not.

    What changes limits needs a `reason`; it stands in the history of everything that is written.
    """
    state = state_of(request)
    job = await _find(state, id, asker)
    _permit_all_of(job, asker)
    if job.state is ImportState.READY and await state.pool(_of_limits, state, id):
        require(reason)
    by = by_of(asker, state.services.now_us())
    settings = {**job.settings, "applied_by": by.principal, "applied_through": by.through, "reason": reason}

    def begin(connection: Any) -> bool:
        step, now_us = ImportRepository(connection).step, state.services.now_us()
        return step(
            id, [ImportState.READY], now_us, state=ImportState.APPLYING, why="", settings=settings
        )  # fmt: skip

    if await state.write(begin):
        state.services.imports.begin(id, "apply")
    elif job.state not in {ImportState.APPLYING, ImportState.APPLIED}:
        raise _refused(await _find(state, id, asker))
    return JsonAnswer(import_view(await _find(state, id, asker), _lang(request)), 202)


@router.delete(
    "/imports/{id}",
    **operation(
        Act.UPLOAD_LISTS, ImportView, examples.IMPORT, problems=(Code.NOT_FOUND, Code.IMPORT_REFUSED)
    ),
)
async def cancel_import(request: Request, asker: Asker, id: Id) -> Response:
    """Cancel an upload in whatever state it is, unless it is applied already: nothing of it is left."""
    state = state_of(request)
    await _find(state, id, asker)
    await state.pool(state.services.imports.stop, id)

    def cancel(connection: Any) -> bool:
        open_states = [s for s in ImportState if s in RUNNING or s not in OVER]
        return ImportRepository(connection).step(
            id, open_states, state.services.now_us(), state=ImportState.CANCELLED, why=""
        )

    done = await state.write(cancel)
    job = await _find(state, id, asker)
    if not done and job.state is ImportState.APPLIED:
        raise _refused(job)
    await state.pool(state.services.imports.forget, id)
    return JsonAnswer(import_view(job, _lang(request)))


async def _received(request: Request, state: State, id: str, name: str | None) -> list[dict[str, Any]]:
    """The files of the request, each where the upload's are kept."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return [await _kept(state, id, 0, name or "list.csv", await request.body())]
    try:
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
            sent = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
            files = [await _copied(state, id, at, part) for at, part in enumerate(sent)]
    except HTTPException as error:
        raise Problem(Code.MALFORMED) from error
    if not files:
        raise invalid("body", "missing")
    return files


async def _kept(state: State, id: str, number: int, name: str, body: bytes) -> dict[str, Any]:
    await state.pool(state.services.imports.file(id, number).write_bytes, body)
    return {"name": name, "size": len(body)}


async def _copied(state: State, id: str, number: int, part: UploadFile) -> dict[str, Any]:
    """A part of a multipart request; it lies in a temporary file if it is large."""

    def copy() -> None:
        with state.services.imports.file(id, number).open("wb") as file:
            shutil.copyfileobj(part.file, file)

    await state.pool(copy)
    return {"name": (part.filename or f"list-{number}")[:200], "size": part.size or 0}


async def _find(state: State, id: str, asker: Principal) -> Import:
    """An upload; who may not write everything sees and applies only what is their own."""
    found = await state.read(lambda connection: ImportRepository(connection).get(id))
    if found is None or not _theirs(found, asker):
        raise Problem(Code.NOT_FOUND)
    return found


def _theirs(job: Import, asker: Principal) -> bool:
    return kinds_of(asker) is None or job.principal == asker.name


def _permit_all_of(job: Import, asker: Principal) -> None:
    """Who applies it could have uploaded it: it was looked through with the rights of whoever did."""
    if job.settings.get("status", True):
        permit(asker, Act.SET_LOT_STATUS)
    own, needed = roles_of(asker), job.settings.get("roles")
    if own is not None and (needed is None or not set(needed) <= set(own)):
        permit(asker, Act.MANAGE_USERS)


def _of_limits(state: State, id: str) -> bool:
    """Whether what is planned changes limits."""
    try:
        changed = list(state.services.imports.plan(id).changed(LIMITED))
    except (FileNotFoundError, DatabaseError):
        return False
    nouns = {kind: KINDS[kind].noun for kind in LIMITED}
    return any(
        changes_limits(msgspec.convert(old, nouns[kind]), msgspec.convert(new, nouns[kind]))
        for kind, old, new in changed
    )


async def _planned(state: State, ask: Any) -> Sequence[Any]:
    """A page of the plan; nothing before it is made, and after it is dropped."""
    try:
        found: Sequence[Any] = await state.pool(ask)
    except (FileNotFoundError, DatabaseError):
        return []
    return found


def _refused(job: Import) -> Problem:
    return Problem(Code.IMPORT_REFUSED, {"n": job.faults}, sentence=f"lists.refused.{job.state}")


def _lang(request: Request) -> Language:
    return language(request.headers.get("accept-language", ""))
