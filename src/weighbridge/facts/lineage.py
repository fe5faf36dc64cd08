"""What the model was made from."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from weighbridge.facts.ancestry import (
    Parent,
    configured_parents,
    declared_parents,
    parents_in_weights,
    tagged_parents,
    told_parents,
)
from weighbridge.facts.card import Card
from weighbridge.facts.config import Config
from weighbridge.facts.distribution import Distribution
from weighbridge.facts.engine import Facts, Unreadable
from weighbridge.facts.ids import dataset_of, is_id
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.registry import Registry
from weighbridge.facts.weights import Weights
from weighbridge.model import Depth, Location

__all__ = ["DatasetUse", "Lineage", "Parent", "read_lineage"]

NAME_LIMIT = 500

_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html)/|arxiv[:\s]\s{0,3}|/papers/|eprint\s{0,3}=\s{0,3}[{\"])(\d{4}\.\d{4,5})"
)
_DOI = re.compile(
    r"(?:doi\.org/|doi:\s{0,3}|doi\s{0,5}=\s{0,5}[{\"](?:https?://(?:dx\.)?doi\.org/)?)(10\.\d{4,9}/[^\s\"'<>{}\])]{1,200})",
    re.IGNORECASE,
)
_ARXIV_BEGINS, _DOI_BEGINS, _BIBTEX_BEGINS = ("arxiv", "/papers/", "eprint"), ("doi",), ("@",)
# The Hub's own prefix: such a DOI is the model's, not a paper's.
_HUB_DOI = "10.57967/"
_BIBTEX = re.compile(
    r"@(?:article|inproceedings|misc|book|incollection|techreport|phdthesis|mastersthesis|software|conference|online|unpublished|proceedings|preprint|dataset|manual)\s{0,3}\{"
)
_SOURCE = re.compile(
    r"https?://(?:www\.)?(github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|gitee\.com)/([\w.-]{1,100})/([\w.-]{1,100})"
)
# What stands where an owner would, and is a page of the service itself.
_SERVICE_PAGES = frozenset({"sponsors", "orgs", "users", "apps", "marketplace", "features", "topics", "settings"})
# Libraries and tools that cards link because they use them: not where the model comes from.
_TOOL_NAMES = """
huggingface/transformers huggingface/diffusers huggingface/peft huggingface/datasets huggingface/accelerate
    huggingface/tokenizers huggingface/text-generation-inference huggingface/optimum huggingface/trl huggingface/autotrain-advanced
    huggingface/pytorch-image-models huggingface/huggingface_hub huggingface/evaluate huggingface/safetensors huggingface/candle
    huggingface/text-embeddings-inference huggingface/transformers.js huggingface/setfit rwightman/pytorch-image-models
    ukplab/sentence-transformers ggerganov/llama.cpp ggml-org/llama.cpp pytorch/pytorch pytorch/fairseq tensorflow/tensorflow google/jax
    oobabooga/text-generation-webui vllm-project/vllm sgl-project/sglang lostruins/koboldcpp autogptq/autogptq panqiwei/autogptq
    casper-hansen/autoawq arcee-ai/mergekit cg123/mergekit openaccess-ai-collective/axolotl axolotl-ai-cloud/axolotl
    unslothai/unsloth eleutherai/lm-evaluation-harness mlco2/codecarbon turboderp/exllama turboderp/exllamav2 ml-explore/mlx
    ml-explore/mlx-lm ml-explore/mlx-examples speechbrain/speechbrain explosion/spacy ollama/ollama automatic1111/stable-diffusion-webui
    comfyanonymous/comfyui bitsandbytes-foundation/bitsandbytes timdettmers/bitsandbytes microsoft/deepspeed dao-ailab/flash-attention
    microsoft/onnxruntime onnx/onnx keras-team/keras open-mmlab/mmdetection abetlen/llama-cpp-python marella/ctransformers
    dlr-rm/rl-baselines3-zoo dlr-rm/stable-baselines3 araffin/rl-baselines-zoo
