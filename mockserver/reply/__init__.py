"""What the model says: an answer that is about the question, tokenised for real. Pure; chance is an argument."""

from .reply import Length, Reply
from .writer import Writer

__all__ = ["Length", "Reply", "Writer"]
