"""PT031: what has to be installed to run the model is named."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.facts.environment import Environment
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.registry import Registry
from weighbridge.model import Attribute, Evidence, Factor, Location, Outcome, Severity, claimed, missing, verified

_INSTALL = ("pip install", "conda install", "uv add", "uv pip install", "npm i", "npm install", "brew install")
_MISSING = missing(
    "Nothing names what to install to run the model.",
    remedy="Set `library_name` in the front matter, or ship `requirements.txt`.",
)


@check(code="PT031", attribute=Attribute.PORTABILITY, factor=Factor.ENVIRONMENT_IMAGE, severity=Severity.MEDIUM)
def dependencies_named(
    environment: Environment | None, metadata: Metadata | None, card: Card | None, registry: Registry | None
) -> Outcome:
    """What has to be installed to run the model is named.

    What it asks: whether requirements, an install command, or at least the library's name is given.
    Why it matters: without it the first step of reuse is a guess.
    Evidence: environment files; install commands in the card; `library_name`; the registry's library.
    Remedy: set `library_name` in the front matter, or ship `requirements.txt`.
    Limits: nothing is installed.
    Source: Jiang et al., ICSE 2023, Table I: environment image, framework support.
    """
    if environment and environment.files:
        path = environment.files[0]
        return verified(f"Requirements are in {path}.", Evidence(path, Location(path)))
    line = card.shows(*_INSTALL) if card else None
    if card and line is not None:
        return claimed("The card shows how to install.", Evidence("install command", Location(card.path, line=line)))
    library = (metadata.text("library_name") if metadata else "") or (registry.library if registry else "")
    if not library:
        return _MISSING
    return claimed(f"The library is named: {library}.", grade=0.5)