"""
_TOOLS = frozenset(_TOOL_NAMES.split())
# What the trainers write where no dataset was named.
_NO_DATASET = frozenset(
    {
        "none",
        "unknown",
        "generator",
        "imagefolder",
        "audiofolder",
        "json",
        "csv",
        "parquet",
        "text",
        "same",
        "following",
        "custom",
        "original",
        "given",
        "above",
        "entire",
        "full",
        "whole",
        "target",
        "training",
        "new",
    }
)
_ON_DATASET = re.compile(
    r"version of [^\n]{1,300}? on (?:the )?([\w./-]{2,120})(?: - [\w.-]{1,40})?(?: dataset|\.(?:\s|$))"
)


class DatasetUse(msgspec.Struct, frozen=True):
    """A dataset named as training (or evaluation) data; `is_id` tells whether it is written as a registry id."""

    name: str
    where: Location | None = None
    is_id: bool = False


class Lineage(msgspec.Struct, frozen=True):
    """Declared ancestors and training data, each as often as it is declared, with the place.

    `parents` come from the card's `base_model`, `adapter_config.json`, merge configurations, GGUF metadata and
    "fine-tuned version of" sentences; `papers` are arXiv ids and DOIs; `repositories` are source-code links, a package's
    own first.
    """

    parents: tuple[Parent, ...] = ()
    datasets: tuple[DatasetUse, ...] = ()
    papers: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    has_bibtex: bool = False


def read_lineage(facts: Facts) -> Lineage:
    """Read what front matter, tags, configuration, weight files and card say about ancestors and data.

    Above card depth that is what the registry's record holds. Raises `Unreadable` where there is nothing to read.
    """
    metadata, registry, card = facts.maybe(Metadata), facts.maybe(Registry), facts.maybe(Card)
    if metadata is None and registry is None and card is None:
        raise Unreadable("there is neither a card nor a registry's record", Depth.CARD)
    weights = facts.maybe(Weights) if facts.depth >= Depth.HEADERS else None
    package = facts.maybe(Distribution) if facts.depth >= Depth.CARD else None
    return Lineage(
        tuple(_parents(facts, metadata, registry, card, weights)),
        tuple(_datasets(metadata, registry, card, weights)),
        tuple(_papers(registry, card)),
        tuple(_repositories(card, package, facts.repository.ref.short_name)),
        card is not None and next(_matches(card, _BIBTEX, _BIBTEX_BEGINS), None) is not None,
    )


def _parents(
    facts: Facts, metadata: Metadata | None, registry: Registry | None, card: Card | None, weights: Weights | None
) -> list[Parent]:
    name = facts.repository.ref.name
    found = declared_parents(metadata) if metadata is not None and "base_model" in metadata.values else []
    if not found and registry is not None and registry.tags:
        found = tagged_parents(registry)
    config = facts.maybe(Config)
    if config is not None:
        found += configured_parents(config, name)
    if weights is not None:
        found += parents_in_weights(weights)
    if card is not None and card.text:
        found += told_parents(card, name)
    return found


def _datasets(
    metadata: Metadata | None, registry: Registry | None, card: Card | None, weights: Weights | None
) -> list[DatasetUse]:
    found: list[DatasetUse] = []
    if metadata is not None and "datasets" in metadata.values:
        is_list = isinstance(metadata.values["datasets"], list)
        for index, name in enumerate(metadata.texts("datasets")[:NAME_LIMIT]):
            where = metadata.where("datasets", *((index,) if is_list else ()))
            found.append(DatasetUse(name.strip(), where, is_id(name.strip())))
    if not found and registry is not None:
        found = [DatasetUse(name, None, is_id(name)) for name in registry.tagged("dataset")[:NAME_LIMIT]]
    for inspection in weights.inspections if weights is not None else ():
        listed = inspection.metadata.get("general.datasets")
        if isinstance(listed, list | tuple):
            where = Location(inspection.path, member="general.datasets")
            found += [DatasetUse(name, where, is_id(name)) for name in listed[:NAME_LIMIT] if isinstance(name, str)]
    if card is not None and "dataset" in card.text:
        found += _told_datasets(card)
    return found


def _told_datasets(card: Card) -> list[DatasetUse]:
    found: dict[str, DatasetUse] = {}
    for link in card.links:
        # Pictures are kept in datasets too: badges, figures.
        name = "" if link.is_image or "/resolve/" in link.target else dataset_of(link.target)
        if name and len(found) < NAME_LIMIT:
            found.setdefault(name, DatasetUse(name, Location(card.path, line=link.line), is_id=True))
    if "version of" in card.text:
        for match in _ON_DATASET.finditer(card.text):
            name = match[1].strip(".")
            if name.lower() not in _NO_DATASET and len(found) < NAME_LIMIT:
                line = card.first_line + card.text.count("\n", 0, match.start(1))
                found.setdefault(name, DatasetUse(name, Location(card.path, line=line), "/" in name and is_id(name)))
    return list(found.values())


def _without_tables(text: str) -> str:
    """Blank the rows of tables: a paper or repository in one is a dataset's or another model's."""
    if "\n|" not in text and not text.startswith("|"):
        return text
    return "\n".join([line if not line.startswith("|") else "" for line in text.split("\n")])


def _papers(registry: Registry | None, card: Card | None) -> list[str]:
    found = dict.fromkeys(registry.tagged("arxiv") if registry is not None else ())
    if card is not None:
        found.update(dict.fromkeys([match[1] for match in _matches(card, _ARXIV, _ARXIV_BEGINS)]))
        names = [match[1].rstrip(".,;") for match in _matches(card, _DOI, _DOI_BEGINS)]
        found.update(dict.fromkeys([n for n in names if not n.startswith(_HUB_DOI) and "arxiv" not in n]))
    return list(found)[:NAME_LIMIT]


def _matches(card: Card, pattern: re.Pattern[str], beginnings: tuple[str, ...]) -> Iterator[re.Match[str]]:
    """Yield the matches in the card's text in lower case, outside the rows of tables, tried where one can begin."""
    places, lower = card.places, card.lowered
    begins = [at for beginning in places.among(beginnings) for at in places.of(beginning)]
    end = 0
    for at in sorted(begins) if len(begins) > 1 else begins:
        match = pattern.match(lower, at) if at >= end else None
        if match is not None and not lower.startswith("|", lower.rfind("\n", 0, at) + 1):
            end = match.end()
            yield match


