"""The examiner of forecasts: looks at every zone every ten minutes, at one that warms quickly every two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol
from zlib import crc32

from detect.examining import Judged, Span
from detect.forecasts.announcing import (
    DETECTOR,
    DOUBTFUL,
    State,
    closed,
    is_announced,
    is_denied,
    is_overdue,
    likeliest,
    opened,
    renewed,
)
from detect.forecasts.forecaster import Forecaster
from detect.forecasts.nouns import Foretold, NoForecast
from detect.forecasts.warming import Warming
from detect.forecasts.zones import Zone
from detect.nouns import Finding, Kind, Watch
from ingest.nouns import US_PER_MINUTE, SeriesKey

EVERY_US = 2 * US_PER_MINUTE
IN_TURN = 5
"""Every zone has its turn at each fifth look."""
MOST_LEARNED = 25
"""So many zones are learned at one look at most, lest detection waits."""
EXCURSIONS = frozenset({Kind.TOO_HIGH, Kind.TOO_LOW, Kind.CONDENSATION, Kind.WET_METAL})


class Log(Protocol):
    """Findings as they were recorded."""

    def open_findings(self) -> list[Finding]:
        """All unretracted findings that are still open."""

    def stored(self, subjects: Sequence[str], from_us: int) -> list[Finding]:
        """The unretracted findings about these subjects that are open or end at or after `from_us`."""


class _Present(NamedTuple):
    """What is on record about a zone."""

    standing: dict[str, Finding]
    """Announcements by band."""
    beyond: frozenset[str]
    """Bands of excursions that go on."""


class Forecasts:
    """Findings `predicted_breach` about zones (`zone:{key}`)."""

    detector = DETECTOR
    every_us = EVERY_US

    def __init__(self, forecaster: Forecaster, warming: Warming, log: Log) -> None:
        self._forecaster, self._warming, self._log = forecaster, warming, log
        self._touched: dict[int, Span] = {}
        self._last: dict[str, list[Foretold]] = {}
        """Zone → what its last turn said."""
        self._doubts: dict[tuple[str, str], int] = {}
        """(zone, band) → how many forecasts in a row did not expect what is announced."""

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Know the devices that are placed and the series that exist."""
        self._forecaster.expect(watches, series)

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """Look at the zones whose turn it is, and at those that warm, once all parts of the look are in."""
        if touched:
            self._touched.update(touched)
            return []
        just_now, self._touched = self._touched, {}
        self._forecaster.forget(just_now)
        zones = self._forecaster.zones(as_of_us)
        present = self._on_record()
        learned, judged = 0, []
        for key, zone in zones.items():
            turn = (as_of_us // EVERY_US + crc32(key.encode())) % IN_TURN == 0
            if turn and zone.limits and not self._forecaster.is_learned(zone, as_of_us):
                learned += 1
            found = self._look(zone, just_now, as_of_us, turn=turn and learned <= MOST_LEARNED)
            judged += self._judge(zone, found, present.get(key), as_of_us)
        for key in present.keys() - zones.keys():
            judged += self._over(f"zone:{key}", present[key], as_of_us)
        return judged

    def _look(
        self, zone: Zone, touched: Mapping[int, Span], as_of_us: int, *, turn: bool
    ) -> list[Foretold] | None:
        """What is foretold of a zone now; None if it was not its turn and nothing warms."""
        outdoors_c = self._forecaster.outdoors_c(zone.key)
        warming = self._warming.foretell(zone, touched, outdoors_c, as_of_us)
        if turn:
            said = self._forecaster.foretell(zone, as_of_us)
            self._last[zone.key] = list(said.foretold) if said.none is not NoForecast.NO_READINGS else []
        if not turn and not warming:
            return None
        return [*warming, *self._last.get(zone.key, [])]

    # ------------------------------------------------------------------ what is announced

    def _judge(
        self, zone: Zone, found: Sequence[Foretold] | None, present: _Present | None, as_of_us: int
    ) -> list[Judged]:
        """The announcements of a zone that are new, differ, or are over."""
        present = present or _Present({}, frozenset())
        best = likeliest(found or ())
        before = present.standing
        after = {
            band: self._go_on(zone, one, best.get(band), present, as_of_us) for band, one in before.items()
        }
        for band, one in best.items():
            if (
                band not in before
                and band not in present.beyond
                and is_announced(one)
                and one.issued_us == as_of_us
            ):
                after[band] = opened(one, zone.key)
        changed = [finding for band, finding in after.items() if before.get(band) != finding]
        if not changed:
            return []
        return [self._judged(f"zone:{zone.key}", list(after.values()), as_of_us)]

    def _judged(self, subject: str, findings: list[Finding], as_of_us: int) -> Judged:
        """What is true of a zone; announcements that ended since the oldest one began are as they were."""
        from_us = min(finding.start_us for finding in findings)
        over = [
            one
            for one in self._log.stored([subject], from_us)
            if one.detector == DETECTOR and one.end_us is not None and one.start_us < as_of_us
        ]
        return Judged(DETECTOR, subject, from_us, as_of_us + 1, [*over, *findings])

    def _go_on(
        self, zone: Zone, standing: Finding, one: Foretold | None, present: _Present, as_of_us: int
    ) -> Finding:
        """What becomes of an announcement at a look."""
        name = (zone.key, standing.band)
        if standing.band in present.beyond:
            self._doubts.pop(name, None)
            return closed(standing, State.CAME_TRUE, as_of_us)
        if is_overdue(standing, as_of_us):
            return self._ended(zone, standing, State.EXPIRED, as_of_us)
        if one is None or one.issued_us != as_of_us:
            return self._expire(zone, standing, as_of_us)
        doubts = self._doubts.get(name, 0) + 1 if one.probability < DOUBTFUL else 0
        self._doubts[name] = doubts
        if is_denied(one, doubts):
            del self._doubts[name]
            return self._ended(zone, standing, State.WITHDRAWN, as_of_us)
        return renewed(standing, one) if not doubts else standing

    def _expire(self, zone: Zone, standing: Finding, as_of_us: int) -> Finding:
        """An announcement that nothing renews is not gone by for ever."""
        expires_us = standing.evidence.get("expires_us")
        if isinstance(expires_us, int) and as_of_us < expires_us:
            return standing
        return self._ended(zone, standing, State.EXPIRED, as_of_us)

    def _ended(self, zone: Zone, standing: Finding, state: State, as_of_us: int) -> Finding:
        """It may have come true between two looks, and be over already."""
        quantity = standing.evidence.get("quantity")
        subjects = [f"device:{device}:{quantity}" for device in zone.devices]
        passed = any(
            finding.kind in EXCURSIONS
            and _band(finding) == standing.band
            and finding.start_us >= standing.start_us
            for finding in self._log.stored(subjects, standing.start_us)
        )
        return closed(standing, State.CAME_TRUE if passed else state, as_of_us)

    def _over(self, subject: str, present: _Present, as_of_us: int) -> list[Judged]:
        """The zone is watched no more: nothing is foretold of it."""
        ended = [closed(one, State.EXPIRED, as_of_us) for one in present.standing.values()]
        return [self._judged(subject, ended, as_of_us)] if ended else []

    def _on_record(self) -> dict[str, _Present]:
        """Per zone the announcements that stand, and the bands that are passed."""
        standing: dict[str, dict[str, Finding]] = {}
        beyond: dict[str, set[str]] = {}
        for finding in self._log.open_findings():
            zone = finding.zone or ""
            if finding.kind is Kind.PREDICTED_BREACH and finding.detector == DETECTOR:
                standing.setdefault(zone, {})[finding.band] = finding
            elif finding.kind in EXCURSIONS:
                beyond.setdefault(zone, set()).add(_band(finding))
        return {
            zone: _Present(standing.get(zone, {}), frozenset(beyond.get(zone, ())))
            for zone in standing.keys() | beyond.keys()
        }


def _band(excursion: Finding) -> str:
    """The limit's band, without the goods that it is about."""
    return excursion.band.split("@", 1)[0]
