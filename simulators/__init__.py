"""Pretend gateways, rooms, trucks and machines; they know only the wire, never our code."""
