"""The policies in force: the shipped one and the versions in the service database, each read once however often it is asked for."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection

from store.repositories import policies
from tickets import policy
from tickets.clocks.policies import Policies, Policy
from tickets.clocks.reading import read

_read: dict[str, Policy] = {}
"""Row id → the policy; a row never changes."""
_last: dict[tuple[str, ...], Policies] = {}
"""Row ids → all versions together, of the combination asked for last."""


def known(connection: Connection) -> Policies:
    """All versions; `number` tells whether one was added."""
    ids = policies.ids(connection)
    found = _last.get(ids)
    if found is not None:
        return found
    missing = [id for id in ids if id not in _read]
    for row in policies.stored(connection, missing) if missing else ():
        _read[row.id] = read(row.document, row.version, row.valid_from_us)
    found = policy.with_stored(_shipped(), [_read[id] for id in ids])
    _last.clear()
    _last[ids] = found
    return found


@cache
def _shipped() -> Policies:
    return policy.load()
