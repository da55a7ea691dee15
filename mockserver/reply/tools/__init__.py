"""Answering with tool calls: what a request offers, whether a call fits, and the arguments of it."""

from .offer import Grammar, Offer, Tool

__all__ = ["Grammar", "Offer", "Tool"]
