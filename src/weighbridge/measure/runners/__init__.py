"""Runners: each knows how models of one library are loaded and asked. They work in the sandbox only."""
