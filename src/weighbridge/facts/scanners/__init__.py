"""One scanner a module: what acts in one kind of content.

A scanner is a function `scan(subject: Subject) -> Iterable[Observation]`; it raises `FormatError` for content that is not
what it says, `LimitExceeded` when a budget is spent, and never judges. `table.py` decides which scanners a piece of content
calls for. Three modules read what several carriers hold, and take the text instead of a subject: `templates` (Jinja),
`python_code` (Python) and `keras_config` (Keras's configurations).
"""
