"""Reconcile: what was judged now against what was recorded before, so that a finding keeps its identity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from detect.nouns import Change, Finding, FindingChange

_OPEN_END = 2**62
NEW = ""
"""The id of a finding that was judged but not yet matched with a recorded one."""


def reconcile(
    recorded: Sequence[Finding], judged: Sequence[Finding], reason: str, new_id: Callable[[], str]
) -> list[FindingChange]:
    """The changes that turn the recorded findings of a window into the judged ones.

    Both lists must be all that touches the window. A judged finding keeps the id of the recorded one it overlaps
    most; what is left of the judged is new (or split off), what is left of the recorded is retracted for `reason`
    (or merged).
    """
    pairs = sorted(
        (
            (_overlap(old, new), i, j)
            for i, old in enumerate(recorded)
            for j, new in enumerate(judged)
            if _alike(old, new)
        ),
        key=lambda pair: (-pair[0], recorded[pair[1]].start_us, pair[2]),
    )
    pairs = [(o, i, j) for o, i, j in pairs if o > 0 or recorded[i].start_us == judged[j].start_us]
    old_of: dict[int, int] = {}
    new_of: dict[int, int] = {}
    for _, i, j in pairs:
        if i not in new_of and j not in old_of:
            new_of[i], old_of[j] = j, i
    changes: list[FindingChange] = []
    ids: dict[int, str] = {}
    for j, new in enumerate(judged):
        if j in old_of:
            ids[j] = recorded[old_of[j]].id
            changes += _revise(recorded[old_of[j]], replace(new, id=ids[j]))
        else:
            ids[j] = new_id()
            source = next((recorded[i].id for _, i, jj in pairs if jj == j), None)
            changes.append(
                FindingChange(Change.SPLIT if source else Change.OPENED, replace(new, id=ids[j]), source)
            )
    for i, old in enumerate(recorded):
        if i not in new_of:
            into = next((ids[j] for _, ii, j in pairs if ii == i), None)
            gone = replace(old, retracted="merged" if into else reason)
            changes.append(FindingChange(Change.MERGED if into else Change.RETRACTED, gone, into))
    return changes


def _alike(old: Finding, new: Finding) -> bool:
    return (old.detector, old.subject, old.kind, old.band, old.zone) == (
        new.detector, new.subject, new.kind, new.band, new.zone,
    )  # fmt: skip


def _overlap(old: Finding, new: Finding) -> int:
    """Length of the common interval in µs; negative if they do not even touch."""
    end = min(_OPEN_END if f.end_us is None else f.end_us for f in (old, new))
    return end - max(old.start_us, new.start_us)


def _revise(old: Finding, new: Finding) -> list[FindingChange]:
    """What happened to a finding that is still there, if anything."""
    new = replace(new, received_us=old.received_us, evidence={**old.evidence, **new.evidence})
    if new == old:
        return []
    if old.end_us is None and new.end_us is not None:
        return [FindingChange(Change.CLOSED, new)]
    if old.end_us is None and old.start_us == new.start_us:
        return [FindingChange(Change.EXTENDED, new)]
    return [FindingChange(Change.REVISED, new)]


class Known:
    """The recorded findings of the subjects that are being worked on, held in memory and loaded when first asked for."""

    def __init__(self, stored: Callable[[Sequence[str], int], list[Finding]]) -> None:
        self._stored = stored
        self._held: dict[str, dict[str, Finding]] = {}
        self._from_us: dict[str, int] = {}
        self._gone: set[str] = set()
        """Taken back here; the record may not know it yet."""

    def load(self, subjects: Sequence[str], from_us: int) -> None:
        """Make sure that all findings of these subjects that end at or after `from_us` are held."""
        missing = [s for s in subjects if self._from_us.get(s, _OPEN_END) > from_us]
        if not missing:
            return
        for subject in missing:
            self._from_us[subject] = from_us
            self._held.setdefault(subject, {})
        for finding in self._stored(missing, from_us):
            if finding.id not in self._gone:
                self._held[finding.subject].setdefault(finding.id, finding)

    def within(self, subject: str, start_us: int, end_us: int) -> list[Finding]:
        """The findings of a subject that share more than a moment with [start_us, end_us], or begin with it."""
        self.load([subject], start_us)
        return [
            f
            for f in self._held[subject].values()
            if f.start_us < end_us and (f.end_us is None or f.end_us > start_us or f.start_us == start_us)
        ]

    def note(self, changes: Sequence[FindingChange]) -> None:
        """Remember changes that are about to be recorded."""
        for change in changes:
            held = self._held.setdefault(change.finding.subject, {})
            if change.finding.retracted:
                held.pop(change.finding.id, None)
                self._gone.add(change.finding.id)
            else:
                held[change.finding.id] = change.finding
