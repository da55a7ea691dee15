"""Talking to a mock server about itself: what it did, whether it kept up, what it shall simulate."""
