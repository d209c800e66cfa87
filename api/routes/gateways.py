"""Gateways at the broker: credentials made and shown once, revoked; and which gateways were seen, expected or not."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_gateways as examples
from api.encoding import JsonAnswer
from api.gateway_access import AccessView, access_of, trial_line
from api.guard import PREFIX, Asker, GuardedRoute
from api.languages import language
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem
from api.refusals import as_problems
from api.routes.registry import Reason
from api.sighted import sightings
from api.sightings import Sighted, Sighting
from api.state import State, state_of
from api.times import TimeText, text_of, text_of_optional
from detect.nouns import Json
from registry.nouns import GATEWAY_PATTERN
from store.repositories.credentials import Credential
from store.repositories.records import By
from texts import Language, render

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["gateways"])

Key = Annotated[str, Path(pattern=f"^{GATEWAY_PATTERN}$")]


class CredentialView(AccessView, frozen=True):
    """A gateway's credential, without its secret."""

    issued: TimeText
    issued_by: str
    revoked: TimeText | None


class IssuedCredentialView(CredentialView, frozen=True):
    """A new credential, with the secret that cannot be seen again."""

    secret: str
    try_it: str
    """A command (of Mosquitto's clients) that publishes one reading."""


class RefusalView(msgspec.Struct, frozen=True):
    """Something that the broker refused."""

    what: str
    """log_in, publish, subscribe or tls."""
    topic: str
    address: str
    first: TimeText
    last: TimeText
    n: int


class SightingView(msgspec.Struct, frozen=True):
    """A gateway as expected and as seen. Without a name, everybody who gave none."""

    gateway: str
    state: str
    """never_seen, unknown, refused, silent, seen or idle."""
    registered: bool
    credential: str
    """none, in_force or revoked."""
    devices: int
    last_seen: TimeText | None
    """Exact to the hour, or closer where a reading, a status or a refused message tells."""
    last_topic: str
    messages_24h: int
    online: bool | None
    """What it, or its last will, said last of its state; null if it never did."""
    refusals: list[RefusalView]
    maybe: list[str]
    """Ids that may be meant, the likeliest first."""
    advice: str
    """What to do, in a sentence."""


@router.get(
    "/gateways/sightings",
    **operation(Act.READ_SIGHTINGS, Page[SightingView], examples.SIGHTINGS, problems=(Code.BAD_CURSOR,)),
)
async def list_sightings(
    request: Request,
    asker: Asker,
    kind: Annotated[list[Sighted] | None, Query(alias="state", max_length=10)] = None,
    gateway: Annotated[str | None, Query(max_length=64, description="Only of this name.")] = None,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Response:
    """Which gateways were seen: what needs work first. New ones stand here within seconds."""
    state = state_of(request)
    after = read_cursor(request, cursor, tuple[int, str])
    order = list(Sighted)
    found = [
        ((order.index(one.state), one.gateway), one)
        for one in await state.pool(sightings, state.services)
        if (kind is None or one.state in kind) and gateway in {None, one.gateway}
    ]
    shown, last = cut([row for row in found if after is None or row[0] > after][: limit + 1], limit)
    following = write_cursor(request, last[0]) if last else None
    lang = language(request.headers.get("accept-language", ""))
    views = [_sighting(one, state.services.gateway_address, lang) for _, one in shown]
    headers = {**next_link(request, following), "Content-Language": lang, "Vary": "Accept-Language"}
    return JsonAnswer(Page(views, following), headers=headers)


@router.get(
    "/gateways/{key}/credential",
    **operation(Act.MANAGE_GATEWAYS, CredentialView, examples.CREDENTIAL, problems=(Code.NOT_FOUND,)),
)
async def read_credential(request: Request, asker: Asker, key: Key) -> Response:
    """How the gateway connects, and whether it still may; never its secret."""
    state = state_of(request)

    def find(connection: Any) -> dict[str, Any]:
        credential = state.services.credentials(connection).get(key)
        if credential is None:
            raise Problem(Code.NOT_FOUND)
        return _fields(state, connection, credential)

    return JsonAnswer(CredentialView(**await state.read(find)))


@router.post(
    "/gateways/{key}/credential",
    **operation(Act.MANAGE_GATEWAYS, IssuedCredentialView, examples.ISSUED_CREDENTIAL, status=201),
)
async def issue_credential(request: Request, asker: Asker, key: Key, reason: Reason = "") -> Response:
    """Give the gateway a secret, or a new one in place of the old; it is registered if it was not yet.

    The secret is in this answer and nowhere else. The broker knows it within a second or two, and then turns away
    whoever comes with the old one.
    """
    state = state_of(request)
    by = By(asker.name, state.services.now_us(), reason)

    def write(connection: Any) -> tuple[dict[str, Any], str]:
        with as_problems():
            credential, secret = state.services.credentials(connection).issue(key, by)
        return _fields(state, connection, credential), secret

    fields, secret = await state.write(write)
    view = CredentialView(**fields)
    issued = IssuedCredentialView(**fields, secret=secret, try_it=trial_line(view, secret))
    return JsonAnswer(issued, 201, {"Cache-Control": "no-store"})


@router.delete(
    "/gateways/{key}/credential",
    **operation(Act.MANAGE_GATEWAYS, CredentialView, examples.REVOKED_CREDENTIAL, problems=(Code.NOT_FOUND,)),
)
async def revoke_credential(request: Request, asker: Asker, key: Key, reason: Reason = "") -> Response:
    """The gateway is put out of the broker, also amid a connection, and gets in no more."""
    state = state_of(request)
    by = By(asker.name, state.services.now_us(), reason)

    def write(connection: Any) -> dict[str, Any]:
        credentials = state.services.credentials(connection)
        if credentials.get(key) is None:
            raise Problem(Code.NOT_FOUND)
        return _fields(state, connection, credentials.revoke(key, by))

    return JsonAnswer(CredentialView(**await state.write(write)))


def _fields(state: State, connection: Any, credential: Credential) -> dict[str, Any]:
    extra = state.services.granted(connection, credential.gateway)
    access = access_of(credential.gateway, state.services.gateway_address, extra)
    return {
        **{name: getattr(access, name) for name in access.__struct_fields__},
        "issued": text_of(credential.issued_us), "issued_by": credential.issued_by,
        "revoked": text_of_optional(credential.revoked_us),
    }  # fmt: skip


def _sighting(one: Sighting, address: str, lang: Language) -> SightingView:
    trace, expected = one.trace, one.expected
    newest = max(reversed(one.refusals), key=lambda refusal: refusal.last_us, default=None)
    told: dict[str, Json] = {
        "gateway": one.gateway, "maybe": list(one.maybe), "broker": address,
        "topic": newest.topic if newest else trace.topic if trace else "",
        "address": newest.address if newest else "", "last_us": trace.last_us if trace else None,
    }  # fmt: skip
    return SightingView(
        gateway=one.gateway,
        state=one.state,
        registered=expected is not None,
        credential=expected.access if expected else "none",
        devices=expected.devices if expected else 0,
        last_seen=text_of(trace.last_us) if trace else None,
        last_topic=trace.topic if trace else "",
        messages_24h=trace.messages if trace else 0,
        online=trace.online if trace else None,
        refusals=[
            RefusalView(r.what, r.topic, r.address, text_of(r.first_us), text_of(r.last_us), r.n)
            for r in one.refusals
        ],
        maybe=list(one.maybe),
        advice=render(f"gateway.advice.{one.advice}", told, lang),
    )
