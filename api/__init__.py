"""HTTP for people, dashboards and machines."""
