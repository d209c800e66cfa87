"""Which gateways are expected and which were seen: what never came, what is silent, what nobody expects or was refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from store.refusals import Refusal, Refused

ANONYMOUS = "keepwell-anonymous"
"""How the embedded broker calls a client that gave no name."""
SILENT_US = 10 * 60 * 1_000_000
"""A gateway without devices of a known interval is silent after so long."""
_STALE_US = 10 * 60 * 1_000_000
"""What was refused so long before a gateway was seen again is settled."""
_BROKER_US = 5 * 1_000_000
"""So long after its issue a credential may be unknown to the broker."""
_MISSED = 3
"""So many messages in a row are missed before it is called silent."""
_ALIKE = 0.75
_MOST_ALIKE = 3


class Sighted(StrEnum):
    """How a gateway stands between what is expected and what was seen."""

    NEVER_SEEN = "never_seen"
    """Registered, with devices or a credential, but nothing ever came."""
    UNKNOWN = "unknown"
    """Messages come, but nobody registered it."""
    REFUSED = "refused"
    """The broker refused it, and nobody registered it (or it gave no name)."""
    SILENT = "silent"
    """It came once, but not lately."""
    SEEN = "seen"
    """As it should be."""
    IDLE = "idle"
    """Registered, but neither with devices nor with a credential: nothing is expected of it."""


class Access(StrEnum):
    """Whether a gateway has a credential."""

    NONE = "none"
    IN_FORCE = "in_force"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the registry says of a gateway."""

    access: Access = Access.NONE
    devices: int = 0
    interval_us: int | None = None
    """The longest interval of its devices."""
    issued_us: int = 0
    """When its secret was made."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What came of a gateway."""

    last_us: int
    topic: str = ""
    messages: int = 0
    """In the last 24 hours."""
    online: bool | None = None
    """What it, or its last will, said last of its state; None if it never did."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One gateway, or one name under which somebody came."""

    gateway: str
    state: Sighted
    expected: Expected | None
    trace: Trace | None
    refusals: tuple[Refusal, ...] = ()
    maybe: tuple[str, ...] = ()
    """Ids that it may be meant to have, the likeliest first; for one that is missing, names under which it may come."""
    advice: str = field(default="")
    """What to do: the message code below `gateway.advice`."""


def judge(
    expected: Mapping[str, Expected], traces: Mapping[str, Trace], refusals: Iterable[Refusal], now_us: int
) -> list[Sighting]:
    """All gateways that are expected or were seen, what needs work first, then by name."""
    refused: dict[str, list[Refusal]] = defaultdict(list)
    for refusal in refusals:
        refused["" if refusal.user == ANONYMOUS else refusal.user].append(refusal)
    missing = [name for name in expected if name not in traces and _is_expected(expected[name])]
    strange = [name for name in {*traces, *refused} if name and name not in expected]
    found = [
        _sighting(
            name, expected.get(name), traces.get(name), tuple(refused.get(name, ())), missing, strange,
            sorted(expected), now_us,
        )
        for name in {*expected, *traces, *refused}
    ]  # fmt: skip
    order = list(Sighted)
    return sorted(found, key=lambda one: (order.index(one.state), one.gateway))


def _sighting(
    name: str,
    expected: Expected | None,
    trace: Trace | None,
    refusals: tuple[Refusal, ...],
    missing: Sequence[str],
    strange: Sequence[str],
    registered: Sequence[str],
    now_us: int,
) -> Sighting:
    state = _state(expected, trace, now_us)
    maybe: tuple[str, ...] = ()
    if name and state in {Sighted.UNKNOWN, Sighted.REFUSED}:
        maybe = _alike(name, missing) or _alike(name, registered)
    elif state is Sighted.NEVER_SEEN:
        maybe = _alike(name, strange)
    advice = _advice(state, expected, _unsettled(refusals, expected, trace), bool(maybe))
    return Sighting(name, state, expected, trace, refusals, maybe, advice)


def _state(expected: Expected | None, trace: Trace | None, now_us: int) -> Sighted:
    if expected is None:
        return Sighted.REFUSED if trace is None else Sighted.UNKNOWN
    if trace is None:
        return Sighted.NEVER_SEEN if _is_expected(expected) else Sighted.IDLE
    patience_us = max(SILENT_US, _MISSED * (expected.interval_us or 0))
    silent = now_us - trace.last_us > patience_us
    return Sighted.SILENT if silent and _is_expected(expected) else Sighted.SEEN


def _is_expected(expected: Expected) -> bool:
    return expected.devices > 0 or expected.access is Access.IN_FORCE


def _advice(state: Sighted, expected: Expected | None, refusals: Sequence[Refusal], alike: bool) -> str:
    """The newest refusal says more than silence does."""
    if refusals:
        return _refused(refusals[-1], expected, alike)
    if alike:
        return f"{state}_alike"
    if state is Sighted.NEVER_SEEN and expected is not None and expected.access is not Access.IN_FORCE:
        return "never_seen_no_credential"
    return str(state)


def _unsettled(refusals: Iterable[Refusal], expected: Expected | None, trace: Trace | None) -> list[Refusal]:
    """Those that still say something, the newest last."""
    seen_us = trace.last_us - _STALE_US if trace else 0
    issued_us = expected.issued_us + _BROKER_US if expected else 0
    return sorted(
        (r for r in refusals if r.last_us > max(seen_us, issued_us if r.what is Refused.LOG_IN else 0)),
        key=lambda one: one.last_us,
    )


def _refused(newest: Refusal, expected: Expected | None, alike: bool) -> str:
    if newest.what is not Refused.LOG_IN:
        return f"refused_{newest.what}"
    if newest.user in {"", ANONYMOUS}:
        return "refused_nameless"
    if expected is None:
        return "unknown_log_in_alike" if alike else "unknown_log_in"
    return {
        Access.NONE: "no_credential", Access.REVOKED: "revoked_credential", Access.IN_FORCE: "wrong_secret",
    }[expected.access]  # fmt: skip


def _alike(name: str, others: Sequence[str]) -> tuple[str, ...]:
    """Which of the others may be meant, whatever the case of letters."""
    folded: dict[str, list[str]] = defaultdict(list)
    for other in others:
        folded[other.lower()].append(other)
    close = get_close_matches(name.lower(), folded, _MOST_ALIKE, _ALIKE)
    return tuple(other for found in close for other in sorted(folded[found]) if other != name)[:_MOST_ALIKE]
