"""Scoring: a mix of series as it came, judged row by row by every detector; nothing later is ever known."""
