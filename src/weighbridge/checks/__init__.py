"""What the facts mean: one folder an attribute, one file a check."""
