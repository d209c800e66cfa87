"""Clocks: what was promised, what we set ourselves and what the goods bear, computed from the event log of a ticket.

Nothing here ticks, waits or reads a clock: every instant follows from the log, the policies and `now_us`.
"""
