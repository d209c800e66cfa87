"""The default profiles: those of the trade, each complete, none that would alarm without end."""

from __future__ import annotations

import pytest

from detect.nouns import Severity
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE
from ingest.quantities import unit_of
from registry.nouns import ALWAYS_US, Profile, ProfileVersion
from registry.profiles import default_profiles

KEYS = [
    "paint-waterborne", "paint-solvent", "adhesive", "cement", "gypsum-board", "ceramic-tile", "electronics", "metal",
    "lead", "chilled", "room-temperature", "frozen",
]  # fmt: skip


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
    assert profile.note.startswith("typical; product data sheet wins")
    only = version(profile.key)
    assert (only.valid_from_us, only.valid_to_us) == (ALWAYS_US, None)
    assert only.interval_us is not None
    assert only.unwatched_us >= 2 * only.interval_us
    for limit in only.limits:
        assert unit_of(limit.quantity) in {"°C", "%"}
        assert limit.deadband > 0
        assert limit.min_samples >= 2
    assert not only.limits or "starting values" in profile.note


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
            if (one.quantity, one.side) == (other.quantity, other.side) and one is not other:
                sign = 1 if one.side == "high" else -1
                near, far = sorted((one, other), key=lambda limit: sign * limit.limit)
                assert ranks.index(far.severity) >= ranks.index(near.severity)
                assert far.on_delay_us <= near.on_delay_us


def test_lead_has_no_humidity_alarm() -> None:
    """A coast would stand in it half the year."""
    assert version("lead").limits == ()


def test_patience_is_that_of_the_design() -> None:
    """Chilled goods may be unwatched 15 min, paint 1 h, metal 4 h."""
    assert version("chilled").unwatched_us == 15 * US_PER_MINUTE
    assert version("paint-waterborne").unwatched_us == US_PER_HOUR
    assert version("metal").unwatched_us == version("lead").unwatched_us == 4 * US_PER_HOUR
