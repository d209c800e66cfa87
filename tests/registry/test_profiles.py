"""The default profiles: those of the trade, each complete and with its sources, none that would alarm without end."""

from __future__ import annotations

import math
import re
from importlib import resources

import pytest

from detect.nouns import EXAMINED, Severity
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from registry.nouns import ALWAYS_US, Profile, ProfileVersion
from registry.profiles import default_profiles
from texts import LANGUAGES, catalogue

KEYS = [
    "paint-waterborne", "paint-solvent", "adhesive", "cement", "gypsum-board", "ceramic-tile", "sanitary-ware",
    "electronics", "metal", "zinc", "lead", "chilled", "room-temperature", "frozen",
]  # fmt: skip
QUANTITIES = {"temperature", "relative_humidity", "product_temperature", "dew_point_margin", *EXAMINED}
TAU = re.compile(r"# tau (\w+): rho=(\S+) c=(\S+) V/A=(\S+) h=(\S+)")
_TEXT = resources.files("registry").joinpath("profiles.toml").read_text("utf-8")


def version(key: str) -> ProfileVersion:
    (only,) = default_profiles()[key].versions
    return only


def test_all_goods_of_the_trade_are_there() -> None:
    """The list is the one that was agreed on."""
    assert list(default_profiles()) == KEYS


@pytest.mark.parametrize("profile", default_profiles().values(), ids=KEYS)
def test_profile_is_complete(profile: Profile) -> None:
    """Names in both languages, a source, validity since ever, known quantities, delays in time and samples."""
    assert profile.name
    assert any("\u4e00" <= character <= "\u9fff" for character in profile.name_zh)
    assert catalogue("en")[profile.note].startswith("Typical figures: the product's data sheet wins.")
    assert catalogue("zh")[profile.note].startswith("典型数值：以产品说明书为准。")
    only = version(profile.key)
    assert (only.valid_from_us, only.valid_to_us) == (ALWAYS_US, None)
    assert only.interval_us is not None
    assert only.unwatched_us >= 2 * only.interval_us
    assert {limit.quantity for limit in only.limits} <= QUANTITIES
    assert all(limit.deadband > 0 and limit.min_samples >= 2 for limit in only.limits)
    assert "starting values" in catalogue("en")[profile.note]
    assert any(not limit.off for limit in only.limits)


@pytest.mark.parametrize("key", KEYS)
def test_every_figure_has_a_source_in_both_languages(key: str) -> None:
    """A default that does not say where it comes from cannot be argued with."""
    for limit in version(key).limits:
        codes = [limit.source, *([limit.off] if limit.off else [])]
        assert all(code in catalogue(lang) for code in codes for lang in LANGUAGES), limit


@pytest.mark.parametrize("key", KEYS)
def test_no_single_event_on_humidity(key: str) -> None:
    """A coast would stand in alarm half the year: dampness counts in hours within a window, or not at all."""
    for limit in version(key).limits:
        if limit.quantity == "relative_humidity":
            assert 0 < limit.budget_us < limit.window_us


@pytest.mark.parametrize("key", KEYS)
def test_bands_leave_room_to_live(key: str) -> None:
    """Between the highest low and the lowest high limit lies a climate that satisfies all bands, deadbands included."""
    for quantity in {limit.quantity for limit in version(key).limits}:
        limits = [limit for limit in version(key).limits if limit.quantity == quantity]
        low = max((i.limit + i.deadband for i in limits if i.side == "low"), default=-273.0)
        high = min((i.limit - i.deadband for i in limits if i.side == "high"), default=100.0)
        assert low + 2 <= high


@pytest.mark.parametrize("key", KEYS)
def test_farther_limits_are_never_milder(key: str) -> None:
    """Beyond a farther limit it is at least as bad as beyond a nearer one, and noticed no later."""
    ranks = list(Severity)
    for one in version(key).limits:
        for other in version(key).limits:
            alike = (one.quantity, one.side, bool(one.budget_us)) == (
                other.quantity,
                other.side,
                bool(other.budget_us),
            )
            if alike and one is not other:
                sign = 1 if one.side == "high" else -1
                near, far = sorted((one, other), key=lambda limit: sign * limit.limit)
                assert ranks.index(far.severity) >= ranks.index(near.severity)
                assert far.on_delay_us <= near.on_delay_us


