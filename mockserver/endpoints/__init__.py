"""The HTTP edge: one API surface a file. Reads requests, asks for decisions, hands answers to the player."""
