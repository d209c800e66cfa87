"""API keys: made and shown once, listed without their secret, revoked."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem
from api.refusals import as_problems
from api.registry_wire import enum_in
from api.routes.registry import Reason
from api.state import state_of
from api.times import TimeIn, text_of, text_of_optional
from api.views import IssuedView, KeyView
from api.wire import GatewayKey, Line, Wire
from api.wire import Key as ObjectKey
from registry.nouns import Role
from store.repositories.keys import Grant, Issued, Key
from store.repositories.records import By

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["keys"])

Id = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]


class KeyIn(Wire):
    """What a key is given out for."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.KEY_IN]})

    name: Annotated[Line, Field(min_length=1)]
    role: enum_in(Role)  # type: ignore[valid-type]
    customer: ObjectKey | None = None
    gateway: GatewayKey | None = None
    site: ObjectKey | None = None
    """For a keeper: the site."""
    carrier: ObjectKey | None = None
    """For a driver or carrier: the carrier."""
    person: ObjectKey | None = None
    """Who will act with it. It opens nothing once this person is removed, or disabled as a user."""
    expires_us: TimeIn | None = Field(None, alias="expires")


@router.post("/keys", **operation(Act.MANAGE_KEYS, IssuedView, examples.ISSUED, status=201))
async def issue_key(request: Request, asker: Asker, body: KeyIn, reason: Reason = "") -> Response:
    """Make a key. Its secret is in this answer and nowhere else; a lost one cannot be seen again."""
    state = state_of(request)
    by = By(asker.name, state.services.now_us(), reason)
    grant = Grant(
        body.name, body.role, body.customer, body.gateway, body.site, body.carrier, body.expires_us, body.person
    )  # fmt: skip

    def write(connection: Any) -> Issued:
        with as_problems():
            return state.services.keys(connection).issue(grant, by)

    key, secret = await state.write(write)
    return JsonAnswer(IssuedView(**_fields(key), secret=secret), 201)


@router.get(
    "/keys", **operation(Act.MANAGE_KEYS, Page[KeyView], examples.KEYS_PAGE, problems=(Code.BAD_CURSOR,))
)
async def list_keys(request: Request, asker: Asker, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """All keys, the oldest first, revoked and expired ones too."""
    state = state_of(request)
    after = read_cursor(request, cursor, str) or ""
    rows = await state.read(lambda connection: state.services.keys(connection).all())
    shown, last = cut([row for row in rows if row.id > after][: limit + 1], limit)
    following = write_cursor(request, last.id) if last else None
    views = [KeyView(**_fields(row)) for row in shown]
    return JsonAnswer(Page(views, following), headers=next_link(request, following))


@router.post(
    "/keys/{id}/revoke", **operation(Act.MANAGE_KEYS, KeyView, examples.KEY, problems=(Code.NOT_FOUND,))
)
async def revoke_key(request: Request, asker: Asker, id: Id, reason: Reason = "") -> Response:
    """From now on the key opens nothing; other processes forget it within a second or two."""
    state = state_of(request)
    by = By(asker.name, state.services.now_us(), reason)

    def write(connection: Any) -> Key:
        keys = state.services.keys(connection)
        if keys.get(id) is None:
            raise Problem(Code.NOT_FOUND)
        return keys.revoke(id, by)

    key = await state.write(write)
    state.forget_keys()
    return JsonAnswer(KeyView(**_fields(key)))


def _fields(key: Key) -> dict[str, Any]:
    return {
        "id": key.id, "name": key.name, "hint": key.hint, "role": key.role, "customer": key.customer,
        "gateway": key.gateway, "site": key.site, "carrier": key.carrier, "person": key.person,
        "created": text_of(key.created_us), "expires": text_of_optional(key.expires_us), "last_used": text_of_optional(key.last_used_us), "revoked": text_of_optional(key.revoked_us),
    }  # fmt: skip
