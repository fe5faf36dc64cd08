"""Keras models: the `.keras` archive of version 3, and HDF5 files that Keras 1 and 2 wrote."""

from __future__ import annotations

from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.archive import Archive, open_archive
from weighbridge.formats.binary import LIMITS, Limits, Siblings
from weighbridge.formats.hdf5 import Contents, read_contents, root_names, starts_as_hdf5, to_inspection
from weighbridge.formats.hdf5_types import VALUE_LIMIT
from weighbridge.formats.metadata import tame
from weighbridge.model import ByteSource, Format, Inspection, Problem, Tensor

_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_EXPECTED = (_CONFIG, _METADATA, _WEIGHTS)
# Attributes of the root group that only Keras writes.
_MARKS = frozenset({"model_config", "keras_version", "layer_names"})
# What the root of a weight file of Keras 3 holds.
_WEIGHT_GROUPS = frozenset({"layers", "vars"})
# What an optimiser keeps beside the weights is in the file, but is no part of the model.
_OPTIMISER = ("optimizer_weights/", "optimizer/")
_COUNTED = ("F", "BF", "I", "U", "C")


class _KerasReader:
    """The reader of both; a model's configuration is kept whole, because it is a program."""

    formats = (Format.KERAS,)
    suffixes = (".keras", ".h5", ".hdf5")

    def recognise(self, head: bytes, source: ByteSource) -> Format | None:
        """Return `KERAS` for an archive with Keras's members, or HDF5 with Keras's attributes or layers."""
        if starts_as_hdf5(head):
            attributes, entries = root_names(source, LIMITS)
            return Format.KERAS if _MARKS & attributes or entries >= _WEIGHT_GROUPS else None
        if not head.startswith(b"PK") and not source.path.endswith(".keras"):
            return None
        names = set(open_archive(source).names)
        is_model = _CONFIG in names and (_METADATA in names or _WEIGHTS in names)
        return Format.KERAS if is_model or _WEIGHTS in names else None

    def inspect(self, source: ByteSource, _siblings: Siblings, limits: Limits) -> Inspection:
        """Return the inventory, and the configuration under `model_config` or `config.json`, as text."""
        if starts_as_hdf5(source.read_at(0, 4096)):
            return _inspect_hdf5(source, limits)
        return _inspect_archive(source, limits)


READER = _KerasReader()


def _inspect_hdf5(source: ByteSource, limits: Limits) -> Inspection:
    contents = read_contents(source, limits)
    inspection = to_inspection(source, Format.KERAS, contents, limits)
    metadata = dict(inspection.metadata)
    stated = contents.attributes.get("model_config")
    for key in ("model_config", "training_config"):
        if isinstance(contents.attributes.get(key), str):
            # Cut where it was read, and not again: a configuration cut off is no JSON any more.
            metadata[key] = contents.attributes[key]
    problems = inspection.problems
    if isinstance(stated, str) and len(stated) >= VALUE_LIMIT:
        problems = (
            *problems,
            Problem(f"model_config is longer than {VALUE_LIMIT:,} bytes and was cut", "model_config"),
        )
    version = contents.attributes.get("keras_version")
    return msgspec.structs.replace(
        inspection,
        metadata=metadata,
        producer="Keras",
        versions=inspection.versions | ({"keras": version[:80]} if isinstance(version, str) else {}),
        problems=problems,
        stated_parameters=_parameters(contents.tensors),
    )


def _inspect_archive(source: ByteSource, limits: Limits) -> Inspection:
    archive = open_archive(source, limits)
    problems: list[Problem] = []
    texts = {name: _read_text(archive, name, problems) for name in (_CONFIG, _METADATA)}
    about = _decode(texts[_METADATA], _METADATA, problems)
    contents = _read_weights(archive, limits, problems)
    problems += [Problem(f"{name} is no usual member of a Keras archive", name) for name in _unusual(archive)]
    version = about.get("keras_version")
    return Inspection(
        source.path,
        Format.KERAS,
        source.size,
        tuple(contents.tensors),
        _archive_metadata(texts, about, contents, limits),
        producer="Keras",
        versions={"keras": version[:80]} if isinstance(version, str) else {},
        references=tuple(dict.fromkeys(contents.references)),
        problems=(*archive.problems, *problems, *contents.problems),
        complete=archive.complete and contents.complete and all(texts.values()),
        stated_parameters=_parameters(contents.tensors),
    )


def _archive_metadata(
    texts: dict[str, str], about: dict[str, Any], contents: Contents, limits: Limits
) -> dict[str, Any]:
    metadata: dict[str, Any] = tame({**about, **contents.attributes}, limits)
    if texts[_CONFIG]:
        metadata[_CONFIG] = texts[_CONFIG]
    return metadata


def _read_text(archive: Archive, name: str, problems: list[Problem]) -> str:
    member = archive.find(name)
    if member is None:
        problems.append(Problem(f"there is no {name}", name))
        return ""
    try:
        return archive.read(member, VALUE_LIMIT).decode("utf-8", "replace")
    except FormatError as error:
        problems.append(Problem(error.message, name))
        return ""


def _decode(text: str, name: str, problems: list[Problem]) -> dict[str, Any]:
    if not text:
        return {}
    try:
        stated = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        problems.append(Problem(f"{name} is no JSON: {error}", name))
        return {}
    return stated if isinstance(stated, dict) else {}


def _read_weights(archive: Archive, limits: Limits, problems: list[Problem]) -> Contents:
    member = archive.find(_WEIGHTS)
    if member is None:
        problems.append(Problem(f"there is no {_WEIGHTS}", _WEIGHTS))
        return Contents(0, complete=False)
    try:
        contents = read_contents(archive.open(member), limits)
        start = archive.data_offset(member) if member.method == 0 else None
    except LimitExceeded as error:
        problems.append(Problem(error.message, _WEIGHTS))
        return Contents(0, complete=False)
    except FormatError as error:
        problems.append(Problem(f"{_WEIGHTS} cannot be read: {error.message}", _WEIGHTS))
        return Contents(0, complete=False)
    contents.tensors = [_moved(tensor, start) for tensor in contents.tensors]
    return contents


def _moved(tensor: Tensor, start: int | None) -> Tensor:
    """Count the offset from the archive's begin; there is none within a compressed member."""
    offset = None if start is None or tensor.offset is None else start + tensor.offset
    return msgspec.structs.replace(tensor, offset=offset)


def _unusual(archive: Archive) -> list[str]:
    return [name for name in archive.names if name not in _EXPECTED and not name.startswith("assets")]


def _parameters(tensors: list[Tensor]) -> int:
    """Count the model's own numbers: neither the optimiser's state nor the layers' texts and random seeds."""
    return sum(tensor.elements for tensor in tensors if _is_weight(tensor))


def _is_weight(tensor: Tensor) -> bool:
    is_state = tensor.name.startswith(_OPTIMISER) or "/seed_generator/" in f"/{tensor.name}"
    return not is_state and tensor.dtype.startswith(_COUNTED)
