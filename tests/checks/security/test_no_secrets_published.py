from __future__ import annotations

import pytest

from weighbridge.checks.security.no_secrets_published import no_secrets_published
from weighbridge.facts.disclosure import Disclosure
from weighbridge.facts.scanners.secrets import secrets_in
from weighbridge.model import Evidence, Location, State

TOKEN = "hf_" + "QwErTyUiOpAsDfGhJkLzXcVbNmQaZwSxEd"


def test_three_answers() -> None:
    assert no_secrets_published.function(Disclosure()).state is State.NOT_APPLICABLE
    assert no_secrets_published.function(Disclosure(files=3)).state is State.VERIFIED
    found = Disclosure((Evidence("token: hf_Qw…", Location(".env", line=1)),), files=1)
    assert no_secrets_published.function(found).state is State.CONTRADICTED


@pytest.mark.parametrize(
    "text",
    [
        f"HF_TOKEN={TOKEN}",
        "key = 'AKIAQ7ZLM3XK9PD2W5TB'",
        "-----BEGIN RSA PRIVATE KEY-----",
        r'{"key": "-----BEGIN PRIVATE KEY-----\nMIIE"}',
    ],
)
def test_secrets_are_found_and_not_shown(text: str) -> None:
    (secret,) = secrets_in(text)
    assert TOKEN not in secret.shown


@pytest.mark.parametrize(
    "text",
    [
        "HF_TOKEN=hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "AKIAIOSFODNN7EXAMPLE",
        "api_key: YOUR_API_KEY",
        'if "-----BEGIN PRIVATE KEY-----" in text:',
    ],
)
def test_placeholders_are_none(text: str) -> None:
    assert not list(secrets_in(text))
