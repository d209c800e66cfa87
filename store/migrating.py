"""Bringing a service database to today's layout, in the transaction of whoever opens it."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from store.files import NewerFormat
from store.tables import metadata

_MIGRATIONS = "store:migrations"


def migrate(connection: Connection, name: str) -> None:
    """Make all tables, or take the steps that are missing.

    Raises:
        NewerFormat: a newer program wrote the database, which is called `name`.
    """
    config = Config()
    config.set_main_option("script_location", _MIGRATIONS)
    script = ScriptDirectory.from_config(config)
    found = set(MigrationContext.configure(connection).get_current_heads())
    unknown = found - {revision.revision for revision in script.walk_revisions()}
    if unknown:
        raise NewerFormat(
            f"{name} has layout {', '.join(sorted(unknown))}, this program knows up to "
            f"{script.get_current_head()}: use the newer program"
        )
    config.attributes["connection"] = connection
    if not found:
        metadata.create_all(connection, checkfirst=False)
        command.stamp(config, "head")
    elif found != set(script.get_heads()):
        command.upgrade(config, "head")
