from __future__ import annotations

from weighbridge.checks.portability.current_library_loads import current_library_loads
from weighbridge.facts.config import Config, Document
from weighbridge.facts.manifest import Manifest
from weighbridge.model import RepoFile, State


def config(**values: object) -> Config:
    document = Document("config.json", values)
    return Config(documents={"config.json": document}, main=document)


def files(*paths: str) -> Manifest:
    return Manifest(tuple(RepoFile(path, 10) for path in sorted(paths)))


def test_other_libraries_are_left_out() -> None:
    assert current_library_loads.function(Config(), files("model.h5")).state is State.NOT_APPLICABLE
    assert current_library_loads.function(config(model_type="bert"), files("model.onnx")).state is State.NOT_APPLICABLE


def test_tensorflow_only_cannot_be_loaded_any_more() -> None:
    outcome = current_library_loads.function(config(model_type="bert"), files("tf_model.h5"))
    assert outcome.state is State.CONTRADICTED
    assert "TensorFlow" in outcome.message


def test_pytorch_weights_load() -> None:
    assert (
        current_library_loads.function(config(model_type="bert"), files("tf_model.h5", "pytorch_model.bin")).state
        is State.VERIFIED
    )
