"""Keras's configurations: a tree of class names and arguments from which loading builds, and may run, a model.

Every mapping of the tree is looked at, however deep: layers stand in wrappers, in models in models, in losses and in the
arguments of calls.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject
from weighbridge.facts.scanners.walking import walk

# Packages whose classes and functions loading resolves itself.
_OWN = ("keras", "tf_keras", "keras_core", "keras_hub", "keras_cv", "keras_nlp", "keras_tuner", "tensorflow.keras",
        "tensorflow.python.keras", "tensorflow_core.keras", "tensorflow_core.python.keras")  # fmt: skip
# Where the building blocks are that a model consists of; every other function of Keras does something else.
_BLOCKS = ("activations", "losses", "metrics", "initializers", "regularizers", "constraints", "optimizers", "layers", "ops",
           "random", "models", "dtype_policies", "applications", "quantizers")  # fmt: skip
# What in Keras itself reads files, fetches, imports or lifts the safety of loading.
_GADGETS = frozenset(
    {"get_file", "enable_unsafe_deserialization", "load_model", "load_weights", "load_img", "func_load", "func_dump",
     "deserialize_keras_object", "TorchModuleWrapper", "FlaxLayer", "JaxLayer", "TFSMLayer", "extract_archive",
     "model_from_json", "model_from_yaml", "from_config", "plot_model", "SavedModel", "save_model", "save_img",
     "image_dataset_from_directory", "text_dataset_from_directory", "audio_dataset_from_directory", "import_module",
     "LambdaCallback", "RemoteMonitor", "BackupAndRestore", "ModelCheckpoint", "CSVLogger", "run_file"}
)  # fmt: skip
_LOOKUPS = frozenset({"StringLookup", "IntegerLookup", "TextVectorization", "IndexLookup", "CategoryEncoding"})
# Operators of TensorFlow that old Keras calls by name.
_OPERATOR_LAYERS = frozenset({"TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod", "InstanceProperty"})
_ACTING = ("io.", "py_function", "numpy_function", "raw_ops.", "load_op_library", "load_library", "saved_model.", "data.",
           "debugging.", "summary.", "distribute.", "train.", "compat.", "queue.", "print")  # fmt: skip


def scan_config(subject: Subject, text: str, pointer: str) -> Iterator[Observation]:
    """Yield what a configuration in JSON would build that is no plain block. Raises `FormatError` for no JSON."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        value = _laxly(text, pointer)
    yield from scan_tree(subject, value, pointer)


def _laxly(text: str, pointer: str) -> Any:
    """Parse as Python's own reader does, which takes NaN and Infinity."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise FormatError("the model's configuration is no JSON", where=pointer) from None


def is_architecture(value: Any) -> bool:
    """Whether a JSON document is a Keras model's architecture: an object with a class and its configuration."""
    return isinstance(value, dict) and "class_name" in value and "config" in value


def scan_tree(subject: Subject, value: Any, pointer: str = "") -> Iterator[Observation]:
    """Yield what a parsed configuration would build that is no plain block."""
    for place, mapping in walk(value, pointer):
        yield from _object(subject, mapping, place)
        if isinstance(mapping.get("function_type"), str):
            yield from _old_lambda(subject, mapping, place)


