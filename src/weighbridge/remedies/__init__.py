"""What a publisher can do about a verdict, worked out as far as it could be measured."""
