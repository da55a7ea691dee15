"""What really happened, as opposed to what clients saw of it."""
