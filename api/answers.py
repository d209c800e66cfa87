"""Encoded answers that hold as long as nothing changed: every change of the service database is an event."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple

_MOST_BYTES = 16 * 1024 * 1024


class Answer(NamedTuple):
    """An encoded body and the headers that go with it."""

    body: bytes
    headers: Mapping[str, str]


class Answers:
    """Bodies of answers as of one event; the next event makes them void, and so does their number."""

    def __init__(self) -> None:
        self._sequence = -1
        self._bodies: dict[Hashable, Answer] = {}
        self._size = 0

    def get(self, sequence: int, question: Hashable) -> Answer | None:
        """The answer to a question as of event `sequence`, if it was given before."""
        return self._bodies.get(question) if sequence == self._sequence else None

    def keep(self, sequence: int, question: Hashable, answer: Answer) -> None:
        """Remember an answer that was worked out no earlier than event `sequence`."""
        if sequence < self._sequence:
            return
        if sequence > self._sequence or self._size + len(answer.body) > _MOST_BYTES:
            self._sequence, self._bodies, self._size = sequence, {}, 0
        self._bodies[question] = answer
        self._size += len(answer.body)
