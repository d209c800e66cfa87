"""The page about promises: its policy is read, and its example comes out as it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.tickets.clockwork import Case
from tickets.clocks.policies import Facts, Measure, Side
from tickets.nouns import Category, Phase, Priority, TicketKind
from tickets.policy import load, whole

PAGE = (Path(__file__).parents[2] / "docs/promises.md").read_text("utf-8")


def test_its_policy_can_be_put_in() -> None:
    """What people copy from the page works, and means what the page says of it."""
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    policy = whole(tomllib.loads(text), "page", 0)
    facts = Facts(TicketKind.CUSTOMER, Category.QUALITY, Phase.AFTER_SALE, "diamond", Priority.P3)
    names = [
        rule.name
        for measure in (Measure.FIRST_RESPONSE, Measure.ARRIVAL)
        if (rule := policy.rule(Side.PROMISE, measure, facts))
    ]
    assert names == ["quality matters of diamonds", "diamond"]
    assert policy.calendars["night watch"].time_zone == "Asia/Shanghai"
    assert policy.offers[0].name == "late solution"


def test_its_example_is_reckoned_right() -> None:
    """The same dates as on the page."""
    shipped = load().versions[0]
    case = Case("2026-09-30 17:00", grade="B")
    assert case.due("promise:first_response", "2026-09-30 17:00", shipped) == "2026-10-08 12:00"
    case.hold("2026-10-08 09:00", "customer").did(
        "2026-10-08 11:00", "resume", "system", state="reported", hold=None
    )
    assert case.due("promise:first_response", "2026-10-08 11:00", shipped) == "2026-10-08 15:30"
    assert "**12:00**" in PAGE
    assert "**15:30**" in PAGE
