"""PT043: the model loads without code of its own."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.code import Code
from weighbridge.facts.config import Config
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, missing, not_applicable, verified

_NO_CONFIG = not_applicable("There is no configuration that could name code.")


@check(code="PT043", attribute=Attribute.PORTABILITY, factor=Factor.FRAMEWORK_SUPPORT, severity=Severity.MEDIUM)
def no_code_of_its_own(code: Code, config: Config) -> Outcome:
    """The model loads without code of its own.

    What it asks: whether a configuration names classes that come with the repository (`trust_remote_code`).
    Why it matters: such code runs in your process, breaks with library updates, and other runtimes cannot use it.
    Evidence: `auto_map` and its like in the configurations.
    Remedy: contribute the architecture to the library, or publish a version for a built-in one.
    Limits: whether the code is safe is a question of the security checks.
    Source: transformers documentation, custom models.
    """
    if code.remote:
        first = code.remote[0]
        return missing(
            f"Loading needs the repository's own code: {first.target}.",
            *(Evidence(place.target, place.where) for place in code.remote[:5]),
            remedy="Contribute the architecture to the library, or publish a version for a built-in one.",
        )
    if not config.main.path:
        return _NO_CONFIG
    return verified("No configuration names code of the repository's own.")
