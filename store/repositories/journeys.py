"""What positions told of journeys, as kept: beside the shipments that show it, to know a person's entry from ours."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, insert, select, update

from registry.nouns import Told
from store.repositories.records import plain
from store.tables.goods import journeys as table


def told(connection: Connection, shipment: str) -> Told:
    """What was told of a shipment last."""
    found = connection.execute(select(table.c.told).where(table.c.shipment == shipment)).scalar()
    return msgspec.convert(found, Told) if found is not None else Told()


def keep(connection: Connection, shipment: str, now: Told) -> None:
    """This was told. The shipment's own change, in the same transaction, is the event."""
    row = {"told": plain(now)}
    if connection.execute(update(table).where(table.c.shipment == shipment).values(row)).rowcount == 0:
        connection.execute(insert(table).values(shipment=shipment, **row))
