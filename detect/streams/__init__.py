"""Streams: detectors that follow every reading as it comes, all series at once."""
