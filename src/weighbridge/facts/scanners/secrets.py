"""Secrets in texts: keys and tokens, told by the structure that their makers gave them, and shown only in part."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from weighbridge.facts.phrases import Places

_LINE = 20_000
_FOUND = 200
_ENTROPY = 3.5

# What a secret is, some of which must stand in the text (lower case) for it to be there, and its shape.
_SHAPES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("AWS access key", ("akia", "asia"), r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
     r"\b(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{60,100})\b"),
    ("Hugging Face token", ("hf_", "api_org_"), r"\b(?:hf|api_org)_[A-Za-z]{34}\b"),
    ("OpenAI key", ("t3blbkfj",), r"\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}\b"),
    ("Anthropic key", ("sk-ant-",), r"\bsk-ant-(?:api|admin)\d\d-[A-Za-z0-9_-]{80,}"),
    ("Slack token", ("xox",), r"\bxox[abposr]-\d{8,14}-[A-Za-z0-9-]{20,80}"),
    ("Google API key", ("aiza",), r"\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    ("PyPI token", ("pypi-ageichlwas5vcmc",), r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}"),
    ("GitLab token", ("glpat-",), r"\bglpat-[A-Za-z0-9_-]{20}\b"),
    # The line that begins one, alone or with what follows it; a program that speaks of such lines quotes it.
    ("private key", ("private key",), r"-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|PGP|ENCRYPTED) )?PRIVATE KEY(?: BLOCK)?-----"
     r"(?=\s*$|(?:\\r)?\\n|\s*[A-Za-z0-9+/=]{16})"),
    ("secret in an assignment", ("password", "passwd", "secret", "api_key", "apikey", "access_token", "auth_token"),
     r"(?i)\b(?:[a-z]{1,20}_)*(?:password|passwd|secret|secret_access_key|api_key|apikey|access_token|auth_token)"
     r"[\"']?\s{0,3}[=:]\s{0,3}[\"']?([A-Za-z0-9+/_=-]{24,120})(?=[\"'\s,;]|$)"),
)  # fmt: skip
_COMPILED = tuple((name, hints, re.compile(shape)) for name, hints, shape in _SHAPES)
_HINTS = tuple(hint for _, hints, _ in _SHAPES for hint in hints)
_PLACEHOLDER = re.compile(
    r"(?i)example|placeholder|your[-_]|xxxx|\*\*\*|dummy|changeme|123456789|abcdefghijklmnopqrstuv|<|\$\{|(.)\1{7}"
)


class Secret(NamedTuple):
    """A secret: what it is, how it begins and how long it is, and its line, counted from 1."""

    kind: str
    shown: str
    line: int


def secrets_in(text: str) -> Iterator[Secret]:
    """Yield the secrets in a text, none of them whole; placeholders and examples are none."""
    held = set(Places(text.lower()).among(_HINTS))
    possible = [(kind, shape) for kind, hints, shape in _COMPILED if not held.isdisjoint(hints)] if held else []
    count = 0
    for number, line in enumerate(text.split("\n") if possible else (), 1):
        for kind, shape in possible:
            match = shape.search(line[:_LINE])
            if match is None:
                continue
            value = match[match.lastindex or 0]
            if kind != "private key" and (_PLACEHOLDER.search(value) or _entropy(value) < _ENTROPY - 0.5):
                continue
            if kind.startswith("secret") and (_entropy(value) < _ENTROPY or not re.search(r"\d", value)):
                continue
            yield Secret(kind, redacted(value), number)
            count += 1
            if count >= _FOUND:
                return
            break


def redacted(value: str) -> str:
    """Return how a secret begins, and its length: `hf_Ab… (37 characters)`."""
    return f"{value[:5]}… ({len(value)} characters)"


def _entropy(text: str) -> float:
    """Return Shannon's entropy, in bits a character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()) if text else 0.0
