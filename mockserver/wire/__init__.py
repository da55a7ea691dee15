"""The bytes of the real API: ids, frames, bodies, headers and errors. Pure, and a leaf."""
