"""Policy is data, versioned with validity; the rule that names most facts wins, and a mistake is named by its place."""

from __future__ import annotations

import copy
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.nouns import US_PER_HOUR
from tests.tickets.desk import T0, any_ticket
from texts import catalogue, render
from tickets.clocks.clocks import with_deadline
from tickets.clocks.policies import Facts, Measure, Side, best_grade
from tickets.nouns import Category, Phase, Priority, TicketKind
from tickets.policy import DEFAULT, BadPolicy, load, templates, whole, with_stored

TEXT = DEFAULT.read_text("utf-8")
DOCUMENT = tomllib.loads(TEXT)["policy"][0]


def test_the_version_valid_at_the_time(tmp_path: Path) -> None:
    """A later version holds from its day on, an earlier one before; the order in the file does not matter."""
    later = TEXT.replace('"2026-11"', '"2027-01"').replace("2001-01-01", "2027-01-01")
    path = tmp_path / "policy.toml"
    path.write_text(later + TEXT, "utf-8")
    policies = load(path)
    assert [policies.at(T0 + days * 24 * US_PER_HOUR).version for days in (0, 40, 41, 42)] == [
        "2026-11", "2026-11", "2027-01", "2027-01",
    ]  # fmt: skip
    assert policies.at(0).version == "2026-11"


@pytest.mark.parametrize(
    ("grade", "hours", "rule"),
    [("A", 4, "grade A"), ("C", 12, "grade C"), ("", 8, "all"), ("diamond", 8, "all")],
)
def test_deadline_by_priority_and_grade(grade: str, hours: int, rule: str) -> None:
    """The hours of the grade from the start of the clock; a grade the policy does not know counts as none."""
    due = with_deadline(replace(any_ticket(), grade=grade), load().at(T0))
    assert due.priority is Priority.P2
    assert due.deadline_us - due.clock_from_us == hours * US_PER_HOUR
    assert due.deadline.code == "clocks.deadline.target"
    assert f"({rule})" in render(due.deadline.code, due.deadline.params, "en")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('critical = "P1"', 'critical = "P0"', r"priority\.too_high\.critical: 'P0'"),
        ("sentinel = {", "sentinels = {", r"priority\.sentinels"),
        (', warning = "P4"', "", "warning: is missing"),
        ('P5 = "168 h"', 'P5 = "-1 h"', r"target\[0\]\.resolution\.P5: '-1 h'"),
        ("goods = 30", 'goods = "soon"', r"quiet_minutes\.goods: 'soon'"),
        ("2001-01-01T00:00:00Z", "2001-01-01T00:00:00", "valid_from.*offset"),
        ("[[policy]]", "[[rules]]", "policy"),
        ("mon-fri 08:30-12:00", "mon-fri 8:30-12:00", r"calendar\[0\]\.shifts"),
        ('holidays = "CN"', 'holidays = "Atlantis"', r"calendar\[0\]\.holidays.*Atlantis"),
        ('calendar = "office"', 'calendar = "offices"', r"promise\[1\]\.calendar.*offices"),
        ('first_response = "2 h"', 'first_reponse = "2 h"', r"promise\[0\]\.first_reponse: unknown field"),
        ('promise = ["customer"', 'promise = ["vendor"', r"pauses\.promise: a promise pauses"),
        ('since = "opened"', 'since = "opening"', r"stage\[0\]\.since"),
        ('who = "head"', 'who = "chief"', r"escalation\[1\]\.step\[1\]\.who"),
        ("warnings = [50", "warnings = [150", "warnings"),
        ("CNY = [200000, 1000000]", "CNY = [1000000, 200000]", r"impact\.value\.CNY"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    """A policy with a gap would leave a ticket without priority or deadline at night."""
    assert old in TEXT
    path = tmp_path / "policy.toml"
    path.write_text(TEXT.replace(old, new), "utf-8")
    with pytest.raises(BadPolicy, match=named):
        load(path)


RULE = {"calendar": "always", "first_response": "1 h"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"grade": "A"}, {"grade": ["A", "B"]}),
        ({"grade": "A"}, {"category": "quality"}),
        ({}, {}),
        ({"grade": "A", "priority": "P1"}, {"phase": "in_sale", "category": "quality"}),
    ],
)
def test_rules_that_overlap_are_refused_with_both_names(
    one: dict[str, object], other: dict[str, object]
) -> None:
    """Where neither rule is the closer one, some help desks take any of them: here the policy is not taken."""
    document = {"promise": [{"name": "this one", **one, **RULE}, {"name": "that one", **other, **RULE}]}
    with pytest.raises(BadPolicy, match=r"promise\[1\]: overlapping: 'this one' and 'that one'"):
        whole(document, "x", 0)


def test_rules_that_cannot_meet_or_speak_of_other_things_are_taken() -> None:
    """Different grades never meet, and one rule may be about arrival while another is about the answer."""
    document = {"promise": [
        {"name": "a", "grade": "A", **RULE}, {"name": "b", "grade": "B", **RULE},
        {"name": "c", "category": "quality", "calendar": "always", "arrival": "3 h"},
    ]}  # fmt: skip
    assert len(whole(document, "x", 0).promises) == 3


