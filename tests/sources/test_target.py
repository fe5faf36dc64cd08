from __future__ import annotations

import contextlib
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hub.server import LoopbackHub
from weighbridge.errors import NothingToAudit, SourceError, UsageError, WeighbridgeError
from weighbridge.model import Origin
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.target import open_repository, parse_id

OPTIONS = SourceOptions(endpoint="https://mirror.example/hf")


@pytest.mark.parametrize(
    ("target", "name", "revision"),
    [
        ("acme/tiny", "acme/tiny", None),
        ("acme/tiny/", "acme/tiny", None),
        ("acme/tiny@v1.0", "acme/tiny", "v1.0"),
        ("acme/tiny@refs/pr/3", "acme/tiny", "refs/pr/3"),
        ("gpt2", "gpt2", None),
        ("hf://acme/tiny", "acme/tiny", None),
        ("hf://models/acme/tiny@main", "acme/tiny", "main"),
        ("https://huggingface.co/acme/tiny", "acme/tiny", None),
        ("https://huggingface.co/acme/tiny/", "acme/tiny", None),
        ("https://huggingface.co/gpt2", "gpt2", None),
        ("https://huggingface.co/acme/tiny?library=x#files", "acme/tiny", None),
        ("https://huggingface.co/acme/tiny/tree/v1", "acme/tiny", "v1"),
        ("https://huggingface.co/acme/tiny/tree/refs%2Fpr%2F3", "acme/tiny", "refs/pr/3"),
        ("https://huggingface.co/acme/tiny/blob/refs/pr/3/config.json", "acme/tiny", "refs/pr/3"),
        ("https://hf.co/acme/tiny/resolve/main/a/b.bin", "acme/tiny", "main"),
        ("https://mirror.example/hf/acme/tiny/blob/main/README.md", "acme/tiny", "main"),
    ],
)
def test_ids_and_addresses(target: str, name: str, revision: str | None) -> None:
    found = parse_id(target, OPTIONS)
    assert (found.name, found.revision) == (name, revision)


@pytest.mark.parametrize(
    "target",
    [
        "", "a/b/c", "a b", "acme/..", "acme--tiny/x--y", "hf://", "acme/tiny@", "acme/tiny@../../x", "acme/tiny@/x",
        "https://evil.example/acme/tiny", "https://huggingface.co.evil.example/acme/tiny", "https://huggingface.co/",
        "https://huggingface.co/datasets/acme/data", "https://huggingface.co/spaces/acme/demo", "http://[", "-x",
        "https://mirror.example/acme/tiny", "acme/tiny\n", "ämne/x", "https://huggingface.co/a/b/c/d",
    ],
)  # fmt: skip
def test_what_is_nothing_is_told_with_a_hint(target: str) -> None:
    with pytest.raises(UsageError) as raised:
        open_repository(target, OPTIONS)
    assert raised.value.hint


@pytest.mark.parametrize("target", ["./nowhere", "/nowhere/at/all", "../x/y", "~/nowhere/at/all", "~nobody-at-all/x"])
def test_a_path_that_does_not_exist_is_never_an_id(target: str) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        open_repository(target, OPTIONS)


def test_the_revision_may_come_with_the_options() -> None:
    options = msgspec.structs.replace(OPTIONS, revision="v2")
    assert parse_id("acme/tiny", options).revision == "v2"
    assert parse_id("acme/tiny@v1", options).revision == "v1"


def test_what_exists_wins_over_an_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme" / "tiny").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert open_repository("acme/tiny", OPTIONS).ref.origin is Origin.FOLDER


def test_hf_always_means_the_registry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hub: LoopbackHub, options: SourceOptions
) -> None:
    (tmp_path / "acme" / "tiny").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    hub.add("acme/tiny", {"README.md": "# Tiny"})
    repository = open_repository("hf://acme/tiny", options)
    assert repository.ref.origin is Origin.HUB
    assert repository.read("README.md") == b"# Tiny"


def test_a_file_is_a_file_and_a_record_is_a_record(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    (tmp_path / "config.json").write_text('{"id": 3, "model_type": "bert"}')
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "record.json").write_text(json.dumps({"id": "acme/tiny", "tags": []}))
    origins = {
        name: open_repository(str(tmp_path / name)).ref.origin for name in ("m.gguf", "config.json", "broken.json")
    }
    assert set(origins.values()) == {Origin.FILE}
    assert open_repository(str(tmp_path / "record.json")).ref.name == "acme/tiny"


def test_a_device_is_nothing_to_audit() -> None:
    with pytest.raises(NothingToAudit):
        open_repository("/dev/null")


@given(st.text(max_size=40) | st.from_regex(r"https?://[a-z.]{0,9}/\S{0,20}|hf://\S{0,20}", fullmatch=True))
def test_no_target_is_too_strange(target: str) -> None:
    with contextlib.suppress(WeighbridgeError):
        assert parse_id(target, OPTIONS).name


def test_settings_never_show_the_token() -> None:
    assert "hf_secret" not in repr(SourceOptions(token="hf_secret"))
    assert "endpoint" in repr(OPTIONS)
