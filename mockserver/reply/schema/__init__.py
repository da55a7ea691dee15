"""JSON that conforms to a JSON Schema, and what is wrong with a schema."""

from .conforming import conforming
from .faults import schema_fault
from .patterns import matching

__all__ = ["conforming", "matching", "schema_fault"]
