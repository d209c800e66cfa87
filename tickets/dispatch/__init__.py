"""Dispatch: to whom a ticket goes and why, who is on call, and what can be done in one visit. It does no I/O."""
