"""Rules nobody has to write: three answers (which goods, where, heated or cooled) become a profile that fits.

The proposal is the default profile of the goods, changed by the rows of `adaptations.toml` that apply, as one version
that holds all year: weather does not keep to a calendar, and a limit that a season does not reach costs nothing
(registry/seasons.py). Which seasons each rule is there for is said beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

from detect.nouns import Json, Limit
from registry.adaptations import Adaptation, adaptations
from registry.climate import Climate
from registry.nouns import ClimateControl, ClimateZone, Profile, ProfileVersion
from registry.profiles import default_profiles
from registry.seasons import Season, calendar
from texts import LANGUAGES, Language, render

_DAMP_SEASONS = frozenset({Season.RETURNING_DAMP, Season.SEA_FOG, Season.PLUM_RAIN, Season.TYPHOON})
_SEASONS: Mapping[tuple[str, str], frozenset[Season]] = {
    ("dew_point_margin", "low"): _DAMP_SEASONS | {Season.WINTER},
    ("relative_humidity", "high"): _DAMP_SEASONS,
    ("product_temperature", "low"): frozenset({Season.WINTER}),
    ("product_temperature", "high"): frozenset({Season.SUMMER}),
    ("temperature", "low"): frozenset({Season.WINTER}),
    ("temperature", "high"): frozenset({Season.SUMMER}),
    ("time_of_wetness", "high"): _DAMP_SEASONS,
    ("freeze_thaw", "low"): frozenset({Season.WINTER}),
    ("rate_of_change", "high"): frozenset({Season.WINTER}),
    ("conditioning", "high"): frozenset({Season.WINTER}),
    ("mean_kinetic_temperature", "high"): frozenset({Season.SUMMER}),
}
"""(quantity, side) → the seasons in which such a limit is likely to speak."""
_ZONE_WORDS: Mapping[ClimateZone, str] = {
    ClimateZone.SEVERE_COLD: "severe-cold",
    ClimateZone.COLD: "cold",
    ClimateZone.HOT_SUMMER_COLD_WINTER: "cold-winter",
    ClimateZone.HOT_SUMMER_WARM_WINTER: "warm",
    ClimateZone.TEMPERATE: "temperate",
}


class UnknownAnswer(ValueError):
    """There are no default rules for such goods, or not in such a form; `known` are those there are."""

    def __init__(self, field: str, value: str, known: tuple[str, ...]) -> None:
        super().__init__(f"{field}: {value}")
        self.field, self.value, self.known = field, value, known


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked: goods (key of a default profile) in their form ("" = the usual one), the place, its control."""

    goods: str
    form: str
    climate: Climate
    control: ClimateControl


@dataclass(frozen=True, slots=True)
class Why:
    """A reason as message code and parameters."""

    code: str
    params: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit, why it is as it is, and in which seasons of the place it is likely to speak."""

    limit: Limit
    why: tuple[Why, ...]
    seasons: tuple[Season, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Rules that fit, as a profile with a key of its own, and what no limit can put right."""

    answers: Answers
    profile: Profile
    rules: tuple[Rule, ...]
    cautions: tuple[Why, ...]

    @property
    def version(self) -> ProfileVersion:
        """The profile's one version."""
        return self.profile.versions[0]


def propose(answers: Answers) -> Proposal:
    """The working set for three answers.

    Raises:
        UnknownAnswer: no default profile has this key, or its goods are not known in this form.
    """
    base = default_profiles().get(answers.goods)
    if base is None:
        raise UnknownAnswer("goods", answers.goods, tuple(default_profiles()))
    form = answers.form or base.form
    rows = [row for row in adaptations() if row.applies(answers.goods, answers.climate, answers.control)]
    version = _fitted(_in_form(base, form), rows)
    known = {limit.band: limit for limit in base.versions[0].limits}
    seasons = tuple(span.season for span in calendar(answers.climate))
    rules = tuple(_rule(known.get(limit.band), limit, seasons) for limit in version.limits)
    cautions = tuple(Why(row.caution, {}) for row in rows if row.caution)
    return Proposal(answers, _named(base, form, answers, version), rules, cautions)


