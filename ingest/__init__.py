"""A message becomes readings, and is acknowledged only once they are kept."""
