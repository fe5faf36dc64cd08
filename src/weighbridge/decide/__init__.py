"""Decide: from a task to the model to reuse, or to none, with the reasons on record."""
