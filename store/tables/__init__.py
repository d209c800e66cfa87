"""Every table of the service database: importing this package defines them all on `metadata`."""

from store.tables import (
    alarms,
    clerk,
    credentials,
    detect,
    events,
    forecasts,
    goods,
    hooks,
    imports,
    keys,
    links,
    logger_files,
    machines,
    mappings,
    models,
    outbox,
    policies,
    registry,
    ticket_work,
    tickets,
    users,
    webhooks,
)
from store.tables.metadata import Document, Number, metadata

LAYOUT = "0004"
"""What these tables are called in a file: the newest of the steps in `store.migrations`."""

__all__ = [
    "LAYOUT",
    "Document",
    "Number",
    "alarms",
    "clerk",
    "credentials",
    "detect",
    "events",
    "forecasts",
    "goods",
    "hooks",
    "imports",
    "keys",
    "links",
    "logger_files",
    "machines",
    "mappings",
    "metadata",
    "models",
    "outbox",
    "policies",
    "registry",
    "ticket_work",
    "tickets",
    "users",
    "webhooks",
]
