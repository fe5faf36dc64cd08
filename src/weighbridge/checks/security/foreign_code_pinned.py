"""SE030: code that the configuration takes from another repository is fixed to a commit."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.code import Code
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, contradicted, not_applicable, verified

_NONE = not_applicable("No configuration names code.")
_OWN = verified("All code that the configurations name lies in this repository.")


@check(code="SE030", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH)
def foreign_code_pinned(code: Code) -> Outcome:
    """Code that the configuration takes from another repository is fixed to a commit.

    What it asks: whether `auto_map` or its like names `other/repository--module.Class`.
    Why it matters: with `trust_remote_code=True` the newest code of a repository that nobody looked at runs on loading.
    Evidence: class references with `--` in the configurations.
    Remedy: copy the code into this repository, or drop the reference; users: pass `code_revision` with a reviewed commit.
    Limits: `code_revision` is the loader's argument and cannot be seen here.
    Source: transformers documentation, `code_revision`; arXiv 2601.14163: 45,000 repositories run code on loading.
    """
    if not code.remote:
        return _NONE
    foreign = [place for place in code.remote if "--" in place.target]
    if not foreign:
        return _OWN
    return contradicted(
        f"Loading runs the newest code of another repository: {foreign[0].target}.",
        *(Evidence(place.target, place.where) for place in foreign[:5]),
        remedy="Copy the code into this repository, or drop the reference.",
    )
