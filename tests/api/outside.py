"""What stands for the broker beside an application under test: what was published, and what is heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from api.services import Heard


class Published(list[tuple[str, bytes]]):
    """A publisher that keeps what it is given, or is away."""

    away = False

    def submit(self, topic: str, payload: bytes) -> None:
        """Take a message."""
        if self.away:
            raise ConnectionError("no broker")
        self.append((topic, payload))

    @contextmanager
    def connected(self) -> Iterator[Callable[[str, bytes], None]]:
        """Take messages."""
        yield self.submit


class OnAir(list[Heard]):
    """What a listener hears, or why it hears nothing."""

    trouble: OSError | None = None

    def listen(self, filters: Sequence[str], seconds: float, most: int) -> list[Heard]:
        """The first messages."""
        if self.trouble is not None:
            raise self.trouble
        return self[:most]