def _repositories(card: Card | None, package: Distribution | None, model: str) -> list[str]:
    """Return the source repositories that a package gives for its own, and those that the card links."""
    own = [_repository(match) for address in package.addresses if (match := _source(address))] if package else []
    linked = _linked(card, model) if card is not None and card.links else []
    return list(dict.fromkeys(own + linked))[:NAME_LIMIT]


def _source(address: str) -> re.Match[str] | None:
    """Return a match of a repository's address, for the services' own pages none."""
    match = _SOURCE.match(address)
    return match if match is not None and match[2].lower() not in _SERVICE_PAGES else None


def _repository(match: re.Match[str]) -> str:
    return f"https://{match[1]}/{match[2]}/{match[3].removesuffix('.git')}"


def _linked(card: Card, model: str) -> list[str]:
    """Return the source repositories that the card links, those of the model's own name first, then those that share a word with it."""
    found: dict[str, str] = {}
    text = ""
    for link in card.links:
        match = None if link.is_image else _source(link.target)
        if match is None:
            continue
        text = text or _without_tables(card.lowered)
        if link.target.lower() not in text:
            continue
        name = f"{match[2]}/{match[3].removesuffix('.git')}".lower()
        if name not in _TOOLS:
            found.setdefault(f"{match[1]}/{name}", _repository(match))
    if len(found) < 2:
        return list(found.values())
    words = [word for word in re.split(r"[^a-z0-9]+", model.lower()) if len(word) > 2]
    ordered = sorted(
        found, key=lambda name: (not name.endswith(f"/{model.lower()}"), not any(word in name for word in words))
    )
    return [found[name] for name in ordered]
