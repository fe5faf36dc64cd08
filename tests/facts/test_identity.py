from __future__ import annotations

import gzip
import json
import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.facts.identity import Identity, identity_of
from weighbridge.model import ModelRef, Origin


def identity(name: str) -> Identity:
    return identity_of(ModelRef(Origin.HUB, f"owner/{name}"))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("Llama-2-7b-hf", 7_000_000_000),
        ("opt-125m", 125_000_000),
        ("Qwen2.5-1.5B-Instruct", 1_500_000_000),
        ("bloom-7b1", 7_100_000_000),
        ("wav2vec2-large-xls-r-300m-turkish", 300_000_000),
        ("esm2_t33_650M_UR50D", 650_000_000),
        ("TinyLlama-1.1B-step-50K-105b", 1_100_000_000),
        ("Qwen3-30B-A3B", 30_000_000_000),
        ("T0_3B", 3_000_000_000),
        ("Mistral-Small-24B-Base", 24_000_000_000),
        ("llama-2-7b.Q4_K_M.gguf", 7_000_000_000),
    ],
)
def test_parameter_counts(name: str, parameters: int) -> None:
    assert identity(name).parameters == parameters


@pytest.mark.parametrize(
    "name",
    [
        "bert_uncased_L-12_H-768_A-12", "wav2vec2-base", "efficientnet-b0", "vit-b16-224", "resnet3d-18", "sepformer-whamr16k",
        "CLIP-ViT-B-32-laion2B-s34B-b79K", "vit_base_patch16_clip_224.metaclip_400m", "stablelm-2-1_6b", "roberta-base-100M-1",
        "twitter-roberta-base-2019-90m", "average_word_embeddings_glove.840B.300d", "Llama-3-8Bit", "Qwen-Instruct-1M", "m-2m",
        "hf_hub_example-b959cadc-ffb3-4f07-856b-2d05d2d8f8e0", "gpt2-10b-tokens", "open_llama_350bt", "v2", "model-512", "b", "m", "0b",
        "laion400m", "xlm-mlm-100-1280", "babylm-10m",
    ],
)  # fmt: skip
def test_names_that_claim_no_count(name: str) -> None:
    assert identity(name).parameters is None
    assert identity(name).parameters_token == ""


def test_experts_claim_no_total() -> None:
    found = identity("Mixtral-8x7B-v0.1")
    assert (found.experts, found.parameters) == (8, None)
    assert identity("image-1x1").experts is None


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("bert-base-uncased", "base"),
        ("t5-xxl", "xxl"),
        ("RedPajama-Base-3B", ""),
        ("whisper-large-v3", "large"),
        ("database", ""),
    ],
)
def test_size_words(name: str, size: str) -> None:
    assert identity(name).size == size


@pytest.mark.parametrize(
    ("name", "quantisation"),
    [
        ("Llama-2-7B-GPTQ", "gptq"), ("x-awq", "awq"), ("llama-2-7b.Q4_K_M.gguf", "Q4_K_M"), ("x-IQ2_XXS-gguf", "IQ2_XXS"),
        ("Llama-3-8B-bnb-4bit", "bnb-4bit"), ("x-4bit", "4bit"), ("x-int8-static", "int8"), ("x-8-bit", "8bit"), ("x-fp8", "fp8"),
        ("rabbit", ""), ("orbit-4", ""), ("q4-2024", ""),
    ],
)  # fmt: skip
def test_quantisation(name: str, quantisation: str) -> None:
    assert identity(name).quantisation == quantisation


@pytest.mark.parametrize(
    ("name", "precision"),
    [
        ("x-fp16", "F16"),
        ("x-BF16", "BF16"),
        ("not_fp16-x", ""),
        ("x-fp16_off", ""),
        ("vqgan_f16_16384", ""),
        ("x-f16-GGUF", "F16"),
    ],
)
def test_precision(name: str, precision: str) -> None:
    assert identity(name).precision == precision


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("Yarn-Llama-2-7b-128k", 131_072), ("Phi-3-mini-4k-instruct", 4096), ("Yi-6B-200K", 200_000), ("x-16k", None), ("wav-44k", None),
        ("kbd-835k", None), ("Llama-7b-32k-vocab", None), ("sepformer-16k-7b", None),
    ],
)  # fmt: skip
def test_context(name: str, context: int | None) -> None:
    assert identity(name).context == context


@pytest.mark.parametrize(
    ("name", "architecture"),
    [
        ("bert-base-uncased", "bert"), ("xlm-roberta-base", "xlm-roberta"), ("gpt-neox-20b", "gpt_neox"), ("deberta-v3-base", "deberta-v2"),
        ("vit-gpt2-captions", ""), ("Qwen2-VL-7B", ""), ("sentence-bertish", ""), ("flan-t5-xl", "t5"), ("chinese-roberta-wwm-ext", ""),
    ],
)  # fmt: skip
def test_architectures(name: str, architecture: str) -> None:
    assert identity(name).architecture == architecture


def test_formats() -> None:
    assert identity("phi-2-GGUF").formats == ("gguf",)
    assert identity("x-onnx-openvino").formats == ("onnx", "openvino")


@given(st.text(max_size=80))
def test_any_name_is_read(name: str) -> None:
    identity_of(ModelRef(Origin.FOLDER, name))


def test_architectures_in_real_names_agree_with_their_configurations(shared_data: pathlib.Path) -> None:
    right = wrong = 0
    with gzip.open(shared_data / "data/icse23/hub-records-2022.jsonl.gz") as lines:
        for line in lines:
            record = json.loads(line)
            actual = (record.get("config") or {}).get("model_type")
            found = identity_of(ModelRef(Origin.HUB, record["id"])).architecture
            if actual and found:
                right, wrong = right + (found == actual), wrong + (found != actual)
    assert right > 2000
    assert wrong / (right + wrong) < 0.04
