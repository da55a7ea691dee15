"""The body of a chat completion request: its fields, what is refused, and what it asks."""
