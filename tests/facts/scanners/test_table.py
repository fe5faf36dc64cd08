"""Which scanners content calls for, and what is said of content that none understands."""

from __future__ import annotations

import pytest

from tests.facts.scanners.looking import ELF, kinds, look, zipped
from tests.formats import seeds_core, seeds_graphs
from weighbridge.facts.scanners import table


@pytest.mark.parametrize(
    ("data", "scanner"),
    [
        (seeds_core.small_safetensors(), "safetensors"),
        (seeds_core.small_gguf(), "gguf"),
        (seeds_graphs.small_onnx(), "onnx"),
        (seeds_graphs.small_saved_model(), "tensorflow"),
        (seeds_graphs.small_tflite(), "tflite"),
        (seeds_core.hdf5(), "keras"),
        (zipped({"a.txt": "x"}), "archives"),
        (b'<?xml version="1.0"?><a/>', "xml"),
        (b'{"a": 1}', "documents"),
        (ELF, "executables"),
    ],
)
@pytest.mark.parametrize("path", ["model.pkl", "model", "notes.txt", "weights.safetensors"])
def test_content_decides_whatever_the_name(data: bytes, scanner: str, path: str) -> None:
    assert scanner in look(path, data).scanners


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("README.md", "# A model\n\n{% raw %} in prose {% endraw %}"),
        ("vocab.txt", "the\nof\nand\n"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        ("paper.pdf", b"%PDF-1.7 " + bytes(range(256))),
        ("table.parquet", b"PAR1" + bytes(100)),
        ("weights.npy", seeds_core.npy()),
        ("flax_model.msgpack", seeds_core.flax()),
        ("fingerprint.pb", b"\x08\x96\x01"),
        ("latin.txt", "café\n".encode("latin-1")),
        ("wide.txt", "text".encode("utf-16")),
        ("empty.bin", b""),
        ("setup.py", "import os\n\nprint('hello')\n"),
    ],
)
def test_what_cannot_act_is_scanned_and_silent(path: str, data: bytes | str) -> None:
    found = look(path, data)
    assert found.incomplete == ""
    assert found.observations == ()


@pytest.mark.parametrize("path", ["model.bin", "model.weird", "model.pkl"])
def test_unknown_binary_data_were_not_scanned(path: str) -> None:
    found = look(path, bytes(range(200, 256)) * 40)
    assert found.incomplete
    assert found.is_model is (path != "model.weird")


def test_raw_numbers_that_another_file_describes_are_known() -> None:
    raw = b"\x12\x34\xff\xfe" * 100
    assert look("model.bin", raw, {"model.xml": seeds_graphs.small_openvino()}).incomplete == ""
    assert look("model.bin", raw).incomplete


def test_a_pointer_is_not_the_file() -> None:
    found = look("model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")
    assert "pointer" in found.incomplete
    assert found.is_model


@pytest.mark.parametrize("data", [b"Rar!\x1a\x07\x01\x00" + bytes(50), b"MSCF\0\0\0\0" + bytes(50)])
def test_a_container_that_nobody_opens_was_not_scanned(data: bytes) -> None:
    found = look("model", data)
    assert found.incomplete
    assert found.is_model


def test_a_fault_in_a_scanner_costs_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(_subject: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(table, "_load", lambda _module: faulty)
    assert "internal error" in look("model.safetensors", seeds_core.small_safetensors()).incomplete


def test_a_link_out_of_the_repository_is_not_followed() -> None:
    from tests.support import MemoryRepository
    from weighbridge.facts.manifest import Manifest
    from weighbridge.facts.scanning import scan_file
    from weighbridge.model import RepoFile

    found = scan_file(MemoryRepository({}), Manifest(()), RepoFile("model.pt", linked_to="/etc/passwd"))
    assert "/etc/passwd" in found.incomplete


def test_time_is_limited() -> None:
    assert "seconds" in look("model.json", '{"a": 1}', seconds=-1.0).incomplete


def test_bytes_are_limited() -> None:
    assert "bytes" in look("model.json", '{"a": "' + "x" * 9000 + '"}', read_bytes=5000).incomplete


def test_equal_observations_are_counted() -> None:
    found = look("a.yaml", "- !!python/name:os.system\n" * 7)
    assert [observation.count for observation in found.observations] == [7]
    assert found.observations[0].where.line == 1


def test_too_many_observations_are_said_to_be() -> None:
    text = "\n".join(f"- !!python/name:evil.f{number}" for number in range(600))
    found = look("a.yaml", text)
    assert len(found.observations) == 500
    assert "more than 500" in found.incomplete
    assert kinds(found) == {"yaml.name"}