@pytest.mark.parametrize("key", ["lead", "zinc"])
def test_ingots_are_watched_as_the_issue_says(key: str) -> None:
    """Margin below 3 K warns, at or below 0 K for 30 min is wet metal of the highest severity."""
    bands = {limit.band: limit for limit in version(key).limits}
    near, wet = bands["near-dew"], bands["wet-metal"]
    assert (near.quantity, near.side, near.limit, near.severity) == (
        "dew_point_margin", "low", 3.0, Severity.WARNING,
    )  # fmt: skip
    assert (wet.quantity, wet.side, wet.limit, wet.severity) == (
        "dew_point_margin", "low", 0.0, Severity.CRITICAL,
    )  # fmt: skip
    assert wet.on_delay_us == 30 * US_PER_MINUTE


def test_heat_that_oxidises_lead_is_switched_off_with_a_reason() -> None:
    """The film is natural oxidation (GB/T 469)."""
    (heat,) = [limit for limit in version("lead").limits if limit.off]
    assert heat.quantity == "temperature"
    assert all("GB/T 469" in catalogue(lang)[heat.off] for lang in LANGUAGES)


def test_paint_is_judged_by_itself_and_air_is_only_forecast() -> None:
    """Cold air alone never opens a ticket; the paint's own temperature at 4 °C is critical."""
    limits = version("paint-waterborne").limits
    assert {limit.severity for limit in limits if limit.quantity == "temperature"} == {Severity.ADVICE}
    (frost,) = [limit for limit in limits if limit.band == "frost"]
    assert (frost.quantity, frost.limit, frost.severity) == ("product_temperature", 4.0, Severity.CRITICAL)


def test_lags_are_what_their_formula_gives() -> None:
    """Each lag of the file is tau = rho * c * V/A / h of the constants in its comment, and none is without."""
    shown = 0
    for block in _TEXT.split("[[profile]]")[1:]:
        profile = default_profiles()[re.search(r'^key = "(.+)"', block, re.MULTILINE)[1]]  # type: ignore[index]
        only = profile.versions[0]
        lags = {profile.form: only.lag_us, **dict(only.lags)} if only.lag_us else {}
        reckoned = {
            form: math.prod(map(float, (rho, c, va))) / float(h) / 3600
            for form, rho, c, va, h in TAU.findall(block)
        }
        assert reckoned.keys() == lags.keys(), profile.key
        for form, hours in reckoned.items():
            assert lags[form] == pytest.approx(hours * US_PER_HOUR, rel=0.05), (profile.key, form)
            shown += 1
    assert shown >= 20


def test_lead_lags_are_those_of_the_standards() -> None:
    """48 kg ingot about 1.0 h, 1 t bundle 3.6 h, 10 t stack 7.7 h."""
    only = version("lead")
    assert {"bundle": only.lag_us, **dict(only.lags)} == {
        "ingot": US_PER_HOUR,
        "bundle": 3.6 * US_PER_HOUR,
        "stack": 7.7 * US_PER_HOUR,
    }


@pytest.mark.parametrize(("band_hours", "hours_a_year"), [(205, 2500), (452, 5500), (20.5, 250)])
def test_damp_budgets_are_classes_of_wetness(band_hours: float, hours_a_year: float) -> None:
    """A class's upper bound per year, spread over 30 days."""
    assert band_hours == pytest.approx(hours_a_year * 30 / 365.25, rel=0.005)


def test_room_temperature_budget_is_a_mean_kinetic_temperature_of_25() -> None:
    """The hours above 25 °C at 30 °C, the rest of 30 days at 23 °C: USP's formula gives 25.0 °C."""
    (warm,) = [limit for limit in version("room-temperature").limits if limit.budget_us]
    share = warm.budget_us / warm.window_us
    assert warm.window_us == 30 * US_PER_DAY
    mean = share * math.exp(-10_000 / 303.15) + (1 - share) * math.exp(-10_000 / 296.15)
    assert 10_000 / -math.log(mean) - 273.15 == pytest.approx(25.0, abs=0.03)


def test_patience_is_that_of_the_design() -> None:
    """Chilled goods may be unwatched 15 min, paint 1 h, metal 4 h."""
    assert version("chilled").unwatched_us == 15 * US_PER_MINUTE
    assert version("paint-waterborne").unwatched_us == US_PER_HOUR
    assert version("metal").unwatched_us == version("lead").unwatched_us == 4 * US_PER_HOUR


def test_chilled_goods_are_measured_as_gsp_asks() -> None:
    """In transport at least every 5 min, ±0.5 °C and ±5 % RH."""
    only = version("chilled")
    assert only.interval_us is not None
    assert only.interval_us <= 5 * US_PER_MINUTE
    assert dict(only.accuracy) == {"temperature": 0.5, "relative_humidity": 5.0}
