"""A fuzz session for a developer: `python -m tests.fuzz --seconds 60`."""
