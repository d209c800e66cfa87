"""The files for Mosquitto: who is in them, what mappings add, who may read them, and that nothing is rewritten for nothing."""

from __future__ import annotations

import stat
from pathlib import Path

from ingest.broker_url import BrokerUrl
from keepwell.broker_rights import Rights
from keepwell.mosquitto_files import acl, write
from store.gateway_secrets import hashes_of, is_hash_of

RIGHTS = Rights(
    {"gw-1": "h", "gw-2": "h"},
    {"gw-1": ("tele/gw-1/#", "#", "keepwell/v1/gw-2/status"), "gw-9": ("x",)},
    ("tele/#",),
)
OWN = BrokerUrl("broker", 1883, "service", "a-password")


def test_rights(tmp_path: Path) -> None:
    """Patterns for all, a block only for whom a mapping grants something, and never more than it may be granted."""
    lines = acl(RIGHTS, "service").splitlines()
    assert "user service" in lines
    assert "topic readwrite tele/#" in lines
    assert lines[lines.index("user gw-1") :][:2] == ["user gw-1", "topic write tele/gw-1/#"]
    assert not [
        line for line in lines if line in {"user gw-2", "user gw-9", "topic write #"} or "gw-2" in line
    ]
    assert "pattern write keepwell/v1/%u/telemetry" in lines
    assert not [line for line in lines if line.startswith("pattern") and "import" in line]


def test_passwords(tmp_path: Path) -> None:
    """Gateways and Keepwell itself, whom no gateway of the same name displaces; unchanged files stay as they are."""
    folder = tmp_path / "files"
    known = {name: hashes_of(f"secret of {name}").pbkdf2 for name in ("gw-1", "gw-2", "service")}
    assert write(folder, RIGHTS, known, OWN)
    users = dict(line.split(":", 1) for line in (folder / "password").read_text("utf-8").splitlines())
    assert sorted(users) == ["gw-1", "gw-2", "service"]
    assert is_hash_of(users["gw-2"], "secret of gw-2")
    assert is_hash_of(users["service"], "a-password")
    assert "a-password" not in (folder / "password").read_text("utf-8")

    before = (folder / "password").stat().st_ino
    assert not write(folder, RIGHTS, known, OWN)
    assert (folder / "password").stat().st_ino == before
    assert write(folder, RIGHTS, known, BrokerUrl("broker", 1883, "service", "another"))


def test_who_may_read_them(tmp_path: Path) -> None:
    """The owner alone, or the group as well if the folder was made for it."""
    write(tmp_path / "own", Rights(), {}, OWN)
    (tmp_path / "shared").mkdir(mode=0o750)
    write(tmp_path / "shared", Rights(), {}, OWN)
    modes = {
        folder: {stat.S_IMODE((tmp_path / folder / name).stat().st_mode) for name in ("acl", "password")}
        for folder in ("own", "shared")
    }
    assert modes == {"own": {0o600}, "shared": {0o640}}
