"""`harness verify`: the harness measured against the truth of a mock server."""
