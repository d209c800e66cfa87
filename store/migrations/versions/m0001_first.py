"""The first layout of the service database: the tables as `store.tables` defines them.

Until the first release there is this one step and it follows the definitions. With the release it is frozen
into explicit statements; every later change is a step of its own, and a test compares the outcome of all steps
with `store.tables`.
"""

from __future__ import annotations

from alembic import op

from store.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    metadata.create_all(op.get_bind(), checkfirst=False)
