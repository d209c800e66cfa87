"""Quality: every table in turn; figures as JSON, and as the documentation shows them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from bench.quality import anomalies, batteries, faults, foretold, machines, normal, steam
from bench.quality.nouns import Table
from bench.quality.page import rendered, write

TABLES: Mapping[str, Callable[[], Table]] = {
    "anomalies": anomalies.measure,
    "faults": faults.measure,
    "batteries": batteries.measure,
    "steam": steam.measure,
    "normal": normal.measure,
    "foretold": foretold.measure,
    "machines": machines.measure,
}


def run(json_path: Path | None, page: Path | None, say: Callable[[str], None]) -> bool:
    """Measure, tell, and write down; whether all that was promised was held."""
    tables: dict[str, Table] = {}
    for name, measure in TABLES.items():
        tables[name] = measure()
        say(rendered(tables[name]) + "\n")
    if json_path is not None:
        json_path.write_text(json.dumps({name: asdict(table) for name, table in tables.items()}, indent=2))
    if page is not None:
        write(page, tables.values())
    return all(held for table in tables.values() for _, held in table.bars)
