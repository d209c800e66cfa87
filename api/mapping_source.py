"""A mapping as requests carry it: its document as JSON or TOML, or a ready-made one, and what is filled in."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from api.mapping_text import mapping_problems
from api.problems import invalid
from api.services import MappingRows
from api.state import State
from api.wire import Wire
from ingest.mapping.nouns import GatewayMapping, InvalidMappingError
from ingest.mapping.reading import MAX_BYTES, parse_toml, read_mapping
from store.repositories.mappings import Draft, MappingVersion

Filled = dict[
    Annotated[str, StringConstraints(max_length=64)],
    Annotated[str, StringConstraints(max_length=200)] | int | float,
]


class MappingSource(Wire):
    """A mapping: its document as JSON or as TOML text, or the ready-made one it is taken from, and what is filled in."""

    document: dict[str, Any] | None = None
    toml: Annotated[str, Field(max_length=MAX_BYTES)] | None = None
    ready: Annotated[str, StringConstraints(max_length=64)] | None = None
    settings: Annotated[Filled, Field(max_length=100, default_factory=dict)]


def draft_of(state: State, body: MappingSource) -> Draft:
    """What a request says, from whichever source."""
    given = [name for name in ("document", "toml", "ready") if getattr(body, name) is not None]
    if len(given) != 1:
        raise invalid("body", "mapping.one_source")
    if body.ready is not None:
        document = state.services.ready_mappings().get(body.ready)
        if document is None:
            raise invalid("body/ready", "mapping.no_such_ready", name=body.ready)
        return Draft(document, body.settings, body.ready)
    if body.toml is not None:
        with mapping_problems():
            return Draft(parse_toml(body.toml), body.settings)
    return Draft(body.document or {}, body.settings)


def in_force(rows: MappingRows) -> list[GatewayMapping]:
    """The mappings that are switched on; one that this program cannot read any more is in force nowhere."""
    found: list[GatewayMapping] = []
    for row in rows.all():
        version = rows.version(row.key, row.active) if row.active else None
        if version is None:
            continue
        with suppress(InvalidMappingError):
            found.append(read_mapping(version.draft.document, version.draft.settings, row.key))
    return found


def checked(version: MappingVersion, key: str) -> GatewayMapping:
    """A version, read."""
    with mapping_problems():
        return read_mapping(version.draft.document, version.draft.settings, key)
