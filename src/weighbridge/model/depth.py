"""How deep an audit looks."""

from __future__ import annotations

from enum import IntEnum


class Depth(IntEnum):
    """How much of a repository is read; each depth includes the ones before it."""

    METADATA = 0
    CARD = 1
    HEADERS = 2
    FULL = 3
    RUN = 4

    @property
    def label(self) -> str:
        """The name used on the command line and in reports."""
        return self.name.lower()

    @property
    def reads(self) -> str:
        """What is read at this depth, in a few words."""
        return _READS[self]

    @classmethod
    def parse(cls, label: str) -> Depth:
        """Return the depth called `label`; raises `KeyError` for an unknown one."""
        return cls[label.upper()]


_READS = {
    Depth.METADATA: "the registry's record only",
    Depth.CARD: "small text files: card, configuration, licence, code",
    Depth.HEADERS: "ranges of weight files: headers, directories, tensor inventories",
    Depth.FULL: "every byte: hashes, whole pickles, weight statistics",
    Depth.RUN: "the model itself is executed, in a limited subprocess",
}
