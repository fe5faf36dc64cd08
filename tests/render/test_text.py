"""Text by strangers is shown, never obeyed."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tests.render.samples import HOSTILE
from weighbridge.render.text import cut, plain, printable, redact


@given(st.text(st.characters(), max_size=300))
def test_nothing_that_a_terminal_or_an_eye_obeys_is_left(text: str) -> None:
    shown = printable(text)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    shown.encode("utf-8")


def test_each_kind_of_control_is_made_visible() -> None:
    assert printable("\x1b[2J\x9b\x07\x7f\u202e\u2066\u200b\ufeff\U000e0041\u3164\udcff") == (
        "\\x1b[2J\\x9b\\x07\\x7f\\u202e\\u2066\\u200b\\ufeff\\U000e0041\\u3164\\udcff"
    )
    assert printable("a\nb\tc") == "a b c"
    assert printable("Grüße 模型 🤗") == "Grüße 模型 🤗"


def test_long_text_is_cut_and_tokens_are_blacked_out() -> None:
    assert len(printable("x" * 10_000, 100)) == 100
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"
    assert "hf_AbCd" not in printable(HOSTILE)
    assert redact("Bearer hf_abcdefghijklmnopqrstuvwxyz01234567.") == "Bearer hf_[redacted]."


def test_a_terminal_without_unicode_gets_what_it_can_show() -> None:
    assert plain("a → b … é") == "a -> b ... \\xe9"
    assert plain("é", "latin-1") == "é"
