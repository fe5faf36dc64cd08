"""TensorFlow and Caffe graphs in the text format of protocol buffers: the operators that they name.

TensorFlow loads `saved_model.pbtxt` where there is no `saved_model.pb`. Only names are looked at; arguments are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject
from weighbridge.facts.scanners.tensorflow import known_operators, reach_of

# Adjacent texts are one text; both quotes are allowed, and escapes in both.
_TEXT = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_OPERATOR = re.compile(rf"\bop\s*:?\s*((?:{_TEXT}\s*)+)")
_LITERAL = re.compile(_TEXT)
_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.))")
_CAFFE = re.compile(r"\bpython_param\s*:?\s*[{<]")
_NAMES = 5000
# Operators that stand in every saved model; where their arguments lead is not told by a name.
_SAVING = frozenset({"SaveV2", "RestoreV2", "MergeV2Checkpoints"})


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield the operators that reach beyond the graph. Raises `LimitExceeded` for a text that is too long."""
    text = subject.text()
    seen: dict[str, int] = {}
    for match in _OPERATOR.finditer(text):
        name = "".join(_unescaped(literal[1:-1]) for literal in _LITERAL.findall(match[1]))
        if name not in seen and len(seen) < _NAMES:
            seen[name] = text.count("\n", 0, match.start()) + 1
    for name, line in seen.items():
        kind = reach_of(name) or ("" if name in known_operators() | _SAVING else "tensorflow.custom")
        if kind:
            yield subject.observe(kind, name, f"{name}(…) in the graph", subject.where(line=line))
    for match in _CAFFE.finditer(text):
        where = subject.where(line=text.count("\n", 0, match.start()) + 1)
        yield subject.observe("caffe.python", "python_param", "a layer is a class of a Python module", where)


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        octal, hexadecimal, plain = match.groups()
        if plain is not None:
            return {"n": "\n", "t": "\t", "r": "\r"}.get(plain, plain)
        return chr(int(octal, 8) if octal else int(hexadecimal, 16))

    return _ESCAPE.sub(one, text)
