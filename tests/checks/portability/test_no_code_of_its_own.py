from __future__ import annotations

from weighbridge.checks.portability.no_code_of_its_own import no_code_of_its_own
from weighbridge.facts.code import Code, RemoteCode
from weighbridge.facts.config import Config, Document
from weighbridge.model import Location, State


def config(**values: object) -> Config:
    document = Document("config.json", values)
    return Config(documents={"config.json": document}, main=document)


def test_no_configuration_no_question() -> None:
    assert no_code_of_its_own.function(Code(), Config()).state is State.NOT_APPLICABLE


def test_no_code_verifies() -> None:
    assert no_code_of_its_own.function(Code(), config(model_type="bert")).state is State.VERIFIED


def test_code_is_named_with_its_place() -> None:
    where = Location("config.json", pointer="/auto_map/AutoModel")
    outcome = no_code_of_its_own.function(Code(remote=(RemoteCode("modeling_x.XModel", where),)), config())
    assert outcome.state is State.MISSING
    assert "modeling_x.XModel" in outcome.message
    assert outcome.evidence[0].where == where
