"""Writes the OpenAPI document to the file that is named: `python -m api.openapi_file docs/openapi.json`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fastapi import FastAPI

from api.app import describe


def write(path: Path) -> None:
    """The document, as the application says it of itself; it does not depend on what the application is wired to."""
    app = FastAPI()
    describe(app)
    path.write_text(json.dumps(app.openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
