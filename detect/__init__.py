"""Readings become findings: what a detector noticed, in event time. It thinks and does no I/O."""
