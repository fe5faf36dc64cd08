from __future__ import annotations

from tests.checks.identities import identity
from tests.checks.support import (
    licence,
    lineage,
    parent,
)
from weighbridge.checks.licence.llama_terms_kept import llama_terms_kept
from weighbridge.model import (
    State,
)

FROM_LLAMA = lineage(parent("meta-llama/Meta-Llama-3-8B"))


def test_states() -> None:
    assert (
        llama_terms_kept.function(identity("acme/Llama-3-Acme-8B"), licence("llama3"), lineage()).state
        is State.VERIFIED
    )
    outcome = llama_terms_kept.function(identity("acme/Dolphin-8B"), licence("other"), FROM_LLAMA)
    assert outcome.state is State.CONTRADICTED
    assert "Dolphin-8B" in outcome.message
    assert (
        llama_terms_kept.function(identity("acme/Dolphin-8B"), licence("llama3.1"), lineage()).state
        is State.CONTRADICTED
    )


def test_others() -> None:
    assert (
        llama_terms_kept.function(identity("acme/Dolphin"), licence("mit"), lineage(parent("acme/base"))).state
        is State.NOT_APPLICABLE
    )
    assert (
        llama_terms_kept.function(identity("meta-llama/Prompt-Guard"), licence("llama3.1"), lineage()).state
        is State.NOT_APPLICABLE
    )
    assert llama_terms_kept.function(identity("folder"), licence("llama3.1"), lineage()).state is State.NOT_APPLICABLE
