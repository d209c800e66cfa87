"""Rules, proposals and guidance cards as they go over the wire, in the language asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from api.views_rules import (
    CardView,
    ProfileRulesView,
    ProposedRulesView,
    RuleView,
    SeasonView,
    WhyView,
)
from detect.nouns import Limit
from registry.adopting import Standing
from registry.guidance import Card, Case, cards_for
from registry.nouns import NEVER_US, Profile
from registry.seasons import Span, calendar, seasons_on
from registry.working_set import Proposal, Rule, Why
from texts import Language, catalogue, render, spoken

_US_PER_S = 1_000_000


def proposal_view(proposal: Proposal, standing: Standing, day: date, lang: Language) -> ProposedRulesView:
    """A proposal, with what to do on a day."""
    answers = proposal.answers
    case = Case(
        goods=answers.goods, climate=answers.climate, control=answers.control, seasons=seasons_on(answers.climate, day)
    )  # fmt: skip
    return ProposedRulesView(
        goods=answers.goods,
        form=proposal.profile.form,
        climate=answers.climate.zone,
        coastal=answers.climate.coastal,
        control=answers.control,
        standing=standing,
        profile=profile_view(proposal.profile, proposal.rules, lang),
        cautions=[why_view(why, lang) for why in proposal.cautions],
        seasons=[_season(span, day, lang) for span in calendar(answers.climate)],
        guidance=[card_view(card, lang) for card in cards_for(case)],
    )


def default_view(profile: Profile, lang: Language) -> ProfileRulesView:
    """A default profile, as it is before it is fitted to a place."""
    rules = [Rule(limit, sources(limit), ()) for limit in profile.versions[0].limits]
    return profile_view(profile, rules, lang)


def profile_view(profile: Profile, rules: Sequence[Rule], lang: Language) -> ProfileRulesView:
    """A profile of one version with the reasons of its rules."""
    version = profile.versions[0]
    return ProfileRulesView(
        key=profile.key,
        name=profile.name_zh if lang == "zh" else profile.name,
        form=profile.form,
        note=spoken(profile.note, lang),
        interval_s=_seconds(version.interval_us),
        unwatched_s=_seconds(version.unwatched_us),
        lag_s=_seconds(version.lag_us),
        lags_s={form: lag_us / _US_PER_S for form, lag_us in version.lags},
        accuracy=dict(version.accuracy),
        rules=[_rule(rule, lang) for rule in rules],
    )


def sources(limit: Limit) -> tuple[Why, ...]:
    """Where a limit comes from, and why it is off if it is: codes of ours, or somebody's own words."""
    return tuple(Why(words, {}) for words in (limit.source, limit.off) if words)


def why_view(why: Why, lang: Language) -> WhyView:
    """A reason in words; what is no code of ours is said as it was written."""
    text = render(why.code, why.params, lang) if why.code in catalogue(lang) else why.code
    return WhyView(why.code, dict(why.params), text)


def card_view(card: Card, lang: Language) -> CardView:
    """A guidance card in words."""
    return CardView(
        card.key, render(card.title, {}, lang), [render(code, {}, lang) for code in card.step_codes]
    )


def _rule(rule: Rule, lang: Language) -> RuleView:
    limit = rule.limit
    return RuleView(
        band=limit.band,
        quantity=limit.quantity,
        unit=catalogue(lang).get(f"unit.{limit.quantity}", ""),
        side=limit.side,
        limit=limit.limit,
        deadband=limit.deadband,
        on_delay_s=limit.on_delay_us / _US_PER_S,
        min_samples=limit.min_samples,
        severity=limit.severity,
        budget_s=limit.budget_us / _US_PER_S,
        window_s=limit.window_us / _US_PER_S,
        off=spoken(limit.off, lang) if limit.off else None,
        why=[why_view(why, lang) for why in rule.why],
        seasons=[str(season) for season in rule.seasons],
    )


def _season(span: Span, day: date, lang: Language) -> SeasonView:
    first, last = (f"{month:02d}-{day_of_month:02d}" for month, day_of_month in (span.first, span.last))
    return SeasonView(
        span.season, render(f"rules_season.{span.season}", {}, lang), first, last, span.holds(day)
    )


def _seconds(us: int | None) -> float | None:
    return None if us is None or us >= NEVER_US else us / _US_PER_S
