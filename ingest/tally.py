"""The tally of one batch: what came from each gateway and what became of it, as lines of the ledger."""

from __future__ import annotations

from collections import Counter

from ingest.nouns import US_PER_HOUR, Count, DeadLetter, Reason, Rejected

MAX_DEAD_LETTER_BYTES = 65_536
MAX_DEAD_LETTERS_PER_BATCH = 50
"""Per gateway: a flood of refused messages is counted in full, but only so many are kept."""


class Tally:
    """Counts messages and values by gateway and reason, and keeps the refused messages."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, int, str, str]] = Counter()
        self._letters: dict[str, list[DeadLetter]] = {}

    def message(self, gateway: str, received_us: int, values: int) -> None:
        """A message whose values were all taken."""
        hour = received_us - received_us % US_PER_HOUR
        counts = self._counts
        counts[gateway, hour, "messages_received", ""] += 1
        counts[gateway, hour, "messages_decoded", ""] += 1
        counts[gateway, hour, "values_received", ""] += values

    def refused_message(
        self, gateway: str, topic: str, payload: bytes, received_us: int, reason: Reason, detail: str
    ) -> None:
        """A message that was refused as a whole."""
        hour = received_us - received_us % US_PER_HOUR
        self._counts[gateway, hour, "messages_received", ""] += 1
        self._counts[gateway, hour, "messages_rejected", reason.value] += 1
        if reason is not Reason.SKIPPED:  # left out on purpose: counted, not kept
            self._keep(gateway, topic, payload, received_us, reason, detail)

    def refused_values(
        self, gateway: str, topic: str, payload: bytes, received_us: int, rejected: list[Rejected]
    ) -> None:
        """Values of a decoded message that were refused; they count as received too."""
        hour = received_us - received_us % US_PER_HOUR
        for one in rejected:
            self._counts[gateway, hour, "values_received", ""] += one.values
            self._counts[gateway, hour, "values_rejected", one.reason.value] += one.values
        first = rejected[0]
        detail = "; ".join(one.detail for one in rejected[:10])
        self._keep(gateway, topic, payload, received_us, first.reason, detail)

    def counts(self) -> list[Count]:
        """The ledger lines gathered."""
        return [Count(*key, n) for key, n in self._counts.items()]

    def letters(self) -> list[DeadLetter]:
        """The dead letters gathered."""
        return [letter for letters in self._letters.values() for letter in letters]

    def _keep(
        self, gateway: str, topic: str, payload: bytes, received_us: int, reason: Reason, detail: str
    ) -> None:
        letters = self._letters.setdefault(gateway, [])
        if len(letters) < MAX_DEAD_LETTERS_PER_BATCH:
            cut = payload[:MAX_DEAD_LETTER_BYTES]
            letters.append(
                DeadLetter(received_us, gateway, topic, reason.value, detail[:2000], cut, len(payload))
            )
