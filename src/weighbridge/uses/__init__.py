"""Which models source code loads, where, and pinned to what: found by reading the code, never by running it."""
