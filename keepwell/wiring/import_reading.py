"""One pass over the files of an upload: what they would change becomes a plan, with its counts and faults."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from registry.lists.clocks import Clocks
from registry.lists.directory import Directory, Names
from registry.lists.headers import LOOK_AHEAD, layout_of
from registry.lists.nouns import LISTED, Fault, Where
from registry.lists.placing import Placer
from registry.lists.planning import Change, Upload
from registry.lists.statuses import rights_fault
from registry.lists.uploads import Table, plan_tables
from registry.nouns import KINDS, How
from store.plans import PlanReader, PlanWriter
from store.repositories.bulk import writing_of
from store.repositories.imports import Import, SheetCount
from store.spreadsheets import FileTable, UnusableFileError, open_tables

_TOLD_S = 0.5
_OF_ITS_OWN = {"placement": "placements", "profile": "profiles"}
_RANKS = {kind: rank for rank, kind in enumerate((*KINDS, "placement"))}


class Reading:
    """One pass over all files of an upload."""

    def __init__(self, job: Import, folder: Path, plan: Path, tell: Callable[[int, int], None]) -> None:
        """`folder` holds the files `0`, `1`, …; `tell` is told now and then how many rows of how many are read."""
        self._job, self._folder, self._plan, self._tell = job, folder, plan, tell
        self._writer = PlanWriter(plan)
        self._lists: dict[str, str] = {}
        self._rows: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._same: Counter[tuple[str, str]] = Counter()
        self._total = 0
        self._told_s = 0.0
        self.rows = 0

    @property
    def faults(self) -> int:
        """How much is wrong; notices are not."""
        return sum(self._faults.values())

    def run(self, directory: Directory, zones: Sequence[str]) -> str:
        """Plan all tables together; the digest of the plan."""
        settings = self._job.settings
        given = settings.get("time_zone")
        upload = Upload(directory, Names(directory), Clocks(directory, str(given) if given else None, zones))
        placer = Placer(self._job.principal, self._job.created_us, How.UPLOAD)
        tables = list(self._tables())
        try:
            for outcome in plan_tables(
                upload, tables, placer, str(settings.get("system") or LISTED), self._on_row
            ):
                if isinstance(outcome, Fault):
                    self._fault(outcome)
                elif isinstance(outcome, Change):
                    self._change(outcome)
                else:
                    self._same[outcome.where.sheet, self._list(outcome.where.sheet, outcome.kind)] += 1
        except UnusableFileError as error:
            self._fault(Fault(Where(error.table, 0), f"fault.file_{error.why}"))
        if not self._lists and not self._faults:
            self._fault(Fault(Where("", 0), "fault.nothing_to_read"))
        return self._writer.close()

    def counts(self) -> tuple[SheetCount, ...]:
        """What each sheet comes to, list by list: rows of lots may also be placements."""
        changes = PlanReader(self._plan).counts()
        own = {(sheet, name) for sheet, name in self._lists.items()}
        others = sorted((changes.keys() | self._same.keys()) - own)
        return tuple(
            SheetCount(
                sheet, name, self._rows.get(sheet, 0) if (sheet, name) in own else 0, *changes.get((sheet, name), (0, 0)),
                self._same.get((sheet, name), 0), self._faults.get(sheet, 0) if (sheet, name) in own else 0,
            )
            for sheet, name in [*self._lists.items(), *others]
        )  # fmt: skip

    def _tables(self) -> Iterator[Table]:
        wanted = str(self._job.settings.get("list") or "")
        for number, file in enumerate(self._job.files):
            name = str(file["name"])
            try:
                found = [t for t in open_tables(self._folder / str(number), name) if self._shown(t)]
            except UnusableFileError as error:
                self._fault(Fault(Where(name, 0), f"fault.file_{error.why}"))
                continue
            yield from self._laid_out(found, wanted)

    def _shown(self, table: FileTable) -> bool:
        if table.hidden:
            self._fault(Fault(Where(table.name, 0), "notice.hidden_sheet"))
        return not table.hidden

    def _laid_out(self, tables: list[FileTable], wanted: str) -> Iterator[Table]:
        for table in tables:
            layout = layout_of(table.name, list(islice(table.rows(), LOOK_AHEAD)), wanted)
            if isinstance(layout, Fault):
                if table.height:
                    self._fault(layout)
            elif layout is not None:
                self._lists[table.name] = layout.sheet.name
                self._total += table.height
                yield Table(layout, table.rows)

    def _on_row(self, sheet: str) -> None:
        self.rows += 1
        self._rows[sheet] += 1
        now_s = time.monotonic()
        if now_s - self._told_s >= _TOLD_S:
            self._told_s = now_s
            self._tell(self.rows, max(self._total, self.rows))

    def _change(self, change: Change) -> None:
        settings = self._job.settings
        may_set_status = bool(settings.get("status", True))
        fault = rights_fault(
            change, settings.get("kinds"), may_set_status=may_set_status, roles=settings.get("roles")
        )
        if fault:
            self._fault(fault)
        where, new = change.where, change.new
        placed = change.kind == "placement"
        key = f"{new.subject_kind}:{new.subject}|{new.place}|{new.valid_from_us}" if placed else new.key
        name = self._list(where.sheet, change.kind)
        self._writer.change(_RANKS[change.kind], name, where.sheet, where.row, writing_of(change), key)

    def _list(self, sheet: str, kind: str) -> str:
        """Placements and default profiles come from rows of other lists, too."""
        return _OF_ITS_OWN.get(kind) or self._lists.get(sheet, "")

    def _fault(self, fault: Fault) -> None:
        where = fault.where
        if fault.code.startswith("fault."):
            self._faults[where.sheet] += 1
        self._writer.fault(
            where.sheet, where.row, where.column, where.header, where.value[:200], fault.code, fault.params
        )
