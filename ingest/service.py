"""Ingest as it runs: take messages, commit a batch, acknowledge, and again."""

from __future__ import annotations

import logging
from collections.abc import Callable

from ingest.link import Link
from ingest.nouns import NotKept
from ingest.pipeline import Pipeline
from ingest.repeats import Reconnect
from ingest.subscriber import Subscriber
from ingest.wire import Message

POLL_S = 0.02
RETRY_S = 0.5

_log = logging.getLogger(__name__)


class Intake:
    """The one loop of the one thread of ingest."""

    def __init__(self, subscriber: Subscriber, pipeline: Pipeline, keep_house: Callable[[], None]) -> None:
        self._subscriber = subscriber
        self._pipeline = pipeline
        self._keep_house = keep_house
        self._unacknowledged: list[Message] = []
        self._trouble = ""

    def run(self, stopping: Callable[[], bool], sleep: Callable[[float], None]) -> None:
        """Until `stopping`; then what was taken is committed and acknowledged, and the session left in good order."""
        while not stopping():
            self._take()
            if not self._commit_when_due():
                # The subscriber stops reading at its bounds: the broker holds what we cannot keep yet.
                sleep(RETRY_S)
            self._keep_house()
        if self._unacknowledged and self._commit():
            _log.info("stopped with everything committed that had been received")
        self._subscriber.close()

    def _take(self) -> None:
        messages = self._subscriber.poll(POLL_S)
        for event in self._subscriber.take_events():
            _log.info("broker link: %s", event.told())
        if messages:
            reconnect = Reconnect(self._subscriber.last_connected_us or 0, self._subscriber.resumed)
            self._pipeline.take(messages, reconnect)
            self._unacknowledged += messages

    def _commit_when_due(self) -> bool:
        """Whether nothing stands in the way of going on."""
        connected = self._subscriber.state.link is Link.CONNECTED
        return self._pipeline.due(connected=connected) is None or self._commit()

    def _commit(self) -> bool:
        try:
            self._pipeline.commit()
        except NotKept as error:
            if str(error) != self._trouble:
                _log.error("cannot commit, nothing is acknowledged meanwhile: %s", error)
            self._trouble = str(error)
            return False
        self._trouble = ""
        self._subscriber.acknowledge(self._unacknowledged)
        self._unacknowledged = []
        return True
