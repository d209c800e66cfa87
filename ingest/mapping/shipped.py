"""The ready-made mappings: files beside this one, each a document to be switched on as it is or changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ingest.mapping.reading import parse_toml


@cache
def shipped() -> Mapping[str, dict[str, Any]]:
    """Key → document, by key."""
    folder = files("ingest.mapping").joinpath("ready")
    found = [parse_toml(file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")]
    return {document["key"]: document for document in sorted(found, key=lambda document: document["key"])}
