"""Every table of the service database: importing this package defines them all on `metadata`."""

from store.tables import events, keys, registry
from store.tables.metadata import Document, Number, metadata

__all__ = ["Document", "Number", "events", "keys", "metadata", "registry"]
