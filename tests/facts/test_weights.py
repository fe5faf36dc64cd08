from __future__ import annotations

import contextlib
import hashlib
import json
import struct
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import MemoryRepository, facts_of
from weighbridge.errors import FormatError, SourceError
from weighbridge.facts.contents import Contents, sha256_of
from weighbridge.facts.overview import describe
from weighbridge.facts.shards import inside, read_shards
from weighbridge.facts.weights import Weights
from weighbridge.formats.binary import MemorySource
from weighbridge.model import Depth


def safetensors(tensors: Mapping[str, tuple[int, ...]], dtype: str = "F32") -> bytes:
    width = {"F32": 4, "F16": 2}[dtype]
    header: dict[str, object] = {}
    offset = 0
    for name, shape in tensors.items():
        size = width
        for extent in shape:
            size *= extent
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(offset)


ONE = safetensors({"w": (2, 3), "b": (3,)})
TWO = safetensors({"v": (5,)})
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"


def weights_of(files: dict[str, bytes | str], **options: object) -> Weights:
    weights = facts_of(files, **options).get(Weights)  # type: ignore[arg-type]
    assert isinstance(weights, Weights)
    return weights


def chosen(*paths: str, **files: bytes | str) -> list[str]:
    held: dict[str, bytes | str] = dict.fromkeys(paths, ONE)
    held.update({name.replace("__", "/").replace("_json", ".json"): data for name, data in files.items()})
    return [inspection.path for inspection in weights_of(held).model]


@pytest.mark.parametrize(
    ("paths", "model"),
    [
        (["model.safetensors"], ["model.safetensors"]),
        (["model.safetensors", "model.fp16.safetensors"], ["model.safetensors"]),
        (["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"], None),
        (["checkpoint-500/model.safetensors", "model.safetensors"], ["model.safetensors"]),
        (["checkpoint-500/model.safetensors"], ["checkpoint-500/model.safetensors"]),
        (["original/model.safetensors", "model.safetensors"], ["model.safetensors"]),
        (["adapter_model.safetensors"], ["adapter_model.safetensors"]),
        (["model.safetensors", "onnx/model.safetensors"], ["model.safetensors"]),
        (["pkg/data/a.safetensors"], ["pkg/data/a.safetensors"]),
        (["consolidated.safetensors", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"], None),
    ],
)
def test_one_complete_copy_is_chosen(paths: list[str], model: list[str] | None) -> None:
    shards = [path for path in paths if "-of-" in path]
    assert chosen(*paths) == (shards if model is None else model)


def test_pipelines_and_sentence_transformers_consist_of_folders() -> None:
    paths = (
        "unet/diffusion_pytorch_model.safetensors",
        "unet/diffusion_pytorch_model.fp16.safetensors",
        "vae/model.safetensors",
    )
    assert chosen(*paths, "all-in-one.safetensors", model_index_json="{}") == [paths[0], paths[2]]
    assert chosen("model.safetensors", "2_Dense/model.safetensors", modules_json="[]") == [
        "model.safetensors",
        "2_Dense/model.safetensors",
    ]


def test_what_cannot_be_inspected_is_skipped() -> None:
    weights = weights_of(
        {"a.safetensors": POINTER, "b.safetensors": b"", "c.safetensors": ONE[:20], "d.safetensors": ONE},
        listed=["e.bin"],
    )
    assert [skip.path for skip in weights.skipped] == ["a.safetensors", "b.safetensors", "c.safetensors", "e.bin"]
    assert "pointer" in weights.skipped[0].reason
    assert weights.parameters == 9
    assert weights.dtypes == {"F32": 9}


def test_what_nobody_recognises_is_no_model() -> None:
    weights = weights_of({"a.tflite": b"plain text", "a.onnx": b"plain text"})
    assert len(weights.inspections) + len(weights.skipped) == 2
    assert weights.model == ()


def test_no_weights() -> None:
    assert weights_of({"README.md": "x"}) == Weights()
    assert weights_of({}).parameters is None


INDEX = {
    "metadata": {"total_size": 56},
    "weight_map": {"w": "one.safetensors", "b": "one.safetensors", "v": "two.safetensors"},
}


def test_a_whole_index() -> None:
    shards = weights_of(
        {"m.safetensors.index.json": json.dumps(INDEX), "one.safetensors": ONE, "two.safetensors": TWO}
    ).shards[0]
    assert (shards.files, shards.tensors, shards.total_size) == (("one.safetensors", "two.safetensors"), 3, 56)
    assert shards.missing_files == shards.outside == shards.missing_tensors == shards.extra_tensors == ()


def test_an_index_that_does_not_fit() -> None:
    index = {
        "weight_map": {
            "w": "one.safetensors",
            "gone": "one.safetensors",
            "v": "../../etc/passwd",
            "z": "absent.safetensors",
        }
    }
    shards = weights_of({"sub/m.safetensors.index.json": json.dumps(index), "sub/one.safetensors": ONE}).shards[0]
    assert shards.missing_files == ("sub/absent.safetensors",)
    assert shards.outside == ("../../etc/passwd",)
    assert shards.missing_tensors == ("gone",)
    assert shards.extra_tensors == ("b",)


@pytest.mark.parametrize("text", ["[]", "{", '{"weight_map": {"a": 1}}', "[" * 100_000])
def test_no_index_is_skipped(text: str) -> None:
    weights = weights_of({"m.safetensors.index.json": text, "one.safetensors": ONE})
    assert [skip.path for skip in weights.skipped] == ["m.safetensors.index.json"]


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("b", "a/b"),
        ("../b", "b"),
        ("./c/../b", "a/b"),
        ("../../b", None),
        ("/etc/x", None),
        ("..", "."),
        ("c:\\x", None),
        ("", None),
        ("a\0", None),
    ],
)
def test_paths_stay_inside(target: str, path: str | None) -> None:
    assert inside("a/index.json", target) == path