def test_the_closest_rule_wins_measure_by_measure() -> None:
    """Quality matters of A customers have an answer of their own; all else is as for A, or as for everybody."""
    policy = whole({"promise": [
        {"name": "all", "first_response": "8 h", "arrival": "2 d", "resolution": "5 d"},
        {"name": "A", "grade": "A", "first_response": "2 h", "resolution": "1 d"},
        {"name": "A quality", "grade": "A", "category": "quality", "first_response": "1 h"},
    ]}, "x", 0)  # fmt: skip
    facts = Facts(TicketKind.CUSTOMER, Category.QUALITY, Phase.IN_SALE, "A", Priority.P3)
    found = {m: rule.name for m in Measure if (rule := policy.rule(Side.PROMISE, m, facts))}
    assert found == {
        Measure.FIRST_RESPONSE: "A quality", Measure.ARRIVAL: "all", Measure.RESOLUTION: "A",
    }  # fmt: skip


def test_promises_are_for_what_was_reported_or_contracted() -> None:
    """An alarm about a customer's goods is no report; only a contracted promise runs for it, and only for a grade."""
    policy = whole(templates()["metals"][1], "x", 0)
    goods = Facts(TicketKind.GOODS, Category.TECHNICAL, Phase.AFTER_SALE, "diamond", Priority.P1)
    names = [
        rule.name if (rule := policy.rule(Side.PROMISE, Measure.FIRST_RESPONSE, facts)) else None
        for facts in (goods, goods._replace(grade="silver"), goods._replace(grade=""), goods._replace(kind=TicketKind.CUSTOMER, grade="gold"))
    ]  # fmt: skip
    assert names == ["diamond", None, None, "others"]


@pytest.mark.parametrize("name", list(templates()))
def test_every_template_is_a_policy(name: str) -> None:
    """Parts that are ready made fit the shipped rest."""
    assert whole(templates()[name][1], name, 5).valid_from_us == 5


def test_a_policy_reads_the_same_from_what_is_kept_of_it() -> None:
    """The document is kept as JSON: dates, durations and sums mean the same after it."""
    own = {**DOCUMENT, "calendar": [{"name": "office", "shifts": "fri 22:00-06:00", "closed": ["2026-11-20"], "open": ["2026-11-21"]}]}  # fmt: skip
    first = whole(own, "x", 7)
    again = whole(first.document, "x", 7)
    assert again == first
    assert again.document == first.document


def test_stored_versions_follow_the_shipped_one() -> None:
    """The number changes with every version that is added, the order is that of validity."""
    shipped = load()
    stored = [whole({}, "later", T0 + 5), whole({}, "sooner", T0)]
    policies = with_stored(shipped, stored)
    assert [policy.version for policy in policies.versions] == ["2026-11", "sooner", "later"]
    assert (policies.number, shipped.number) == (2, 0)
    assert policies.at(T0 + 4).version == "sooner"


def test_the_order_of_grades_is_the_policys() -> None:
    """Names mean nothing by themselves: silver comes after diamond because the policy says so."""
    order = ["diamond", "platinum", "silver"]
    assert best_grade(["silver", "platinum", "gold"], order) == "platinum"
    assert best_grade(["C", "", "B"], []) == "B"
    assert best_grade(["", ""], order) == ""


JUNK = st.sampled_from([None, True, -1, 3.5, "", "x", "9" * 400 + " d", [], [[]], [None], {}, {"x": 1}, "P1", "always", [{}], [{"name": "a"}]])  # fmt: skip


def places(node: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Every place in a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for name, one in items for place in places(one, (*path, name)))]


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_no_document_breaks_the_reader(data: st.DataObject) -> None:
    """Whatever stands in a document, it is read or refused with the name of a field: nothing else ever happens."""
    document = copy.deepcopy({
        name: value for name, value in DOCUMENT.items() if name not in {"version", "valid_from"}
    })
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from([place for place in places(document) if place]))
        node: Any = document
        for name in path[:-1]:
            node = node[name]
        node[path[-1]] = data.draw(JUNK)
    fault = None
    try:
        whole(document, "x", 0)
    except BadPolicy as error:
        fault = error
    assert fault is None or fault.field


def test_shipped_names_are_said_in_the_readers_language() -> None:
    """Everything with a name in the shipped policy and the ready-made parts has words, in both languages."""
    shipped = load().versions[-1]
    policies = [shipped, *(whole(document, name, T0) for name, (_, document) in templates().items())]
    for policy in policies:
        rules = [*policy.promises, *policy.targets, *policy.stages]
        for name in [*policy.calendars, *(rule.name for rule in rules), "feedback"]:
            said = policy.said(name)
            assert isinstance(said, dict), (policy.version, name)
            assert {str(said["code"])} <= catalogue("en").keys() & catalogue("zh").keys()
            assert render(str(said["code"]), {}, "en") == name
    due = with_deadline(replace(any_ticket(), grade="A"), shipped)
    chinese = render(due.deadline.code, due.deadline.params, "zh")
    assert "A 级客户" in chinese
    assert "全天候" in chinese
    assert "grade A" not in chinese


def test_names_that_somebody_wrote_stay() -> None:
    """A rule of one's own is called as it was written, also where a shipped one has that name; the parts left out stay ours."""
    own = [{"name": "grade A", "resolution": "3 h"}]
    policy = whole({"target": own, "calendar": [{"name": "Spätschicht", "shifts": ["mon-fri 14:00-22:00"]}],
                    "promise": [], "stage": []}, "own", T0)  # fmt: skip
    assert [policy.said(name) for name in ("grade A", "Spätschicht")] == ["grade A", "Spätschicht"]
    due = with_deadline(replace(any_ticket(), grade="A"), policy)
    assert "（grade A）" in render(due.deadline.code, due.deadline.params, "zh")
    mixed = whole({"promise": [{"name": "all", "resolution": "9 h"}]}, "mixed", T0)
    assert mixed.said("all") == "all", "a shipped target is called so, too: what somebody wrote wins"
    assert isinstance(mixed.said("grade B"), dict)
