"""How a long list comes in: upload → preview → apply over the public API, while others use the service and detection writes."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from bench.serving import Service
from store.service import ServiceDatabase

LOTS = 50_000
CUSTOMERS, PRODUCTS, ZONES = 50, 20, 30
SETTLED_S = 600.0
ASK_EVERY_S = 0.05

Figures = dict[str, float | int]


def run(
    json_path: Path | None,
    secret: Callable[[Path], str],
    lots: int = LOTS,
    say: Callable[[str], None] = lambda _: None,
) -> Figures:
    """Measure with a fresh data directory; `secret` makes the first API key of one.

    Returns seconds of each step, growth of the API process in MB, p50 and p99 of /healthz in ms, the longest wait of
    a writer such as detection in s, and changes and events of a second import (none).
    """
    with tempfile.TemporaryDirectory(prefix="keepwell-bench-lists-") as folder:
        data = Path(folder)
        service = _Lists(data, secret(data))
        with service.running(), _others(service, data) as seen:
            found = _measured(service, lots, say)
        found |= {
            "healthz_p50_ms": round(float(np.percentile(seen.answers_ms, 50)), 1),
            "healthz_p99_ms": round(float(np.percentile(seen.answers_ms, 99)), 1),
            "healthz_asked": len(seen.answers_ms),
            "longest_wait_for_the_lock_s": round(max(seen.waits_s), 2),
        }
    if json_path is not None:
        json_path.write_text(json.dumps(found, indent=2))
    return found


def _measured(service: _Lists, lots: int, say: Callable[[str], None]) -> Figures:
    service.push("sites", [{"key": "wh", "name": "WH", "time_zone": "Asia/Shanghai"}])
    service.push("customers", [{"external_number": f"K{i}", "name": f"客户{i}"} for i in range(CUSTOMERS)])
    service.push("products", [{"external_number": f"M{i}", "name": f"铅锭{i}"} for i in range(PRODUCTS)])
    service.push("zones", [{"external_number": f"Z{i}", "site": "wh"} for i in range(ZONES)])
    content = _list(lots)
    before_mb = service.memory_mb()
    found: Figures = {"lots": lots, "file_mb": round(len(content) / 1e6, 1), "memory_before_mb": before_mb}
    began = time.monotonic()
    job, found["preview_s"] = _timed(lambda: service.upload(content))
    say(f"read: {job}")
    done, found["apply_s"] = _timed(lambda: service.apply(job["id"]))
    found["whole_s"] = round(time.monotonic() - began, 1)
    found["created"] = sum(sheet["created"] for sheet in done["sheets"])
    found["memory_growth_mb"] = round(service.peak_mb - before_mb, 1)
    again, found["second_preview_s"] = _timed(lambda: service.upload(content))
    found["second_changes"] = sum(sheet["created"] + sheet["changed"] for sheet in again["sheets"])
    edited = [
        {"external_system": "list", "external_number": f"PB-{i:06d}", "quantity": 99} for i in range(500)
    ]
    pushed, found["push_of_500_edits_s"] = _timed(lambda: service.push("lots", edited))
    found["pushed_changes"] = pushed["changed"]
    _, found["quality_s"] = _timed(lambda: service.ask("GET", "/data-quality"))
    return found


def _list(lots: int) -> bytes:
    """A CSV file such as an ERP writes: GB18030, with names, amounts and dates as people write them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([
        "批号",
        "客户名称",
        "物料编号",
        "状态",
        "数量（吨）",
        "单位",
        "货值",
        "生产日期",
        "所在库区",
    ])
    for i in range(lots):
        day = f"2026年{i % 12 + 1}月{i % 28 + 1}日"
        row = [
            f"PB-{i:06d}",
            f"客户{i % CUSTOMERS}",
            f"M{i % PRODUCTS}",
            "可用",
            f"{20 + i % 7}.5",
            "吨",
            f"¥{i % 900 + 100},000",
            day,
        ]
        writer.writerow([*row, f"Z{i % ZONES}"])
    return out.getvalue().encode("gb18030")


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    began = time.monotonic()
    found = act()
    return found, round(time.monotonic() - began, 2)


class _Lists(Service):
    """The API process, and lists that are handed to it."""

    def push(self, name: str, items: list[dict[str, Any]]) -> Any:
        """Many objects at once."""
        return self.ask("POST", f"/bulk/{name}", json.dumps(items).encode())

    def upload(self, content: bytes) -> Any:
        """A list, read to the end."""
        job = self.ask("POST", "/imports?name=lots.csv", content, "text/csv")
        return self._settled(job["id"], "ready")

    def apply(self, id: str) -> Any:
        """What was read, applied."""
        self.ask("POST", f"/imports/{id}/apply")
        return self._settled(id, "applied")

    def _settled(self, id: str, wanted: str) -> Any:
        deadline = time.monotonic() + SETTLED_S
        while time.monotonic() < deadline:
            job = self.ask("GET", f"/imports/{id}")
            self.memory_mb()
            if job["state"] == wanted:
                return job
            if job["state"] not in {"waiting", "reading", "applying"}:
                raise OSError(f"the upload is {job['state']}: {job['message']}")
            time.sleep(0.1)
        raise OSError("the upload did not end")


class _Seen:
    """How long others waited."""

    def __init__(self) -> None:
        self.answers_ms = [0.0]
        self.waits_s = [0.0]


@contextmanager
def _others(service: _Lists, data: Path) -> Iterator[_Seen]:
    """Somebody asks /healthz, and somebody writes to the service database as detection does, all the time."""
    seen, stop = _Seen(), threading.Event()
    database = ServiceDatabase(data / "service.sqlite")

    def ask() -> None:
        while not stop.wait(ASK_EVERY_S):
            began = time.perf_counter()
            if service.alive():
                seen.answers_ms.append((time.perf_counter() - began) * 1000)

    def write() -> None:
        while not stop.wait(ASK_EVERY_S):
            began = time.perf_counter()
            with database.writing():
                seen.waits_s.append(time.perf_counter() - began)

    threads = [threading.Thread(target=act, daemon=True) for act in (ask, write)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        database.close()