@given(st.text(max_size=30))
def test_no_target_leads_out(target: str) -> None:
    path = inside("a/b/index.json", target)
    assert path is None or not (path.startswith(("/", "../")) or path == "..")


@given(
    st.binary(max_size=60)
    | st.dictionaries(st.text(max_size=5), st.text(max_size=9)).map(lambda m: json.dumps({"weight_map": m}).encode())
)
def test_any_index_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(FormatError):
        read_shards("i.json", data, {}, {})


def contents_of(files: dict[str, bytes | str], **options: object) -> Contents:
    contents = facts_of(files, **options).get(Contents)  # type: ignore[arg-type]
    assert isinstance(contents, Contents)
    return contents


def test_every_file_is_hashed_and_the_root_is_that_of_model_signing() -> None:
    files: dict[str, bytes | str] = {"b.txt": "b", "a.bin": b"a" * 9_000_000, ".gitattributes": "x", "model.sig": "y"}
    contents = contents_of(files, sha256={"a.bin": "AB" * 32})
    digests = {h.path: h.sha256 for h in contents.hashes}
    assert digests["a.bin"] == hashlib.sha256(b"a" * 9_000_000).hexdigest()
    assert {h.path: h.expected for h in contents.hashes}["a.bin"] == "ab" * 32
    raw = bytes.fromhex(digests["a.bin"]) + bytes.fromhex(digests["b.txt"])
    assert contents.root == hashlib.sha256(raw).hexdigest()


def test_an_unreadable_file_leaves_no_root() -> None:
    contents = contents_of({"a": "x"}, listed=["b"])
    assert [skip.path for skip in contents.skipped] == ["b"]
    assert contents.root == ""


def test_a_file_that_ends_early_is_not_hashed() -> None:
    source = MemorySource("a", b"xx")
    source.size = 5
    with pytest.raises(SourceError):
        sha256_of(source)


def test_overview_tells_what_was_read() -> None:
    card = "---\npipeline_tag: fill-mask\nlibrary_name: transformers\nlanguage: [en]\nlicense: mit\n---\n"
    config = {"architectures": ["BertModel"], "max_position_embeddings": 512, "vocab_size": 30522}
    overview = describe(
        facts_of({"README.md": card, "config.json": json.dumps(config), "model.safetensors": ONE, "f.safetensors": TWO})
    )
    assert (overview.task, overview.library, overview.architecture) == ("fill-mask", "transformers", "BertModel")
    assert (overview.parameters, overview.precisions, overview.formats) == (9, {"F32": 9}, ("safetensors",))
    assert (overview.context, overview.vocabulary, overview.languages) == (512, 30522, ("en",))
    assert overview.weight_bytes == len(ONE)
    assert overview.tensors == (("w", 6), ("b", 3))
    assert overview.memory[0].fine_tuning == 9 * 16


def test_overview_of_nothing_guesses_nothing() -> None:
    overview = describe(facts_of({"x.txt": "y"}))
    assert (overview.parameters, overview.weight_bytes, overview.context, overview.memory) == (None, None, None, ())


def test_overview_of_a_record_takes_the_registrys_count() -> None:
    record = {
        "id": "a/b",
        "safetensors": {"parameters": {"F16": 5, "F32": 7}},
        "cardData": {"license": "mit"},
        "pipeline_tag": "x",
    }
    overview = describe(facts_of({}, record, depth=Depth.METADATA, deepest=Depth.METADATA))
    assert (overview.parameters, overview.precisions, overview.task) == (12, {"F32": 7, "F16": 5}, "x")


def test_links_out_of_the_repository_are_not_followed() -> None:
    class Linked(MemoryRepository):
        @property
        def files(self) -> list:  # type: ignore[type-arg, override]
            from weighbridge.model import RepoFile

            return [RepoFile("model.safetensors", linked_to="/etc/passwd")]

    from tests.support import TODAY
    from weighbridge.facts.catalogue import READERS
    from weighbridge.facts.engine import Facts

    facts = Facts(Linked({"model.safetensors": ONE}), READERS, depth=Depth.FULL, as_of=TODAY)
    assert "links out" in facts.need(Weights).skipped[0].reason
    assert "links out" in facts.need(Contents).skipped[0].reason
