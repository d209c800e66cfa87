"""Examples of proposed rules and guidance for the OpenAPI document: lead in bundles, in a hall at the southern coast."""

from __future__ import annotations

from typing import Any

ANSWERS: dict[str, Any] = {
    "goods": "lead", "form": "bundle", "latitude": 21.48, "longitude": 109.12, "control": "none",
}  # fmt: skip
ADOPT: dict[str, Any] = {**ANSWERS, "if_edited": "keep", "reason": "new hall"}
ADOPTED: dict[str, Any] = {
    "profile": "lead-bundle-warm-coast", "version": 1, "standing": "same", "product": None, "zone": None,
    "changed": ["profile:lead-bundle-warm-coast"],
}  # fmt: skip

_WHY: dict[str, Any] = {
    "code": "rules.source.dew_close", "params": {},
    "text": "0.5 K is nearer to the dew point than sensors can tell from wet (about 1 K); …",
}  # fmt: skip
_RULE: dict[str, Any] = {
    "band": "dew-close", "quantity": "dew_point_margin", "unit": "K", "side": "low", "limit": 0.5, "deadband": 0.5,
    "on_delay_s": 900.0, "min_samples": 2, "severity": "warning", "budget_s": 0.0, "window_s": 0.0, "off": None,
    "why": [_WHY], "seasons": ["returning_damp", "typhoon"],
}  # fmt: skip
_PROFILE: dict[str, Any] = {
    "key": "lead-bundle-warm-coast",
    "name": "Lead ingots, bundles: hot summer, warm winter, coast, neither heated nor cooled",
    "form": "bundle", "note": "typical; product data sheet wins. …", "interval_s": 600.0, "unwatched_s": 14400.0,
    "lag_s": 12960.0, "lags_s": {"ingot": 3600.0, "stack": 27720.0},
    "accuracy": {"temperature": 0.5, "relative_humidity": 3.0}, "rules": [_RULE],
}  # fmt: skip
_CARD: dict[str, Any] = {
    "key": "damp-coast", "title": "Damp season: keep sea air off cold metal",
    "steps": ["Before the season: check door seals, roof and gutters, …"],
}  # fmt: skip
CATALOGUE: dict[str, Any] = {
    "items": [{**_PROFILE, "key": "lead", "name": "Lead ingots", "interval_s": 900.0}]
}
PROPOSAL: dict[str, Any] = {
    "goods": "lead", "form": "bundle", "climate": "hot_summer_warm_winter", "coastal": True, "control": "none",
    "standing": "new", "profile": _PROFILE, "cautions": [],
    "seasons": [{
        "season": "returning_damp", "name": "returning damp (warm sea air on cold floors)", "first": "02-01",
        "last": "04-30", "now": True,
    }],
    "guidance": [_CARD],
}  # fmt: skip
GUIDANCE: dict[str, Any] = {
    "goods": "lead", "climate": "hot_summer_warm_winter", "coastal": True, "control": None,
    "seasons": ["returning_damp"], "trouble": None, "cards": [_CARD],
}  # fmt: skip
