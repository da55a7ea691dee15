"""Answering with tool calls: what a request offers, whether a call fits, and the arguments of it."""

from .calling import call_tools
from .offer import Grammar, Offer, Tool
from .turn import topics_with_results

__all__ = ["Grammar", "Offer", "Tool", "call_tools", "topics_with_results"]
