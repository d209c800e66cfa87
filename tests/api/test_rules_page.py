"""The page about the rules says what the rules say."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.rules_page import filled
from registry.climate import Climate
from registry.nouns import ClimateZone
from registry.profiles import default_profiles
from registry.seasons import Season, calendar


@pytest.fixture(scope="module")
def page(pytestconfig: pytest.Config) -> str:
    """docs/rules.md."""
    return Path(pytestconfig.rootpath, "docs", "rules.md").read_text("utf-8")


def test_the_tables_are_those_of_the_files(page: str) -> None:
    """Every default and every adaptation as it is now (else: `python -m api.rules_page docs/rules.md`)."""
    assert filled(page) == page


def test_every_rule_is_on_the_page(page: str) -> None:
    """A profile's heading, and each of its bands with its budget in hours."""
    for key, profile in default_profiles().items():
        part = page.split(f"### `{key}`")[1].split("\n### ")[0]
        for limit in profile.versions[0].limits:
            (row,) = [line for line in part.splitlines() if line.startswith(f"| `{limit.band}` ")]
            assert not limit.budget_us or f"{limit.budget_us / 3.6e9:g} h" in row
            assert not limit.off or "Switched off" in row


@pytest.mark.parametrize("zone", ClimateZone)
def test_the_table_of_seasons_is_that_of_the_calendar(page: str, zone: ClimateZone) -> None:
    """First and last day of every season of a zone."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    name = {
        ClimateZone.HOT_SUMMER_COLD_WINTER: "hot summer, cold winter",
        ClimateZone.HOT_SUMMER_WARM_WINTER: "hot summer, warm winter",
    }.get(zone, str(zone).replace("_", " "))
    (row,) = [line for line in page.splitlines() if line.startswith(f"| {name} |")]
    for span in calendar(Climate(zone, False)):
        first, last = (f"{day} {months[month - 1]}" for month, day in (span.first, span.last))
        assert f"{first} – {last}" in row
    shore = [
        span for span in calendar(Climate(zone, True)) if span.season in {Season.TYPHOON, Season.SEA_FOG}
    ]
    for span in shore:
        first, last = (f"{day} {months[month - 1]}" for month, day in (span.first, span.last))
        assert any(f"{first} – {last}" in line for line in page.splitlines() if "coasts, too" in line)
