"""Models and back-tests from the command line, on a data directory as `keepwell up` leaves it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from keepwell.cli import app
from keepwell.wiring import parts
from tests.modelled import Installation, installation

NAME = "learned_course:zone:cold-1"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Twenty days of a daily course, the last of them too warm."""
    with installation(tmp_path_factory.mktemp("data")) as at:
        at.hear(range(20), warm=(18,))
        yield at


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch, lived: Installation) -> None:
    """The clock of the command line shows the end of those days."""
    monkeypatch.setattr("keepwell.wiring.long_work.now_us", lambda: lived.now_us)
    assert parts.now_us() > 0


def keepwell(at: Installation, *words: str | Path) -> Result:
    """What the program says on this data directory."""
    return CliRunner().invoke(
        app, [*map(str, words), "--data", str(at.folder), "--lang", "en"], env={"COLUMNS": "250"}
    )


def test_a_model_from_training_to_roll_back(lived: Installation, tmp_path: Path) -> None:
    """Each step says what to do next, and a step too many is refused with its reason."""
    trained = keepwell(lived, "model", "train", "zone:cold-1", "--days", "20")
    assert trained.exit_code == 0, trained.output
    assert f"Trained {NAME}@1" in trained.output
    refused = keepwell(lived, "model", "promote", NAME)
    assert refused.exit_code == 2
    assert "one runs in the shadow before it is promoted" in refused.output
    assert f"{NAME}@1 is in the shadow now" in keepwell(lived, "model", "shadow", NAME).output
    assert (
        f"{NAME}@1 is active now"
        in keepwell(lived, "model", "promote", f"{NAME}@1", "--reason", "quiet").output
    )
    assert "is frozen" in keepwell(lived, "model", "freeze", NAME).output
    assert keepwell(lived, "model", "retire", f"{NAME}@1").exit_code == 2
    assert "not frozen any more" in keepwell(lived, "model", "freeze", NAME, "--off").output
    assert "no earlier version" in keepwell(lived, "model", "rollback", NAME).output
    out = tmp_path / "card.json"
    assert keepwell(lived, "model", "show", NAME, "--json", out).exit_code == 0
    card = json.loads(out.read_text())
    assert (card["stage"], card["file"], card["card"]["library"]) == ("active", "intact", "scikit-learn")
    assert f"{NAME}@1  active" in keepwell(lived, "model", "list").output
    missing = keepwell(lived, "model", "show", "learned_course:zone:none")
    assert (missing.exit_code, "there is no model" in missing.output) == (2, True)
    few = keepwell(lived, "model", "train", "zone:cold-1", "--days", "2")
    assert (few.exit_code, "are needed" in few.output) == (2, True)


def test_a_rule_is_tried_from_the_command_line(lived: Installation, tmp_path: Path) -> None:
    """Counts beside now, by zone, with what cannot be known; the same as JSON; a file with changed limits too."""
    shown = keepwell(lived, "backtest", "chilled/hot", "--days", "6", "--limit", "12")
    assert shown.exit_code == 0, shown.output
    assert "now: 2 findings" in shown.output
    assert "with it: 0 findings" in shown.output
    assert "Goods and devices are taken to have been where the registry has them now" in shown.output
    file, out = tmp_path / "rules.toml", tmp_path / "outcome.json"
    file.write_text(
        '[[profile]]\nkey = "chilled"\nlike = "chilled"\nband = [{ band = "warm", limit = 12.0 }]\n'
    )
    assert keepwell(lived, "backtest", file, "--days", "6", "--json", out).exit_code == 0
    outcome = json.loads(out.read_text())
    assert outcome["after"]["findings"] == outcome["before"]["findings"] - 2
    assert outcome["zones"][0]["before_intervals"][0]["start_us"] > 0
    unknown = keepwell(lived, "backtest", "nonsense")
    assert (unknown.exit_code, "is no rule" in unknown.output) == (2, True)
