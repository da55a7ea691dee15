"""Showing a summary: one form a file."""
