"""Registry records through all metadata and card checks, one core; beside what the registry's own client does with them.

    python -m benchmarks.records [RECORDS.jsonl.gz] [--count N] [--profile]

Each record is decoded, given a card of about 2 KB where it has front matter, opened as a repository, and weighed with every
check. Peer: `huggingface_hub` making a `ModelInfo` and a `ModelCard` of the same bytes (it checks nothing).
"""

from __future__ import annotations

import argparse
import cProfile
import datetime
import gzip
import itertools
import os
import pstats
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml

from weighbridge.checks.catalogue import select
from weighbridge.checks.panel import Panel
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.engine import Facts
from weighbridge.model import Depth
from weighbridge.registry.weighing import uncollected
from weighbridge.sources.record import RecordRepository

DATA = Path(os.environ.get("WEIGHBRIDGE_DATA", Path(__file__).parents[2] / "shared"))
RECORDS = DATA / "data" / "icse23" / "hub-records-2022.jsonl.gz"
AT_ONCE = 256
# Records that load what is loaded once: tables, patterns.
WARMING = 100
TODAY = datetime.date(2026, 1, 1)

BODY = """
# {name}

This model is a fine-tuned version of [bert-base-uncased](https://huggingface.co/bert-base-uncased) on the emotion dataset.
It achieves the following results on the evaluation set:
- Loss: 0.2108
- Accuracy: 0.9265

## Model description

More information needed

## Intended uses & limitations

The model classifies short English texts. It fails on irony. See the [paper](https://arxiv.org/abs/1810.04805).

## How to use

```python
from transformers import pipeline

classifier = pipeline("text-classification", model="{name}")
classifier("I love this.")
```

## Training and evaluation data

| Split | Texts | Source |
|---|---|---|
| train | 16000 | emotion |
| test | 2000 | emotion |

## Training procedure

### Training hyperparameters

The following hyperparameters were used during training:
- learning_rate: 2e-05
- train_batch_size: 64
- eval_batch_size: 64
- seed: 42
- optimizer: Adam with betas=(0.9,0.999) and epsilon=1e-08
- lr_scheduler_type: linear
- num_epochs: 2

### Training results

| Training Loss | Epoch | Step | Validation Loss | Accuracy |
|:---:|:---:|:---:|:---:|:---:|
| 0.8031 | 1.0 | 250 | 0.2973 | 0.9125 |
| 0.2418 | 2.0 | 500 | 0.2108 | 0.9265 |

### Framework versions

- Transformers 4.21.0
- Pytorch 1.12.0+cu113
- Datasets 2.4.0
- Tokenizers 0.12.1
"""


def lines(path: Path, count: int) -> list[bytes]:
    """Return `count` records as JSON with a card's text in each that has front matter."""
    with gzip.open(path) as file:
        records = [msgspec.json.decode(line) for line in file]
    return [msgspec.json.encode(with_card(record)) for record in itertools.islice(itertools.cycle(records), count)]


def with_card(record: dict[str, Any]) -> dict[str, Any]:
    """Add a card to a record, as dumps with cards have it."""
    if not record.get("cardData"):
        return record
    front = yaml.dump(record["cardData"], Dumper=yaml.CSafeDumper, sort_keys=False)
    return record | {"card": f"---\n{front}---\n" + BODY.replace("{name}", record["id"])}


def ours(encoded: list[bytes]) -> int:
    """Weigh every record; return the number of verdicts."""
    panel, verdicts, waiting = Panel(select()), 0, iter(encoded)
    with uncollected():
        while some := [facts_of(line) for line in itertools.islice(waiting, AT_ONCE)]:
            verdicts += sum([len(part) for parts in panel.judge_all(some) for part in parts])
    return verdicts


def facts_of(line: bytes) -> Facts:
    """Open a record as a repository."""
    return Facts(RecordRepository(msgspec.json.decode(line)), READERS, depth=Depth.CARD, as_of=TODAY)


def peer(encoded: list[bytes]) -> int:
    """Let the registry's client type every record and card; return how many it could."""
    from huggingface_hub import ModelCard, ModelInfo

    made = 0
    for line in encoded:
        record = msgspec.json.decode(line)
        card = record.pop("card", None)
        record["siblings"] = [{"rfilename": name} for name in record["siblings"]]
        record["modelId"] = record["id"]
        try:
            ModelInfo(**record)
            if card:
                ModelCard(card, ignore_metadata_errors=True)
            made += 1
        except Exception:  # noqa: BLE001 - the peer refuses some real records; that is its result
            pass
    return made


def timed(work: Callable[[list[bytes]], int], encoded: list[bytes]) -> tuple[int, float]:
    """Return the result and the process time in seconds."""
    begin = time.process_time()
    result = work(encoded)
    return result, time.process_time() - begin


def report(count: int, path: Path) -> Iterator[str]:
    """Yield the lines of the comparison."""
    encoded = lines(path, count)
    size = sum(map(len, encoded))
    yield f"{count:,} records, {size / count / 1024:.1f} KiB each, {len(select())} checks, one core, process time"
    bare = [
        msgspec.json.encode({k: v for k, v in msgspec.json.decode(line).items() if k != "card"}) for line in encoded
    ]
    for title, data in (("weighbridge, bare", bare), ("weighbridge, cards", encoded)):
        ours(data[:WARMING])
        verdicts, seconds = timed(ours, data)
        yield f"{title:20} {count / seconds:10,.0f} models/s   {verdicts / seconds:12,.0f} verdicts/s"
    made, seconds = timed(peer, encoded)
    yield f"huggingface_hub      {count / seconds:10,.0f} models/s   (types {made:,} records and cards, checks nothing)"
    _, seconds = timed(lambda data: sum(1 for line in data if msgspec.json.decode(line)), encoded)
    yield f"limit: JSON decoding {count / seconds:10,.0f} models/s"


def main() -> None:
    """Run the comparison, or show where the time goes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=RECORDS)
    # Each real record once: what is remembered of one met before would flatter.
    parser.add_argument("--count", type=int, default=4_223)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    if options.profile:
        encoded = lines(options.path, options.count)
        with cProfile.Profile() as profile:
            ours(encoded)
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
    else:
        print("\n".join(report(options.count, options.path)))


if __name__ == "__main__":
    main()
