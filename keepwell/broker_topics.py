"""MQTT topic filters as subjects of NATS and back, and which filters a gateway may be granted."""

from __future__ import annotations

_WILDCARDS = {"+": "*", "#": ">"}
_BACK = {subject: level for level, subject in _WILDCARDS.items()}


def subjects_of(topic_filter: str) -> list[str]:
    """The subjects behind a topic filter. As in NATS, an empty level is `/`, a dot `//`; `a/#` means `a` too."""
    levels = topic_filter.split("/")
    whole = ".".join(_WILDCARDS.get(level) or level.replace(".", "//") or "/" for level in levels)
    return [whole.removesuffix(".>"), whole] if whole.endswith(".>") else [whole]


def topic_of(subject: str) -> str:
    """The topic (or filter) behind a subject."""
    tokens = subject.split(".")
    return "/".join("" if token == "/" else _BACK.get(token) or token.replace("//", ".") for token in tokens)


def grantable(topic_filter: str) -> bool:
    """Whether a gateway may be given the right to publish there: nowhere below Keepwell's own topics or `$`."""
    levels = topic_filter.split("/")
    first = levels[0]
    if not topic_filter.isprintable() or " " in topic_filter or "#" in levels[:-1]:
        return False
    if any(level in _BACK or (set(level) & {"+", "#"} and level not in _WILDCARDS) for level in levels):
        return False
    return first not in {"keepwell", *_WILDCARDS} and not first.startswith("$")
