"""Lists as clerks keep them: what each sheet may say, how its cells are read, and what would change."""
