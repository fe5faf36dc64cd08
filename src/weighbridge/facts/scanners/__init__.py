"""One scanner a module: what acts in one kind of content.

A scanner is a function `scan(source, siblings, limits) -> Iterable[Observation]`; it raises `FormatError` for content that is
not what it says, `LimitExceeded` when a budget is spent, and never judges. `facts/scanning.py` decides which scanners a file's
content calls for.
"""
