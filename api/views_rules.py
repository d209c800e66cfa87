"""What goes over the wire about proposed rules, their sources, and guidance."""

from __future__ import annotations

from typing import Any

import msgspec


class WhyView(msgspec.Struct, frozen=True):
    """A reason: message code, parameters, and the sentence in the language asked for."""

    code: str
    params: dict[str, Any]
    text: str


class RuleView(msgspec.Struct, frozen=True):
    """One limit of a profile with its reasons. `limit` and `deadband` are in `unit`."""

    band: str
    quantity: str
    unit: str
    side: str
    limit: float
    deadband: float
    on_delay_s: float
    min_samples: int
    severity: str
    budget_s: float
    """If > 0: not single events count, but the time beyond the limit within any `window_s`."""
    window_s: float
    off: str | None
    """Why the rule is switched off; null = it is on."""
    why: list[WhyView]
    seasons: list[str]
    """When it is likely to speak at this place: winter, returning_damp, sea_fog, plum_rain, summer, typhoon."""


class ProfileRulesView(msgspec.Struct, frozen=True):
    """A profile as rules: what is watched, how often and how well it must be measured."""

    key: str
    name: str
    form: str
    note: str
    interval_s: float | None
    unwatched_s: float | None
    """How long the goods may be without a trusted reading; null = for ever."""
    lag_s: float | None
    """Time constant by which the goods in this form follow the air."""
    lags_s: dict[str, float]
    """The same in other forms of stock."""
    accuracy: dict[str, float]
    """±, in the quantity's unit."""
    rules: list[RuleView]


class CardView(msgspec.Struct, frozen=True):
    """What to do, in short steps."""

    key: str
    """Of the guidance card."""
    title: str
    """The heading, in the language asked for."""
    steps: list[str]
    """What to do, in order."""


class SeasonView(msgspec.Struct, frozen=True):
    """A season of the place in an ordinary year, both days included."""

    season: str
    name: str
    first: str
    """`MM-DD`."""
    last: str
    now: bool


class ProposedRulesView(msgspec.Struct, frozen=True):
    """A working set: the answers as understood, the rules that fit, what no rule can put right, and what to do now."""

    goods: str
    form: str
    climate: str
    coastal: bool
    control: str
    standing: str
    """new, same (adopted as proposed), edited (what is kept under this key says something else)."""
    profile: ProfileRulesView
    cautions: list[WhyView]
    seasons: list[SeasonView]
    guidance: list[CardView]


class AdoptedView(msgspec.Struct, frozen=True):
    """What holds after adopting, and what was changed for it (empty: it was so already)."""

    profile: str
    version: int
    standing: str
    product: str | None
    zone: str | None
    changed: list[str]
    """Subjects: `profile:lead-bundle-warm-coast`, `product:lead-ingot`, `zone:hall-1`."""


class CatalogueView(msgspec.Struct, frozen=True):
    """All default profiles."""

    items: list[ProfileRulesView]


class GuidanceView(msgspec.Struct, frozen=True):
    """Guidance for a case, as it was understood; null = not known, which rules nothing out."""

    goods: str | None
    climate: str | None
    coastal: bool | None
    control: str | None
    seasons: list[str]
    trouble: str | None
    cards: list[CardView]
