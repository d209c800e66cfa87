"""Free ports for the servers of tests, so that no two tests, and nobody else, are given the same."""

from __future__ import annotations

import os
import socket
from itertools import cycle

_FIRST, _EACH, _WORKERS = 10_000, 5_000, 4
"""Each worker has ports of its own, below those that systems give to connections that go out (32768 and up on Linux)."""


def _own() -> range:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
    return range(_FIRST + worker * _EACH, _FIRST + (worker + 1) * _EACH)


_PORTS = cycle([*_own()[os.getpid() % _EACH :], *_own()[: os.getpid() % _EACH]])


def free_port() -> int:
    """A loopback port on which nobody listens, and which was not given lately."""
    for port in _PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("the ports never end")
