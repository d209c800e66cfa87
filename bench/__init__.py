"""Measurements of the whole: each is a ratio or a rate taken in one run."""
