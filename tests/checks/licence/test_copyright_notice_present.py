from __future__ import annotations

from weighbridge.checks.licence.copyright_notice_present import copyright_notice_present
from weighbridge.facts.licence import Licence, LicenceText
from weighbridge.model import (
    State,
)


def text(key: str, has_notice: bool) -> Licence:
    return Licence(texts=(LicenceText("LICENSE", key, 1.0, has_notice),))


def test_states() -> None:
    assert copyright_notice_present.function(text("MIT", True)).state is State.VERIFIED
    assert copyright_notice_present.function(text("MIT", False)).state is State.MISSING
    assert copyright_notice_present.function(text("Apache-2.0", False)).state is State.NOT_APPLICABLE
    assert copyright_notice_present.function(Licence()).state is State.NOT_APPLICABLE
