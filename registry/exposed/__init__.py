"""Exposed: what goods went through over all their places, told as one record."""
