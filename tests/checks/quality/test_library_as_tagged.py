from __future__ import annotations

from tests.checks.support import (
    manifest,
    metadata,
    registry,
)
from weighbridge.checks.quality.library_as_tagged import library_as_tagged
from weighbridge.model import (
    Severity,
    State,
)


def test_states() -> None:
    named = metadata(library_name="transformers", tags=["onnx"])
    assert library_as_tagged.function(named, None, manifest("config.json", "model.onnx")).state is State.VERIFIED
    wrong = library_as_tagged.function(metadata(library_name="sentence-transformers"), None, manifest("a.bin"))
    assert (wrong.state, wrong.severity) == (State.CONTRADICTED, None)
    tagged = library_as_tagged.function(named, None, manifest("config.json"))
    assert (tagged.state, tagged.severity) == (State.CONTRADICTED, Severity.LOW)
    assert "names onnx" in tagged.message
    assert (
        library_as_tagged.function(metadata(), registry(library="gguf"), manifest("a.bin")).state is State.CONTRADICTED
    )
    assert (
        library_as_tagged.function(metadata(tags=["coreml"]), None, manifest("m.mlpackage/Manifest.json")).state
        is State.VERIFIED
    )


def test_unknown_libraries_and_no_files() -> None:
    assert (
        library_as_tagged.function(metadata(library_name="acme"), None, manifest("a.bin")).state is State.NOT_APPLICABLE
    )
    assert library_as_tagged.function(metadata(library_name="gguf"), None, manifest()).state is State.NOT_APPLICABLE
