"""Benchmarks: each says what it measures, against which peer, and how close it comes to the physical limit."""
