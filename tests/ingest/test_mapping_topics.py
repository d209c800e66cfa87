"""Topic patterns and filters against a plain reading of MQTT's rules; and nobody may publish in another's name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mapping.mapper import Mapper
from ingest.mapping.reading import read_mapping
from ingest.mapping.topics import covers, filters_of, overlap, parse_pattern, publishing_of

LEVELS = ("a", "b", "")
TOPICS = ["/".join(levels) for length in (1, 2, 3) for levels in product(LEVELS, repeat=length)]
filters = st.builds(
    lambda levels, rest: "/".join([*levels, *rest]),
    st.lists(st.sampled_from([*LEVELS, "+"]), min_size=1, max_size=3),
    st.sampled_from([[], ["#"]]),
)
patterns = st.builds(
    lambda levels, rest: "/".join([*levels, *rest]),
    st.lists(st.sampled_from(["a", "b", "+", "{x}", "a-{x}", "{x}@{y}"]), min_size=1, max_size=3),
    st.sampled_from([[], ["#"], ["{z#}"]]),
).filter(lambda text: all(text.count(name) <= 1 for name in ("{x}", "{y}")))


def passes(topic: str, mqtt_filter: str) -> bool:
    """The rules of MQTT 3.1.1, 4.7, level by level."""
    wanted, levels = mqtt_filter.split("/"), topic.split("/")
    for position, level in enumerate(wanted):
        if level == "#":
            return True
        if position == len(levels) or level not in {"+", levels[position]}:
            return False
    return len(wanted) == len(levels)


@given(filters, filters)
def test_overlap_and_cover_are_what_the_topics_say(one: str, other: str) -> None:
    """Of all short topics: some pass both, all that pass one pass the other."""
    through_one = {topic for topic in TOPICS if passes(topic, one)}
    through_other = {topic for topic in TOPICS if passes(topic, other)}

    assert overlap(one, other) == bool(through_one & through_other)
    if covers(one, other):
        assert through_one >= through_other


@given(patterns, st.sampled_from([*TOPICS, "a-b/b", "a-/b", "p@q/a", "a-b@c", "a/p@q"]))
def test_a_pattern_matches_what_its_filter_lets_through(pattern: str, topic: str) -> None:
    """Nothing that matches is missed by the subscription; a pattern without parts of levels matches all of it."""
    read, topic = parse_pattern(f"own/{pattern}"), f"own/{topic}"
    captured = read.match(topic)

    if captured is not None:
        assert passes(topic, read.filter)
        assert captured.keys() == read.captures
    elif not set(pattern) & {"-", "@"} and topic.count("/") >= len(read.levels) and all(topic.split("/")):
        assert not passes(topic, read.filter)


def test_filters_that_another_one_covers_are_not_read_twice() -> None:
    """A broker would deliver such a message once for each."""
    mapping = read_mapping({
        "format": 1, "key": "m",
        "message": [
            {"topic": ["z/#", "z/+/state", "z/{a}", "y/{a}/t", "y/+/t"], "values": {"t": "temperature"}},
            {"topic": "w/#", "skip": True},
        ],
    })  # fmt: skip

    assert filters_of([mapping]) == ("y/+/t", "z/#")  # and what is skipped is not read at all


GATEWAYS = ["hall", "hall-2", "2", "x", "m", "10"]
SHAPES = [
    ("plant/{g}/t", "{g}"), ("plant/{g}", "gw-{g}"), ("{a}@{g}/t", "{g}"), ("{a}-{b}/t", "{a}-{b}"),
    ("fixed/#", "hall"), ("s/{rest#}", "{rest}"), ("p/{g}/+/{h}", "{g}-{h}"), ("q/{g}", "{$.name}"), ("r/+", None),
    ("{g}/x", "{g}"),
]  # fmt: skip


def topics_below(mqtt_filter: str) -> Iterator[str]:
    """Topics that pass a filter, with every gateway's name in every open place."""
    words = [*GATEWAYS, "p@hall", "hall@2", "a-b"]
    open_ = [words if level in "+#" and level else [level] for level in mqtt_filter.split("/")]
    yield from ("/".join(levels) for levels in product(*open_))


@pytest.mark.parametrize(("topic", "gateway"), SHAPES)
def test_a_gateway_may_publish_only_where_it_speaks_for_itself(topic: str, gateway: str | None) -> None:
    """Whatever passes a filter granted to a gateway is that gateway's; only the mapping's own user stands for others."""
    named = {"gateway": gateway} if gateway else {}
    mapping = read_mapping({
        "format": 1, "key": "m", "gateways": {"10": "hall"},
        "message": [{"topic": topic, "values": {"t": "temperature"}, **named}],
    })  # fmt: skip
    mapper = Mapper([mapping])
    granted = publishing_of([mapping], GATEWAYS)

    assert set(granted.own) == set(GATEWAYS)
    for owner, own in granted.own.items():
        for one in own if owner != "m" else ():
            for name in topics_below(one):
                outcome = mapper.apply(name, b'{"t": 1, "name": "x"}', 1_795_300_000_000_000)
                assert outcome is None or outcome.gateway == owner, (one, name)
    assert any(granted.own.values())
    assert granted.anyone == filters_of([mapping])


def test_what_a_gateway_is_granted() -> None:
    """By its name in the topic, by the name it goes by, by a fixed name; a server for many by the key of the mapping."""
    mapping = read_mapping({
        "format": 1, "key": "lora", "gateways": {"eui-1": "hall-2"},
        "message": [
            {"topic": "plant/{g}/+/t", "gateway": "{g}", "values": {"t": "temperature"}},
            {"topic": "up/#", "gateway": "{$.gw}", "values": {"t": "temperature"}},
            {"topic": "one/x", "gateway": "hall-9", "values": {"t": "temperature"}},
        ],
    })  # fmt: skip

    own = publishing_of([mapping], ["hall-1", "hall-2", "hall-9", "lora", "eui-1"]).own
    assert own["hall-1"] == ("plant/hall-1/+/t",)
    assert own["hall-2"] == ("plant/hall-2/+/t",)
    assert own["hall-9"] == ("one/x", "plant/hall-9/+/t")
    assert own["lora"] == ("plant/lora/+/t", "up/#")
    assert own["eui-1"] == ()
