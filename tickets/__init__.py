"""Findings become alarms and few tickets, each with an owner, a deadline and its reasons. It does no I/O."""
