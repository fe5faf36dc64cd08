"""Configurations: what they make a loader do."""

from __future__ import annotations

import json

import pytest

from tests.facts.scanners.looking import kinds, look, seen, zipped


@pytest.mark.parametrize("key", ["_target_", "class_path", "()"])
def test_targets_are_told_with_their_arguments(key: str) -> None:
    document = {"model": {"layers": [{key: "os.system", "command": "echo inert"}]}}
    for path in ("config.json", "config.yaml"):
        found = seen(look(path, json.dumps(document)))["config.target os.system"]
        assert found.where.pointer == f"/model/layers/0/{key}"
        assert "echo inert" in found.text


def test_target_is_a_word_for_many_things() -> None:
    assert look("a.yaml", "target: a.b\n").observations == ()
    assert "config.target ldm.Model" in seen(look("a.yaml", "target: ldm.Model\nparams: {}\n"))
    assert look("a.yaml", "_target_: not a path\n").observations == ()


def test_escapes_do_not_hide_keys() -> None:
    assert "config.target os.system" in seen(look("a.json", r'{"\u005ftarget_": "o\u0073.system"}'))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: !!python/object/apply:os.system [x]", "yaml.object-apply os.system"),
        ("a: !!python/object/new:os.system [x]", "yaml.object-new os.system"),
        ("a: !!python/object:evil.Class {}", "yaml.object evil.Class"),
        ("a: !!python/name:os.system", "yaml.name os.system"),
        ("a: !!python/module:os", "yaml.module os"),
        ("a: !<tag:yaml.org,2002:python/object/apply:os.system> [x]", "yaml.object-apply os.system"),
        ("%TAG !p! tag:yaml.org,2002:python/\n---\na: !p!object/apply:os.system [x]", "yaml.object-apply os.system"),
        ("---\na: 1\n---\nb: !!python/object/apply:os.system [x]", "yaml.object-apply os.system"),
        ("b: !!python/object/apply:os.system [x]\na: [", "yaml.object-apply os.system"),
        ("? !!python/object/apply:os.system [x]\n: 1", "yaml.object-apply os.system"),
    ],
)
def test_tags(text: str, expected: str) -> None:
    for path in ("a.yaml", "a.yml", "settings"):
        assert expected in seen(look(path, text))


def test_plain_yaml_is_silent() -> None:
    assert look("a.yaml", "a: !!str 1\nb: !!binary aGk=\nc: wow!\n").observations == ()


def test_chat_templates_in_every_carrier() -> None:
    evil = "{{ ''.__class__ }}"
    carriers: dict[str, str] = {
        "tokenizer_config.json": json.dumps({"chat_template": evil}),
        "processor_config.json": json.dumps({"chat_template": [{"name": "default", "template": evil}]}),
        "chat_template.json": json.dumps({"chat_template": {"default": evil}}),
        "config.yaml": json.dumps({"chat_template": evil}),
        "chat_template.jinja": evil,
        "additional_chat_templates/tool.jinja": evil,
        "prompt.j2": evil,
        "system.template": evil,
        "untold": evil,
        "other.json": json.dumps({"deploy_script": evil}),
    }
    for path, text in carriers.items():
        assert "template.dunder __class__" in seen(look(path, text)), path


def test_other_texts_with_braces_are_told_only_when_they_are_grave() -> None:
    assert look("a.json", json.dumps({"latex": "\\frac{{a}}{{b}} {{ x | unknown_filter }}"})).observations == ()
    assert look("README.md", "{{ ''.__class__ }}").observations == ()


GROWING = [
    "{{ 'a' * 10**9 }}",
    "{{ [0] * 10**9 }}",
    "{{ 2 ** 100000 }}",
    "{{ content * 10**9 }}",
    "{% for i in range(64) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set x = 'a' * 1000 %}{% set y = x * 1000 %}{% set z = y ~ y %}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%*d' % (1000000000, 1) }}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ 'a' | center(10**9) }}",
    "{{ 'a'.zfill(1000000000) }}",
    "{% for i in 'a' * 2000 %}{% for j in 'b' * 2000 %}x{% endfor %}{% endfor %}",
    "{% for i in range(1000) %}{% for j in range(2000) %}x{% endfor %}{% endfor %}",
]


@pytest.mark.parametrize("template", GROWING)
def test_a_template_that_fills_the_memory(template: str) -> None:
    assert "template.exhaustion" in kinds(look("chat_template.jinja", template))


@pytest.mark.parametrize(
    "template", ["{{ ''[messages[0].content] }}", "{{ messages[0][messages[1]['content']] }}", "{{ ''[x] }}"]
)
def test_an_attribute_whose_name_somebody_says(template: str) -> None:
    assert "template.computed" in kinds(look("chat_template.jinja", template))


@pytest.mark.parametrize(
    "template",
    [
        "{{ '-' * 80 }}{{ 2 * 3 }}{{ range(5) | list }}",
        "{% for m in messages %}{% set ns.text = ns.text ~ m.content %}{% endfor %}",
        "{{ '%5.2f' % x }}{{ 'a' | indent(4) }}{{ names[loop.index0] }}{{ message['content'][0] }}",
    ],
)
def test_a_template_that_counts_a_little(template: str) -> None:
    assert kinds(look("chat_template.jinja", template)) == set()


