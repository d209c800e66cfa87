"""The working set for three answers: over the whole matrix it guards the goods, says why, and cries no wolf."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detect.nouns import Limit, Severity
from ingest.nouns import US_PER_DAY, US_PER_MINUTE
from registry.adaptations import adaptations
from registry.adopting import IfEdited, Standing, adopted, standing
from registry.climate import Climate, climate_at
from registry.faults import InvalidFileError
from registry.file import parse
from registry.nouns import ALWAYS_US, KEY_PATTERN, ClimateControl, ClimateZone, Profile, ProfileVersion
from registry.profiles import default_profiles
from registry.working_set import (
    Answers,
    Proposal,
    UnknownAnswer,
    forms_of,
    goods_of,
    propose,
    ready_profile,
)
from texts import LANGUAGES, render

METALS = ("lead", "zinc", "metal")
WARM_COAST = Climate(ClimateZone.HOT_SUMMER_WARM_WINTER, True)
HARBIN = Climate(ClimateZone.SEVERE_COLD, False)
MATRIX = [
    Answers(goods, form, Climate(zone, coastal), control)
    for goods, profile in default_profiles().items()
    for form, zone, coastal, control in product(forms_of(profile), ClimateZone, (False, True), ClimateControl)
]
NOW = 1_795_248_000_000_000


def band(proposal: Proposal, name: str) -> Limit:
    (found,) = [rule.limit for rule in proposal.rules if rule.limit.band == name]
    return found


@pytest.fixture(scope="module")
def proposals() -> list[Proposal]:
    """Every goods in every form, climate and control."""
    return [propose(answers) for answers in MATRIX]


def test_every_proposal_guards_the_goods(proposals: list[Proposal]) -> None:
    """At least one rule is on that opens a ticket and is no mere budget, whatever the place."""
    for one in proposals:
        on = [rule.limit for rule in one.rules if not rule.limit.off and not rule.limit.budget_us]
        assert any(limit.severity is not Severity.ADVICE for limit in on), one.profile.key


def test_no_humidity_alarm_stands_for_days(proposals: list[Proposal]) -> None:
    """No single event on humidity anywhere; where the air is damp no hours of humidity open a ticket."""
    humid = [
        (one.answers, rule.limit)
        for one in proposals
        for rule in one.rules
        if rule.limit.quantity in {"relative_humidity", "surface_humidity"}
    ]
    assert humid
    for answers, limit in humid:
        assert limit.budget_us > 0
        weathered = answers.climate.damp and answers.control is not ClimateControl.HEATED_COOLED
        assert not weathered or limit.off or limit.severity is Severity.ADVICE


def test_every_rule_says_why_in_both_languages(proposals: list[Proposal]) -> None:
    """Source, reason for being off, default it was changed from, cautions and names: all are sentences."""
    said = {(why.code, str(why.params)): why for one in proposals for rule in one.rules for why in rule.why}
    said |= {(why.code, ""): why for one in proposals for why in one.cautions}
    assert len(said) > 60
    for why, lang in product(said.values(), LANGUAGES):
        assert len(render(why.code, why.params, lang)) > 8
    for one in proposals:
        assert all(rule.limit.source and rule.why[0].code == rule.limit.source for rule in one.rules)
        assert "{" not in one.profile.name + one.profile.name_zh


def test_every_proposal_is_a_profile_of_its_own(proposals: list[Proposal]) -> None:
    """Keys are possible, differ, and lead back to their goods; one version that never ends."""
    keys = {one.profile.key: one for one in proposals}
    assert len(keys) == len(proposals)
    for key, one in keys.items():
        assert re.fullmatch(KEY_PATTERN, key)
        assert goods_of(key) == one.answers.goods
        assert (one.version.valid_from_us, one.version.valid_to_us) == (ALWAYS_US, None)
        assert len({limit.band for limit in one.version.limits}) == len(one.version.limits)
        assert one.version.unwatched_us >= 2 * (one.version.interval_us or 0)


def test_a_file_may_refer_to_any_proposal_by_its_key() -> None:
    """What a registry file refers to comes along as proposed, and is an ordinary profile then."""
    found = parse('format = 1\n[[zone]]\nkey = "z"\nprofile = "lead-bundle-warm-coast"\n')
    assert found.profiles == (propose(Answers("lead", "", WARM_COAST, ClimateControl.NONE)).profile,)
    with pytest.raises(InvalidFileError):
        parse('format = 1\n[[zone]]\nkey = "z"\nprofile = "lead-bundle-tropics"\n')


def test_every_proposal_is_ready_under_its_key(proposals: list[Proposal]) -> None:
    """The key alone leads to the same profile."""
    for one in proposals[::17]:
        assert ready_profile(one.profile.key) == one.profile


@pytest.mark.parametrize("key", ["lead-free-solder", "brightcoat-base", "leadx", "lead-bundle", ""])
def test_profiles_of_ones_own_are_nobodys_goods(key: str) -> None:
    """A key that merely begins like a default one does not get its guidance."""
    assert goods_of(key) is None


def test_adaptations_only_name_what_there_is() -> None:
    """Every row names known goods and bands of theirs, and applies to something in the matrix."""
    for row in adaptations():
        assert set(row.goods) <= default_profiles().keys()
        for goods in row.goods:
            assert row.fitted(default_profiles()[goods].versions[0].limits)
        assert any(row.applies(one.goods, one.climate, one.control) for one in MATRIX)


@pytest.mark.parametrize("goods", METALS)
def test_metal_at_the_warm_coast(goods: str) -> None:
    """Measured every 10 min; 3 K advise after 15 min, 0.5 K warn; wet metal as everywhere; damp hours of a humid climate."""
    found = propose(Answers(goods, "", WARM_COAST, ClimateControl.NONE))
    default = default_profiles()[goods].versions[0]
    wet = {limit.band: limit for limit in default.limits}["wet-metal"]
    assert found.version.interval_us == 10 * US_PER_MINUTE
    assert band(found, "near-dew").on_delay_us == 15 * US_PER_MINUTE
    assert (band(found, "near-dew").limit, band(found, "near-dew").severity) == (3.0, Severity.ADVICE)
    close = band(found, "dew-close")
    assert (close.limit, close.severity, close.on_delay_us) == (0.5, Severity.WARNING, 15 * US_PER_MINUTE)
    assert band(found, "wet-metal") == wet
    assert band(found, "damp-hours").limit == 452.0


def test_lead_for_a_heated_shop_in_the_north() -> None:
    """Cold lead comes into a warm shop: the margin warns at 4 K."""
    found = propose(Answers("lead", "ingot", HARBIN, ClimateControl.HEATED))
    assert band(found, "near-dew").limit == 4.0
    assert found.version.lag_us == 3_600_000_000
    assert dict(found.version.lags) == {"bundle": 12_960_000_000, "stack": 27_720_000_000}
    assert found.profile.form == "ingot"


def test_unheated_paint_in_the_north_is_warned_of_early() -> None:
    """8 °C after 10 min instead of 5 °C after 30; it is said that it will freeze; frost stays what it was."""
    found = propose(Answers("paint-waterborne", "", HARBIN, ClimateControl.NONE))
    assert (band(found, "low").limit, band(found, "low").on_delay_us) == (8.0, 10 * US_PER_MINUTE)
    assert band(found, "cold-air").severity is Severity.ADVICE
    assert [why.code for why in found.cautions] == ["rules.caution.unheated_frost"]
    default = default_profiles()["paint-waterborne"].versions[0].limits
    assert band(found, "frost") in default


def test_heated_paint_in_the_north_is_warned_of_a_failed_heating() -> None:
    """8 °C in the air of a heated store opens a ticket."""
    found = propose(Answers("paint-waterborne", "", HARBIN, ClimateControl.HEATED))
    assert (band(found, "cold-air").limit, band(found, "cold-air").severity) == (8.0, Severity.WARNING)
    assert found.cautions == ()


def test_where_nothing_is_special_the_default_holds() -> None:
    """Chilled goods in a cooled store are judged as GSP says, wherever it is."""
    for zone, coastal in product(ClimateZone, (False, True)):
        found = propose(Answers("chilled", "", Climate(zone, coastal), ClimateControl.COOLED))
        assert found.version == default_profiles()["chilled"].versions[0]
        assert found.cautions == ()


def test_unknown_answers_are_told_with_what_is_known() -> None:
    """A kind of goods, or a form of it, that has no default rules."""
    with pytest.raises(UnknownAnswer) as wrong:
        propose(Answers("cheese", "", HARBIN, ClimateControl.NONE))
    assert (wrong.value.field, "lead" in wrong.value.known) == ("goods", True)
    with pytest.raises(UnknownAnswer) as wrong:
        propose(Answers("lead", "pail", HARBIN, ClimateControl.NONE))
    assert wrong.value.known == ("bundle", "ingot", "stack")


@given(
    st.tuples(st.floats(18, 53), st.floats(74, 134)),
    st.sampled_from(list(default_profiles())),
    st.sampled_from(ClimateControl),
)
def test_any_position_in_china_gets_rules(
    position: tuple[float, float], goods: str, control: ClimateControl
) -> None:
    """Wherever the climate is known, there are rules that are on."""
    climate = climate_at(position)
    if climate is not None:
        assert any(not rule.limit.off for rule in propose(Answers(goods, "", climate, control)).rules)


def edited(proposal: Proposal) -> Profile:
    """The proposal, adopted, and one limit changed by somebody."""
    first, *rest = proposal.version.limits
    changed = replace(proposal.version, limits=(replace(first, limit=first.limit + 1), *rest))
    return replace(proposal.profile, versions=(changed,))


def test_adopting_what_is_there_changes_nothing() -> None:
    """New, then the same whenever it is asked again."""
    found = propose(Answers("lead", "", WARM_COAST, ClimateControl.NONE))
    kept = adopted(None, found, NOW, IfEdited.KEEP)
    assert standing(None, found, NOW) is Standing.NEW
    for later in (0, US_PER_DAY, 5000 * US_PER_DAY):
        assert standing(kept, found, NOW + later) is Standing.SAME
        assert adopted(kept, found, NOW + later, IfEdited.REPLACE) is kept


def test_what_somebody_edited_is_kept_unless_told_otherwise() -> None:
    """Replacing ends what held: it goes on judging the past, the proposal judges from now on."""
    found = propose(Answers("lead", "", WARM_COAST, ClimateControl.NONE))
    mine = edited(found)
    assert standing(mine, found, NOW) is Standing.EDITED
    assert adopted(mine, found, NOW, IfEdited.KEEP) is mine
    after = adopted(mine, found, NOW, IfEdited.REPLACE)
    before, from_now = after.versions
    assert (before.valid_to_us, from_now.valid_from_us, from_now.valid_to_us) == (NOW, NOW, None)
    assert before.limits == mine.versions[0].limits
    assert standing(after, found, NOW) is Standing.SAME


@given(st.lists(st.integers(0, 40), min_size=0, max_size=6, unique=True).map(sorted), st.integers(0, 40))
def test_replacing_never_overlaps_and_holds_from_now(bounds: list[int], at: int) -> None:
    """Whatever versions are there, with gaps or ends: afterwards exactly the proposal holds from now, the past is as it was."""
    found = propose(Answers("metal", "", WARM_COAST, ClimateControl.NONE))
    other = edited(found).versions[0]
    pairs = list(zip(bounds[::2], [*bounds[1::2], None], strict=False))
    versions = tuple(replace(other, valid_from_us=a, valid_to_us=b) for a, b in pairs if b is None or a < b)
    kept = replace(found.profile, versions=versions)
    after = adopted(kept, found, at, IfEdited.REPLACE)
    for t in range(0, 60):
        holding = [v for v in after.versions if v.valid_from_us <= t < _end(v)]
        assert len(holding) <= 1
        if t >= at:
            assert [v.limits for v in holding] == [found.version.limits]
        else:
            assert [v.limits for v in holding] == [
                v.limits for v in versions if v.valid_from_us <= t < _end(v)
            ]


def _end(version: ProfileVersion) -> int:
    return 2**62 if version.valid_to_us is None else version.valid_to_us
