"""Property tests of ingest have no deadline per example: a busy machine is no fault (the corpus has its own limit)."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("ingest", deadline=None)
settings.load_profile("ingest")
