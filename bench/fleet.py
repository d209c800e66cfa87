"""What the ingest bench watches: 3,350 placed devices with 10,050 series, and ten million readings that are there already."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

from detect.nouns import Checkpoint
from ingest.nouns import US_PER_SECOND, Batch, NewSeries
from keepwell.processes import built
from keepwell.settings import Settings
from simulators.packets import QUANTITIES
from store.journal import Journal
from store.readings import open_store
from store.repositories import checkpoints
from store.service import open_service

GATEWAYS, DEVICES, VALUES = 67, 50, 3
PROBES = 40
PROBE_GATEWAY = "probe"
ROUNDS = 1_000
"""Readings of each series that are there already, one a minute."""
PER_BATCH = 20

_HEAD = """
format = 1
[organisation]
key = "bench"
name = "Bench"
[[customer]]
key = "c"
name = "C"
grade = "A"
[[site]]
key = "s"
name = "S"
region = "r"
time_zone = "UTC"
latitude = 1.0
longitude = 1.0
"""
_PROFILE = """
[[profile]]
key = "bench"
name = "Bench"
unwatched = "1 h"
[[profile.band]]
band = "high"
quantity = "temperature"
side = "high"
limit = 60.0
deadband = 0.5
on_delay = "0 s"
min_samples = 1
severity = "alarm"
[[profile.band]]
band = "low"
quantity = "temperature"
side = "low"
limit = -40.0
deadband = 0.5
on_delay = "0 s"
min_samples = 1
severity = "alarm"
[[profile.band]]
band = "damp"
quantity = "relative_humidity"
side = "high"
limit = 104.0
deadband = 1.0
on_delay = "0 s"
min_samples = 1
severity = "warning"
"""


def registry_text() -> str:
    """The registry file: a zone a gateway, a zone a probe."""
    parts = [_HEAD, _PROFILE]
    names = [f"bench-{n:04d}" for n in range(GATEWAYS)]
    for name in names:
        parts.append(_zone(name) + _gateway(name))
        parts += [_device(name, f"d{n:05d}", name) for n in range(DEVICES)]
    parts.append(_gateway(PROBE_GATEWAY))
    for n in range(PROBES):
        parts.append(_zone(f"probe-{n}") + _device(PROBE_GATEWAY, f"p{n}", f"probe-{n}"))
    return "\n".join(parts)


def _zone(key: str) -> str:
    return f'[[zone]]\nkey = "{key}"\nname = "{key}"\nsite = "s"\nkind = "room"\nprofile = "bench"\n'


def _gateway(key: str) -> str:
    return f'[[gateway]]\nkey = "{key}"\nname = "{key}"\nsite = "s"\n'


def _device(gateway: str, name: str, zone: str) -> str:
    return f'[[device]]\ngateway = "{gateway}"\ndevice = "{name}"\ninterval = "60 s"\nzone = "{zone}"\n'


def prepare() -> Path:
    """The data directory with registry and readings; made once, kept in the temporary folder."""
    folder = Path(tempfile.gettempdir(), "keepwell-bench-ingest-2")
    done = folder / "finished"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        settings = Settings(data=folder)
        (folder / "registry.toml").write_text(registry_text())
        applied = built("installation_file")(settings, folder / "registry.toml")
        if applied.faults:
            raise ValueError("; ".join(applied.faults))
        _fill(settings)
        done.write_text("")
    return folder


def _fill(settings: Settings) -> None:
    devices = [(f"bench-{g:04d}", f"bench-{g:04d}/d{d:05d}") for g in range(GATEWAYS) for d in range(DEVICES)]
    keys = [
        (gateway, device, quantity) for gateway, device in devices for quantity, *_ in QUANTITIES[:VALUES]
    ]
    series = [NewSeries(n, *key) for n, key in enumerate(keys, 1)]
    end_us = int(time.time()) * US_PER_SECOND - 600 * US_PER_SECOND
    store = open_store(settings.readings, now_us=end_us)
    rng = np.random.default_rng(1)
    numbers = np.tile(np.arange(1, len(series) + 1, dtype="<i4"), PER_BATCH)
    for position in range(ROUNDS // PER_BATCH):
        rounds = np.arange(PER_BATCH, dtype="<i8") + position * PER_BATCH - ROUNDS
        times = np.repeat(end_us + rounds * 60 * US_PER_SECOND, len(series)).astype("<i8")
        values = np.round(rng.normal(20, 2, len(numbers)), 2).astype("<f8")
        batch = Batch(
            end_us, numbers.tobytes(), times.tobytes(), values.tobytes(), bytes(len(numbers)), bytes(2 * len(numbers)),
            ["bench-0000"], series if position == 0 else [], [], [], [],
        )  # fmt: skip
        store.apply([(position + 1, batch)])
    for _ in range(200):
        store.tend(end_us)
    store.close()
    database = open_service(settings.service, end_us)
    with database.writing() as connection:
        checkpoints.keep(connection, Checkpoint(ROUNDS // PER_BATCH, end_us), end_us)
    database.close()
    journal = Journal(settings.journal)
    journal.adopt(series, ROUNDS // PER_BATCH)
    journal.close()