def goods_of(profile: str) -> str | None:
    """The default profile behind a profile's key: itself, or the one it was adopted from; None = somebody's own."""
    if profile in default_profiles():
        return profile
    answers = _by_key().get(profile)
    return answers.goods if answers else None


def profile_called(word: str) -> Profile | None:
    """The profile ready for use that somebody means: by its key, or a default one by either of its names."""
    named = (p for p in default_profiles().values() if word in {p.name, p.name_zh})
    return ready_profile(word.lower()) or next(named, None)


def ready_profile(key: str) -> Profile | None:
    """The profile that comes along when something refers to it by this key: a default one, or a proposed one."""
    answers = _by_key().get(key)
    return propose(answers).profile if answers else default_profiles().get(key)


def forms_of(goods: Profile) -> tuple[str, ...]:
    """The forms of stock whose lag is known, the usual one first."""
    return (goods.form, *(form for form, _ in goods.versions[0].lags))


@cache
def _by_key() -> Mapping[str, Answers]:
    """All answers there can be, by the key of their proposal."""
    climates = [Climate(zone, coastal) for zone, coastal in product(ClimateZone, (False, True))]
    answers = (
        Answers(goods, form, climate, control)
        for goods, base in default_profiles().items()
        for form, climate, control in product(forms_of(base), climates, ClimateControl)
    )
    return {_key(one): one for one in answers}


def _in_form(base: Profile, form: str) -> ProfileVersion:
    """The default version with the lag of goods in this form."""
    version = base.versions[0]
    if form == base.form:
        return version
    lags = dict(version.lags)
    if form not in lags:
        raise UnknownAnswer("form", form, forms_of(base))
    own = lags.pop(form)
    if version.lag_us is not None:
        lags[base.form] = version.lag_us
    return replace(version, lag_us=own, lags=tuple(sorted(lags.items())))


def _fitted(version: ProfileVersion, rows: list[Adaptation]) -> ProfileVersion:
    for row in rows:
        limits, interval_us = row.fitted(version.limits), row.interval_us or version.interval_us
        version = replace(version, limits=limits, interval_us=interval_us)
    return version


def _rule(default: Limit | None, limit: Limit, seasons: tuple[Season, ...]) -> Rule:
    likely = _SEASONS.get((limit.quantity, limit.side), frozenset())
    why = [Why(code, {}) for code in (limit.source, limit.off) if code]
    if default and default != limit:
        why += [Why("rules.why.default", _figures(default))]
    return Rule(limit, tuple(why), tuple(season for season in seasons if season in likely))


def _figures(limit: Limit) -> dict[str, Json]:
    return {
        "limit": {"value": limit.limit, "quantity": limit.quantity},
        "on_delay_us": limit.on_delay_us,
        "budget_us": limit.budget_us or None,
        "severity": str(limit.severity),
    }


def _named(base: Profile, form: str, answers: Answers, version: ProfileVersion) -> Profile:
    """The profile under a key that says for what it is: `lead-bundle-warm-coast`."""
    names = {lang: _name(base, form, answers, lang) for lang in LANGUAGES}
    return Profile(
        key=_key(replace(answers, form=form)), name=names["en"], name_zh=names["zh"], form=form, note=base.note, versions=(version,)
    )  # fmt: skip


def _key(answers: Answers) -> str:
    words = [answers.goods, answers.form, _ZONE_WORDS[answers.climate.zone]]
    if answers.climate.coastal:
        words.append("coast")
    if answers.control is not ClimateControl.NONE:
        words.append(str(answers.control).replace("_", "-"))
    return "-".join(words)


def _name(base: Profile, form: str, answers: Answers, lang: Language) -> str:
    params: dict[str, Json] = {
        "goods": base.name_zh if lang == "zh" else base.name,
        "form": form,
        "zone": str(answers.climate.zone),
        "shore": "coast" if answers.climate.coastal else "inland",
        "control": str(answers.control),
    }
    return render("rules.profile_name", params, lang)
