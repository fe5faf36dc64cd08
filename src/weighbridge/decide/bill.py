"""A bill of materials of the artefact, as CycloneDX 1.6: the model it is made from, its files, and what it runs with.

Written by hand: CycloneDX's own library for Python knows no model cards. The tests hold it against the schema.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from weighbridge.decide.evaluation import Tried
from weighbridge.decide.record import Decision


def bill_of_materials(decision: Decision, best: Tried) -> str:
    """Return the document; its serial number follows from its content, so that the same decision gives the same bill."""
    record, deployment = best.prepared.record, decision.deployment
    assert deployment is not None  # noqa: S101 - a bill is made for an artefact
    model = {
        "type": "machine-learning-model", "bom-ref": "base", "name": record.name, "version": record.pin or "unpinned",
        "licenses": [{"license": {"name": record.licence}}] if record.licence else [],
        "components": [
            {"type": "file", "name": path, "hashes": [{"alg": "SHA-256", "content": digest}]}
            for path, digest in sorted(best.prepared.candidate.digests.items())
        ],
    }  # fmt: skip
    libraries = [
        {"type": "library", "bom-ref": f"pkg:pypi/{name}@{version}", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}"}
        for name, _, version in (pin.partition("==") for pin in deployment.environment.split(", "))
    ]  # fmt: skip
    root: dict[str, Any] = {
        "type": "machine-learning-model", "bom-ref": "artefact", "name": "artefact", "version": deployment.files["model.onnx"][:12],
        "hashes": [{"alg": "SHA-256", "content": deployment.files["model.onnx"]}],
        "modelCard": {
            "modelParameters": {"approach": {"type": "supervised"}, "task": decision.task.task},
            "quantitativeAnalysis": {"performanceMetrics": list(_metrics(best))},
        },
    }  # fmt: skip
    held: dict[str, Any] = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": root, "tools": {"components": [{"type": "application", "name": "weighbridge", "version": decision.tool_version}]}},
        "components": [model, *libraries],
        "dependencies": [{"ref": "artefact", "dependsOn": ["base", *(library["bom-ref"] for library in libraries)]}],
    }  # fmt: skip
    held["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(held, sort_keys=True))}"
    return json.dumps(held, indent=2, sort_keys=True) + "\n"


def _metrics(best: Tried) -> Any:
    found = best.trial.reported
    if found is None:
        return
    metric: dict[str, Any] = {
        "type": found.metric,
        "value": f"{found.value:.4f}",
        "slice": "held out, not used to choose",
    }
    if held := found.interval():
        metric["confidenceInterval"] = {"lowerBound": f"{held.low:.4f}", "upperBound": f"{held.high:.4f}"}
    yield metric
