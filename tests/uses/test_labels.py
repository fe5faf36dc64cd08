"""The labelled snippets: what is found of what they load."""

from __future__ import annotations

import pytest

from tests.uses.score import Snippet, found_in, score, snippets
from weighbridge.model import Confidence
from weighbridge.uses.reading import read_bytes


def test_precision_and_recall_reach_what_the_page_says() -> None:
    total = score()
    assert total.labels >= 190
    assert total.precision >= 0.95
    assert total.recall >= 0.90


@pytest.mark.parametrize("snippet", [s for s in snippets() if not s.loads], ids=lambda snippet: snippet.name)
def test_what_loads_nothing_is_not_told(snippet: Snippet) -> None:
    assert found_in(snippet) == frozenset()


@pytest.mark.parametrize(("code", "confidence"), [
    ("AutoModel.from_pretrained('acme/one')", Confidence.HIGH),
    ("def f(name='acme/one'): AutoModel.from_pretrained(name)", Confidence.MEDIUM),
    ("unknown.from_pretrained('acme/one')", Confidence.MEDIUM),
    ("def f(name='acme/one'): unknown.from_pretrained(name)", Confidence.LOW),
])  # fmt: skip
def test_confidence_follows_what_is_known(code: str, confidence: Confidence) -> None:
    found = read_bytes(f"from transformers import AutoModel\n{code}\n".encode(), "a.py")
    assert [use.confidence for use in found.uses] == [confidence]


@pytest.mark.parametrize(("argument", "trusted"), [("True", True), ("False", False), ("flag()", None)])
def test_foreign_code_is_told_as_far_as_it_is_known(argument: str, trusted: bool | None) -> None:
    code = f"from transformers import AutoModel\nAutoModel.from_pretrained('acme/one', trust_remote_code={argument})\n"
    assert [use.trust_remote_code for use in read_bytes(code.encode(), "a.py").uses] == [trusted]


def test_a_name_that_only_the_run_tells_is_listed() -> None:
    found = read_bytes(
        b"from transformers import AutoModel\n\ndef f():\n    AutoModel.from_pretrained(input())\n", "a.py"
    )
    assert [(call.place.line, call.place.function) for call in found.unnamed] == [(4, "f")]
