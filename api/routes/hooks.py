"""Inbound hooks: made and described by staff; other systems report trouble by them, which becomes tickets."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import examples_webhooks as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.hook_reports import Did, mapping_of, received
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem, invalid
from api.refusals import kept
from api.registry_wire import enum_in
from api.routes.registry import Reason
from api.state import State, state_of
from api.versions import IfMatch, any_version, etag, required_version
from api.views_hooks import HookView, IssuedHookView, ReportedView, hook_view, issued_view
from api.ways import HOOK, HookRoute
from api.wire import Key, Line, Wire
from store.repositories import hooks
from store.repositories.hooks import Hook, HookDraft
from store.repositories.records import By
from tickets.hooks import PRESETS, FaultError, HookMapping, Pick, Report, path_fault, read
from tickets.nouns import TicketKind

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["hooks"])
by_hook = APIRouter(prefix=PREFIX, route_class=HookRoute, tags=["hooks"])

HookKey = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9._-]{0,63}$")]
_ABSENT = (Code.NOT_FOUND, Code.CHANGED_MEANWHILE)
_BODY = {
    "required": True,
    "content": {"application/json": {"schema": {"type": "object"}, "example": examples.REPORT_IN}},
}


class PickIn(Wire):
    """Where a value stands: the first path that leads to one, else the fallback; without both the body is refused."""

    paths: Annotated[list[str], Field(max_length=10, default_factory=list)]
    fallback: Annotated[str, Field(max_length=500)] | None = None


class MappingIn(Wire):
    """How a body becomes a ticket. A path is names with dots between them, or a JSON pointer."""

    title: PickIn
    dedupe: PickIn
    """What tells one thing that is reported from another: each has one live ticket."""
    description: PickIn | None = None
    subject: PickIn | None = None
    """`zone:hall-1`, `device:gw/p7`, … of the registry."""
    priority: PickIn | None = None
    priorities: Annotated[
        dict[str, Annotated[str, Field(pattern="^P[1-5]$")]], Field(max_length=50, default_factory=dict)
    ]
    status: PickIn | None = None
    resolved: Annotated[list[Line], Field(max_length=20, default_factory=list)]
    """The statuses that mean it is over."""


class HookIn(Wire):
    """Who reports, and what its words mean."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.HOOK_IN]})

    name: Annotated[Line, Field(min_length=1, max_length=200)]
    preset: Literal["plain", "alertmanager", "grafana"] | None = None
    """A ready-made mapping. Give either this or `mapping`."""
    mapping: MappingIn | None = None
    kind: enum_in(TicketKind) = TicketKind.INTERNAL  # type: ignore[valid-type]
    customer: Key | None = None
    """Its tickets are this customer's own words (kind customer)."""
    zone: Key | None = None
    """Where its trouble is, unless a report says otherwise."""
    resolves: Literal["comment", "resolve"] = "comment"
    enabled: bool = True


