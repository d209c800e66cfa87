"""Which findings call nobody, and why: maintenance, defrost, what is out of service, a gateway that is dead above.

Only work on sensors, gateways and machines is ever still. What is about goods calls at any time: goods come first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from detect.nouns import GOODS_KINDS, Finding
from tickets.alarming.nouns import CLIMATE, SHADOWED, Still, StillSort
from tickets.explain import reached_us
from tickets.nouns import Places

_BY_DESIGN = frozenset({StillSort.DEFROST, StillSort.PLAN})


class Quieted(NamedTuple):
    """Why a finding calls nobody, and until when (None: not by time)."""

    by: str
    until_us: int | None
    out: str | None = None
    """Id of the entry by which its subject is out of service."""


def covers(subject: str, finding: Finding, site: str | None) -> bool:
    """Whether a finding is about something, or about what hangs below it."""
    kind, _, key = subject.partition(":")
    about = finding.subject
    if about == subject or about.startswith(f"{subject}:"):
        return True
    if kind == "zone":
        return finding.zone == key
    if kind == "site":
        return site == key
    return kind == "gateway" and (
        about == f"device:{key}" or about.startswith((f"device:{key}/", f"device:{key}:"))
    )


@dataclass(frozen=True, slots=True)
class Calm:
    """All that keeps findings quiet at a moment."""

    places: Places
    now_us: int
    stills: Sequence[Still] = ()
    shadows: Mapping[str, int] = field(default_factory=dict)
    """Gateways that are silent as a whole."""

    def of(self, finding: Finding) -> Quieted | None:
        """What keeps a finding quiet; None if it may call. Out of service comes first, then what lasts longest."""
        found = [one for one in (*self._stilled(finding), *self._shadowed(finding)) if one]
        lasting = float("inf")
        return max(
            found,
            key=lambda one: (one.out is not None, lasting if one.until_us is None else one.until_us, one.by),
            default=None,
        )

    def holds_back(self, finding: Finding) -> bool:
        """Whether it opens no ticket. A dead gateway's shadow alone does not decide that: the order of news would."""
        return any(self._stilled(finding))

    def _stilled(self, finding: Finding) -> list[Quieted]:
        if finding.kind in GOODS_KINDS or not self.stills:
            return []
        place = self.places.of(finding)
        site = place.site if place else None
        return [
            _quieted(still)
            for still in self.stills
            if _falls_into(finding, still, self.now_us) and covers(still.subject, finding, site)
        ]

    def _shadowed(self, finding: Finding) -> list[Quieted]:
        gateway = finding.subject.partition(":")[2].partition("/")[0].partition(":")[0]
        cause = f"gateway:{gateway}:silent"
        dark = finding.kind in SHADOWED and gateway in self.shadows and finding.cause != cause
        return [Quieted(f"alarm:{cause}", None)] if dark else []


def _quieted(still: Still) -> Quieted:
    return Quieted(still.name, still.to_us, still.id if still.sort is StillSort.OUT_OF_SERVICE else None)


def _falls_into(finding: Finding, still: Still, now_us: int) -> bool:
    """Event time rules: it began inside, and ended inside or may still do so.

    What is out of service is quiet also where the trouble began before; that is often why it was taken out.
    """
    if still.sort in _BY_DESIGN and finding.kind not in CLIMATE:
        return False
    ends = finding.end_us if finding.end_us is not None else max(now_us, reached_us(finding)) + 1
    if still.to_us is not None and ends > still.to_us:
        return False
    if still.sort is StillSort.OUT_OF_SERVICE:
        return ends >= still.from_us
    return finding.start_us >= still.from_us
