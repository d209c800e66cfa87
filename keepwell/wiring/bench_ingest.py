"""The ingest bench, for the command line."""

from bench.ingest import run as build

__all__ = ["build"]
