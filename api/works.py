"""Work that goes on beside the API, as protocols: uploads, and what takes minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from store.plans import PlanReader


class Imports(Protocol):
    """The work on uploads (`keepwell.import_jobs` has one)."""

    def take_up(self) -> None:
        """Say of uploads that an earlier process was at work on that they were interrupted."""

    def file(self, id: str, number: int) -> Path:
        """Where a file of an upload is to be put."""

    def plan(self, id: str) -> PlanReader:
        """What an upload would change."""

    def begin(self, id: str, step: str) -> None:
        """`plan` or `apply` it, as soon as those before it are done."""

    def stop(self, id: str) -> None:
        """End the work on an upload: what was not committed never was."""

    def forget(self, id: str) -> None:
        """Drop the files of an upload."""

    def close(self) -> None:
        """End what is at work."""


class LongJobs(Protocol):
    """Work that takes minutes (`keepwell.long_jobs` has one)."""

    def take_up(self) -> None:
        """Say of what an earlier process was at work on that it was interrupted."""

    def begin(self, id: str) -> None:
        """Do it, as soon as what was asked for before is done."""

    def stop(self, id: str) -> None:
        """End the work on it: what was not committed never was."""

    def close(self) -> None:
        """End what is at work."""
