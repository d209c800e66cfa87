"""The detect bench measures what it says, in small."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import detect


def test_every_figure_is_measured_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fleet of 40 series for an hour: figures above nothing, and the file has them."""
    small = {
        "DEVICES": 20,
        "SERIES": 40,
        "BATCH": 20,
        "WARM_MINUTES": 50,
        "MINUTES": 10,
        "RIVER_READINGS": 50,
    }
    for name, value in small.items():
        monkeypatch.setattr(detect, name, value)
    found = detect.run(tmp_path / "figures.json")
    assert json.loads((tmp_path / "figures.json").read_text()) == found
    rates = {name: value for name, value in found.items() if name.endswith(("_per_s", "_ms", "_readings"))}
    assert {
        "streaming_readings_per_s",
        "engine_readings_per_s",
        "trained_ms_per_1000_readings",
    } <= rates.keys()
    assert all(isinstance(value, int | float) and value > 0 for value in rates.values())


def test_without_river_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The peer is no dependency of the product: where it is not installed, a sentence says how to get it."""
    monkeypatch.setattr(detect, "find_spec", lambda name: None)
    assert "river" in str(detect._river(detect._course(seed=1))["river"])
