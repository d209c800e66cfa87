"""How people want to be told: chats, quiet hours, plain words."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import APIRouter, Path
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from api import examples_outbox as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.openapi import operation
from api.policy import Act
from api.problems import Code, Problem, invalid
from api.refusals import as_problems
from api.routes.registry import Reason
from api.state import state_of
from api.versions import IfMatch, IfNoneMatch, etag, expected_version
from api.views_outbox import HabitsView, habits_view
from api.wire import Line, Wire
from notify.channels.feishu import knows
from notify.recipients import registered_habits
from registry.nouns import KEY_PATTERN, Principal
from store.messages import Habits
from store.repositories import habits
from store.repositories.records import By
from store.repositories.users import UserRepository

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["outbox"])

To = Annotated[str, Path(pattern=f"^(desk|(person|contact|team):{KEY_PATTERN})$", max_length=200)]
_CLOCK = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


def _zone(text: str) -> str:
    try:
        ZoneInfo(text or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError("not_a_zone", "no IANA name") from None
    return text


Clock = Annotated[str, StringConstraints(pattern=f"^{_CLOCK.pattern}$")]


class HabitsIn(Wire):
    """How somebody wants to be told."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.HABITS_IN]})

    urls: Annotated[list[Line], Field(max_length=10)] | None = None
    """Apprise addresses of chats, or feishu://token?secret=…; without this field those that there are stay."""
    quiet_from: Clock | None = None
    quiet_to: Clock | None = None
    time_zone: Annotated[Line, AfterValidator(_zone)] = ""
    plain: bool | None = None
    """Plain words instead of the data report; null = for contacts of customers."""
    high_waits: bool = False
    """Also urgent messages wait for the end of the quiet hours."""
    per_hour: Annotated[int, Field(ge=1, le=1000)] | None = None


@router.get(
    "/telling/{to}", **operation(Act.MANAGE_TELLING, HabitsView, examples.HABITS, problems=(Code.NOT_FOUND,))
)
async def read_habits(request: Request, asker: Asker, to: To) -> Response:
    """How somebody wants to be told; addresses are not shown, for they hold secrets."""
    found = await state_of(request).read(habits.get, to)
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return JsonAnswer(habits_view(found), headers=etag(found.version))


@router.put(
    "/telling/{to}",
    **operation(
        Act.MANAGE_TELLING,
        HabitsView,
        examples.HABITS,
        problems=(Code.CHANGED_MEANWHILE, Code.IF_MATCH_REQUIRED),
    ),
)
async def put_habits(
    request: Request, asker: Asker, to: To, body: HabitsIn, if_match: IfMatch = None, if_none_match: IfNoneMatch = None,
    reason: Reason = "",
) -> Response:  # fmt: skip
    """Say how somebody wants to be told."""
    return await _put(request, asker, to, body, expected_version(if_match, if_none_match), reason)


@router.get("/me/telling", **operation(Act.OWN_ACCOUNT, HabitsView, examples.HABITS))
async def read_own_habits(request: Request, asker: Asker) -> Response:
    """How one is told oneself; as the registry has it, until one says otherwise. A key of nobody is told nothing."""
    to = f"person:{asker.person}"

    def find(connection: Any) -> Habits | None:
        person = UserRepository(connection).person(asker.person) if asker.person else None
        if person is None:
            return None
        return habits.get(connection, to) or registered_habits(person)

    found = await state_of(request).read(find) or Habits(asker.name, version=0)
    return JsonAnswer(habits_view(found), headers=etag(found.version) if found.version else {})


@router.put(
    "/me/telling",
    **operation(
        Act.OWN_ACCOUNT,
        HabitsView,
        examples.HABITS,
        problems=(Code.NOT_FOUND, Code.CHANGED_MEANWHILE, Code.IF_MATCH_REQUIRED),
    ),
)
async def put_own_habits(
    request: Request,
    asker: Asker,
    body: HabitsIn,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Say how one wants to be told oneself. Critical messages never wait."""
    to = f"person:{_person_of(asker)}"
    return await _put(request, asker, to, body, expected_version(if_match, if_none_match), "")


def _person_of(asker: Principal) -> str:
    """The key of the person who asks.

    Raises:
        Problem: not_found, for a key that belongs to nobody.
    """
    if asker.person is None:
        raise Problem(Code.NOT_FOUND)
    return asker.person


async def _put(
    request: Request, asker: Principal, to: str, body: HabitsIn, expected: int | None, reason: str
) -> Response:
    state = state_of(request)
    await state.pool(_check, body.urls or [])
    by = By(asker.name, state.services.now_us(), reason)

    def write(connection: Any) -> Habits:
        wanted = Habits(
            to, _urls(connection, to, body), _minute(body.quiet_from), _minute(body.quiet_to), body.time_zone, body.plain,
            body.high_waits, body.per_hour,
        )  # fmt: skip
        with as_problems():
            return habits.put(connection, wanted, by, expected)

    kept = await state.write(write)
    return JsonAnswer(habits_view(kept), headers=etag(kept.version))


def _urls(connection: Any, to: str, body: HabitsIn) -> tuple[str, ...]:
    """The addresses that are to be; those that there are, also in the registry, where nothing is said of them."""
    if body.urls is not None:
        return tuple(body.urls)
    before = habits.get(connection, to)
    if before is not None:
        return before.urls
    kind, _, key = to.partition(":")
    person = UserRepository(connection).person(key) if kind == "person" else None
    return person.channels if person else ()


def _check(urls: list[str]) -> None:
    """Every address must be one of a chat. What knows them is loaded only now, and takes its time."""
    fits = import_module("notify.channels.chat").fits
    for place, url in enumerate(urls):
        if not (knows(url) or fits(url)):
            raise invalid(f"body/urls/{place}", "bad_chat_address")


def _minute(clock: str | None) -> int | None:
    return None if clock is None else int(clock[:2]) * 60 + int(clock[3:])
