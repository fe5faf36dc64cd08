from __future__ import annotations

from typing import Any

from tests.checks.support import (
    licence,
    manifest,
    metadata,
)
from weighbridge.checks.licence.licence_link_leads import licence_link_leads
from weighbridge.model import (
    Location,
    State,
)


def linked(link: str) -> Any:
    return licence_link_leads.function(licence("other", link=link), manifest("LICENSE.md"), metadata(license_link=link))


def test_states() -> None:
    assert linked("./LICENSE.md").state is State.VERIFIED
    assert linked("https://example.org/licence").state is State.CLAIMED
    assert linked("https://nowhere").state is State.CONTRADICTED
    gone = linked("LICENCE.md")
    assert gone.state is State.CONTRADICTED
    assert gone.claim is not None
    assert gone.claim.where == Location("README.md", line=2, pointer="/license_link")
    assert linked("").state is State.NOT_APPLICABLE
    assert licence_link_leads.function(licence("other", link="LICENSE"), None, None).state is State.UNKNOWN
