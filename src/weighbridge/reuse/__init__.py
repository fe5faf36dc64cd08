"""Reuse: techniques that make a pre-trained model serve a task, one file each."""
