"""Templates of lists: workbooks and CSV files with the headers, explanations and choices of each list."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.languages import language
from api.list_templates import csv_template, described, workbook_template
from api.openapi import operation
from api.policy import Act
from api.problems import Code, Problem
from api.state import state_of
from api.views_lists import LISTS, ListsView
from registry.lists.sheets import SHEETS
from texts import Language

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["lists"])

ALL = "all"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Lang = Annotated[
    Literal["zh", "en"] | None,
    Query(description="Of headers and explanations; as Accept-Language says without it."),
]


@router.get("/lists", **operation(Act.UPLOAD_LISTS, ListsView, LISTS))
async def describe_lists(request: Request, asker: Asker, lang: Lang = None) -> Response:
    """All lists, with their columns: what each is called, what it means and what can stand there."""
    return JsonAnswer(described(_language(request, lang)))


@router.get(
    "/lists/templates/{file}",
    **operation(Act.UPLOAD_LISTS, also={XLSX: "…", "text/csv": "编号,名称\n"}, problems=(Code.NOT_FOUND,)),
)
async def read_template(
    request: Request,
    asker: Asker,
    file: Annotated[str, Path(max_length=60, description="`lots.xlsx`, `lots.csv`, …; `all.xlsx` is one workbook with every list.")],
    lang: Lang = None,
) -> Response:  # fmt: skip
    """An empty list to fill in, with an example and explanations."""
    name, _, ending = file.rpartition(".")
    name = name.replace("-", "_")
    chosen = list(SHEETS.values()) if name == ALL else [SHEETS[name]] if name in SHEETS else []
    tongue = _language(request, lang)
    if chosen and ending == "xlsx":
        return _download(await state_of(request).pool(workbook_template, chosen, tongue), XLSX, file)
    if len(chosen) == 1 and ending == "csv":
        return _download(csv_template(chosen[0], tongue), "text/csv; charset=utf-8", file)
    raise Problem(Code.NOT_FOUND)


def _download(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)


def _language(request: Request, lang: Language | None) -> Language:
    return lang or language(request.headers.get("accept-language", ""))
