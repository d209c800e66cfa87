"""The project's own package: command line, settings, wiring, life cycle."""
