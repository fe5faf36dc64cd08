"""What is told about each format: its tensors, its quantisation, its metadata."""

from __future__ import annotations

from weighbridge.model import Format

F = Format

TOLD: dict[Format, tuple[str, str, str]] = {
    F.SAFETENSORS: (
        "name, shape, type, place; departures from the format: holes, overlaps, names twice, unknown types",
        "the file's own metadata",
        "`__metadata__`; shards through the index",
    ),
    F.PYTORCH_ZIP: (
        "name, shape, type and storage, from the pickle's instructions; tied weights count once",
        "element types",
        "the pickle's other values, cut; versions",
    ),
    F.PYTORCH_LEGACY: ("as in the zip archives", "element types", "versions"),
    F.TORCHSCRIPT: ("parameters and buffers, as far as the archive's pickles tell", "element types", "code files, version"),
    F.PICKLE: ("arrays, as far as the pickle's instructions tell", "element types", "what it would import, call and build"),
    F.NUMPY: ("shape, type, order", "element type", "arrays of objects are told, never unpickled"),
    F.NUMPY_ZIP: ("one for each array", "element types", "arrays of objects are told, never unpickled"),
    F.JOBLIB: ("arrays that stand in the pickle, whatever compresses it", "element types", "classes and versions that the pickle names"),
    F.ONNX: (
        "initial values, constants, subgraphs; the learned ones count as parameters",
        "quantising operators and narrow types",
        "producer, opsets, operators by name, custom domains, external data and whether they are there",
    ),
    F.GGUF: (
        "name, shape, type (block types too), place",
        "`general.file_type`, else the type that most elements have",
        "every key, long lists by length and first items; chat templates whole; other parts of a split model",
    ),
    F.KERAS: ("every array; the optimiser's state does not count as parameters", "element types", "the configuration whole, because it is a program; Keras version"),
    F.HDF5: ("datasets with shape and type", "element types", "attributes; links that leave the file"),
    F.SAVED_MODEL: (
        "constants of the graphs, and the variables beside them",
        "quantising operators",
        "operators by name, signatures, assets, TensorFlow version",
    ),
    F.TENSORFLOW_CHECKPOINT: ("name, shape, type, place, from the index", "element types", "whether the data files reach that far"),
    F.TFLITE: ("constants; activations are left out", "element types of weights and activations", "operators, custom and `Flex` ones apart; signatures"),
    F.FLAX_MSGPACK: ("name, shape, type, place", "element types", "values that are no arrays"),
    F.OPENVINO: ("constants with their place in the `.bin`", "element types", "operators; whether the `.bin` is there and long enough"),
    F.COREML: ("weights of networks and ML Programs", "compression operators, bits", "producer, description, operators, custom layers, the blob file"),
    F.ARCHIVE: ("none", "", "members by name; what they hold is not looked into, and the file counts as not read to its end"),
}  # fmt: skip
