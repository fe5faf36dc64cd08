"""What was measured, and what it says about what was claimed."""
