"""Photos on tickets: sent with the time at which they were taken, listed, and shown as nothing but pictures."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_photos as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.idempotency import IdempotencyKey, done_once
from api.openapi import operation
from api.own_times import own_time
from api.picturing import MOST_BYTES, NoPicture, Picture, picture_of
from api.policy import Act, acting_as, bound, names_of
from api.problems import Code, Problem, invalid
from api.refusals import as_problems
from api.routes.tickets import Number, find_ticket
from api.state import State, state_of
from api.ticket_acts import STAFF
from api.ticket_text import name_for
from api.times import TimeIn, text_of
from api.views_photos import PhotosView, PhotoView
from api.wire import Words
from registry.nouns import Principal, Role
from store.photo_files import LostPhoto
from store.repositories import photos
from store.repositories.records import By
from tickets.nouns import Photo, Ticket

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["tickets"])

_MEDIA = ("image/jpeg", "image/png", "image/webp")
_BODY = {
    "required": True,
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _MEDIA},
}
_ADD = operation(
    Act.COMMENT, PhotoView, examples.PHOTO, status=201,
    problems=(Code.NOT_FOUND, Code.TOO_LARGE, Code.KEY_REUSED),
)  # fmt: skip
_SHOW = operation(
    Act.READ_TICKETS, also={"image/jpeg": "(a picture)"}, problems=(Code.NOT_FOUND, Code.NOT_READY)
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox", "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=86400, immutable",
}  # fmt: skip
Id = Annotated[str, Path(max_length=64)]


@router.post(
    "/tickets/{number}/photos", **_ADD | {"openapi_extra": {**_ADD["openapi_extra"], "requestBody": _BODY}}
)
async def add_photo(
    request: Request,
    asker: Asker,
    number: Number,
    taken: Annotated[
        TimeIn | None, Query(description="When it was taken, if it waited; at most 72 h ago.")
    ] = None,
    caption: Annotated[Words, Query(max_length=500)] = "",
    public: Annotated[
        bool, Query(description="The customer concerned sees it; what customers send, they see.")
    ] = False,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Add a photo (JPEG, PNG or WebP, at most 8 MB), as it is in the body. Kept is an upright JPEG without metadata."""
    state = state_of(request)
    ticket = await find_ticket(state, asker, Act.COMMENT, number)
    now_us = state.services.now_us()
    at_us = own_time(taken, now_us, "query/taken")
    sent = await request.body()
    if len(sent) > MOST_BYTES:
        raise Problem(Code.TOO_LARGE, {"limit_bytes": MOST_BYTES})
    try:
        picture = await state.pool(picture_of, sent)
    except NoPicture as error:
        raise invalid("body", str(error)) from error
    draft = await state.pool(_kept, state, ticket, asker, picture, at_us, caption, public)

    def act(connection: Any) -> Any:
        by = By(acting_as(asker), now_us)
        try:
            with as_problems():
                photo = photos.add(connection, draft, by, str(asker.role))
        except photos.TooManyError as error:
            raise invalid("body", "too_many_photos", limit=photos.MOST) from error
        return msgspec.to_builtins(_view(photo, ticket, asker))

    return JsonAnswer(await done_once(state, request, asker, idempotency_key, act), 201)


@router.get(
    "/tickets/{number}/photos",
    **operation(Act.READ_TICKETS, PhotosView, examples.PHOTOS, problems=(Code.NOT_FOUND,)),
)
async def list_photos(request: Request, asker: Asker, number: Number) -> Response:
    """The photos of a ticket that one may see: customers their own, and those that are marked for them."""
    state = state_of(request)
    ticket = await find_ticket(state, asker, Act.READ_TICKETS, number)
    found = await state.read(photos.of_ticket, ticket.id)
    return JsonAnswer(PhotosView([_view(one, ticket, asker) for one in found if _shows(asker, one, ticket)]))


@router.get("/tickets/{number}/photos/{id}/content", **_SHOW)
async def show_photo(request: Request, asker: Asker, number: Number, id: Id) -> Response:
    """A photo as it is kept."""
    state = state_of(request)
    ticket, photo = await _find(state, asker, number, id)
    return await _picture(state, request, photo.sha256, f"{ticket.name}-{photo.id[-6:]}.jpg")


@router.get("/tickets/{number}/photos/{id}/thumbnail", **_SHOW)
async def show_thumbnail(request: Request, asker: Asker, number: Number, id: Id) -> Response:
    """A photo in small, at most 320 pixels a side."""
    state = state_of(request)
    ticket, photo = await _find(state, asker, number, id)
    return await _picture(state, request, photo.thumbnail, f"{ticket.name}-{photo.id[-6:]}-small.jpg")


def _kept(
    state: State, ticket: Ticket, asker: Principal, picture: Picture, at_us: int, caption: str, public: bool
) -> Photo:  # fmt: skip
    """The photo with its files written: behind an event there is always a picture."""
    files, own = state.services.photos, asker.role is Role.CUSTOMER
    digest, small = files.keep(picture.content), files.keep(picture.thumbnail)
    return Photo(
        id="", ticket_id=ticket.id, time_us=0, at_us=at_us, principal="", customer=asker.customer if own else None,
        public=own or (public and asker.role in STAFF), caption=caption, width=picture.width, height=picture.height,
        size=len(picture.content), sha256=digest, thumbnail=small, original=picture.original,
    )  # fmt: skip


def _shows(asker: Principal, photo: Photo, ticket: Ticket) -> bool:
    """Whether a photo is meant for the asker, as comments are."""
    if not bound(asker) or photo.principal in names_of(asker):
        return True
    if asker.role is not Role.CUSTOMER or not photo.public:
        return False
    return asker.customer is not None and asker.customer == (
        photo.customer or ticket.customer or asker.customer
    )


async def _find(state: State, asker: Principal, number: str, id: str) -> tuple[Ticket, Photo]:
    ticket = await find_ticket(state, asker, Act.READ_TICKETS, number)
    found = await state.read(photos.of_ticket, ticket.id)
    for photo in found:
        if photo.id == id and _shows(asker, photo, ticket):
            return ticket, photo
    raise Problem(Code.NOT_FOUND)


async def _picture(state: State, request: Request, digest: str, name: str) -> Response:
    headers = {
        **_HEADERS, "ETag": f'"{digest}"', "Content-Disposition": f'inline; filename="{name}"',
    }  # fmt: skip
    if request.headers.get("if-none-match") == f'"{digest}"':
        return Response(status_code=304, headers=headers)
    try:
        content = await state.pool(state.services.photos.read, digest)
    except LostPhoto as error:
        raise Problem(Code.NOT_READY, {"parts": "photos"}, parts={"photos": "lost"}) from error
    return Response(content, media_type="image/jpeg", headers=headers)


def _view(photo: Photo, ticket: Ticket, asker: Principal) -> PhotoView:
    at = f"{PREFIX}/tickets/{ticket.name}/photos/{photo.id}"
    return PhotoView(
        photo.id, text_of(photo.at_us), text_of(photo.time_us), name_for(asker, photo.principal), photo.caption,
        photo.public, photo.width, photo.height, photo.size, photo.sha256, photo.original, f"{at}/content",
        f"{at}/thumbnail",
    )  # fmt: skip
