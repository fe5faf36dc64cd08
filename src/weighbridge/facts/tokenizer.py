"""How text becomes numbers: the tokenizer's files."""

from __future__ import annotations

import msgspec

from weighbridge.model import Problem


class Tokenizer(msgspec.Struct, frozen=True):
    """What the tokenizer's files say.

    `vocabulary` counts distinct token ids (added tokens included), `max_length` is in tokens and None where absent or
    one of the libraries' "infinite" values, `template` is the chat template and `template_path` where it stands;
    `class_name` is the tokenizer's class. `path` is empty where the repository has no tokenizer.
    """

    path: str = ""
    class_name: str = ""
    vocabulary: int | None = None
    vocabulary_path: str = ""
    max_length: int | None = None
    special_tokens: dict[str, str] = {}
    template: str = ""
    template_path: str = ""
    problems: tuple[Problem, ...] = ()