def _object(subject: Subject, mapping: Mapping[str, Any], place: str) -> Iterator[Observation]:
    name, module = mapping.get("class_name"), mapping.get("module")
    if not isinstance(name, str):
        return
    where = subject.where(pointer=place)
    config = mapping.get("config")
    short = name.rpartition(">")[2].rpartition(".")[2]
    if name == "__lambda__":
        yield subject.observe(
            "keras.lambda", "__lambda__", "loading rebuilds a Python function from its bytecode", where
        )
    elif short == "Lambda":
        yield subject.observe("keras.lambda", "Lambda", _lambda_text(config), where, **_lambda_details(config))
    elif short in _OPERATOR_LAYERS:
        yield from _operator(subject, config, place)
    elif isinstance(module, str) and not _is_own(module):
        yield from _foreign(subject, mapping, name, module, place)
    elif name == "function" or short in _GADGETS:
        yield from _function(subject, str(config) if name == "function" else short, module, place)
    elif short in _LOOKUPS and isinstance(config, dict) and isinstance(config.get("vocabulary"), str):
        text = f"{short} reads its vocabulary from the file {config['vocabulary']!r}"
        yield subject.observe("keras.file", config["vocabulary"], text, where)
    if isinstance(mapping.get("registered_name"), str) and ">" in mapping["registered_name"]:
        registered = mapping["registered_name"]
        if not registered.startswith(("keras>", "Keras>", "keras_hub>", "keras_cv>", "keras_nlp>", "builtins>")):
            text = f"loading needs {registered}, which the user's own code has to provide"
            yield subject.observe("keras.custom", registered, text, where)


def _is_own(module: str) -> bool:
    return module == "builtins" or any(module == own or module.startswith(f"{own}.") for own in _OWN)


def _foreign(subject: Subject, mapping: Mapping[str, Any], name: str, module: str, place: str) -> Iterator[Observation]:
    """A module outside Keras: older versions import it by name, whatever it is."""
    called = mapping["config"] if name == "function" and isinstance(mapping.get("config"), str) else name
    text = f"loading imports {module} and uses {called} of it"
    yield subject.observe("keras.foreign", f"{module}.{called}", text, subject.where(pointer=place))


def _function(subject: Subject, called: str, module: Any, place: str) -> Iterator[Observation]:
    """A function, or a class of Keras that does more than compute."""
    where = subject.where(pointer=place)
    package = module if isinstance(module, str) else ""
    if called in _GADGETS:
        yield subject.observe("keras.gadget", called, f"loading makes Keras call {called}", where)
    elif package in ("", "builtins") and not called.islower():
        yield subject.observe(
            "keras.custom", called, f"loading needs the function {called} of the user's own code", where
        )
    elif package == "builtins" or not package:
        yield subject.observe("keras.name", called, f"loading looks up a function by the name {called}", where)
    elif not any(part in _BLOCKS for part in package.split(".")):
        yield subject.observe("keras.function", f"{package}.{called}", f"loading calls {package}.{called}", where)


def _operator(subject: Subject, config: Any, place: str) -> Iterator[Observation]:
    function = config.get("function") if isinstance(config, dict) else None
    if isinstance(function, str) and function.removeprefix("tf.").startswith(_ACTING):
        text = f"a layer calls TensorFlow's {function}"
        yield subject.observe("keras.gadget", function, text, subject.where(pointer=place))


def _old_lambda(subject: Subject, mapping: Mapping[str, Any], place: str) -> Iterator[Observation]:
    """Keras 1 and 2 kept a Lambda's function as bytecode in a list, outside any object of a class of its own."""
    for key in ("function_type", "output_shape_type", "mask_type"):
        stored = mapping.get(key.removesuffix("_type"))
        if mapping.get(key) == "lambda" and isinstance(stored, list):
            where = subject.where(pointer=place)
            yield subject.observe(
                "keras.lambda", "bytecode", "loading rebuilds a Python function from its bytecode", where
            )


def _lambda_details(config: Any) -> dict[str, Any]:
    return {"bytecode": _holds_bytecode(config)}


def _holds_bytecode(config: Any) -> bool:
    """Whether the layer brings its function along, rather than the name of one."""
    function = config.get("function") if isinstance(config, dict) else None
    is_named = isinstance(function, str) or (isinstance(function, dict) and function.get("class_name") == "function")
    return not is_named


def _lambda_text(config: Any) -> str:
    if _holds_bytecode(config):
        return "a Lambda layer runs Python bytecode that the file brings along"
    function = config["function"]
    return f"a Lambda layer runs the function {function if isinstance(function, str) else function.get('config')} by its name"
