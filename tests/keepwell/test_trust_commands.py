"""`keepwell verify` on a copied file names whatever was done to it, and `keepwell user` lets people in."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pysqlite3 import dbapi2 as sqlite
from typer.testing import CliRunner

from keepwell.cli import app
from keepwell.wiring.heads import DailyHeads, read
from store import events
from store.service import open_service

ROWS = 30
T = 1_795_248_000_000_000
DAY = 86_400_000_000
GOOD = "seven lazy herons on a raft"


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    out: str


Keepwell = Callable[..., Ended]


@pytest.fixture
def keepwell(monkeypatch: pytest.MonkeyPatch) -> Keepwell:
    """Runs the program with these words, and this on standard input."""
    for name in [name for name in os.environ if name.startswith("KEEPWELL_")]:
        monkeypatch.delenv(name)

    def run(*words: object, typed: str = "") -> Ended:
        ended = CliRunner().invoke(app, [str(word) for word in words], input=typed)
        return Ended(ended.exit_code, ended.output)

    return run


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A sealed history, copied to somebody's desk."""
    database = open_service(tmp_path / "service.sqlite", 0)
    with database.writing() as connection:
        for number in range(1, ROWS + 1):
            events.append(
                connection, principal=f"person:p{number}", act="changed", subject=f"profile:lead-{number}",
                reason="天气 ☂", old={"limit": number}, new={"limit": number + 1}, time_us=T + number * 60_000_000,
            )  # fmt: skip
        events.seal(connection)
    database.close()
    target = tmp_path / "desk" / "copy.sqlite"
    target.parent.mkdir()
    shutil.copyfile(tmp_path / "service.sqlite", target)
    return target


def tamper(path: Path, *statements: str) -> None:
    """The deed, by somebody with a SQLite shell."""
    raw = sqlite.connect(path)
    with raw:
        for trigger in ("event_is_never_deleted", "event_is_never_changed"):
            raw.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            raw.execute(statement)
    raw.execute("PRAGMA journal_mode=DELETE")
    raw.close()


def made_anew(path: Path) -> None:
    """All seals and the head again, from the first row on: whoever can write can do that, too."""
    tamper(path, "UPDATE event SET hash = NULL", "DELETE FROM event_head")
    database = open_service(path, 0)
    with database.writing() as connection:
        events.seal(connection)
    database.close()


def told(keepwell: Keepwell, tmp_path: Path, *words: object) -> tuple[Ended, dict[str, Any]]:
    """What verify says, in words and as JSON."""
    out = tmp_path / "out.json"
    ended = keepwell("verify", *words, "--json", out, "--lang", "en")
    return ended, json.loads(out.read_text("utf-8"))


def test_a_whole_copy_is_whole_wherever_it_lies(keepwell: Keepwell, copied: Path, tmp_path: Path) -> None:
    """The file, its directory under the name it has, a place where nothing can be written; nothing is changed in it."""
    before = copied.read_bytes()
    ended, found = told(keepwell, tmp_path, copied)
    assert (ended.status, found["broken"], found["head"]) == (0, None, ROWS)
    assert found["hash"] in ended.out
    assert copied.read_bytes() == before
    assert sorted(path.name for path in copied.parent.iterdir()) == ["copy.sqlite"]
    assert keepwell("verify", tmp_path).status == 0
    assert keepwell("verify", "--data", tmp_path).status == 0
    copied.chmod(0o400)
    copied.parent.chmod(0o500)
    assert keepwell("verify", copied).status == 0
    copied.parent.chmod(0o700)


