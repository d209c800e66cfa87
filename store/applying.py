"""Store as it runs: what the journal holds is applied, in order, each batch once."""

from __future__ import annotations

import logging
from collections.abc import Callable

from store import files
from store.journal import JournalReader
from store.readings import ColdTierDown, StoreFull, Writer

IDLE_S = 0.01
RETRY_S = 1.0

_log = logging.getLogger(__name__)


class Applying:
    """The one loop of the store process."""

    def __init__(
        self, journal: Callable[[], JournalReader | None], store: Writer, now_us: Callable[[], int]
    ) -> None:
        """`journal` opens it; None while ingest has not made it yet."""
        self._open_journal = journal
        self._journal: JournalReader | None = None
        self._store = store
        self._now_us = now_us
        self._trouble = ""
        self._tries = 0

    def run(self, stopping: Callable[[], bool], sleep: Callable[[float], None]) -> None:
        """Until `stopping`. Trouble with a file or with the cold tier is logged once and tried again."""
        while not stopping():
            try:
                worked = self.step()
                self._trouble = ""
            except (files.OperationalError, ColdTierDown, StoreFull) as error:
                self._tell(str(error))
                sleep(RETRY_S)
                continue
            if not worked:
                sleep(IDLE_S)

    def _tell(self, trouble: str) -> None:
        """Log what is still so at the second try: while ingest makes a new journal there is some for a moment."""
        self._tries = self._tries + 1 if trouble == self._trouble else 1
        self._trouble = trouble
        if self._tries == 2:
            _log.warning("cannot apply, the journal holds what comes: %s", trouble)

    def step(self) -> bool:
        """Apply what is there; whether there was anything."""
        if self._journal is None:
            self._journal = self._open_journal()
        if self._journal is None:
            return False
        batches = self._journal.read(self._store.position())
        if batches:
            self._store.apply(batches)
        self._store.tend(self._now_us())
        return bool(batches)


def begin_anew(store: Writer, journal: JournalReader) -> None:
    """After the readings file was set aside: go on with what the journal still holds."""
    first = journal.read(0, most_bytes=1, most=1)
    store.begin_at(first[0][0] - 1 if first else journal.last()[0], journal.series())
