"""What a weight file holds, read by us and by the format's own library: safetensors, GGUF, ONNX.

    python -m benchmarks.formats

The files are made for the run: a mixture of experts in one safetensors file of 6,144 tensors and 69 GB (sparse), a GGUF with a
vocabulary of 128,000 words, an ONNX graph of 1,000 layers with 64 MB of weights. We list every tensor with its shape, its
precision and its place, check that places neither overlap nor leave the file, and count; what the peer does stands beside it.
"""

from __future__ import annotations

import json
import os
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from weighbridge.formats.catalogue import inspect
from weighbridge.sources.local import LocalFile

RUNS = 7
Peers = dict[str, Callable[[Path], Any]]


def safetensors_file(path: Path) -> None:
    """Write 6,144 tensors: 32 layers of 64 experts with three matrices each."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for layer in range(32):
        for expert in range(64):
            for matrix, shape in (("w1", [1024, 4096]), ("w2", [4096, 2048]), ("w3", [1024, 4096])):
                end = offset + 2 * shape[0] * shape[1]
                name = f"model.layers.{layer}.block_sparse_moe.experts.{expert}.{matrix}.weight"
                header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [offset, end]}
                offset = end
    text = json.dumps(header, separators=(",", ":")).encode()  # as the library writes it
    path.write_bytes(struct.pack("<Q", len(text)) + text)
    os.truncate(path, 8 + len(text) + offset)


def by_safetensors(path: Path) -> int:
    """Open with the library; it checks the offsets too."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        return len([file.get_slice(name).get_shape() for name in file.keys()])  # noqa: SIM118 - it is no mapping


def by_json(path: Path) -> int:
    """Decode the header and check nothing: the limit of what Python's own decoder can do."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        return len(json.loads(file.read(length)))


def gguf_file(path: Path) -> None:
    """Write a small model with a large vocabulary."""
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(path, "llama")
    words = [f"word{number}" for number in range(128_000)]
    writer.add_token_list(words)
    writer.add_token_scores([0.5] * len(words))
    writer.add_token_types([1] * len(words))
    for number in range(300):
        writer.add_tensor(f"blk.{number}.attn_q.weight", np.zeros((64, 64), np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def by_gguf(path: Path) -> int:
    """Read with the library, which maps the file into memory and makes an array of every value."""
    from gguf import GGUFReader

    return len(GGUFReader(path).tensors)


def onnx_file(path: Path) -> None:
    """Write a chain of 1,000 matrix products."""
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weight = np.zeros((128, 128), np.float32)
    nodes = [helper.make_node("MatMul", [f"x{n}", f"w{n}"], [f"x{n + 1}"], name=f"node{n}") for n in range(1000)]
    tensors = [numpy_helper.from_array(weight, f"w{n}") for n in range(1000)]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 128]) for name in ("x0", "x1000")]
    onnx.save(helper.make_model(helper.make_graph(nodes, "chain", ends[:1], ends[1:], tensors)), path)


def by_onnx(path: Path) -> int:
    """Load with the library, weights included: it has no other way."""
    import onnx

    return len(onnx.load(path, load_external_data=False).graph.initializer)


FILES: dict[str, tuple[Callable[[Path], None], Peers]] = {
    "moe.safetensors": (safetensors_file, {"safetensors, names and shapes": by_safetensors, "json, no check": by_json}),
    "vocabulary.gguf": (gguf_file, {"gguf": by_gguf}),
    "chain.onnx": (onnx_file, {"onnx": by_onnx}),
}


def ours(path: Path) -> int:
    """Inspect the file as an audit does."""
    return len(inspect(LocalFile(path.name, path)).tensors)


def best(work: Callable[[Path], Any], path: Path) -> float:
    """Return the least process time of several runs, in milliseconds; the first run, which imports, does not count."""
    work(path)
    taken = []
    for _ in range(RUNS):
        begin = time.process_time()
        work(path)
        taken.append(time.process_time() - begin)
    return min(taken) * 1000


def report() -> Iterator[str]:
    """Yield a line a file and reader."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (make, peers) in FILES.items():
            path = Path(folder) / name
            try:
                make(path)
            except ImportError as error:
                yield f"{name}: {error.name} is not installed"
                continue
            own = best(ours, path)
            yield f"{name}, {path.stat().st_size / 1e6:,.1f} MB, {ours(path):,} tensors (least process time of {RUNS} runs)"
            yield f"  {'weighbridge':32} {own:8.1f} ms"
            for peer, work in peers.items():
                try:
                    theirs = best(work, path)
                except ImportError as error:
                    yield f"  {peer:32} {error.name} is not installed"
                    continue
                yield f"  {peer:32} {theirs:8.1f} ms   {theirs / own:6.2f} times ours"


if __name__ == "__main__":
    print("\n".join(report()))
