"""Signed webhooks out (Standard Webhooks): what happens, sent to the addresses that asked for it."""
