"""Telling people: tickets pushed outward."""
