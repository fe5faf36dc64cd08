"""What a file holds, read without executing any of it."""
