"""Content that looks like one thing and is another."""

from __future__ import annotations

import json

import h5py
import pytest

from tests.facts.scanners.looking import keras_model, kinds, layer, look, seen
from tests.formats import seeds_core
from tests.formats.seeds_core import gguf, pair, text

EVIL = json.dumps({"_target_": "os.system", "command": "echo inert"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_that_json_readers_take(encoding: str) -> None:
    assert "config.target os.system" in seen(look("config.json", EVIL.encode(encoding)))


def test_utf_16_without_a_mark_is_at_least_not_called_safe() -> None:
    found = look("config.json", EVIL.encode("utf-16-le"))
    assert found.observations or found.incomplete


@pytest.mark.parametrize("blanks", [10, 5000, 60_000])
def test_blanks_before_a_document(blanks: int) -> None:
    assert "config.target os.system" in seen(look("config.json", " " * blanks + EVIL))
    assert "config.target os.system" in seen(look("notes", "\n" * blanks + EVIL))
    xml = "\n" * blanks + '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a/>'
    assert "xml.entity x" in seen(look("model.xml", xml))


def test_pages_of_prose_before_something_else_are_no_text() -> None:
    found = look("notes.txt", b"It was a dark and stormy night. " * 1000 + bytes(range(256)) * 8)
    assert found.incomplete


@pytest.mark.parametrize("before", [b"# Notes\n" * 2000, b"\x89PNG\r\n\x1a\n" + bytes(9000)])
@pytest.mark.parametrize("place", [512, 4096, 8192, 1 << 20])
def test_hdf5_behind_something_else(before: bytes, place: int) -> None:
    def fill(file: h5py.File) -> None:
        file.attrs["model_config"] = keras_model(layer("Lambda", function=["4wAA", None, None]))

    block = (before * (place // len(before) + 1))[:place]
    inner = seeds_core.hdf5(fill=fill, userblock_size=place)
    found = look("model.h5", block + inner[place:])
    assert "keras.lambda" in kinds(found) or found.incomplete
    assert found.is_model


def test_a_template_key_that_is_there_twice() -> None:
    key = "tokenizer.chat_template"
    both = [pair(key, 8, text("{{ x.__class__ }}")), pair(key, 8, text("{{ messages }}"))]
    assert "twice" in look("m.gguf", gguf(both, [])).incomplete


def test_references_in_a_configuration_are_followed() -> None:
    assert "config.target os.system" in seen(look("a.yaml", "root: os\nm:\n  _target_: ${root}.system\n"))
    assert "config.target os.system" in seen(look("a.yaml", "a: ${b}\nb: os.system\nm:\n  _target_: ${a}\n"))
    assert kinds(look("a.yaml", "m:\n  _target_: ${oc.env:X}\n")) == {"config.computed"}
    assert kinds(look("a.yaml", "a: ${b}\nb: ${a}\nm:\n  _target_: ${a}\n")) == {"config.computed"}


def test_jsonpickle() -> None:
    found = seen(look("a.json", json.dumps({"py/reduce": [{"py/type": "nt.system"}, {"py/tuple": ["echo inert"]}]})))
    assert "config.jsonpickle nt.system" in found


def test_mxnet_custom_operators() -> None:
    symbol = {"nodes": [{"op": "Custom", "attrs": {"op_type": "evil"}}, {"op": "null", "attrs": {}}]}
    assert set(seen(look("model-symbol.json", json.dumps(symbol)))) == {"mxnet.custom evil"}


@pytest.mark.parametrize(
    "written", ['"WriteFile"', "'WriteFile'", '"Write" "File"', '"\\127riteFile"', '"\\x57riteFile"']
)
def test_graphs_in_text(written: str) -> None:
    graph = f'node {{\n  name: "x"\n  op: {written}\n}}\nnode {{ name: "y" op: "MatMul" }}\n'
    for path in ("saved_model.pbtxt", "graph"):
        found = look(path, graph)
        assert set(seen(found)) == {"tensorflow.file WriteFile"}
        assert found.observations[0].where.line == 3


def test_caffe_layers_in_python() -> None:
    text = 'layer {\n name: "x"\n type: "Python"\n python_param { module: "evil" layer: "X" }\n}'
    assert "caffe.python" in kinds(look("deploy.prototxt", text))


def test_encodings_in_which_a_document_type_would_not_be_seen() -> None:
    assert "xml.encoding UTF-7" in seen(look("a.xml", '<?xml version="1.0" encoding="UTF-7"?><a/>'))
    assert look("a.xml", '<?xml version="1.0" encoding="UTF-8"?><a/>').observations == ()
