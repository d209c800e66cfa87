"""`keepwell check-config` on a real installation: what is short, in both languages, as JSON, and by the exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from keepwell.settings import Settings
from keepwell.wiring.installation_file import build as apply_file

BARE = """
format = 1
[[site]]
key = "hub"
name = "Hub"
time_zone = "Asia/Shanghai"
[[zone]]
key = "cold"
site = "hub"
profile = "chilled"
"""
STAFFED = """
[[person]]
key = "kim"
role = "keeper"
site = "hub"
phone = "1"
[[person]]
key = "ann"
role = "engineer"
phone = "2"
skills = ["refrigeration", "sensor", "network"]
[[person]]
key = "ben"
role = "engineer"
phone = "3"
[[person]]
key = "boss"
role = "supervisor"
phone = "4"
head = true
[[rota]]
key = "first"
level = "first"
site = "hub"
people = ["ann"]
[[rota]]
key = "second"
level = "second"
people = ["ben"]
"""


def check(data: Path, *more: str) -> tuple[int, str, dict[str, Any]]:
    """Exit status, what is shown, and the JSON."""
    out = data / "out.json"
    command = [
        sys.executable,
        "-m",
        "keepwell",
        "check-config",
        "--data",
        str(data),
        "--json",
        str(out),
        *more,
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout, json.loads(out.read_text("utf-8"))


def test_before_there_is_anything(tmp_path: Path) -> None:
    """Without an installation only the settings are told, and nothing is made."""
    status, shown, told = check(tmp_path)
    assert (status, told["people_checked"], told["findings"]) == (0, False, [])
    assert "KEEPWELL_" in shown
    assert not (tmp_path / "service.sqlite").exists()


def test_too_few_then_enough(tmp_path: Path) -> None:
    """Critical: status 1 and each says what to do; mended: status 0."""
    file = tmp_path / "registry.toml"
    file.write_text(BARE, "utf-8")
    assert apply_file(Settings(data=tmp_path), file).faults == ()
    status, shown, told = check(tmp_path, "--lang", "zh")
    found = {one["code"]: one for one in told["findings"]}
    assert status == 1
    assert found["too_few_named"]["params"]["needed"] == 3
    assert {"no_engineer", "no_supervisor", "too_few_named", "nobody_at_hours"} <= found.keys()
    assert all(one["says"] and one["do"] for one in told["findings"])
    assert "危急" in shown
    assert told["critical"] == sum(one["weight"] == "critical" for one in told["findings"])
    file.write_text(BARE + STAFFED, "utf-8")
    assert apply_file(Settings(data=tmp_path), file).faults == ()
    status, shown, told = check(tmp_path, "--lang", "en")
    assert (status, told["findings"]) == (0, [])
    assert "Enough people are named." in shown
