"""Machines that keep the climate: what their rooms and meters show of them, how they wear, when they will fail."""
