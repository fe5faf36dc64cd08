"""Audits made by hand: one that has something of everything, one from a hostile publisher, one of nothing."""

from __future__ import annotations

import datetime

from weighbridge.facts.memory import memory_needs
from weighbridge.model import (
    Attribute,
    Audit,
    Claim,
    Confidence,
    Depth,
    Evidence,
    Factor,
    Location,
    ModelRef,
    Origin,
    Overview,
    RepoFile,
    Severity,
    Skip,
    State,
    Verdict,
)
from weighbridge.scoring.score import score_all

DAY = datetime.date(2026, 11, 23)
COMMIT = "c9745ed1d9f207416be6d2e6f8de32d1f16199bf"
HOSTILE = "\x1b[31mred\x1b[0m \x07\u202egnp.exe\u200b<script>alert(1)</script>[bold]|`x`](javascript:1) \x9b2J hf_AbCdEfGhIjKl1234567890"

A, F, S = Attribute, Factor, Severity


def verdict(
    code: str, attribute: A, factor: F, state: State, message: str, severity: S = S.MEDIUM, **more: object
) -> Verdict:
    name = more.pop("name", f"{attribute.value}-{code[2:]}")
    return Verdict(code, str(name), attribute, factor, state, message, severity, **more)  # type: ignore[arg-type]


VERDICTS = (
    verdict(
        "LI001", A.LICENCE, F.DECLARATION, State.VERIFIED, "Apache-2.0 allows commercial use, changes and distribution.",
        S.HIGH, name="licence-declared", claim=Claim("license: apache-2.0", Location("README.md", line=2, pointer="/license")),
    ),
    verdict(
        "LI004", A.LICENCE, F.TEXT, State.MISSING, "No licence text is shipped, though Apache-2.0 asks for one.", S.LOW,
        remedy="Add the licence's text as `LICENSE`.", name="licence-text-shipped",
    ),
    verdict("MA001", A.MAINTENANCE, F.UPDATES, State.VERIFIED, "Last changed 41 days ago.", name="recently-updated"),
    verdict("MA005", A.MAINTENANCE, F.ISSUES, State.UNKNOWN, "could not be looked at: offline", S.LOW),
    verdict("PO001", A.POPULARITY, F.DOWNLOADS, State.VERIFIED, "91,234,567 downloads in 30 days.", grade=1.0),
    verdict("PO002", A.POPULARITY, F.LIKES, State.VERIFIED, "4,123 likes.", S.LOW, grade=0.9),
    verdict(
        "PT010", A.PORTABILITY, F.FRAMEWORK_SUPPORT, State.VERIFIED,
        "Weights for PyTorch, ONNX Runtime and OpenVINO are here.", name="several-frameworks",
    ),
    verdict("PT020", A.PORTABILITY, F.LATENCY, State.MISSING, "No latency is stated.", S.LOW, remedy="State a latency with its device."),
    verdict(
        "PT021", A.PORTABILITY, F.HARDWARE_SPECIFICATION, State.CLAIMED, "The card says that a CPU suffices.",
        S.LOW, name="inference-hardware-stated",
    ),
    verdict(
        "PV003", A.PROVENANCE, F.ARCHITECTURE_DETAILS, State.CONTRADICTED,
        "The card claims 33 million parameters; the tensors hold 22,713,216.", S.HIGH, name="parameter-count-as-claimed",
        claim=Claim("33M parameters", Location("README.md", line=48)),
        evidence=(Evidence("103 tensors, 22,713,216 elements", Location("model.safetensors", offset=8)),),
        remedy="Correct the figure in the card.",
    ),
    verdict(
        "PV010", A.PROVENANCE, F.LINEAGE, State.CLAIMED, "Fine-tuned from nreimers/MiniLM-L6-H384-uncased.",
        name="base-model-declared",
    ),
    verdict("PV014", A.PROVENANCE, F.DATASET_DETAILS, State.MISSING, "No training data named.", remedy="Add `datasets:` to the card's front matter.", name="datasets-named"),
    verdict("PV020", A.PROVENANCE, F.PERFORMANCE_TABLE, State.CLAIMED, "11 results in the model index."),
    verdict("QU001", A.QUALITY, F.DOCUMENTATION, State.VERIFIED, "The card has 1,812 words in 12 sections."),
    verdict(
        "QU007", A.QUALITY, F.TESTS_AND_EVALUATIONS, State.CONTRADICTED,
        "The card says 0.93 accuracy, the model index 0.91, for the same data set.", name="figures-agree",
        claim=Claim("accuracy 0.93", Location("README.md", line=77)),
        evidence=(Evidence("value: 0.91", Location("README.md", line=19, pointer="/model-index/0/results/0")),),
        remedy="Make the card and the model index agree.", confidence=Confidence.MEDIUM,
    ),
    verdict("RP002", A.REPRODUCIBILITY, F.TRAINING_CONFIGURATION, State.MISSING, "No random seed is stated.", S.LOW, remedy="State the seed."),
    verdict("RP005", A.REPRODUCIBILITY, F.HARDWARE_SPECIFICATION, State.CLAIMED, "Trained on 7 TPU v3-8."),
    verdict(
        "SE001", A.SECURITY, F.CODE_EXECUTION, State.CONTRADICTED, "Loading pytorch_model.bin would run `os.system`.",
        S.CRITICAL, name="pickle-is-harmless", subject="pytorch_model.bin",
        claim=Claim("loading it is safe"),
        evidence=(Evidence("REDUCE os.system('id')", Location("pytorch_model.bin", member="archive/data.pkl", offset=41)),),
        remedy="Publish safetensors instead.",
    ),
    verdict(
        "SE002", A.SECURITY, F.CODE_EXECUTION, State.CONTRADICTED, "Needs `trust_remote_code`.", S.MEDIUM,
        waived="reviewed by the platform team on 2 November", evidence=(Evidence("auto_map", Location("config.json", pointer="/auto_map")),),
    ),
    verdict(
        "SE010", A.SECURITY, F.INTEGRITY, State.UNKNOWN, "could not be looked at: needs full depth",
        S.HIGH, depth=Depth.FULL, name="hashes-match",
    ),
    verdict("SE011", A.SECURITY, F.INTEGRITY, State.UNKNOWN, "could not be looked at: needs full depth", depth=Depth.FULL),
    verdict("SE030", A.SECURITY, F.DISCLOSURE, State.NOT_APPLICABLE, "Not a text model."),
)  # fmt: skip

