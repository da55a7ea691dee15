"""What mockserver and harness agree on: facts about models, profile files and the two durable formats.

A leaf: it imports neither half. `catalogue` holds model facts, `encodings` the offline tokenizers, `record` and
`journal` the formats that cross the wall, `schema` the envelopes of the TOML files, and the folders `latency`,
`limits`, `faults` and `workloads` the files themselves.
"""

from .errors import ProfileError

__all__ = ["ProfileError"]
