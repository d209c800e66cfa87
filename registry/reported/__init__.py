"""Reported: what a measuring point showed over a period, as a report tells it, from readings or from hourly figures."""
