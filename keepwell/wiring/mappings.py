"""The mappings that are switched on, as the service database says: for ingest, the broker's rights and the answers."""

from __future__ import annotations

import logging

from sqlalchemy import Connection

from ingest.mapping.nouns import GatewayMapping, InvalidMappingError
from ingest.mapping.reading import read_mapping
from store.repositories.mappings import MappingRepository, MappingState

_log = logging.getLogger(__name__)


def switched_on(connection: Connection) -> tuple[GatewayMapping, ...]:
    """All that are switched on, by key. One that cannot be read any more is left out and named in the log."""
    rows = MappingRepository(connection)
    found: list[GatewayMapping] = []
    for stored in rows.all():
        version = rows.version(stored.key, stored.active) if stored.active is not None else None
        if stored.state is not MappingState.ACTIVE or version is None:
            continue
        try:
            found.append(read_mapping(version.draft.document, version.draft.settings, stored.key))
        except InvalidMappingError as error:
            _log.error("mapping %s, version %d cannot be used: %s", stored.key, version.number, error)
    return tuple(found)
