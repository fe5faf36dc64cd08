"""What a file holds, read without executing any of it."""

from weighbridge.formats.catalogue import FormatReader, identify, inspect

__all__ = ["FormatReader", "identify", "inspect"]
