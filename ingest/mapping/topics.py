"""Topics of mappings: patterns with captures, the filters we read, and what each gateway may publish to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ingest.fields import MAX_NAME
from ingest.mapping.nouns import GatewayMapping, Message
from ingest.mapping.paths import BadPathError, pattern_of
from ingest.mapping.templates import Capture, Template

NATIVE = tuple(f"keepwell/v1/+/{leaf}" for leaf in ("telemetry", "status", "import", "alarm"))
MAX_LEVELS = 32
_REST = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)#\}")
_FOREIGN = re.compile(r"[\0{}#]")


class BadTopicError(ValueError):
    """The text is no topic pattern; the message shows what is wrong with it."""


class Level(NamedTuple):
    """One level of a pattern."""

    text: str
    """The level itself if `pattern` is None and it is no wildcard."""
    pattern: re.Pattern[str] | None = None
    is_any: bool = False

    def matches(self, level: str) -> dict[str, str] | None:
        """What is captured, or None if the level does not fit."""
        if self.is_any:
            return {}
        if self.pattern is None:
            return {} if level == self.text else None
        found = self.pattern.fullmatch(level) if len(level) <= MAX_NAME else None
        return found.groupdict() if found else None


class TopicPattern(NamedTuple):
    """A pattern, read."""

    text: str
    levels: tuple[Level, ...]
    rest: str | None
    """Name of the capture of all levels that are left; "" if they are not captured, None if the pattern ends here."""

    @property
    def captures(self) -> frozenset[str]:
        """The names it captures."""
        names = {name for level in self.levels if level.pattern for name in level.pattern.groupindex}
        return frozenset(names | ({self.rest} if self.rest else set()))

    @property
    def filter(self) -> str:
        """The MQTT filter that lets all its topics through."""
        plain = ["+" if level.pattern or level.is_any else level.text for level in self.levels]
        return "/".join(plain if self.rest is None else [*plain, "#"])

    @property
    def rank(self) -> tuple[tuple[int, ...], str]:
        """Sorts the more literal pattern before the less literal one."""
        kinds = [1 if level.pattern else 2 if level.is_any else 0 for level in self.levels]
        return (*kinds, 3 if self.rest is not None else -1), self.text

    def match(self, topic: str) -> dict[str, str] | None:
        """What is captured from a topic, or None if it does not fit."""
        levels = topic.split("/", MAX_LEVELS)
        length = len(self.levels)
        left = len(levels) - length
        if left < 0 or (left and self.rest is None) or (not left and self.rest):
            return None  # "a/#" lets "a" itself through, but there would be nothing to capture
        captured: dict[str, str] = {}
        for level, found in zip(self.levels, levels, strict=False):
            more = level.matches(found)
            if more is None:
                return None
            captured |= more
        if self.rest:
            captured[self.rest] = "/".join(levels[length:])
        return captured


def parse_pattern(text: str) -> TopicPattern:
    """Read a topic pattern as docs/mappings.md describes it.

    Raises:
        BadTopicError: it is none, or it reaches Keepwell's own topics or those of the broker.
    """
    parts = text.split("/")
    rest: str | None = None
    whole = _REST.fullmatch(parts[-1])
    if parts[-1] == "#" or whole:
        rest = whole[1] if whole else ""
        parts.pop()
    if not text or not text.isprintable() or len(text) > 1_024 or len(parts) >= MAX_LEVELS:
        raise BadTopicError(text[:80])
    levels = tuple(_level(part) for part in parts)
    pattern = TopicPattern(text, levels, rest)
    names = [name for level in levels if level.pattern for name in level.pattern.groupindex]
    if len(set(names)) < len(names) or rest in names:
        raise BadTopicError(text)
    if text.startswith(("$", "keepwell/")) or any(overlap(pattern.filter, native) for native in NATIVE):
        raise BadTopicError(pattern.filter)
    return pattern


def _level(part: str) -> Level:
    if part == "+":
        return Level(part, is_any=True)
    if "{" not in part:
        if "+" in part or _FOREIGN.search(part):
            raise BadTopicError(part)
        return Level(part)
    try:
        pattern = pattern_of(part)
    except BadPathError as error:
        raise BadTopicError(part) from error
    if not pattern.groups or _FOREIGN.search(re.sub(r"\{\w+\}", "", part)) or "+" in part:
        raise BadTopicError(part)
    return Level(part, pattern)


def overlap(one: str, other: str) -> bool:
    """Whether some topic passes both filters."""
    left, right = one.split("/"), other.split("/")
    for a, b in zip(left, right, strict=False):
        if "#" in {a, b}:
            return True
        if a != b and "+" not in {a, b}:
            return False
    longer = max(left, right, key=len)
    return len(left) == len(right) or longer[min(len(left), len(right))] == "#"


def covers(wide: str, narrow: str) -> bool:
    """Whether every topic that passes `narrow` passes `wide`."""
    left, right = wide.split("/"), narrow.split("/")
    for position, a in enumerate(left):
        if a == "#":
            return True
        if position >= len(right) or (a != right[position] and (a != "+" or right[position] == "#")):
            return False
    return len(left) == len(right)


def filters_of(mappings: Iterable[GatewayMapping]) -> tuple[str, ...]:
    """The MQTT filters that ingest reads for these mappings, sorted; those that another one covers are left out.

    Topics to be skipped are not asked for: brokers bound the subscriptions of a session (NATS: what may be unacknowledged).
    """
    rules = ((message, pattern) for mapping in mappings for message, pattern in _patterns(mapping))
    wanted = {pattern.filter for message, pattern in rules if not message.skip}
    return tuple(
        sorted(one for one in wanted if not any(other != one and covers(other, one) for other in wanted))
    )


class Publishing(NamedTuple):
    """What mappings let gateways publish to, beside their native topics: MQTT filters, sorted."""

    own: dict[str, tuple[str, ...]]
    """Gateway id → the filters it alone may publish to."""
    anyone: tuple[str, ...]
    """What a user without a name (loopback only) may publish to: every topic of every mapping."""


def publishing_of(mappings: Iterable[GatewayMapping], gateways: Iterable[str]) -> Publishing:
    """Who may publish where, for the credentials of `gateways` (ids).

    A gateway that the topic names may publish where the topic names it (`plant/{gateway}/th` → `plant/hall-2/th`). A
    fixed gateway name may publish to all topics of its rule. Where the message itself names the gateway, or a capture
    from which the topic cannot be told, only the user with the key of the mapping may: a server that speaks for many.

    A filter ends in `/#` or is exact or has `+` levels. Where a broker writes subjects (NATS), `a/#` also means `a`.
    Ingest itself has to be allowed to read `anyone`, and the API too (for live trials and answers).
    """
    ids = sorted(set(gateways))
    active = list(mappings)
    own: dict[str, set[str]] = {gateway: set() for gateway in ids}
    anyone: set[str] = set()
    for mapping in active:
        for message, pattern in _patterns(mapping):
            anyone.add(pattern.filter)
            for gateway in ids:
                own[gateway] |= set(_own_filters(mapping, message, pattern, gateway))
    return Publishing(
        {gateway: tuple(sorted(found)) for gateway, found in own.items()}, tuple(sorted(anyone))
    )


def _own_filters(
    mapping: GatewayMapping, message: Message, pattern: TopicPattern, gateway: str
) -> Iterator[str]:
    template = message.gateway
    said = [found for found, ours in mapping.gateways.items() if ours == gateway]
    for name in [gateway, *said]:
        if mapping.gateways.get(name, name) != gateway or template.paths:
            continue  # what is said so goes by another name, or only the message tells
        captured = _captured(template, name)
        narrowed = None if captured is None else _narrowed(pattern, captured)
        if narrowed is not None and _speaker(template, pattern, narrowed) == name:
            yield narrowed
            return
    if gateway == mapping.key and template.constant is None:
        yield pattern.filter


def _captured(template: Template, name: str) -> dict[str, str] | None:
    """What the topic must have captured for the template to say `name`."""
    spelled = "".join(
        f"(?P<{part.name}>.+?)" if isinstance(part, Capture) else re.escape(str(part))
        for part in template.parts
    )
    found = re.fullmatch(spelled, name)
    return found.groupdict() if found else None


def _narrowed(pattern: TopicPattern, captured: dict[str, str]) -> str | None:
    """The pattern's filter with what is known of its captures filled in; None if a level is known only in part."""
    levels: list[str] = []
    for level in pattern.levels:
        filled = level.text
        for name, value in captured.items():
            filled = filled.replace(f"{{{name}}}", value)
        if "{" in filled and filled != level.text:
            return None
        levels.append("+" if level.is_any or "{" in filled else filled)
    if pattern.rest is not None:
        levels.append(captured.get(pattern.rest, "#"))
    return "/".join(levels)


def _speaker(template: Template, pattern: TopicPattern, narrowed: str) -> str | None:
    """Who speaks on the topics of a filter, by one of them."""
    captures = pattern.match(narrowed.replace("+", "x").replace("#", "x"))
    return None if captures is None else template.fill(captures, None, None)


def _patterns(mapping: GatewayMapping) -> Iterator[tuple[Message, TopicPattern]]:
    for message in mapping.messages:
        for text in message.topics:
            yield message, parse_pattern(text)