OVERVIEW = Overview(
    task="sentence-similarity",
    library="sentence-transformers",
    architecture="BertModel",
    parameters=22_713_216,
    precisions={"F32": 22_713_216, "I64": 512},
    formats=("safetensors", "onnx", "pytorch-zip"),
    weight_bytes=90_888_945,
    context=512,
    vocabulary=30_522,
    languages=("en",),
    licence="Apache-2.0",
    base_models=("nreimers/MiniLM-L6-H384-uncased",),
    datasets=("s2orc", "flax-sentence-embeddings/stackexchange_xml", "ms_marco", "gooaq", "yahoo_answers_topics"),
    memory=memory_needs(22_713_216),
    tensors=(
        ("embeddings.word_embeddings", 46_881_792),
        ("encoder.layer", 42_598_400),
        ("embeddings.position_embeddings", 786_432),
        ("pooler.dense", 591_360),
    ),
)

FULL = Audit(
    tool_version="0.1.0",
    ref=ModelRef(Origin.HUB, "sentence-transformers/all-MiniLM-L6-v2", "main", COMMIT),
    depth=Depth.HEADERS,
    as_of=DAY,
    overview=OVERVIEW,
    scores=score_all(VERDICTS),
    verdicts=VERDICTS,
    files=(RepoFile("README.md", 10_610), RepoFile("model.safetensors", 90_868_376, sha256="5" * 64, is_lfs=True)),
    skipped=(Skip("openvino/openvino_model.bin", "no reader for this format"),),
    notes=("The waiver of SE009 covers nothing; it can go.",),
)

_CRAFTED = (
    verdict(
        "SE001", A.SECURITY, F.CODE_EXECUTION, State.CONTRADICTED, f"Found {HOSTILE}", S.CRITICAL, subject=HOSTILE,
        claim=Claim(HOSTILE, Location(f"{HOSTILE}.bin", line=3, pointer=f"/{HOSTILE}")),
        evidence=(Evidence(HOSTILE, Location(f"../{HOSTILE}\n/x.bin", member=HOSTILE, offset=2**63)),),
        remedy=HOSTILE,
    ),
    verdict("PV014", A.PROVENANCE, F.DATASET_DETAILS, State.MISSING, HOSTILE, remedy=HOSTILE),
    verdict("PV015", A.PROVENANCE, F.DATASET_DETAILS, State.UNKNOWN, HOSTILE, depth=Depth.FULL),
    verdict("QU001", A.QUALITY, F.DOCUMENTATION, State.VERIFIED, HOSTILE + "\udcff", evidence=(Evidence("x" * 5000),)),
    verdict("LI001", A.LICENCE, F.DECLARATION, State.CLAIMED, HOSTILE),
)  # fmt: skip

CRAFTED = Audit(
    tool_version="0.1.0",
    ref=ModelRef(Origin.FOLDER, HOSTILE),
    depth=Depth.HEADERS,
    as_of=DAY,
    overview=Overview(
        task=HOSTILE, library=HOSTILE, architecture=HOSTILE, precisions={HOSTILE: 3}, formats=(HOSTILE,), licence=HOSTILE,
        parameters=2**70, weight_bytes=2**70, base_models=(HOSTILE,) * 9, datasets=(HOSTILE,), languages=(HOSTILE,),
        tensors=((HOSTILE, 2**70), ("zero", 0)), memory=memory_needs(2**70),
    ),
    scores=score_all(_CRAFTED),
    verdicts=_CRAFTED,
    files=(RepoFile(HOSTILE, 3),),
    skipped=(Skip(HOSTILE, HOSTILE),),
    notes=(HOSTILE,),
)  # fmt: skip

NOTHING = Audit(
    tool_version="0.1.0",
    ref=ModelRef(Origin.FILE, "weights.bin"),
    depth=Depth.METADATA,
    as_of=DAY,
    overview=Overview(),
    scores=score_all(()),
    verdicts=(),
)
