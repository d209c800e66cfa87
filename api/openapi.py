"""The OpenAPI document: what operations answer (from the structs that are sent), their problems, and who may ask."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute

from api.described import describe
from api.guard import ACT
from api.policy import ACTS, Act
from api.problems import MEDIA_TYPE, STATUS, Code, ProblemView

VERSION = "0.1.0"
_REFERENCE = "#/components/schemas/{name}"
_WRITTEN = "x-example"
"""An example as a text, until `document` reads it: FastAPI would drop every null from it."""
_STRUCT = "x-struct"
"""The name under which `document` finds the struct to describe: most processes are never asked for a document."""
_structs: dict[str, Any] = {}
WAY = "x-keepwell-way"
_WAYS = {"key": ("key", "header", "session"), "link": ("link",), "hook": ("hook", "hook_header")}
"""Way in → the security schemes that open it."""
_ALWAYS = (Code.UNAUTHENTICATED, Code.FORBIDDEN, Code.INVALID, Code.INTERNAL, Code.BUSY)


def operation(
    act: Act,
    answer: Any = None,
    example: Any = None,
    *,
    status: int = 200,
    also: dict[str, Any] | None = None,
    also_status: int | None = None,
    problems: tuple[Code, ...] = (),
    way: str = "",
) -> dict[str, Any]:
    """Keyword arguments for a route.

    Args:
        act: What the operation does, for the gate.
        answer: The struct that is sent as JSON; None for no body (or for `also` alone).
        example: An answer, as JSON.
        status: The status of success.
        also: Other media types of the same answer, with an example each.
        also_status: Another status of success, with the same answer.
        problems: Problems beside those that every operation can answer.
        way: The way in, if it is not a key: `link` or `hook`.
    """
    content: dict[str, Any] = {
        kind: {"schema": {"type": "string"}, "example": e} for kind, e in (also or {}).items()
    }
    if answer is not None:
        content["application/json"] = {"schema": schema_of(answer)}
        if example is not None:
            content["application/json"][_WRITTEN] = json.dumps(example)
    success: dict[str, Any] = {"description": "Done."}
    if content:
        success["content"] = content
    return {
        "response_class": Response if answer is None else JSONResponse,
        "status_code": status,
        "responses": {code: success for code in (status, also_status) if code}
        | refusals(*_ALWAYS, *problems),
        "openapi_extra": {
            ACT: str(act),
            "x-keepwell-roles": sorted(r for r, acts in ACTS.items() if act in acts),
            **({WAY: way} if way else {}),
        },
    }


def plain(answer: Any, example: Any, *problems: Code) -> dict[str, Any]:
    """Keyword arguments for a route that needs no key; without an answer it has no body (204)."""
    done: dict[str, Any] = {"description": "Done."}
    if answer is not None:
        done["content"] = {"application/json": {"schema": schema_of(answer), _WRITTEN: json.dumps(example)}}
    status = 200 if answer is not None else 204
    return {"status_code": status, "responses": {status: done, **refusals(Code.INTERNAL, *problems)}}


def refusals(*codes: Code) -> dict[int | str, dict[str, Any]]:
    """Problems as responses of an operation, by status."""
    out: dict[int | str, dict[str, Any]] = {}
    for code in sorted(codes, key=lambda code: STATUS[code]):
        known = out.setdefault(
            STATUS[code],
            {"description": "", "content": {MEDIA_TYPE: {"schema": schema_of(ProblemView)}}},
        )
        known["description"] = " or ".join(filter(None, [known["description"], f"`{code}`"]))
    return out


def schema_of(kind: Any) -> dict[str, Any]:
    """What stands for the JSON schema of a struct until `document` makes it (a schema is its own)."""
    if isinstance(kind, dict):
        return kind
    _structs[repr(kind)] = kind
    return {_STRUCT: repr(kind)}


def document(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The document of `app`, made when first asked for."""

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _make(app)
        return app.openapi_schema

    return made


def _gather(schemas: dict[str, Any], more: dict[str, Any]) -> None:
    """Put schemas together by name.

    Raises:
        ValueError: if two of the same name differ: one would stand for both.
    """
    for name, schema in more.items():
        if schemas.setdefault(name, schema) != schema:
            raise ValueError(f"two schemas are called {name}")


def _make(app: FastAPI) -> dict[str, Any]:
    for route in app.routes:
        if isinstance(route, APIRoute):
            route.operation_id = route.name
    made = get_openapi(
        title="Keepwell",
        version=VERSION,
        summary="Watches goods in storage and transport and raises a service ticket before they are harmed.",
        description=_DESCRIPTION,
        routes=app.routes,
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for owner in list(_having(_STRUCT, made["paths"])):
        owner.update(deepcopy(_described(owner.pop(_STRUCT))))  # what is kept stays as it is
    for owner in list(_having("$defs", made["paths"])):
        _gather(schemas, owner.pop("$defs"))
    describe(schemas)
    for owner in list(_having(_WRITTEN, made["paths"])):
        owner["example"] = json.loads(owner.pop(_WRITTEN))
    made["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer kw_…`"},
        "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        "link": {
            "type": "http",
            "scheme": "link",
            "description": "`Authorization: Link kl_…`, or the token in the path",
        },
        "hook": {
            "type": "http",
            "scheme": "bearer",
            "description": "the secret of the hook; or sign with it",
        },
        "hook_header": {"type": "apiKey", "in": "header", "name": "X-Hook-Token"},
        "session": {"type": "apiKey", "in": "cookie", "name": "keepwell-session", "description": _SESSION},
    }
    for path in made["paths"].values():
        for verb in path.values():
            ways = _WAYS[verb.get(WAY, "key")] if ACT in verb else ()
            verb["security"] = [{name: []} for name in ways]
    return made


@cache
def _described(name: str) -> dict[str, Any]:
    """The JSON schema of a struct; what it refers to stands in `$defs`. That a field may be left out is said by `required` alone."""
    schema = msgspec.json.schema(_structs[name], ref_template=_REFERENCE)
    for owner in list(_having("default", schema)):
        if owner["default"] is None:
            del owner["default"]
    return schema


def _having(name: str, node: Any) -> Iterator[dict[str, Any]]:
    """Every object below `node` that has a field of this name."""
    if isinstance(node, dict):
        if name in node:
            yield node
        for value in node.values():
            yield from _having(name, value)
    elif isinstance(node, list):
        for value in node:
            yield from _having(name, value)


_SESSION = (
    "Set by `POST /api/v1/login`; over HTTPS it is called `__Host-keepwell-session`. What changes something must come from "
    "pages of the same address (`Sec-Fetch-Site` or `Origin`)."
)
_DESCRIPTION = """\
Times are RFC 3339 with an offset. Units are named in a field or beside the value. Lists page by an opaque cursor
(`next`, and the `Link` header). Errors are `application/problem+json` (RFC 9457) with a stable `code`; sentences
follow `Accept-Language` (`en`, `zh`). What a key may not see at all answers 403, what is somebody else's 404.
"""
