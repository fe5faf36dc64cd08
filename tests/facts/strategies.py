"""What hypothesis makes: values as YAML and JSON hold them, and texts out of telling pieces."""

from __future__ import annotations

import hypothesis.strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda held: st.lists(held, max_size=3) | st.dictionaries(st.text(max_size=8), held, max_size=3),
    max_leaves=6,
)


def texts(*pieces: str) -> st.SearchStrategy[str]:
    """Return texts made of these pieces, of single letters and marks."""
    return st.lists(st.sampled_from([*pieces, *"ab/:. \n[](){}|-*`#=@%0123"]) | st.characters(), max_size=60).map(
        "".join
    )