@pytest.mark.parametrize("tag", ["!!javax.script.ScriptEngineManager", "!ruby/object:Gem::Installer"])
def test_tags_of_other_languages(tag: str) -> None:
    assert "yaml.foreign" in kinds(look("a.yaml", f"a: {tag} {{}}"))
    assert "yaml.foreign" not in kinds(look("a.yaml", "a: !!str 1.5\nb: !own.tag 1"))


@pytest.mark.parametrize("descriptor", ["('|O', (2,))", "[('a', '<f8'), ('b', '|O')]", "'|O'"])
def test_arrays_of_objects_are_read_as_the_pickles_they_are(descriptor: str) -> None:
    header = f"{{'descr': {descriptor}, 'fortran_order': False, 'shape': (1,), }}".ljust(117) + "\n"
    data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + b"cos\nsystem\n."
    assert "pickles" in look("a.npy", data).scanners


def test_a_template_in_an_archive_is_told_with_its_place() -> None:
    found = look("m.zip", zipped({"tokenizer_config.json": json.dumps({"chat_template": "{{ x.__init__ }}"})}))
    assert str(found.observations[0].where) == "m.zip!tokenizer_config.json#/chat_template"


def test_shard_indices_that_lead_out() -> None:
    index = {"weight_map": {"a": "model-1.safetensors", "b": "../../etc/passwd"}}
    found = look("model.safetensors.index.json", json.dumps(index))
    assert set(seen(found)) == {"external.outside ../../etc/passwd"}
    assert found.observations[0].where.pointer == "/weight_map"


def test_skops_nodes() -> None:
    schema = {
        "__class__": "methodcaller",
        "__module__": "operator",
        "__loader__": "OperatorFuncNode",
        "attrs": {"__class__": "tuple", "__module__": "builtins", "__loader__": "TupleNode", "content": []},
        "_skops_version": "0.11",
    }
    found = seen(look("m.skops", zipped({"schema.json": json.dumps(schema)})))
    assert {"skops.OperatorFuncNode operator.methodcaller", "skops.TupleNode builtins.tuple"} == found.keys()


def test_mlflow_models() -> None:
    text = "flavors:\n  python_function:\n    loader_module: os\n    python_model: m.pkl\n    code: code\n"
    assert kinds(look("MLmodel", text)) == {"mlflow.loader-module", "mlflow.python-model", "mlflow.code"}


def test_spacy_configurations() -> None:
    text = '[nlp]\n[components.x.model]\n@architectures = "evil.Model.v1"\n'
    found = look("config.cfg", text)
    assert seen(found)["spacy.registered evil.Model.v1"].where.line == 3


def tree(**more: object) -> str:
    held = {
        "tree_param": {"num_nodes": "3"},
        "left_children": [1, -1, -1],
        "right_children": [2, -1, -1],
        "parents": [2147483647, 0, 0],
        **more,
    }
    return json.dumps({"learner": {"gradient_booster": {"model": {"trees": [held]}}}})


def test_trees_that_point_into_themselves() -> None:
    assert look("model.json", tree()).observations == ()


@pytest.mark.parametrize(
    "wrong",
    [{"left_children": [99, -1, -1]}, {"right_children": [-5, -1, -1]}, {"parents": [0, 9, 0]},
     {"tree_param": {"num_nodes": "1000000"}}, {"left_children": "x"}, {"left_children": [True, None, -1]}],
)  # fmt: skip
def test_trees_that_do_not(wrong: dict[str, object]) -> None:
    assert kinds(look("model.json", tree(**wrong))) == {"tree.index"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml.entity x"),
        ('<!DOCTYPE a [<!ENTITY % p PUBLIC "x" "http://192.0.2.1/d">%p;]><a/>', "xml.entity p"),
        ('<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;">]><a>&m;</a>', "xml.internal-entity m"),
        ('<!DOCTYPE PMML SYSTEM "http://192.0.2.1/d.dtd"><PMML/>', "xml.doctype PMML"),
        (
            '<net name="m"><layers><layer><data library="../libevil.so"/></layer></layers></net>',
            "xml.library ../libevil.so",
        ),
        ("<PMML><Extension>java.lang.Runtime.getRuntime().exec('true')</Extension></PMML>", "xml.code code"),
        ('<a xmlns:xi="x"><xi:include href="/etc/passwd"/></a>', "xml.entity include"),
    ],
)
def test_xml(text: str, expected: str) -> None:
    assert expected in seen(look("model.xml", text))
    assert expected in seen(look("model.pmml", text.encode("utf-16")))


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html><script>eval(1)</script></html>",
        '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/x.dtd"><plist/>',
        "<PMML><Header/></PMML>",
    ],
)
def test_plain_xml_is_silent(text: str) -> None:
    assert look("page.html" if "html" in text else "a.xml", text).observations == ()


def test_json_that_is_broken_was_not_scanned() -> None:
    assert "not JSON" in look("config.json", '{"a": ').incomplete


def test_lines_of_json_are_scanned() -> None:
    assert "config.target os.system" in seen(look("log.jsonl", '{"a": 1}\n{"_target_": "os.system"}\n'))


def test_json_as_python_takes_it() -> None:
    assert look("config.json", '{"a": NaN, "b": Infinity}').incomplete == ""
