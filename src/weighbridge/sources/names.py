"""What can be the id of something in a registry, and what cannot."""

from __future__ import annotations

import re
from typing import Any

_PART = r"\w(?:[\w.-]{0,94}\w)?"
_ID = re.compile(rf"(?:{_PART}/)?{_PART}", re.ASCII)
_REVISION = re.compile(r"[\w.+-][\w./+-]{0,199}", re.ASCII)
COMMIT = re.compile(r"[0-9a-f]{40}")


def is_model_id(name: Any) -> bool:
    """Tell whether a registry could have a model or dataset of that id: `owner/name`, or the older `name`."""
    return isinstance(name, str) and _ID.fullmatch(name) is not None and ".." not in name and "--" not in name


def is_revision(text: str) -> bool:
    """Tell whether a text could be a branch, a tag or a commit; such a text never leads out of a folder."""
    return _REVISION.fullmatch(text) is not None and ".." not in text and not text.endswith("/")
