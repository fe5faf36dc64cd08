"""Where repositories live: a registry, its local cache, a folder, a single file, a registry record."""
