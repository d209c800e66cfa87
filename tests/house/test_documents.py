"""The documents: their links lead somewhere, their commands run, the tests they name exist, both languages agree."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

READMES = ("README.md", "README.zh-CN.md")
SECTIONS = ("**Objective.**", "**Is.**", "**Is not.**", "**Alternatives.**")
RUNNABLE = re.compile(r"^```(?:sh|console) run\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _prose(text: str) -> str:
    """A Markdown text without its fenced blocks."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def _test_exists(root: Path, name: str) -> bool:
    """Whether `tests/file.py` or `tests/file.py::test` (or a folder of tests) is there."""
    path, _, function = name.partition("::")
    if not (root / path).exists():
        return False
    if not function:
        return True
    tree = ast.parse((root / path).read_text("utf-8"))
    return function in {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_links_lead_somewhere(root: Path, tracked: list[Path]) -> None:
    """Every relative link of a tracked Markdown file names a file or folder that exists."""
    broken = []
    for path in (path for path in tracked if path.suffix == ".md"):
        for target in re.findall(r"\]\(([^)#\s]+)", _prose((root / path).read_text("utf-8"))):
            if "://" not in target and not (root / path.parent / target).exists():
                broken.append(f"{path}: {target}")

    assert broken == []


@pytest.mark.parametrize("name", [*READMES, "docs/architecture.md"])
def test_named_folders_exist(name: str, root: Path) -> None:
    """Every folder in the tree and in the text of the document is there."""
    named = set(re.findall(r"(?:^|`)([a-z]+)/(?:`| {2,})", (root / name).read_text("utf-8"), re.MULTILINE))

    assert named
    assert {folder for folder in named if not (root / folder).is_dir()} == set()


@pytest.mark.parametrize("name", READMES)
def test_named_tests_exist(name: str, root: Path) -> None:
    """The tests that the README names for its promises are there."""
    named = re.findall(r"`(tests/[\w./:]+)`", (root / name).read_text("utf-8"))

    assert named
    assert [test for test in named if not _test_exists(root, test)] == []


def test_both_languages_have_the_same_parts(root: Path) -> None:
    """Headings, fenced blocks, table rows, named tests and runnable commands agree between the two READMEs."""
    shapes = []
    for name in READMES:
        text = (root / name).read_text("utf-8")
        levels = re.findall(r"^(#+) ", _prose(text), re.MULTILINE)
        rows = len(re.findall(r"^\|", text, re.MULTILINE))
        shapes.append((
            levels,
            text.count("```"),
            rows,
            re.findall(r"`(tests/[\w./:]+)`", text),
            RUNNABLE.findall(text),
        ))

    assert shapes[0] == shapes[1]


def test_commands_of_the_readme_run(root: Path, tmp_path: Path) -> None:
    """Each line of a block marked `run` ends with exit status 0 outside the tree."""
    if importlib.util.find_spec("keepwell.cli") is None:
        pytest.skip("keepwell has no command line yet")
    blocks = RUNNABLE.findall((root / "README.md").read_text("utf-8"))
    commands = [line for block in blocks for line in block.splitlines() if line.strip()]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    assert commands
    for command in commands:
        answer = subprocess.run(
            command,
            shell=True,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert answer.returncode == 0, f"{command}: {answer.stderr}"


def test_make_targets_of_the_readme_exist(root: Path) -> None:
    """Every `make target` that a document speaks of is in the Makefile."""
    targets = set(re.findall(r"^([a-z]+):.*## ", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set()
    for name in (*READMES, "CONTRIBUTING.md"):
        named |= set(re.findall(r"(?:^|`)make ([a-z]+)", (root / name).read_text("utf-8"), re.MULTILINE))

    assert named
    assert named <= targets


def test_decisions_say_what_they_must(root: Path) -> None:
    """Each decision record is numbered without gaps and has its sections in order."""
    records = sorted((root / "docs/decisions").glob("*.md"))

    assert [record.name[:3] for record in records] == [f"{n:03}" for n in range(1, len(records) + 1)]
    for record in records:
        text = record.read_text("utf-8")
        places = [text.find(section) for section in SECTIONS]
        assert -1 not in places, f"{record.name}: a section is missing"
        assert places == sorted(places), f"{record.name}: {SECTIONS} in this order"


def test_changelog_has_a_place_for_what_comes_next(root: Path) -> None:
    """The changelog keeps an Unreleased part."""
    assert "\n## [Unreleased]\n" in (root / "CHANGELOG.md").read_text("utf-8")
