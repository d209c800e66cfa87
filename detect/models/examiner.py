"""The examiner of trained models: what the active ones find, and apart from it what those in the shadow would.

Every hour is judged by the model that was active then, so that promoting one changes nothing of the past; where several would be,
by the one with the narrowest scope. Every finding names model and version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from detect.examining import Judged, Span
from detect.hours.courses import DAY, HOLD, NAME, PERSIST, Joint
from detect.looking import NEW_LOOKS_BACK_US
from detect.models.hourly import ByHours, Stay, joint_of, numbers, stays
from detect.models.nouns import Model, ScopeKind, Stage
from detect.nouns import Finding, Json, Kind, Severity, Watch
from detect.streams.nouns import NOTHING, Verdict
from detect.tracks import FOREVER_US
from ingest.nouns import US_PER_HOUR, SeriesKey

if TYPE_CHECKING:
    from detect.hours.learned import Learned  # its library takes a second to load: only where a model judges

LOOK_BACK = DAY + HOLD + PERSIST
"""Hours on which what is said of one hour depends."""
LONGEST = 60 * DAY
"""An episode is followed back over so many hours to where it began."""
_NARROW = {kind: rank for rank, kind in enumerate(ScopeKind)}


class Speaking(NamedTuple):
    """A model with what it learned."""

    model: Model
    learned: Learned


class Aside(NamedTuple):
    """What a model in the shadow would have said of a subject."""

    model: str
    """Name and version."""
    judged: Judged


class Book(Protocol):
    """The models that were ever in the shadow or active, of which each is loaded once."""

    def sequence(self) -> int:
        """A number that changes when any of them moves."""

    def speaking(self) -> Sequence[Speaking]:
        """All with a term. What cannot be loaded is left out (and told elsewhere)."""


class _Turn(NamedTuple):
    """A model judges a device in [from_us, to_us), in a zone."""

    from_us: int
    to_us: int
    zone: str
    here_us: int
    """Since when the device is there: what it measured elsewhere is no past of this place."""
    speaking: Speaking


@dataclass(slots=True)
class ModelExaminer:
    """Judges the hours of placed devices. One for what counts (stage active), one for the shadow."""

    readings: ByHours
    book: Book
    stage: Stage
    aside: Callable[[Sequence[Aside]], None] | None = None
    """Where what is found goes, if not to the record of findings."""
    detector: str = NAME
    every_us: int = US_PER_HOUR
    _watches: Sequence[Watch] = ()
    _numbers: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    _keys: Mapping[int, SeriesKey] = field(default_factory=dict)
    _sequence: int = -1
    _turns: dict[str, list[list[_Turn]]] = field(default_factory=dict)
    """Per device its turns, a list for each voice: one for what counts, one per model in the shadow."""

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """See Examiner."""
        self._watches, self._keys, self._numbers = watches, series, numbers(series)
        self._sequence = -1

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """See Examiner. When a model has moved, everything since the first change is looked at again."""
        moved = self._follow_book(as_of_us)
        spans = self._spans(touched)
        for device, since_us in moved.items():
            first_us = min(since_us, spans[device].first_us) if device in spans else since_us
            spans[device] = Span(first_us, as_of_us)
        found = [
            Aside(voice[0].speaking.model.card.label, judged)
            for device, span in sorted(spans.items())
            for voice in self._turns.get(device, [])
            for judged in self._judge(device, voice, span, as_of_us)
        ]
        if self.aside is None:
            return [one.judged for one in found]
        self.aside(found)
        return []

    def _follow_book(self, as_of_us: int) -> dict[str, int]:
        """Read the models anew if they have moved; the devices about which that changes something, and from when on."""
        sequence = self.book.sequence()
        if sequence == self._sequence:
            return {}
        fresh, before, self._sequence = not self._turns, self._turns, sequence
        self._turns = self._all_turns()
        earliest_us = as_of_us - NEW_LOOKS_BACK_US if fresh else 0
        since = {
            device: _differs_us(before.get(device, []), self._turns.get(device, []))
            for device in {*before, *self._turns}
        }
        return {device: max(at_us, earliest_us) for device, at_us in since.items() if at_us is not None}

    def _all_turns(self) -> dict[str, list[list[_Turn]]]:
        mine = [one for one in self.book.speaking() if any(t.stage is self.stage for t in one.model.terms)]
        found: dict[str, list[list[_Turn]]] = {}
        for one in sorted(mine, key=lambda s: (_NARROW[s.model.card.scope.kind], s.model.card.label)):
            for device, own in stays(self._watches, one.model.card.scope).items():
                voices = found.setdefault(device, [])
                if self.stage is Stage.SHADOW or not voices:
                    voices.append([])
                voices[-1] += _free(list(_turns(one, own, self.stage)), voices[-1])
        return found

    def _spans(self, touched: Mapping[int, Span]) -> dict[str, Span]:
        spans: dict[str, Span] = {}
        for number, span in touched.items():
            key = self._keys.get(number)
            if key is None or key.device not in self._turns or number not in self._numbers[key.device]:
                continue
            old = spans.get(key.device, span)
            spans[key.device] = Span(min(old.first_us, span.first_us), max(old.last_us, span.last_us))
        return spans

    def _judge(self, device: str, voice: Sequence[_Turn], span: Span, as_of_us: int) -> Iterator[Judged]:
        """What is true of a device since the first moment that its readings touch."""
        from_us = (span.first_us // US_PER_HOUR - 1) * US_PER_HOUR  # an end may lie where this hour begins
        turns = [turn for turn in voice if turn.to_us > from_us and turn.from_us < as_of_us]
        warm, wet = self._numbers.get(device, (None, None))
        if not turns or warm is None:
            return
        findings = []
        for turn in turns:
            findings += self._of_turn(device, turn, (warm, wet), max(from_us, turn.from_us), as_of_us)
        to_us = min(as_of_us, max(turn.to_us for turn in turns))
        yield Judged(
            self.detector, f"device:{device}:temperature", max(from_us, turns[0].from_us), to_us, findings
        )

    def _of_turn(
        self, device: str, turn: _Turn, series: tuple[int, int | None], from_us: int, as_of_us: int
    ) -> list[Finding]:
        """The findings of one model, those included that began before and go on into what is judged."""
        to_us = min(as_of_us, turn.to_us)
        own = [Stay(turn.here_us, turn.to_us, turn.zone)]
        reach = LOOK_BACK
        while True:
            since_us = max(from_us - reach * US_PER_HOUR, turn.from_us)
            joint = joint_of(self.readings, *series, since_us - LOOK_BACK * US_PER_HOUR, to_us, own)
            verdict = turn.speaking.learned.judge(joint.temperature, joint.humidity)
            if reach >= LONGEST or since_us <= turn.from_us or not _stands_at(joint, verdict, since_us):
                break
            reach *= 2
        found = _findings(device, turn, joint, verdict, since_us, as_of_us)
        return [one for one in found if one.end_us is None or one.end_us > from_us]


def _differs_us(before: Sequence[Sequence[_Turn]], now: Sequence[Sequence[_Turn]]) -> int | None:
    """From when on a device is judged by other models than before; None if it never is."""
    begun: dict[tuple[str, int], set[int]] = {}
    for voices in (before, now):
        for turn in {(t.speaking.model.card.id, t.from_us, t.to_us) for voice in voices for t in voice}:
            ends = begun.setdefault(turn[:2], set())
            ends ^= {turn[2]}
    return min(
        (min(ends) if len(ends) > 1 else from_us for (_, from_us), ends in begun.items() if ends),
        default=None,
    )


def _turns(one: Speaking, own: Sequence[Stay], stage: Stage) -> Iterator[_Turn]:
    for term in one.model.terms:
        for stay in own if term.stage is stage else ():
            from_us = max(term.from_us, stay.from_us)
            to_us = min(FOREVER_US if term.to_us is None else term.to_us, stay.to_us)
            if from_us < to_us:
                yield _Turn(from_us, to_us, stay.zone, stay.from_us, one)


def _free(wanted: list[_Turn], taken: Sequence[_Turn]) -> list[_Turn]:
    """What is left of some turns where narrower models have not spoken yet."""
    for other in taken:
        wanted = [
            turn._replace(from_us=start, to_us=end)
            for turn in wanted
            for start, end in ((turn.from_us, min(turn.to_us, other.from_us)), (max(turn.from_us, other.to_us), turn.to_us))
            if start < end
        ]  # fmt: skip
    return wanted


def _stands_at(joint: Joint, verdict: Verdict, at_us: int) -> bool:
    """Whether something stands at the first hour known from a moment on, and may have begun before."""
    at = int(np.searchsorted(joint.temperature.hour, at_us // US_PER_HOUR))
    return at < len(verdict.kind) and int(verdict.kind[at]) != NOTHING


def _findings(
    device: str, turn: _Turn, joint: Joint, verdict: Verdict, from_us: int, as_of_us: int
) -> Iterator[Finding]:
    """Every episode within the turn: it begins with it at the earliest, and ends with it at the latest."""
    hours = joint.temperature
    hour_us = hours.hour * US_PER_HOUR
    counts = (verdict.kind != NOTHING) & (hour_us >= from_us)
    for since_us in np.unique(verdict.since_us[counts]).tolist():
        (standing,) = np.nonzero(counts & (verdict.since_us == since_us))
        last = int(standing[-1])
        over = last + 1 < len(hour_us)
        end_us = int(hour_us[last + 1]) if over else turn.to_us if turn.to_us <= as_of_us else None
        start_us = max(since_us, turn.from_us)
        known = hours.hour[(hour_us >= start_us) & (hour_us <= hour_us[last])]
        yield _finding(device, turn, joint, int(standing[0]), start_us, end_us, known, verdict)


def _finding(
    device: str, turn: _Turn, joint: Joint, at: int, start_us: int, end_us: int | None,
    known: np.ndarray[tuple[int], np.dtype[np.int64]], verdict: Verdict,
) -> Finding:  # fmt: skip
    """A finding, with what its day was like when it was noticed."""
    card, learned = turn.speaking.model.card, turn.speaking.learned
    hours = joint.temperature
    inside = np.isin(hours.hour, known)
    span = max(int(known[-1]) - start_us // US_PER_HOUR + 1, 1)
    evidence: dict[str, Json] = {
        "quantity": "temperature", "device": device, "score": round(float(verdict.score[at]), 4),
        "last_us": (int(known[-1]) + 1) * US_PER_HOUR,
    }  # fmt: skip
    return Finding(
        id="", detector=card.detector, detector_version=card.detector_version, kind=Kind.ANOMALY,
        subject=f"device:{device}:temperature", band="", zone=turn.zone or None, cause=f"device:{device}:anomaly",
        severity=Severity.WARNING, start_us=start_us, end_us=end_us, peak=None, area=None,
        coverage=round(min(len(known) / span, 1.0), 4), samples=int(hours.samples[inside].sum()),
        received_us=(int(hours.hour[at]) + 1) * US_PER_HOUR,
        evidence=evidence | learned.evidence(hours, joint.humidity, at), model=card.label,
    )  # fmt: skip
