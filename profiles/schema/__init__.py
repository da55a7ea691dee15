"""The envelopes of the TOML files, as pydantic models; unknown keys are errors that name file and key.

Each is imported from its own module: a mock server that starts has no use for the tables of workloads.
"""
