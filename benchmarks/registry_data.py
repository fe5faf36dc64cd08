"""Synthetic records of a registry, in the shape of the Hub's interface: for timing what no real dump here is large enough for.

    python -m benchmarks.registry_data OUT.jsonl[.gz|.zst] [--count 300000] [--seed 1]

Shares follow what is published of the Hub: half the models have neither downloads nor likes, a third a task, 48 % a licence,
two thirds a card (median 1.9 KB), most with a declared base, 4 % results in the front matter; `language`, `license` and
`base_model` are sometimes a text and sometimes a list, as on the Hub. The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import random
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import msgspec

TASKS = ("text-generation", "text-classification", "token-classification", "fill-mask", "image-classification",
         "automatic-speech-recognition", "sentence-similarity", "translation", "summarization", "reinforcement-learning",
         "text-to-image", "question-answering", "object-detection", "feature-extraction")  # fmt: skip
FAMILIES = (("llama", "LlamaForCausalLM"), ("bert", "BertForSequenceClassification"), ("gpt2", "GPT2LMHeadModel"),
            ("roberta", "RobertaForMaskedLM"), ("wav2vec2", "Wav2Vec2ForCTC"), ("t5", "T5ForConditionalGeneration"),
            ("mistral", "MistralForCausalLM"), ("qwen2", "Qwen2ForCausalLM"), ("vit", "ViTForImageClassification"),
            ("distilbert", "DistilBertForTokenClassification"), ("marian", "MarianMTModel"))  # fmt: skip
LICENCES = (
    "apache-2.0",
    "mit",
    "openrail",
    "cc-by-nc-4.0",
    "llama3",
    "gpl-3.0",
    "other",
    "cc-by-4.0",
    "creativeml-openrail-m",
)
LANGUAGES = ("en", "de", "fr", "zh", "es", "ja", "ru", "ko", "ar", "hi", "multilingual")
DATASETS = ("emotion", "imdb", "squad", "common_voice", "glue", "conll2003", "wikipedia", "bookcorpus", "c4", "oscar")
METRICS = ("accuracy", "f1", "wer", "bleu", "rouge1", "perplexity")
RELATIONS = ("finetune", "adapter", "quantized", "merge")
PLAIN = (".gitattributes", "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt",
         "merges.txt", "training_args.bin", "generation_config.json", "trainer_state.json", "preprocessor_config.json")  # fmt: skip
TEXT = """the model was trained on a large corpus of text and evaluated with care over many tasks results may vary by
language domain and prompt users should read the limitations before they deploy it in production learning rate batch size
epochs optimizer adam warmup steps hardware gpu hours carbon intended use bias risk data set split validation test loss
accuracy score table figure paper license terms downstream fine tuned version base checkpoint weights quantized float
precision memory speed latency tokens context length vocabulary attention layers heads hidden size dropout seed python"""
WORDS = tuple(TEXT.split())


def records(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield records one after the other; later ones may be derived from earlier ones."""
    chance = random.Random(seed)
    owners = [f"owner{number}" for number in range(max(10, count // 12))]
    roots: list[str] = []
    for number in range(count):
        owner = owners[int(len(owners) * chance.random() ** 3)]
        kind, architecture = chance.choice(FAMILIES)
        size = chance.choice(("base", "large", "small", "7b", "tiny"))
        name = f"{owner}/{kind}-{size}-{chance.choice(DATASETS)}-{number}"
        yield record(chance, number, name, (kind, architecture), roots)
        if chance.random() < 0.05 and len(roots) < 20_000:
            roots.append(name)


def record(chance: random.Random, number: int, name: str, family: tuple[str, str], roots: list[str]) -> dict[str, Any]:
    """Return one record."""
    kind, architecture = family
    task = chance.choice(TASKS) if chance.random() < 0.34 else None
    front = front_matter(chance, name, task, roots) if chance.random() < 0.67 else {}
    used = chance.random() < 0.47
    library = "transformers" if chance.random() < 0.6 else None
    found: dict[str, Any] = {
        "_id": f"{number:024x}",
        "id": name,
        "modelId": name,
        "author": name.partition("/")[0],
        "sha": f"{chance.getrandbits(160):040x}",
        "private": False,
        "gated": chance.random() < 0.02,
        "disabled": False,
        "createdAt": moment(chance),
        "lastModified": moment(chance, 2025),
        "downloads": int(chance.paretovariate(0.6)) if used else 0,
        "likes": int(chance.paretovariate(1.1)) - 1 if used else 0,
        "tags": tags(front, kind, task, library),
        "siblings": [{"rfilename": path} for path in files(chance, bool(front))],
        "config": {"architectures": [architecture], "model_type": kind} if chance.random() < 0.5 else None,
    }
    if task:
        found["pipeline_tag"] = task
    if library:
        found["library_name"] = library
    if chance.random() < 0.4:
        count = chance.choice((22_000_000, 110_000_000, 355_000_000, 7_241_732_096, 8_030_261_248))
        found["safetensors"] = {"parameters": {"BF16": count}, "total": count}
    if front:
        found["cardData"] = front
        found["card"] = card(chance, name, front)
    return found


def front_matter(chance: random.Random, name: str, task: str | None, roots: list[str]) -> dict[str, Any]:
    """Return a card's metadata, with fields that are here a text and there a list."""
    front: dict[str, Any] = {"library_name": "transformers"}
    if chance.random() < 0.72:
        front["license"] = chance.choice(LICENCES) if chance.random() < 0.97 else [chance.choice(LICENCES)]
    if chance.random() < 0.4:
        languages = chance.sample(LANGUAGES, chance.randint(1, 3))
        front["language"] = languages if len(languages) > 1 or chance.random() < 0.6 else languages[0]
    if chance.random() < 0.3:
        front["datasets"] = chance.sample(DATASETS, chance.randint(1, 3))
    if roots and chance.random() < 0.6:
        parents = [roots[int(len(roots) * chance.random() ** 4)] for _ in range(2 if chance.random() < 0.05 else 1)]
        front["base_model"] = parents if len(parents) > 1 or chance.random() < 0.5 else parents[0]
        if chance.random() < 0.3:
            front["base_model_relation"] = chance.choice(RELATIONS)
    if task and chance.random() < 0.12:
        front["model-index"] = [{"name": name, "results": [result(chance, task) for _ in range(chance.randint(1, 3))]}]
    return front


def result(chance: random.Random, task: str) -> dict[str, Any]:
    """Return one entry of a model index."""
    data = chance.choice(DATASETS)
    metric = chance.choice(METRICS)
    return {
        "task": {"type": task, "name": task.replace("-", " ").title()},
        "dataset": {"type": data, "name": data.title(), "config": "default", "split": "test"},
        "metrics": [{"type": metric, "name": metric.title(), "value": round(chance.random(), 4)}],
    }


def tags(front: dict[str, Any], kind: str, task: str | None, library: str | None) -> list[str]:
    """Return what the Hub makes of the rest."""
    found = [library, kind, "pytorch", "safetensors", task, "autotrain_compatible", "endpoints_compatible", "region:us"]
    found += [f"dataset:{name}" for name in front.get("datasets", ())]
    parents = front.get("base_model", ())
    for parent in [parents] if isinstance(parents, str) else parents:
        found += [f"base_model:{parent}", f"base_model:{front.get('base_model_relation', 'finetune')}:{parent}"]
    licence = front.get("license")
    return [tag for tag in found if tag] + ([f"license:{licence}"] if isinstance(licence, str) else [])


def files(chance: random.Random, has_card: bool) -> list[str]:
    """Return the paths of a repository."""
    found = list(PLAIN[: chance.randint(2, len(PLAIN))]) + (["README.md"] if has_card else [])
    found += (
        [f"model-{i:05d}-of-00004.safetensors" for i in range(1, 5)] if chance.random() < 0.2 else ["model.safetensors"]
    )
    return found + (["pytorch_model.bin"] if chance.random() < 0.4 else [])


def card(chance: random.Random, name: str, front: dict[str, Any]) -> str:
    """Return a card's text: its front matter, headings, prose, a list, a table and code."""
    lines = [
        "---",
        *(f"{key}: {msgspec.json.encode(value).decode()}" for key, value in front.items()),
        "---",
        f"# {name}",
        "",
    ]
    for heading in chance.sample(("Model description", "Intended uses & limitations", "Training data", "Evaluation",
                                  "How to use", "Bias and risks", "Citation"), chance.randint(2, 6)):  # fmt: skip
        lines += [f"## {heading}", "", " ".join(chance.choices(WORDS, k=int(chance.lognormvariate(4.2, 0.7)))), ""]
    lines += ["- learning_rate: 2e-05", "- train_batch_size: 64", f"- seed: {chance.randint(0, 99)}", "", "| step | loss |",
              "|---|---|", f"| 500 | {chance.random():.4f} |", "", "```python", "from transformers import pipeline",
              f'model = pipeline(model="{name}")', "```", ""]  # fmt: skip
    return "\n".join(lines)


def moment(chance: random.Random, first: int = 2021) -> str:
    """Return a time as the Hub writes it."""
    return (f"{chance.randint(first, 2025)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}T"
            f"{chance.randint(0, 23):02d}:{chance.randint(0, 59):02d}:{chance.randint(0, 59):02d}.000Z")  # fmt: skip


def opened(path: Path) -> IO[bytes]:
    """Open a file for writing, compressed as its name says."""
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path, "wb", compresslevel=3))
    if path.suffix == ".zst":
        import zstandard

        return cast("IO[bytes]", zstandard.open(path, "wb"))
    return path.open("wb")


def write(path: Path, count: int, seed: int = 1) -> Path:
    """Write records, one a line; returns the path."""
    encoder = msgspec.json.Encoder()
    with opened(path) as file:
        for found in records(count, seed):
            file.write(encoder.encode(found) + b"\n")
    return path


def main() -> None:
    """Write the file that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--count", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write(options.path, options.count, options.seed)
    print(f"{options.path}: {options.count:,} records, {options.path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
