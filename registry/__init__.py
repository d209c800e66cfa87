"""Who and what exists, and who was where when."""
