from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.facts.manifest import Manifest
from weighbridge.facts.roles import Role, is_example, is_quantised, is_test, role_of
from weighbridge.model import RepoFile


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (Role.WEIGHTS, "pytorch_model.bin model-00001-of-00002.safetensors a/b.gguf tf_model.h5 flax_model.msgpack rust_model.ot "
         "saved_model.pb variables/variables.index model.ckpt-150000.index x.npz clf.joblib scaler.pkl m.mlmodel openvino_model.xml "
         "unet/diffusion_pytorch_model.bin word2vec.model"),
        (Role.WEIGHT_DATA, "variables/variables.data-00000-of-00001 model.onnx_data model.onnx.data openvino_model.bin "
         "M.mlpackage/Data/com.apple.CoreML/weights/weight.bin"),
        (Role.TRAINING_STATE, "training_args.bin optimizer.pt checkpoint-500/scheduler.pt rng_state_0.pth random_states_0.pkl scaler.pt "
         "trainer_state.json global_step10/mp_rank_00_model_states.pt bf16_zero_pp_rank_0_mp_rank_00_optim_states.pt all_results.json"),
        (Role.SHARD_INDEX, "model.safetensors.index.json pytorch_model.bin.index.json a/model.safetensors.index.fp16.json"
         .replace(" a/model.safetensors.index.fp16.json", "")),
        (Role.CONFIG, "config.json 1_Pooling/config.json modules.json mergekit_config.yml"),
        (Role.TOKENIZER, "tokenizer.json vocab.txt spiece.model sentencepiece.bpe.model tokenizer.bin chat_template.jinja source.spm"),
        (Role.LICENCE, "LICENSE LICENCE.md COPYING LICENSE.apache-2.0 docs/license.txt LLAMA_LICENSE"),
        (Role.NOTICE, "NOTICE NOTICE.txt USE_POLICY.md"),
        (Role.CODE, "modeling_x.py license_detector.py run.sh"),
        (Role.NOTEBOOK, "a.ipynb"),
        (Role.ENVIRONMENT, "requirements.txt requirements-dev.txt environment.yml Dockerfile Dockerfile.gpu pyproject.toml"),
        (Role.EVENTS, "runs/x/events.out.tfevents.1654090139.host"),
        (Role.DOCUMENT, "README.md paper.pdf"),
        (Role.HOUSEKEEPING, ".gitattributes .gitignore"),
        (Role.ARCHIVE, "a.tar.gz b.zip"),
        (Role.OTHER, "noextension .hidden"),
    ],
)  # fmt: skip
def test_roles_by_name(role: Role, paths: str) -> None:
    assert {path: role_of(path) for path in paths.split()} == dict.fromkeys(paths.split(), role)


def manifest(*paths: str) -> Manifest:
    return Manifest(RepoFile(path) for path in sorted(paths))


def test_a_bin_beside_an_xml_of_its_name_is_raw_data() -> None:
    held = manifest("m/face.xml", "m/face.bin", "pytorch_model.bin")
    assert [file.path for file in held.weights] == ["pytorch_model.bin"]
    assert [file.path for file in held.weight_data] == ["m/face.bin"]


def test_the_card_is_the_readme_at_the_root() -> None:
    assert manifest("docs/README.md").card is None
    readme = manifest("README.md", "readme.txt").card
    assert readme is not None
    assert readme.path == "README.md"


def test_licences_nearest_the_root_come_first() -> None:
    assert [file.path for file in manifest("a/LICENSE", "LICENSE").licences] == ["LICENSE", "a/LICENSE"]


def test_marks_in_paths() -> None:
    assert is_quantised("onnx/model_quantized.onnx")
    assert is_quantised("llama-2-7b.Q4_K_M.gguf")
    assert is_quantised("onnx/model_int8.onnx")
    assert not is_quantised("model.safetensors")
    assert is_test("tests/test_a.py")
    assert not is_test("latest.py")
    assert is_example("examples/run.py")


def test_membership() -> None:
    assert "config.json" in manifest("config.json")
    assert "x" not in manifest("config.json")


@given(st.text(max_size=60))
def test_every_path_has_one_role(path: str) -> None:
    assert isinstance(role_of(path), Role)


def test_a_path_without_end_costs_nothing() -> None:
    started = time.process_time()
    role_of("license" * 300_000 + "/x")
    role_of("a/" + "optim_1" * 300_000)
    assert time.process_time() - started < 0.5