DEEDS = {
    "edited": (["UPDATE event SET reason = 'as agreed' WHERE sequence = 7"], "altered", 7),
    "figure": (["UPDATE event SET new = '{\"limit\":80}' WHERE sequence = 7"], "altered", 7),
    "name": (["UPDATE event SET principal = 'person:eve' WHERE sequence = 30"], "altered", 30),
    "deleted": (["DELETE FROM event WHERE sequence = 7"], "missing", 7),
    "first": (["DELETE FROM event WHERE sequence = 1"], "missing", 1),
    "tail": (["DELETE FROM event WHERE sequence > 25"], "missing", 26),
    "swapped": (
        [
            "UPDATE event SET sequence = 99 WHERE sequence = 7",
            "UPDATE event SET sequence = 7 WHERE sequence = 9",
            "UPDATE event SET sequence = 9 WHERE sequence = 99",
        ],
        "altered",
        7,
    ),
    "moved up": (
        ["DELETE FROM event WHERE sequence = 7", "UPDATE event SET sequence = sequence - 1 WHERE sequence > 7"],
        "altered",
        7,
    ),
    "before all": (
        ["INSERT INTO event SELECT -5, time_us, principal, act, subject, reason, old, new, hash FROM event WHERE sequence = 3"],
        "inserted",
        -5,
    ),
    "in a gap": (
        [
            "UPDATE event SET sequence = sequence + 100 WHERE sequence > 6",
            "UPDATE event SET sequence = sequence - 99 WHERE sequence > 6",
            "INSERT INTO event SELECT 7, time_us, 'person:eve', act, subject, reason, old, new, hash FROM event WHERE sequence = 6",
        ],
        "altered",
        7,
    ),
    "unsealed": (["UPDATE event SET hash = NULL WHERE sequence = 7"], "unsealed", 7),
    "head": (["UPDATE event_head SET hash = zeroblob(32)"], "rewritten", 30),
    "appended": (
        ["INSERT INTO event SELECT 31, time_us, principal, act, subject, reason, old, new, hash FROM event WHERE sequence = 30"],
        "inserted",
        31,
    ),
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_what_was_done_is_named(keepwell: Keepwell, copied: Path, tmp_path: Path, deed: str) -> None:
    """By number, time, who, act and subject, in both languages, with exit status 1."""
    statements, kind, at = DEEDS[deed]
    tamper(copied, *statements)
    ended, found = told(keepwell, tmp_path, copied)
    assert (ended.status, found["broken"], found["broken_at"]) == (1, kind, at)
    assert f"broken at {at}" in ended.out
    chinese = keepwell("verify", copied, "--lang", "zh")
    assert chinese.status == 1
    assert f"在 {at} 处断裂" in chinese.out
    if kind == "missing":
        assert found["row"] is None
        known = found["before"] if at > 1 else found["behind"]
        assert known["subject"] == f"profile:lead-{at - 1 if at > 1 else 2}"
    else:
        known = found["row"]
        assert known["sequence"] == at
    for said in (ended.out, chinese.out):
        flat = said.replace("\n", "")
        assert all(known[field] in flat for field in ("principal", "act", "subject"))
        assert "2026-11-21 08:" in flat


def test_a_head_kept_elsewhere_catches_whoever_makes_everything_anew(
    keepwell: Keepwell, copied: Path, tmp_path: Path
) -> None:
    """Rewritten, shortened, or without the very row that was kept: whole in itself, and found by the anchor."""
    kept = tmp_path / "kept.txt"
    assert keepwell("verify", copied, "--write-anchor", kept).status == 0
    (head,) = read(kept)
    anchor = f"{head.sequence}:{head.hash.hex()}"
    assert keepwell("verify", copied, "--anchor", anchor, "--anchor-file", kept).status == 0
    deeds = {
        "rewritten": ["UPDATE event SET reason = 'x' WHERE sequence = 2"],
        "missing": ["DELETE FROM event WHERE sequence > 20"],
    }
    for kind, deed in deeds.items():
        target = copied.with_name(f"{kind}.sqlite")
        shutil.copyfile(copied, target)
        tamper(target, *deed)
        made_anew(target)
        assert keepwell("verify", target).status == 0
        for words in (("--anchor", anchor), ("--anchor-file", kept)):
            ended, found = told(keepwell, tmp_path, target, *words)
            assert (ended.status, found["broken"]) == (1, kind)
    hole = copied.with_name("hole.sqlite")
    shutil.copyfile(copied, hole)
    tamper(hole, "UPDATE event SET sequence = 77 WHERE sequence = 30")
    made_anew(hole)
    ended, found = told(keepwell, tmp_path, hole, "--anchor", anchor)
    assert (ended.status, found["broken"], found["broken_at"]) == (1, "missing", 30)


def test_a_head_a_day_is_kept_and_used(keepwell: Keepwell, tmp_path: Path, copied: Path) -> None:
    """One line a day however often it is asked, also after a restart; verify uses the file beside the database unasked."""
    path, now = tmp_path / "audit-heads.txt", [T]
    database = open_service(tmp_path / "service.sqlite", 0)
    with database.reading() as connection:
        for _ in range(3):
            daily = DailyHeads(path, lambda: now[0])
            daily.note(connection)
            daily.note(connection)
            now[0] += DAY // 2
    database.close()
    assert [line[:10] for line in path.read_text().splitlines()] == ["2026-11-21", "2026-11-22"]
    assert told(keepwell, tmp_path, tmp_path)[1]["anchors"] == 2
    tamper(tmp_path / "service.sqlite", "UPDATE event SET act = 'removed' WHERE sequence = 4")
    made_anew(tmp_path / "service.sqlite")
    ended, found = told(keepwell, tmp_path, "--data", tmp_path)
    assert (ended.status, found["broken"]) == (1, "rewritten")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["NOWHERE"], "there is no"),
        (["TEXT"], "is no service database"),
        (["COPY", "--anchor", "7"], "expected SEQUENCE:HASH"),
        (["COPY", "--anchor-file", "TEXT"], "line 1: expected SEQUENCE:HASH"),
        (["COPY", "--anchor-file", "NOWHERE"], "no such file"),
    ],
)
def test_what_cannot_be_verified_is_a_sentence(
    keepwell: Keepwell, copied: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    """Status 2, and what is wrong with the request: it is no verdict."""
    text = tmp_path / "text"
    text.write_text("hello\n")
    paths = {"NOWHERE": tmp_path / "none", "TEXT": text, "COPY": copied}
    ended = keepwell("verify", *(paths.get(word, word) for word in words))
    assert ended.status == 2
    assert said in ended.out.replace("\n", "")


def test_the_first_user_is_let_in_from_the_command_line(keepwell: Keepwell, tmp_path: Path) -> None:
    """Person, account and password in one command; the password is in no file and no output."""
    out = tmp_path / "out.json"
    made = keepwell(
        "user", "add", "anna", "--role", "admin", "--data", tmp_path, "--json", out, typed=f"{GOOD}\n"
    )
    assert made.status == 0, made.out
    assert json.loads(out.read_text())["state"] == "active"
    assert GOOD not in made.out
    for path in tmp_path.iterdir():
        assert path.is_dir() or GOOD.encode() not in path.read_bytes()
    assert keepwell("user", "add", "anna", "--data", tmp_path, typed=f"{GOOD}\n").status == 2
    listed = keepwell("user", "list", "--data", tmp_path, "--lang", "en")
    assert "anna" in listed.out
    assert keepwell("user", "password", "anna", "--data", tmp_path, typed="short\n").status == 2
    assert keepwell("user", "password", "anna", "--data", tmp_path, typed="").status == 2
    again = keepwell("user", "password", "anna", "--must-change", "--data", tmp_path, typed=f"{GOOD} now\n")
    assert again.status == 0
    assert keepwell("user", "disable", "anna", "--data", tmp_path).status == 0
    assert keepwell("user", "list", "--data", tmp_path, "--json", out).status == 0
    assert [row["state"] for row in json.loads(out.read_text())] == ["disabled"]
    assert keepwell("user", "enable", "anna", "--data", tmp_path).status == 0
    invited = keepwell("user", "invite", "anna", "--data", tmp_path)
    assert invited.status == 0
    assert len(invited.out.split()[-1]) == 64
    for words in (["password", "nobody"], ["disable", "nobody"], ["invite", "nobody"], ["add", "nobody"]):
        assert keepwell("user", *words, "--data", tmp_path, typed=f"{GOOD}\n").status == 2
