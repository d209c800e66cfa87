"""What other systems report by a webhook, read by a mapping: which field says what, and what is assumed without it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from detect.nouns import Json
from tickets.nouns import Priority

MAX_TITLE, MAX_DESCRIPTION, MAX_KEY = 200, 20_000, 300
MAX_PATH = 200
_MISSING = object()
_ORDINARY = Priority.P3


@dataclass(frozen=True, slots=True)
class Pick:
    """Where a value stands: the first of the paths that leads to one, else the fallback.

    A path is names with dots between them (`alerts.0.labels.zone`), or a JSON pointer (`/alerts/0/labels/zone`, RFC 6901)
    where a name has a dot in it.
    """

    paths: tuple[str, ...] = ()
    fallback: str | None = None
    """None: without a value the body is refused."""


@dataclass(frozen=True, slots=True)
class HookMapping:
    """How a body becomes a ticket."""

    title: Pick
    dedupe: Pick
    """What tells one thing that is reported from another: each has one live ticket."""
    description: Pick = field(default_factory=lambda: Pick(fallback=""))
    """An object or list is shown as JSON."""
    subject: Pick | None = None
    """`zone:cold-1`, `device:gw/p7` …; what the registry does not know is not used."""
    priority: Pick = field(default_factory=lambda: Pick(fallback=_ORDINARY.name))
    priorities: Mapping[str, str] = field(default_factory=dict)
    """The other system's word → P1 … P5. Other words, unless they are P1 … P5 themselves, are P3."""
    status: Pick = field(default_factory=lambda: Pick(fallback=""))
    resolved: tuple[str, ...] = ()
    """The statuses that mean it is over."""


_SEVERITIES = {
    "critical": "P1", "page": "P1", "emergency": "P1", "error": "P2", "high": "P2", "major": "P2", "warning": "P3",
    "medium": "P3", "minor": "P4", "low": "P4", "info": "P5", "none": "P5",
}  # fmt: skip

PRESETS: Mapping[str, HookMapping] = {
    "plain": HookMapping(
        title=Pick(("title",)), dedupe=Pick(("key", "title")), description=Pick(("description",), ""),
        subject=Pick(("subject",), ""), priority=Pick(("priority", "severity"), "P3"), priorities=_SEVERITIES,
        status=Pick(("status",), "firing"), resolved=("resolved", "ok", "closed"),
    ),
    "alertmanager": HookMapping(
        title=Pick(
            ("commonAnnotations.summary", "commonLabels.alertname", "groupLabels.alertname", "alerts.0.annotations.summary",
             "alerts.0.labels.alertname")
        ),
        dedupe=Pick(("groupKey",)),
        description=Pick(("commonAnnotations.description", "alerts.0.annotations.description", "commonLabels"), ""),
        subject=Pick(("commonLabels.keepwell_subject",), ""),
        priority=Pick(("commonLabels.severity", "alerts.0.labels.severity"), "P3"), priorities=_SEVERITIES,
        status=Pick(("status",)), resolved=("resolved",),
    ),
    "grafana": HookMapping(
        title=Pick(("title", "commonAnnotations.summary", "commonLabels.alertname", "ruleName")),
        dedupe=Pick(("groupKey", "ruleId", "ruleUrl")),
        description=Pick(("message", "commonAnnotations.description", "commonLabels"), ""),
        subject=Pick(("commonLabels.keepwell_subject",), ""),
        priority=Pick(("commonLabels.severity", "alerts.0.labels.severity"), "P3"), priorities=_SEVERITIES,
        status=Pick(("status", "state")), resolved=("resolved", "ok"),
    ),
}  # fmt: skip
"""Ready-made: our own plain form, Prometheus Alertmanager (webhook body version 4), Grafana."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports."""

    title: str
    description: str
    subject: str
    """"" if it names none."""
    priority: Priority
    dedupe: str
    resolved: bool


class Fault(NamedTuple):
    """What is wrong with a body, or with a path of a mapping."""

    path: str
    """As in the mapping; "" = the body itself."""
    code: str
    """`missing`, `hooks.not_text`, …"""


class FaultError(Exception):
    """Raised when a body cannot be read by a mapping."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.path or 'body'}: {fault.code}")
        self.fault = fault


def read(mapping: HookMapping, body: Json) -> Report:
    """What a body reports.

    Raises:
        FaultError: a value that is needed is missing, or is no text.
    """
    if not isinstance(body, dict):
        raise FaultError(Fault("", "not_object"))
    key = _text(mapping.dedupe, body)
    return Report(
        title=_line(_text(mapping.title, body))[:MAX_TITLE] or "–",
        description=_text(mapping.description, body, whole=True)[:MAX_DESCRIPTION],
        subject=_line(_text(mapping.subject, body)) if mapping.subject else "",
        priority=_priority(mapping, _text(mapping.priority, body)),
        dedupe=key if len(key) <= MAX_KEY else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}",
        resolved=_text(mapping.status, body).casefold() in {word.casefold() for word in mapping.resolved},
    )


def path_fault(path: str) -> Fault | None:
    """What is wrong with a path; None if it is one."""
    fine = 0 < len(path) <= MAX_PATH and path.isprintable() and all(_steps(path))
    return None if fine else Fault(path, "hooks.not_a_path")


def _text(pick: Pick, body: Json, *, whole: bool = False) -> str:
    """The value as text. `whole`: objects and lists too, as JSON."""
    for path in pick.paths:
        value = _at(path, body)
        if value is _MISSING or value is None or value == "":
            continue
        if isinstance(value, dict | list):
            if not whole:
                raise FaultError(Fault(path, "hooks.not_text"))
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
        return str(value).lower() if isinstance(value, bool) else str(value)
    if pick.fallback is None:
        raise FaultError(Fault(pick.paths[0] if pick.paths else "", "missing"))
    return pick.fallback


def _at(path: str, body: Json) -> object:
    value: object = body
    for step in _steps(path):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isascii() and step.isdecimal() and int(step[:6]) < len(value):
            value = value[int(step[:6])]
        else:
            return _MISSING
    return value


def _steps(path: str) -> list[str]:
    if not path.startswith("/"):
        return path.split(".")
    return [step.replace("~1", "/").replace("~0", "~") for step in path[1:].split("/")]


def _line(text: str) -> str:
    """On one line, without what cannot be printed."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _priority(mapping: HookMapping, word: str) -> Priority:
    known = {name.casefold(): value for name, value in mapping.priorities.items()}
    name = known.get(word.casefold(), word).upper()
    return Priority[name] if name in Priority.__members__ else _ORDINARY
