"""What sets the house up: make targets, lock files, the compose file and its example settings."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from keepwell.processes import STAGES
from keepwell.settings import Settings

MOST_TARGETS = 10
PROCESSES = "docker-compose.processes.yml"
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-build.lock",
    "requirements-postgres.lock",
)


def _entries(lock: str) -> Iterator[tuple[Requirement, str]]:
    """Each pinned requirement of a lock file with the lines that belong to it."""
    for entry in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]:
        yield Requirement(entry.split("\\")[0].split("#")[0].strip()), entry


def _declared(root: Path) -> dict[str, list[Requirement]]:
    """What pyproject.toml asks for, by the lock file that must satisfy it."""
    text = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    runtime = text["project"]["dependencies"]
    build = text["dependency-groups"]["build"]
    dev = text["project"]["optional-dependencies"]["dev"]
    postgres = text["project"]["optional-dependencies"]["postgres"]
    by_lock = {
        LOCKS[0]: runtime, LOCKS[1]: runtime + dev + postgres + build, LOCKS[2]: build, LOCKS[3]: runtime + postgres,
    }  # fmt: skip
    return {name: [Requirement(line) for line in lines] for name, lines in by_lock.items()}


def _compose(root: Path, env_file: str, file: str = "docker-compose.yml") -> subprocess.CompletedProcess[str]:
    """Docker Compose's own reading of a compose file, with the settings of one file and of nothing else."""
    binary = shutil.which("docker-compose", path=str(Path(sys.executable).parent))
    assert binary is not None, "docker-compose comes with requirements-dev.lock"
    command = [binary, "--file", file, "--env-file", env_file, "config", "--format", "json"]
    return subprocess.run(
        command, cwd=root, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def services(root: Path) -> dict[str, Any]:
    """The services of docker-compose.yml with the example settings."""
    answer = _compose(root, ".env.example")
    assert answer.returncode == 0, answer.stderr
    return dict(json.loads(answer.stdout)["services"])


def test_few_targets_each_with_a_comment(root: Path) -> None:
    """The Makefile offers at most ten targets, and each says what it does."""
    text = (root / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony is not None
    targets = phony[1].split()

    assert len(targets) <= MOST_TARGETS
    assert sorted(targets) == sorted(re.findall(r"^([a-z]+):.*## \S", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("program", "prints", "exits", "told"),
    [
        ("uname", "aarch64", 0, "x86-64 only"),
        ("uname", "Darwin", 0, "x86-64 only"),
        ("python3.11", "", 1, "Python 3.11 or"),
    ],
)
def test_an_unfit_machine_is_told_before_anything_is_installed(
    program: str, prints: str, exits: int, told: str, root: Path, tmp_path: Path
) -> None:
    """On another processor or system, or with an old Python, make says what is missing and installs nothing."""
    for name in ("Makefile", LOCKS[1]):
        shutil.copy(root / name, tmp_path)
    pretender = tmp_path / "bin" / program
    pretender.parent.mkdir()
    pretender.write_text(f"#!/bin/sh\necho {prints}\nexit {exits}\n", "utf-8")
    pretender.chmod(0o755)
    environment = {"PATH": f"{pretender.parent}:/usr/bin:/bin"}
    answer = subprocess.run(
        ["make", ".venv/locked"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert answer.returncode != 0
    assert told in answer.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("name", LOCKS)
def test_every_lock_entry_is_pinned_and_hashed(name: str, root: Path) -> None:
    """A lock file names one version and at least one hash per entry, and no address."""
    text = (root / name).read_text("utf-8")
    entries = list(_entries(text))

    assert entries
    assert all(str(pin.specifier).startswith("==") for pin, _ in entries)
    assert all("--hash=sha256:" in lines for _, lines in entries)
    assert "://" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_lock_satisfies_pyproject(name: str, root: Path) -> None:
    """Whatever pyproject.toml asks for is locked in a version that it allows."""
    pins = {
        (canonicalize_name(pin.name), next(iter(pin.specifier)).version)
        for pin, _ in _entries((root / name).read_text("utf-8"))
    }
    wanted = _declared(root)[name]

    def is_locked(requirement: Requirement) -> bool:
        wanted_name = canonicalize_name(requirement.name)
        versions = [version for pinned, version in pins if pinned == wanted_name]
        return bool(versions) and all(requirement.specifier.contains(version) for version in versions)

    missing = [str(requirement) for requirement in wanted if not is_locked(requirement)]
    assert missing == []


def test_compose_accepts_the_example_settings(services: dict[str, Any]) -> None:
    """The three services are there, and each has a health check."""
    assert set(services) == {"broker", "influxdb", "keepwell"}
    assert all(service["healthcheck"]["test"] for service in services.values())


def test_one_container_per_process(root: Path) -> None:
    """Every stage runs in one of its own, all on one data folder and one database, and each has a health check."""
    answer = _compose(root, ".env.example", PROCESSES)
    assert answer.returncode == 0, answer.stderr
    services = json.loads(answer.stdout)["services"]
    assert set(services) == {"broker", "influxdb", "postgres", *STAGES}
    assert all(service["healthcheck"]["test"] for service in services.values())
    for stage in STAGES:
        assert services[stage]["command"][:2] == ["run", stage]
        assert services[stage]["environment"] == services["api"]["environment"]
        assert services[stage]["volumes"] == services["api"]["volumes"]


def test_compose_has_no_default_secret(root: Path) -> None:
    """Without settings nothing starts: each user name, password and token has to be given."""
    missing: set[str] = set()
    for file in ("docker-compose.yml", PROCESSES):
        answer = _compose(root, "/dev/null", file)
        assert answer.returncode != 0
        missing |= set(re.findall(r"required variable (\S+) is missing", answer.stderr))

    assert missing == _given_by(root / ".env.example")


def test_what_env_says_of_the_desk_reaches_it(root: Path, tmp_path: Path) -> None:
    """Each setting of telling, hooks, links and the watcher is explained in the example and passed on by both files."""
    names = {
        f"KEEPWELL_{each.name}".upper()
        for each in fields(Settings)
        if each.name.startswith(("notify_", "heartbeat_", "webhook_"))
        or each.name in {"public_url", "service_url"}
    }
    example = (root / ".env.example").read_text("utf-8")
    assert names == set(re.findall(r"^# (KEEPWELL_\w+)=", example, re.MULTILINE)) & names
    given = tmp_path / "env"
    given.write_text(example + "".join(f"{name}=said-{name}\n" for name in names), "utf-8")
    for file, service in (("docker-compose.yml", "keepwell"), (PROCESSES, "tickets")):
        passed = json.loads(_compose(root, str(given), file).stdout)["services"][service]["environment"]
        own = {"KEEPWELL_SERVICE_URL"} if file == PROCESSES else set()
        assert {name for name in names - own if passed.get(name) != f"said-{name}"} == set()


def test_example_secrets_are_marked(root: Path) -> None:
    """Every password and token of the example says that it has to be changed."""
    lines = (root / ".env.example").read_text("utf-8").splitlines()
    secrets = [line.split("=", 1) for line in lines if re.match(r"\w*(PASSWORD|TOKEN)=", line)]

    assert secrets
    assert all(value.startswith("CHANGE-ME") for _, value in secrets)


def test_the_image_has_no_rights(root: Path) -> None:
    """The Dockerfile installs by hash, leaves root behind and says how it is."""
    text = (root / "Dockerfile").read_text("utf-8")

    assert (
        len(re.findall(r"pip install --require-hashes", text))
        == len(re.findall(r"-r requirements\S*\.lock", text))
        > 0
    )
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE) == ["keepwell"]
    assert "HEALTHCHECK" in text


def _given_by(path: Path) -> set[str]:
    """The names of the settings that a file gives a value."""
    return set(re.findall(r"^([A-Z_]+)=", path.read_text("utf-8"), re.MULTILINE))
