"""Wiring: the one place where the parts are put together, a module a process.

Each process imports its own module only, so that one that was killed is back within seconds.
"""
