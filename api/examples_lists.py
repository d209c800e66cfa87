"""Examples of uploads, pushes of many objects, and the quality of the data."""

from __future__ import annotations

from typing import Any

from api import examples

IMPORT: dict[str, Any] = {
    "id": examples.ID, "state": "ready", "why": "", "message": "Read without errors: look at the changes and apply them, or cancel.",
    "created": "2026-11-22T08:30:00Z", "created_by": "key:1", "files": [{"name": "lots.xlsx", "size": 20480}],
    "rows_read": 25, "rows_total": 25, "faults": 0,
    "sheets": [{"sheet": "批次", "list": "lots", "rows": 25, "created": 24, "changed": 1, "unchanged": 0, "faults": 0}],
}  # fmt: skip
IMPORTS: dict[str, Any] = {"items": [IMPORT], "next": None}
CHANGE: dict[str, Any] = {
    "act": "changed", "kind": "lot", "key": "pb-2026-1107", "list": "lots", "sheet": "批次", "row": 3,
    "fields": [{"field": "quantity", "label": "Quantity", "old": "25", "new": "24.5"}],
}  # fmt: skip
CHANGES: dict[str, Any] = {"items": [CHANGE], "next": None}
FAULTS: dict[str, Any] = {
    "items": [{
        "severity": "error", "code": "not_a_number", "sheet": "批次", "row": 7, "column": "E", "header": "数量", "value": "25 t",
        "message": "This is not a number. Write digits only; the unit has a column of its own.",
    }],
    "next": None,
}  # fmt: skip
BULK: dict[str, Any] = {"dry_run": True, "created": 0, "changed": 1, "unchanged": 24, "changes": [CHANGE]}
BULK_IN: list[dict[str, Any]] = [
    {"external_system": "ERP", "external_number": "PB-2026-1107", "customer": "K1001", "product": "M-2001", "quantity": 24.5, "unit": "t"}
]  # fmt: skip
QUALITY: dict[str, Any] = {
    "at": "2026-11-22T08:30:00Z", "target": 0.9, "completeness": 0.94, "accuracy": 0.99,
    "kinds": [{
        "kind": "lot", "label": "lot", "objects": 25, "share": 0.95,
        "matters": [{"name": "amount", "label": "amount", "filled": 24, "of": 25, "share": 0.96}],
    }],
    "customers": [{"customer": "k1001", "name": "Jinan Batteries", "filled": 90, "of": 100, "share": 0.9}],
    "contradictions": [{
        "code": "goods_without_device", "objects": 1,
        "examples": [{"kind": "zone", "key": "jn-a1", "message": "3 lots are here, but no device. Place a device here, or correct where the lots are."}],
    }],
}  # fmt: skip
