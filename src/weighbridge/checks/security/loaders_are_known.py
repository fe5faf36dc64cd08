"""SE017: the model is loaded by a known library's code."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, MALICIOUS, NOTE, REVIEW, judge
from weighbridge.checks.security.pickle_policy import SEVERITIES, judge_bare_call
from weighbridge.checks.security.stdlib import STDLIB
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity

# thinc's and spaCy's own functions are registered with a version and without a package, or under these.
# Packages of which the modules of a sentence-transformers model are; a name without a package is a file of the model.
_MODULES = frozenset({"sentence_transformers", "pylate", "model2vec", "transformers"})
_OWN = ("spacy.", "spacy-", "thinc.", "curated_transformers.")


@check(code="SE017", version=3, attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH)
def loaders_are_known(scan: Scan) -> Sequence[Outcome]:
    """The model is loaded by a known library's code.

    What it asks: which module an MLflow model names as its loader, whether it brings code along, which classes a `modules.json` of
        sentence-transformers names, and which registered functions a spaCy configuration asks for.
    Why it matters: the named module is imported and called on loading; the user has to have it, or the model brings it.
    Evidence: `loader_module`, `python_model`, `model_code_path` and `code` of an `MLmodel` file; `type` in `modules.json`; `@` entries of spaCy's configurations.
    Remedy: use a flavour of MLflow itself, and components of spaCy; publish the code of others.
    Limits: the pickles and code that such files name are judged where they lie.
    Source: MLflow model format; spaCy documentation, registered functions; this project's threat catalogue, 49.
    """
    return judge(
        scan,
        scanners=(
            "documents",
            "ini",
        ),
        kinds=(
            "mlflow.",
            "modules.",
            "spacy.",
        ),
        level=_level,
        remedy="Use a flavour of MLflow itself and components of spaCy, or publish the code.",
        clean="No foreign code is named as a loader.",
    )


def _level(observation: Observation) -> Severity | None:
    kind, subject = observation.kind, observation.subject
    if kind == "mlflow.loader-module":
        return None if subject.split(".")[0] == "mlflow" else DANGEROUS if subject.split(".")[0] in STDLIB else REVIEW
    if kind == "modules.type":
        return _of_module(subject)
    if kind == "spacy.registered":
        if subject.partition(".")[0] in STDLIB and "." in subject:
            return DANGEROUS
        is_own = subject.startswith(_OWN) or "." not in subject.partition(".v")[0]
        return None if is_own else NOTE
    # Code that an MLflow model takes from outside its own folder.
    leads_out = kind.startswith("mlflow.") and (subject.startswith(("/", "~")) or ".." in subject.split("/"))
    return REVIEW if leads_out else NOTE


def _of_module(path: str) -> Severity | None:
    """Return what it means that sentence-transformers imports and constructs a class of that name."""
    package = path.partition(".")[0]
    if package in _MODULES:
        return None
    if package in STDLIB:
        return MALICIOUS
    return max(REVIEW, SEVERITIES[judge_bare_call(path).level] or REVIEW)
