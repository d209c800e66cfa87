"""Mappings from the service database, read and checked: for ingest, and for who grants rights at the broker."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from ingest.mapping.nouns import GatewayMapping, InvalidMappingError
from ingest.mapping.reading import read_mapping
from ingest.mapping.topics import filters_of
from store.repositories.mappings import MappingRepository, MappingState, MappingVersion, StoredMapping

_log = logging.getLogger(__name__)


class Mapped(NamedTuple):
    """What ingest works by."""

    active: tuple[GatewayMapping, ...] = ()
    filters: tuple[str, ...] = ()
    """The MQTT filters to read."""
    retired: tuple[str, ...] = ()
    """Those of other mappings and versions, to be read no more."""


def mapped(connection: Connection) -> Mapped:
    """What is switched on now."""
    repository = MappingRepository(connection)
    rows = repository.all()
    active = switched_on(connection)
    filters = filters_of(active)
    everything = _read(((row, number) for row in rows for number in range(1, row.latest + 1)), repository)
    retired = {one for mapping in everything for one in filters_of([mapping])} - set(filters)
    return Mapped(active, filters, tuple(sorted(retired)))


def switched_on(connection: Connection) -> tuple[GatewayMapping, ...]:
    """All that are switched on, by key."""
    repository = MappingRepository(connection)
    return tuple(_read(((row, row.active) for row in repository.all() if row.active), repository))


def granted(connection: Connection) -> tuple[GatewayMapping, ...]:
    """The mappings whose topics gateways may publish to (`ingest.mapping.topics.publishing_of`) and Keepwell may read.

    Those that are switched on, and the latest version of drafts: a draft is tried against what really comes.
    """
    repository = MappingRepository(connection)
    rows = [row for row in repository.all() if row.state is not MappingState.OFF]
    numbers = ((row, number) for row in rows for number in sorted({row.active or row.latest, row.latest}))
    return tuple(_read(numbers, repository))


def _read(
    wanted: Iterable[tuple[StoredMapping, int]], repository: MappingRepository
) -> Iterator[GatewayMapping]:
    """What was good when it was kept is good; should a newer program think otherwise, the others go on."""
    for row, number in wanted:
        version = repository.version(row.key, number)
        mapping = None if version is None else _compiled(row.key, version)
        if mapping is not None:
            yield mapping


def _compiled(key: str, version: MappingVersion) -> GatewayMapping | None:
    try:
        return read_mapping(version.draft.document, version.draft.settings, key)
    except InvalidMappingError as error:
        _log.error("version %d of mapping %s cannot be used: %s", version.number, key, error)
        return None
