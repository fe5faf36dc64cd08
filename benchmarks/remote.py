"""A sharded model of 140 GB over a loopback Hub at headers depth: requests, bytes, memory, time.

    python -m benchmarks.remote [--shards 30]

The repository has the tensors of a Llama of 70 billion parameters; of each shard only the header exists, the rest reads as
zeros. Peer: `HfApi.get_safetensors_metadata` of the registry's own client against the same Hub in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import struct
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.hub.content import Synthetic
from tests.hub.server import LoopbackHub

NAME = "acme/llama-70b"
HIDDEN, HEADS, INNER, VOCABULARY, LAYERS = 8192, 1024, 28672, 128_256, 80

OURS = """
import sys, time
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.engine import Facts
from weighbridge.facts.weights import Weights
from weighbridge.sources.hub import HubRepository
from weighbridge.sources.options import SourceOptions
import datetime
begin = time.perf_counter()
repository = HubRepository(sys.argv[1], None, SourceOptions(endpoint=sys.argv[2], token=""))
weights = Facts(repository, READERS, as_of=datetime.date(2026, 1, 1)).need(Weights)
print(weights.parameters, repository.traffic.requests, repository.traffic.bytes, time.perf_counter() - begin)
"""
PEER = """
import sys, time
from huggingface_hub import HfApi
begin = time.perf_counter()
found = HfApi(endpoint=sys.argv[2], token=False).get_safetensors_metadata(sys.argv[1])
print(sum(found.parameter_count.values()), 0, 0, time.perf_counter() - begin)
"""


def shapes() -> Iterator[tuple[str, list[int]]]:
    """Yield the tensors of the model."""
    yield "model.embed_tokens.weight", [VOCABULARY, HIDDEN]
    for layer in range(LAYERS):
        prefix = f"model.layers.{layer}."
        for part, rows in (("q_proj", HIDDEN), ("k_proj", HEADS), ("v_proj", HEADS), ("o_proj", HIDDEN)):
            yield f"{prefix}self_attn.{part}.weight", [rows, HIDDEN]
        yield f"{prefix}mlp.gate_proj.weight", [INNER, HIDDEN]
        yield f"{prefix}mlp.up_proj.weight", [INNER, HIDDEN]
        yield f"{prefix}mlp.down_proj.weight", [HIDDEN, INNER]
        yield f"{prefix}input_layernorm.weight", [HIDDEN]
        yield f"{prefix}post_attention_layernorm.weight", [HIDDEN]
    yield "model.norm.weight", [HIDDEN]
    yield "lm_head.weight", [VOCABULARY, HIDDEN]


def files(count: int) -> dict[str, Synthetic | bytes]:
    """Return the shards, the index and a configuration."""
    tensors = list(shapes())
    parts = [tensors[i * len(tensors) // count : (i + 1) * len(tensors) // count] for i in range(count)]
    names = [f"model-{i + 1:05}-of-{count:05}.safetensors" for i in range(count)]
    found: dict[str, Synthetic | bytes] = {name: shard(part) for name, part in zip(names, parts, strict=True)}
    where = {tensor: name for name, part in zip(names, parts, strict=True) for tensor, _ in part}
    index = {"metadata": {"total_size": sum(2 * size(shape) for _, shape in tensors)}, "weight_map": where}
    found["model.safetensors.index.json"] = json.dumps(index).encode()
    found["config.json"] = json.dumps({"model_type": "llama", "architectures": ["LlamaForCausalLM"]}).encode()
    return found


def shard(part: list[tuple[str, list[int]]]) -> Synthetic:
    """Return a safetensors file of which only the header is real."""
    header: dict[str, object] = {}
    offset = 0
    for name, shape in part:
        end = offset + 2 * size(shape)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    head = struct.pack("<Q", len(text)) + text
    return Synthetic(len(head) + offset, head)


def size(shape: list[int]) -> int:
    """Return the number of elements."""
    return shape[0] * (shape[1] if len(shape) > 1 else 1)


def report(count: int) -> Iterator[str]:
    """Yield a line for us and one for the peer."""
    with LoopbackHub() as hub:
        contents = files(count)
        hub.add(NAME, contents)
        total = sum(c.size for c in contents.values() if isinstance(c, Synthetic))
        yield f"{count} shards, {total / 1e9:.0f} GB, over loopback"
        for name, program in (("weighbridge", OURS), ("huggingface_hub", PEER)):
            hub.log.clear()
            begin = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", program, NAME, hub.endpoint], capture_output=True, text=True, check=True,
                env=os.environ | {"HF_ENDPOINT": hub.endpoint},
            )  # fmt: skip
            parameters, _, received, inner = done.stdout.split()
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            told = f"{int(received) / 1e6:6.1f} MB" if int(received) else "         "
            yield (
                f"{name:16} {int(parameters):,} parameters   {len(hub.log):4} requests   {told}   "
                f"{float(inner):5.2f} s   ({time.perf_counter() - begin:.2f} s with start-up)   peak so far {peak:.0f} MB"
            )


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", type=int, default=30)
    print("\n".join(report(parser.parse_args().shards)))


if __name__ == "__main__":
    main()
