"""Goods: what harms them over hours and months, each kind with an examiner of its own."""
