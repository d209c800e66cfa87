"""Forecasts: when goods will be beyond a limit, how sure that is, and when it is told."""
