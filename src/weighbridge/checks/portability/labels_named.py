"""PT046: a classifier's outputs have names."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, missing, not_applicable, verified

_NOT_CLASSIFIER = not_applicable("The model's class does not classify.")
_CLASSIFIES = (
    "ForSequenceClassification",
    "ForTokenClassification",
    "ForImageClassification",
    "ForAudioClassification",
)
_REMEDY = "Set `id2label` and `label2id` in the configuration."


@check(code="PT046", attribute=Attribute.PORTABILITY, factor=Factor.FRAMEWORK_SUPPORT, severity=Severity.MEDIUM)
def labels_named(config: Config) -> Outcome:
    """A classifier's outputs have names.

    What it asks: whether `id2label` of a classifier holds names other than `LABEL_0`, `LABEL_1`, …
    Why it matters: without names nobody can use the output, and guessing their order inverts the model.
    Evidence: `architectures` and `id2label` in the configuration.
    Remedy: set `id2label` and `label2id` in the configuration.
    Limits: whether the names are right cannot be told without running the model.
    Source: Jiang et al., ICSE 2023, Table III: model application.
    """
    if not any(name.endswith(_CLASSIFIES) for name in config.architectures):
        return _NOT_CLASSIFIER
    labels = config.values.get("id2label")
    names = [v for v in labels.values() if isinstance(v, str)] if isinstance(labels, dict) else []
    where = config.where("id2label")
    if not names:
        return missing("The classifier's outputs have no names.", remedy=_REMEDY)
    if all(name.startswith("LABEL_") for name in names):
        return missing(
            f"The {len(names)} outputs are called LABEL_0, LABEL_1, …", Evidence("id2label", where), remedy=_REMEDY
        )
    return verified(f"The {len(names)} outputs are named: {', '.join(names[:6])}.", Evidence("id2label", where))
