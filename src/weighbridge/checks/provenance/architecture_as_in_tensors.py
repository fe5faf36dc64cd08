"""PV009: the tensors belong to the architecture that the configuration names."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NOT_STATED = not_applicable("The configuration states no `model_type`.")
_NO_PREFIX = not_applicable("The tensors' names begin with no prefix that belongs to certain architectures alone.")
# The first part of tensors' names, as transformers writes it, and the types that write it.
_PREFIXES = {
    "albert": {"albert"}, "bert": {"bert", "nomic_bert", "layoutlm", "megatron-bert", "mobilebert", "bert-generation"},
    "distilbert": {"distilbert"}, "electra": {"electra"}, "deberta": {"deberta", "deberta-v2"},
    "roberta": {"roberta", "xlm-roberta", "camembert", "data2vec-text", "xlm-roberta-xl", "xlm-roberta-flash", "phobert"},
    "mpnet": {"mpnet"}, "longformer": {"longformer"}, "gpt_neox": {"gpt_neox", "gpt_neox_japanese"},
    "vit": {"vit", "vit_hybrid", "yolos", "dpt"}, "swin": {"swin", "donut-swin", "maskformer-swin"},
    "wav2vec2": {"wav2vec2"}, "hubert": {"hubert"}, "wavlm": {"wavlm"}, "funnel": {"funnel"}, "fnet": {"fnet"},
    "convnext": {"convnext"}, "segformer": {"segformer"}, "rwkv": {"rwkv"}, "convbert": {"convbert"},
    "squeezebert": {"squeezebert"}, "nystromformer": {"nystromformer"}, "rembert": {"rembert"}, "layoutlmv3": {"layoutlmv3"},
}  # fmt: skip


@check(code="PV009", attribute=Attribute.PROVENANCE, factor=Factor.ARCHITECTURE_DETAILS, severity=Severity.MEDIUM)
def architecture_as_in_tensors(config: Config, weights: Weights) -> Outcome:
    """The tensors belong to the architecture that the configuration names.

    What it asks: whether the prefix of the tensors' names (`bert.`, `roberta.` …) is one that the `model_type` writes.
    Why it matters: weights of another architecture load with a warning and random values: the model answers, badly.
    Evidence: `model_type` in the configuration; the first part of most tensors' names.
    Remedy: push the configuration that belongs to the weights.
    Limits: only prefixes that belong to certain architectures alone are judged; custom code may use them otherwise.
    Source: this project; Jiang et al., naming: names that contradict the architecture.
    """
    stated = config.model_type
    if not stated:
        return _NOT_STATED
    prefix, share, path = _prefix(weights)
    known = _PREFIXES.get(prefix)
    if known is None or share < 0.5:
        return _NO_PREFIX
    claim = Claim(f"model_type: {stated}", config.where("model_type"))
    evidence = Evidence(f"{share:.0%} of the tensors' names begin with `{prefix}.`", Location(path))
    if stated in known:
        return verified(f"The tensors' names begin with `{prefix}.`, as {stated} writes them.", evidence, claim=claim)
    if "auto_map" in config.values or stated not in _ALL:
        return unknown(f"The tensors' names begin with `{prefix}.`; what {stated} writes is not known.", evidence)
    return contradicted(
        f"The configuration says {stated}; the tensors' names begin with `{prefix}.`.",
        evidence,
        claim=claim,
        remedy="Push the configuration that belongs to the weights.",
    )


_ALL = frozenset().union(*_PREFIXES.values()) | {
    "gpt2",
    "llama",
    "t5",
    "mt5",
    "bart",
    "mistral",
    "qwen2",
    "gptj",
    "opt",
}


def _prefix(weights: Weights) -> tuple[str, float, str]:
    counts: dict[str, int] = {}
    total = 0
    for inspection in weights.model:
        for tensor in inspection.tensors:
            prefix = tensor.name.partition(".")[0]
            counts[prefix] = counts.get(prefix, 0) + 1
            total += 1
    if not total:
        return "", 0.0, ""
    prefix = max(counts, key=lambda name: counts[name])
    return prefix, counts[prefix] / total, weights.model[0].path
