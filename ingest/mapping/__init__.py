"""Mappings: how a gateway that speaks its own language is taken in (docs/mappings.md)."""
