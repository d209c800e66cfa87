"""Rules nobody has to write: defaults with their sources, proposals for three answers, adopting them, guidance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Header, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_rules
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, permit
from api.languages import language
from api.openapi import operation
from api.policy import Act, bound
from api.problems import Code, Problem
from api.reasons import BODY, require_reason
from api.refusals import as_problems
from api.rule_answers import CLOCK, AdoptIn, AnswersIn, Asked, asked
from api.rule_text import card_view, default_view, proposal_view
from api.services import RegistryRows
from api.state import State, state_of
from api.views_rules import AdoptedView, CatalogueView, GuidanceView, ProposedRulesView
from registry.adopting import adopted, standing
from registry.climate import climate_of
from registry.guidance import Case, cards_for
from registry.nouns import ClimateControl, Principal, Profile, Registered, Site, kind_of
from registry.profiles import default_profiles
from registry.seasons import seasons_on
from registry.working_set import goods_of
from store.repositories.records import By, Stored

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["rules"])

AcceptLanguage = Annotated[str, Header(max_length=500, description="en or zh")]
Word = Annotated[str | None, Query(max_length=64)]


@router.get("/catalogue/profiles", **operation(Act.READ_REGISTRY, CatalogueView, examples_rules.CATALOGUE))
async def list_default_profiles(asker: Asker, accept_language: AcceptLanguage = "en") -> Response:
    """The default profiles with the source of every figure, and why what is switched off is so."""
    lang = language(accept_language)
    views = [default_view(profile, lang) for profile in default_profiles().values()]
    return JsonAnswer(CatalogueView(views), headers=_spoken(lang))


@router.post("/rules/proposal", **operation(Act.READ_REGISTRY, ProposedRulesView, examples_rules.PROPOSAL))
async def propose_rules(
    request: Request, asker: Asker, body: AnswersIn, accept_language: AcceptLanguage = "en"
) -> Response:
    """Which rules fit goods, place and control, each with its reasons. Nothing is changed."""
    state, lang = state_of(request), language(accept_language)
    await _permit_named(state, asker, body)
    now_us = state.services.now_us()

    def find(connection: Any) -> ProposedRulesView:
        registry = state.services.registry(connection)
        found = asked(registry, body)
        kept = registry.get(Profile, found.proposal.profile.key)
        how = standing(kept.value if kept else None, found.proposal, now_us)
        return proposal_view(found.proposal, how, _day(now_us, found.time_zone), lang)

    return JsonAnswer(await state.read(find), headers=_spoken(lang))


@router.post("/rules/adopt", **operation(Act.WRITE_REGISTRY, AdoptedView, examples_rules.ADOPTED))
async def adopt_rules(request: Request, asker: Asker, body: AdoptIn) -> Response:
    """Keep the proposed rules as a profile, and let the named product and zone have it: all or nothing.

    What was adopted before changes nothing. A kept profile that was edited stays as it is, unless `if_edited` is
    `replace`: then it judged the past, and the proposal judges from now on. Where other limits hold afterwards, a
    `reason` is needed.
    """
    state = state_of(request)
    by = By(asker.name, state.services.now_us(), body.reason or "rules.reason.adopted")
    return JsonAnswer(await state.write(partial(_adopt, state, body, by)))


@router.get(
    "/guidance",
    **operation(Act.READ_PLACES, GuidanceView, examples_rules.GUIDANCE, problems=(Code.NOT_FOUND,)),
)
async def read_guidance(
    request: Request,
    asker: Asker,
    goods: Annotated[str | None, Query(max_length=64, description="Key of a default profile, or of one adopted from it.")] = None,
    site: Word = None,
    day: Annotated[date | None, Query(alias="date", description="For the season: `2027-03-01`; today, if it is left out.")] = None,
    control: ClimateControl | None = None,
    trouble: Annotated[str | None, Query(max_length=64, description="A band (`wet-metal`, `frost`, …) or `unwatched`.")] = None,
    accept_language: AcceptLanguage = "en",
) -> Response:  # fmt: skip
    """What to do: the remedy if there is trouble, else what the season at the place calls for."""
    state, lang = state_of(request), language(accept_language)
    place = await _site(state, asker, site)
    climate = climate_of(place) if place else None
    day = day or _day(state.services.now_us(), place.time_zone if place else CLOCK)
    case = Case(
        goods=goods_of(goods) if goods else None, climate=climate, control=control,
        seasons=seasons_on(climate, day) if climate else (), trouble=trouble,
    )  # fmt: skip
    view = GuidanceView(
        case.goods, climate.zone if climate else None, climate.coastal if climate else None, control,
        [str(season) for season in case.seasons], trouble, [card_view(card, lang) for card in cards_for(case)],
    )  # fmt: skip
    return JsonAnswer(view, headers=_spoken(lang))


def _adopt(state: State, body: AdoptIn, by: By, connection: Any) -> AdoptedView:
    registry = state.services.registry(connection)
    found = asked(registry, body)
    kept = registry.get(Profile, found.proposal.profile.key)
    profile = adopted(kept.value if kept else None, found.proposal, by.time_us, body.if_edited)
    wanted = [profile, *_users(found, profile.key)]
    with as_problems():
        before = [registry.get(type(value), value.key) for value in wanted]
        for old, new in zip(before, wanted, strict=True):
            require_reason(old.value if old else None, new, body.reason, BODY)
        after = [registry.put(value, by) for value in wanted]
    return AdoptedView(
        profile.key,
        after[0].version,
        standing(profile, found.proposal, by.time_us),
        found.product.key if found.product else None,
        found.zone.key if found.zone else None,
        [
            f"{kind_of(new.value)}:{new.value.key}"
            for old, new in zip(before, after, strict=True)
            if old is None or old.version != new.version
        ],
    )


def _users(found: Asked, profile: str) -> list[Registered]:
    """The product and zone with the profile; the zone's control as it was answered, too."""
    users: list[Registered] = []
    if found.product:
        users.append(replace(found.product, profile=profile))
    if found.zone:
        users.append(replace(found.zone, profile=profile, climate_control=found.proposal.answers.control))
    return users


async def _permit_named(state: State, asker: Principal, body: AnswersIn) -> None:
    """Who sees only its own may name only its own."""
    if not bound(asker):
        return
    ownership = await state.ownership()
    for kind, key in (("product", body.product), ("zone", body.zone), ("site", body.site)):
        if key is not None:
            permit(asker, Act.READ_REGISTRY, ownership.of_object(kind, key))


async def _site(state: State, asker: Principal, key: str | None) -> Site | None:
    if key is None:
        return None
    if bound(asker):
        permit(asker, Act.READ_PLACES, (await state.ownership()).of_object("site", key))

    def find(connection: Any) -> Stored[Site] | None:
        registry: RegistryRows = state.services.registry(connection)
        return registry.get(Site, key)

    stored = await state.read(find)
    if stored is None:
        raise Problem(Code.NOT_FOUND)
    return stored.value


def _day(time_us: int, time_zone: str) -> date:
    return datetime.fromtimestamp(time_us / 1_000_000, ZoneInfo(time_zone)).date()


def _spoken(lang: str) -> dict[str, str]:
    return {"Content-Language": lang, "Vary": "Accept-Language"}
