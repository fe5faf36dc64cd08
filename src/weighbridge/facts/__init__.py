"""What a repository holds: typed, immutable, without opinion, each with the place where it was found."""
