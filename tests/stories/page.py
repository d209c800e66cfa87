"""A page of docs/ whose commands are run: all of them in their order, in one shell, and each answer compared with what is shown."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from tests.ports import free_port

NEEDED = ("bash", "curl", "jq", "mosquitto_pub")
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "-- block {} --"
PATIENCE_S = 170
"""For all commands of a page, on a machine that does other things as well."""


def blocks(page: Path) -> list[tuple[str, str]]:
    """(commands, what they show) in the page's order; "" where it shows nothing."""
    found = BLOCK.findall(page.read_text("utf-8"))
    following = [*found[1:], ("sh", "")]
    return [
        (text, shown if kind == "text" else "")
        for (block, text), (kind, shown) in zip(found, following, strict=True)
        if block == "sh"
    ]


def run(commands: list[str], folder: Path) -> list[str]:
    """What each block of commands says, all of them in one shell; the first that fails ends it."""
    script = "\n".join(f"echo '{MARK.format(n)}'\n{text}" for n, text in enumerate(commands))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("KEEPWELL")},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HTTP": str(free_port()),
        "MQTT": str(free_port()),
        "LANG": "C.UTF-8",
    }
    with (folder / "said").open("wb") as said:
        shell = subprocess.Popen(
            ["bash", "-eu", "-o", "pipefail", "-c", script],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
        try:
            status: int | None = shell.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGTERM)
    text = (folder / "said").read_text("utf-8")
    assert status == 0, f"{status}: …{text[-3000:]}\n{(folder / 'keepwell.log').read_text('utf-8')[-2000:]}"
    return list(_parts(text, len(commands)))


def _parts(text: str, n: int) -> Iterator[str]:
    edges = [*(text.index(MARK.format(block)) for block in range(n)), len(text)]
    for start, end in pairwise(edges):
        yield text[start:end].partition("\n")[2]


def pattern(shown: str) -> str:
    """What a page shows as a regular expression: `…` stands for anything."""
    return ".*".join(re.escape(part) for part in shown.strip().split("…"))


def assert_does_what_it_says(page: Path, folder: Path) -> None:
    """Every command of the page succeeds, and every answer that it shows is the answer."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"not installed: {', '.join(missing)}")
    told = blocks(page)
    assert len(told) > 10
    said = run([commands for commands, _ in told], folder)
    for (commands, shown), answer in zip(told, said, strict=True):
        assert re.search(pattern(shown), answer, re.DOTALL), f"{commands}\nshows\n{shown}\nbut says\n{answer}"