class NewHookIn(HookIn):
    """A new hook."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"key": "alertmanager-cold", **examples.HOOK_IN}]}
    )

    key: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9._-]{0,63}$")]
    """It stands in the address."""


@router.post(
    "/inbound-hooks",
    **operation(
        Act.MANAGE_HOOKS, IssuedHookView, examples.ISSUED_HOOK, status=201, problems=(Code.KEY_TAKEN,)
    ),
)
async def create_hook(request: Request, asker: Asker, body: NewHookIn, reason: Reason = "") -> Response:
    """Make a hook: its reports go to `POST /api/v1/hooks/{key}`. Its secret is in this answer and nowhere else."""
    state = state_of(request)
    draft, by = _draft(body), By(asker.name, state.services.now_us(), reason)
    made, secret = await state.write(
        kept, lambda connection: hooks.create(connection, body.key, draft, by), "hook"
    )
    headers = {"Location": f"{PREFIX}/inbound-hooks/{made.key}", **etag(made.version)}
    return JsonAnswer(issued_view(made, secret), 201, headers)


@router.get(
    "/inbound-hooks",
    **operation(Act.MANAGE_HOOKS, Page[HookView], examples.HOOKS, problems=(Code.BAD_CURSOR,)),
)
async def list_hooks(request: Request, asker: Asker, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """All hooks, by key."""
    after = read_cursor(request, cursor, str) or ""
    rows = await state_of(request).read(hooks.all_of_them)
    shown, last = cut([row for row in rows if row.key > after][: limit + 1], limit)
    following = write_cursor(request, last.key) if last else None
    return JsonAnswer(
        Page([hook_view(row) for row in shown], following), headers=next_link(request, following)
    )


@router.get(
    "/inbound-hooks/{key}", **operation(Act.MANAGE_HOOKS, HookView, examples.HOOK, problems=(Code.NOT_FOUND,))
)
async def read_hook(request: Request, asker: Asker, key: HookKey) -> Response:
    """One hook."""
    found = await _found(state_of(request), key)
    return JsonAnswer(hook_view(found), headers=etag(found.version))


@router.put(
    "/inbound-hooks/{key}",
    **operation(Act.MANAGE_HOOKS, HookView, examples.HOOK, problems=(*_ABSENT, Code.IF_MATCH_REQUIRED)),
)
async def change_hook(
    request: Request, asker: Asker, key: HookKey, body: HookIn, if_match: IfMatch = None, reason: Reason = ""
) -> Response:
    """Describe a hook anew, switch it on or off."""
    state = state_of(request)
    expected = required_version(if_match)
    draft, by = _draft(body), By(asker.name, state.services.now_us(), reason)
    changed = await state.write(
        kept, lambda connection: hooks.change(connection, key, draft, by, expected), "hook"
    )
    return JsonAnswer(hook_view(changed), headers=etag(changed.version))


@router.delete(
    "/inbound-hooks/{key}",
    **operation(Act.MANAGE_HOOKS, status=204, problems=(*_ABSENT, Code.IF_MATCH_REQUIRED)),
)
async def remove_hook(
    request: Request, asker: Asker, key: HookKey, if_match: IfMatch = None, reason: Reason = ""
) -> Response:
    """Forget a hook. Its tickets stay."""
    state = state_of(request)
    expected = required_version(if_match)
    by = By(asker.name, state.services.now_us(), reason)
    await state.write(kept, lambda connection: hooks.remove(connection, key, by, expected), "hook")
    return Response(status_code=204)


@router.post(
    "/inbound-hooks/{key}/rotate",
    **operation(Act.MANAGE_HOOKS, IssuedHookView, examples.ISSUED_HOOK, problems=_ABSENT),
)
async def rotate_hook(
    request: Request, asker: Asker, key: HookKey, if_match: IfMatch = None, reason: Reason = ""
) -> Response:
    """Give it a new secret, shown here alone; the old one opens nothing from now on."""
    state = state_of(request)
    expected = any_version(if_match)
    by = By(asker.name, state.services.now_us(), reason)
    changed, secret = await state.write(
        kept, lambda connection: hooks.rotate(connection, key, by, expected), "hook"
    )
    return JsonAnswer(issued_view(changed, secret), headers=etag(changed.version))


_REPORT = operation(
    Act.REPORT_BY_HOOK, ReportedView, examples.REPORTED, also_status=201, problems=(Code.MALFORMED,), way=HOOK
)
_REPORT["openapi_extra"]["requestBody"] = _BODY


@by_hook.post("/hooks/{key}", **_REPORT)
async def report_by_hook(request: Request, key: HookKey) -> Response:
    """Report something in the hook's own words: it becomes a ticket (201), or a note on the one there is (200).

    The hook's secret comes as `Authorization: Bearer whsec_…`, as `X-Hook-Token`, or as a signature (Standard Webhooks).
    """
    state = state_of(request)
    hook = await _found(state, key)
    raw = await request.body()
    report = _read(mapping_of(hook), raw)
    ownership = await state.ownership()
    digest = hashlib.sha256(raw).hexdigest()
    outcome = await state.write(received, state.services, ownership, hook, report, digest)
    number = outcome.ticket.name if outcome.ticket else None
    return JsonAnswer(ReportedView(outcome.did, number), 201 if outcome.did is Did.OPENED else 200)


def _read(mapping: HookMapping, raw: bytes) -> Report:
    """What a body reports.

    Raises:
        Problem: malformed; invalid, naming the field.
    """
    try:
        return read(mapping, msgspec.json.decode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(Code.MALFORMED) from error
    except FaultError as error:
        where = (
            error.fault.path.lstrip("/")
            if error.fault.path.startswith("/")
            else error.fault.path.replace(".", "/")
        )
        raise invalid(f"body/{where}".rstrip("/"), error.fault.code) from error


def _draft(body: HookIn) -> HookDraft:
    """What was sent, as far as it makes sense.

    Raises:
        Problem: invalid, naming the field.
    """
    if (body.preset is None) == (body.mapping is None):
        raise invalid("body/mapping", "only_one")
    if (body.customer is not None) != (body.kind is TicketKind.CUSTOMER):
        raise invalid("body/customer", "hooks.customer_misfit")
    mapping = PRESETS[body.preset] if body.preset else _mapping(body.mapping)
    return HookDraft(
        body.name,
        msgspec.to_builtins(mapping),
        body.kind,
        body.customer,
        body.zone,
        body.resolves,
        body.enabled,
    )


def _mapping(body: MappingIn | None) -> HookMapping:
    assert body is not None  # _draft looked
    picks = {
        name: _pick(name, pick)
        for name in ("title", "dedupe", "description", "subject", "priority", "status")
        if (pick := getattr(body, name)) is not None
    }
    return HookMapping(**picks, priorities=body.priorities, resolved=tuple(body.resolved))


def _pick(name: str, pick: PickIn) -> Pick:
    for at, path in enumerate(pick.paths):
        fault = path_fault(path)
        if fault:
            raise invalid(f"body/mapping/{name}/paths/{at}", fault.code)
    if not pick.paths and pick.fallback is None:
        raise invalid(f"body/mapping/{name}/paths", "missing")
    return Pick(tuple(pick.paths), pick.fallback)


async def _found(state: State, key: str) -> Hook:
    found = await state.read(hooks.get, key)
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return found
