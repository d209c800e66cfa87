"""Alarms as ISA-18.2 and OPC UA Part 9 know them: states, shelving, latching, suppression, damping and their figures."""
