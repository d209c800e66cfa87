"""The active mappings together: a foreign topic finds its rules, and the first that takes the message answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ingest.decode import Limits
from ingest.mapping.applying import apply
from ingest.mapping.nouns import GatewayMapping, Message, Outcome
from ingest.mapping.paths import Captures
from ingest.mapping.topics import MAX_LEVELS, TopicPattern, filters_of, parse_pattern
from ingest.nouns import Reason

MAX_REMEMBERED: Final = 16_384
LONGEST_REMEMBERED: Final = 256
_ANY = "+"


class _Rule(NamedTuple):
    pattern: TopicPattern
    mapping: GatewayMapping
    message: Message


class _Way(NamedTuple):
    """A rule, and what it captured from a topic."""

    mapping: GatewayMapping
    message: Message
    captures: Captures


class Mapper:
    """All rules, sorted so that the more literal pattern comes first. Belongs to the one thread of ingest."""

    def __init__(self, mappings: Sequence[GatewayMapping] = (), limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._by_first: dict[str, list[_Rule]] = {}
        self._remembered: dict[str, tuple[_Way, ...]] = {}
        self.mappings: tuple[GatewayMapping, ...] = ()
        self.use(mappings)

    def use(self, mappings: Sequence[GatewayMapping]) -> None:
        """From now on these count."""
        self.mappings = tuple(sorted(mappings, key=lambda mapping: mapping.key))
        rules = [
            _Rule(parse_pattern(text), mapping, message)
            for mapping in self.mappings
            for message in mapping.messages
            for text in message.topics
        ]
        self._by_first = {}
        for rule in sorted(rules, key=lambda rule: rule.pattern.rank[0]):
            self._by_first.setdefault(_first_level(rule.pattern), []).append(rule)
        self._remembered = {}

    @property
    def filters(self) -> tuple[str, ...]:
        """The MQTT filters whose messages concern these mappings."""
        return filters_of(self.mappings)

    def apply(self, topic: str, payload: bytes, received_us: int) -> Outcome | None:
        """What becomes of a message; None if no mapping reads its topic. Never raises, whatever the bytes."""
        refused: Outcome | None = None
        for mapping, message, captures in self._ways(topic):
            outcome = apply(mapping, message, captures, payload, received_us, self._limits)
            if outcome.decoded.reason is not Reason.UNMAPPED:
                return outcome
            refused = refused or outcome
        return refused

    def _ways(self, topic: str) -> tuple[_Way, ...]:
        """The rules for a topic. Topics come again and again, so what was found is remembered."""
        found = self._remembered.get(topic)
        if found is None:
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            found = tuple(self._search(topic))
            if len(topic) <= LONGEST_REMEMBERED:
                self._remembered[topic] = found
        return found

    def _search(self, topic: str) -> list[_Way]:
        first = topic.split("/", 1)[0]
        if topic.count("/") >= MAX_LEVELS * 4:
            return []
        rules = [*self._by_first.get(first, ()), *self._by_first.get(_ANY, ())]
        ways = ((rule, rule.pattern.match(topic)) for rule in rules)
        return [_Way(rule.mapping, rule.message, found) for rule, found in ways if found is not None]


def _first_level(pattern: TopicPattern) -> str:
    """Under what its rule is looked up: the first level if that is literal."""
    if not pattern.levels or pattern.levels[0].pattern or pattern.levels[0].is_any:
        return _ANY
    return pattern.levels[0].text
