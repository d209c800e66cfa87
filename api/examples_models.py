"""Examples of models, back-tests, verdicts and proposals."""

from __future__ import annotations

from typing import Any

from api import examples

_NAME = "learned_course:zone:cold-1"
MODEL: dict[str, Any] = {
    "id": examples.ID, "name": _NAME, "version": 2, "label": f"{_NAME}@2", "stage": "shadow", "frozen": False,
    "scope": "zone:cold-1", "trained": "2026-11-21T08:30:00Z", "trained_by": "key:1", "threshold": 61.4,
    "false_alert_days": 180.0,
}  # fmt: skip
MODELS: dict[str, Any] = {"items": [MODEL], "next": None}
MODEL_FULL: dict[str, Any] = {
    **MODEL, "revision": 2, "detector": "learned_course", "detector_version": "1", "quantities": ["temperature"],
    "features": ["temperature_-23h", "temperature_-22h"], "training_start": "2026-09-26T08:30:00Z",
    "training_end": "2026-11-21T08:30:00Z", "rows": 2640, "coverage": 0.98, "devices": ["g1/p7", "g1/p8"],
    "library": "scikit-learn", "library_version": "1.7.2", "seed": 2026, "digest": "9f" * 32, "retuned_from": None,
    "file": "intact", "terms": [{"stage": "shadow", "start": "2026-11-21T09:00:00Z", "end": None}],
    "due": False, "acts": ["promote", "retire"],
}  # fmt: skip
TRAINING: dict[str, Any] = {
    "id": examples.ID, "kind": "training", "state": "running", "done": 1, "total": 4, "why": "",
    "created": "2026-11-21T08:30:00Z", "created_by": "key:1", "asked": {"scope": "zone:cold-1"}, "result": None, "notes": [],
}  # fmt: skip
_TALLY = {
    "findings": 12, "tickets": 9, "reopened": 1, "said_true": 4, "said_false": 3, "said_duplicate": 0, "unsaid": 5, "missed": [],
}  # fmt: skip
_LEAD = {"breaches": 4, "announced": 3, "p10_s": 900.0, "p50_s": 7200.0, "p90_s": 21600.0}
_INTERVAL = {
    "kind": "too_high", "subject": "device:g1/p7:temperature", "band": "hall/warm", "severity": "warning",
    "start_us": 1795219200000000, "end_us": 1795226400000000, "raised_us": 1795221000000000, "peak": 26.4,
    "coverage": 1.0, "said": "true", "model": None,
}  # fmt: skip
BACKTEST: dict[str, Any] = {
    **TRAINING, "kind": "backtest", "state": "done", "done": 1000, "total": 1000,
    "asked": {"rule": "hall/warm", "days": 90, "to_us": 1795248000000000, "change": {"limit": 26.0}},
    "result": {
        "rule": "hall/warm", "from_us": 1787472000000000, "to_us": 1795248000000000, "devices": 2, "readings": 51840,
        "before": {**_TALLY, "findings": 31, "tickets": 22, "said_false": 11}, "after": _TALLY,
        "before_lead": _LEAD, "after_lead": _LEAD,
        "zones": [{
            "zone": "hall-1", "coverage": 0.99, "before": _TALLY, "after": _TALLY, "before_intervals": [_INTERVAL],
            "after_intervals": [_INTERVAL], "breaches": [[1795222800000000, 1795226400000000]],
        }],
        "notes": [{"code": "backtest.note.placements", "params": {}}], "took_s": 2.4,
    },
    "notes": ["Goods and devices are taken to have been where the registry has them now."],
}  # fmt: skip
BACKTESTS: dict[str, Any] = {"items": [{**BACKTEST, "result": None, "notes": []}], "next": None}
RETUNING: dict[str, Any] = {
    **TRAINING, "kind": "retuning", "state": "done", "asked": {"rule": "hall/warm", "days": 90},
    "result": {"proposal": examples.ID, "why": None},
}  # fmt: skip
VERDICT: dict[str, Any] = {
    "verdict": "false", "reason": "the door stood open for loading", "began": None, "principal": "key:3",
    "time": "2026-11-21T12:00:00Z",
}  # fmt: skip
DETECTORS: dict[str, Any] = {
    "sorts": [{
        "detector": "excursion", "kind": "too_high", "band": "hall/warm", "zone": "hall-1", "model": None, "said_true": 4,
        "said_false": 3, "said_duplicate": 1, "unsaid": 2, "precision": 0.625,
    }],
    "wanted": ["KW-000123"],
}  # fmt: skip
PROPOSAL: dict[str, Any] = {
    "id": examples.ID, "rule": "hall/warm", "state": "open", "created": "2026-11-21T12:00:00Z", "figure": "on_delay",
    "old": 600.0, "new": 2700.0, "change": {"on_delay_us": 2700000000}, "before": {**_TALLY, "said_false": 11},
    "after": _TALLY, "start": "2026-08-23T12:00:00Z", "end": "2026-11-21T12:00:00Z",
    "message": "hall/warm: raise it after 2700 s instead of 600 s; false ones 11 → 3, tickets 22 → 9.",
    "decided": None, "decided_by": None,
}  # fmt: skip
PROPOSALS: dict[str, Any] = {"items": [PROPOSAL], "next": None}
