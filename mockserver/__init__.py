"""A simulated chat-completions API: clients cannot tell it from the real one, and it knows the truth about them."""
