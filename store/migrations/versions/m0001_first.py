"""The first layout, as tests/store/layouts/0001.sql has it: where the steps begin.

A new database is made from `store.tables` at once (`store.service`); the steps are for one that an older program made.
"""

from __future__ import annotations

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing: it is so already."""
