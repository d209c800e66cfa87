"""What goes over the wire about uploads: how far they are, what they would change, and what is wrong with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from api.registry_wire import shape_of
from api.times import TimeText, text_of
from registry.nouns import KINDS, Placement
from store.plans import PlannedChange, PlannedFault
from store.repositories.imports import Import, SheetCount
from texts import Language, catalogue, render


class FileView(msgspec.Struct, frozen=True):
    """A file of an upload."""

    name: str
    size: int


class ImportView(msgspec.Struct, frozen=True):
    """An upload: how far it is, and what its sheets come to."""

    id: str
    state: str
    """waiting, reading, ready, faulty, applying, applied, cancelled or interrupted."""
    why: str
    """Why, where the state does not say: `changed_meanwhile` (it was planned anew: look again), `restarted`, `process_ended`."""
    message: str
    """The state as a sentence, and what to do."""
    created: TimeText
    created_by: str
    files: list[FileView]
    rows_read: int
    rows_total: int
    """As far as known before all is read."""
    faults: int
    sheets: list[SheetCount]


class FieldChange(msgspec.Struct, frozen=True):
    """One field of an object, before and after."""

    field: str
    label: str
    """As people call it."""
    old: Any
    new: Any


class ChangeView(msgspec.Struct, frozen=True):
    """One object that would be made or changed, and which row says so."""

    act: str
    """created or changed."""
    kind: str
    key: str
    of_list: str = msgspec.field(name="list")
    sheet: str
    row: int
    fields: list[FieldChange]


class FaultView(msgspec.Struct, frozen=True):
    """One thing that is wrong (`error`), or worth knowing (`notice`), with the cell where it stands."""

    severity: str
    code: str
    sheet: str
    row: int
    """From 1, as a spreadsheet counts; 0 = the sheet or file as a whole."""
    column: str
    """Its letter."""
    header: str
    value: str
    message: str
    """What is wrong and what to do."""


class BulkView(msgspec.Struct, frozen=True):
    """What a push of many objects came to, or would come to."""

    dry_run: bool
    created: int
    changed: int
    unchanged: int
    changes: list[ChangeView]
    """Only of a dry run, the first thousand."""


def import_view(job: Import, lang: Language) -> ImportView:
    """An upload as it is sent."""
    return ImportView(
        id=job.id, state=str(job.state), why=job.why,
        message=render(f"lists.state.{job.why or job.state}", {"n": job.faults}, lang),
        created=text_of(job.created_us), created_by=job.principal,
        files=[FileView(str(file["name"]), int(file["size"])) for file in job.files],
        rows_read=job.rows_read, rows_total=job.rows_total, faults=job.faults, sheets=list(job.sheets),
    )  # fmt: skip


def change_view(change: PlannedChange, lang: Language) -> ChangeView:
    """A change, with the fields that differ (of a new object: those that say something)."""
    new, old = _shape(change.kind, change.new), _shape(change.kind, change.old)
    fields = [
        FieldChange(name, label(name, lang), old.get(name), value)
        for name, value in new.items()
        if value != old.get(name) and (old or value not in (None, "", [], False))
    ]
    return ChangeView(
        "changed" if change.old else "created", change.kind, change.new.get("key") or change.key, change.list,  # type: ignore[arg-type]
        change.sheet, change.row, fields,
    )  # fmt: skip


def fault_view(fault: PlannedFault, lang: Language) -> FaultView:
    """A fault as a sentence."""
    severity = "notice" if fault.code.startswith("notice.") else "error"
    message = render(f"lists.{fault.code}", fault.params, lang)
    return FaultView(
        severity, fault.code.partition(".")[2], fault.sheet, fault.row, fault.column, fault.header, fault.value, message
    )  # fmt: skip


def fault_table(faults: Sequence[FaultView], lang: Language) -> bytes:
    """Faults as CSV in UTF-8 with a byte order mark. What a spreadsheet would take for a formula is made plain text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([
        render(f"lists.report.{name}", {}, lang)
        for name in ("sheet", "row", "column", "header", "value", "wrong")
    ])
    for fault in faults:
        cells = (fault.sheet, str(fault.row), fault.column, fault.header, fault.value, fault.message)
        writer.writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def label(name: str, lang: Language) -> str:
    """What a field is called, by its name over the wire."""
    return catalogue(lang).get(f"lists.field.{name.removesuffix('_s')}", name)


def _shape(kind: str, row: Mapping[str, Any] | None) -> dict[str, Any]:
    if row is None:
        return {}
    noun: type[Any] = Placement if kind == "placement" else KINDS[kind].noun
    return shape_of(msgspec.convert(row, noun))
