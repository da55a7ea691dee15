"""Runs against each other: what differs between them, and whether it is more than chance."""
