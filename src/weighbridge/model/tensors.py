"""What a weight file holds, as read without executing anything."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec


class Format(StrEnum):
    """A file format, recognised by content."""

    SAFETENSORS = "safetensors"
    PYTORCH_ZIP = "pytorch-zip"
    PYTORCH_LEGACY = "pytorch-legacy"
    TORCHSCRIPT = "torchscript"
    PICKLE = "pickle"
    JOBLIB = "joblib"
    NUMPY = "numpy"
    NUMPY_ZIP = "numpy-zip"
    ONNX = "onnx"
    GGUF = "gguf"
    KERAS = "keras"
    HDF5 = "hdf5"
    SAVED_MODEL = "saved-model"
    TENSORFLOW_CHECKPOINT = "tensorflow-checkpoint"
    TFLITE = "tflite"
    FLAX_MSGPACK = "flax-msgpack"
    OPENVINO = "openvino"
    COREML = "coreml"
    ARCHIVE = "archive"
    UNRECOGNISED = "unrecognised"

    @property
    def runs_code(self) -> bool:
        """Whether loading a file of this format in the usual way can run code that the file chooses."""
        return self in _RUNS_CODE


_RUNS_CODE = frozenset(
    {
        Format.PYTORCH_ZIP,
        Format.PYTORCH_LEGACY,
        Format.TORCHSCRIPT,
        Format.PICKLE,
        Format.JOBLIB,
        Format.KERAS,
    }
    | {Format.HDF5, Format.SAVED_MODEL}
)

# Bits per element; block-quantised types count their scales, so the number need not be whole.
DTYPE_BITS: dict[str, float] = {
    "F64": 64, "F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F4": 4,
    "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "F6_E2M3": 6, "F6_E3M2": 6, "F128": 128, "C32": 32, "C256": 256,
    "I64": 64, "I32": 32, "I16": 16, "I8": 8, "I4": 4, "U64": 64, "U32": 32, "U16": 16, "U8": 8, "U4": 4,
    "BOOL": 8, "C64": 64, "C128": 128, "I2": 2, "U6": 6, "U3": 3, "U2": 2, "U1": 1,
    "Q4_0": 4.5, "Q4_1": 5.0, "Q5_0": 5.5, "Q5_1": 6.0, "Q8_0": 8.5, "Q8_1": 9.0,
    "Q2_K": 2.625, "Q3_K": 3.4375, "Q4_K": 4.5, "Q5_K": 5.5, "Q6_K": 6.5625, "Q8_K": 9.125,
    "IQ1_S": 1.5625, "IQ1_M": 1.75, "IQ2_XXS": 2.0625, "IQ2_XS": 2.3125, "IQ2_S": 2.5625, "IQ3_XXS": 3.0625,
    "IQ3_S": 3.4375, "IQ4_NL": 4.5, "IQ4_XS": 4.25, "TQ1_0": 1.6875, "TQ2_0": 2.0625, "MXFP4": 4.25,
    "NVFP4": 4.5, "Q1_0": 1.125,
}  # fmt: skip


class Tensor(msgspec.Struct, frozen=True, omit_defaults=True):
    """One tensor: `nbytes` is its stored length, `offset` where its data begins in the file, both in bytes.

    `dtype` is written as in safetensors (`F32`, `BF16`, `I8` …) or as in GGUF for block-quantised types (`Q4_K`). `file` is
    the other file, as it is named in this one, that holds the data; `is_permuted` tells elements that lie there in another
    order than row by row.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    nbytes: int
    offset: int | None = None
    file: str = ""
    is_permuted: bool = False

    @property
    def elements(self) -> int:
        """The number of elements: the product of the shape, 1 for a scalar."""
        count = 1
        for extent in self.shape:
            count *= extent
        return count


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something in a file that is not as its format demands; `where` is an offset, a member, a line or a key."""

    message: str
    where: str = ""


class Inspection(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one file holds.

    `parameters` is the number of weights where the format states it otherwise than by its tensors (packed
    quantisation); `metadata` holds the file's own key-value pairs, values cut to sane lengths; `versions` maps a
    library or a format to the version the file names; `quantisation` is the scheme's name; `references` are other
    files that the file needs to be complete. `complete` is False when something in the file was not read.
    """

    path: str
    format: Format
    size: int
    tensors: tuple[Tensor, ...] = ()
    metadata: dict[str, Any] = {}
    producer: str = ""
    versions: dict[str, str] = {}
    quantisation: str = ""
    references: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    complete: bool = True
    stated_parameters: int | None = None

    @property
    def parameters(self) -> int:
        """The number of elements in all tensors, or what the format states of itself."""
        return self.stated_parameters if self.stated_parameters is not None else sum(t.elements for t in self.tensors)

    @property
    def dtypes(self) -> dict[str, int]:
        """Elements per dtype, the most frequent first."""
        counts: dict[str, int] = {}
        for tensor in self.tensors:
            counts[tensor.dtype] = counts.get(tensor.dtype, 0) + tensor.elements
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
