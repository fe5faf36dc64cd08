"""PyTorch checkpoints: zip archives and the older streams of pickles, read without unpickling.

Only the directory and the pickles are read, not the storages: a checkpoint of gigabytes costs as much as a small one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.archive import Archive, open_archive
from weighbridge.formats.binary import LIMITS, Cursor, Limits, Siblings, Window
from weighbridge.formats.metadata import tame
from weighbridge.formats.pickle import PickleFacts, read_pickles
from weighbridge.formats.pickle.inventory import Found, Inventory, Storage, model_part
from weighbridge.formats.pickle.values import Call, Dict, Global, Persistent
from weighbridge.formats.pytorch_places import Span, placed
from weighbridge.formats.pytorch_tar import MAGIC, MAGIC_AT, TarCheckpoint, parts_of
from weighbridge.model import DTYPE_BITS, ByteSource, Format, Inspection, Problem, Tensor

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_LEGACY_PICKLES = 5
_VERSION_BYTES = 64
_GLIMPSE = 100
_MAGIC_BYTES = 64


class _PyTorchReader:
    formats = (Format.PYTORCH_ZIP, Format.PYTORCH_LEGACY)
    suffixes = (".pt", ".pth", ".bin", ".ckpt", ".pkl")

    def recognise(self, head: bytes, source: ByteSource) -> Format | None:
        """Tell a checkpoint by its members, or by the magic number that the older format begins with."""
        if head.startswith(b"PK"):
            return Format.PYTORCH_ZIP if data_pickle(open_archive(source)) else None
        if head.startswith(MAGIC, MAGIC_AT):
            return Format.PYTORCH_LEGACY if parts_of(source) else None
        if not head.startswith((b"\x80", b"L", b"I")):
            return None
        beginning = Window(source, source.path, 0, min(source.size, _MAGIC_BYTES))
        first = read_pickles(beginning, 1, room=_GLIMPSE).pickles
        return Format.PYTORCH_LEGACY if first and first[0].value == LEGACY_MAGIC else None

    def inspect(self, source: ByteSource, siblings: Siblings, limits: Limits) -> Inspection:  # noqa: ARG002
        """Return the tensors of the model in a checkpoint."""
        head = source.read_at(0, MAGIC_AT + len(MAGIC))
        if head.startswith(MAGIC, MAGIC_AT):
            return _inspect_tar(source, limits)
        return _inspect_zip(source, limits) if head.startswith(b"PK") else _inspect_legacy(source, limits)


READER = _PyTorchReader()


def data_pickle(archive: Archive) -> str:
    """Return the name of the member that holds a checkpoint's objects, empty where there is none."""
    return next((name for name in archive.names if name == "data.pkl" or name.endswith("/data.pkl")), "")


def read_arguments(source: ByteSource) -> dict[str, Any]:
    """Return the plain attributes of the object that a file such as `training_args.bin` holds, enums by their value.

    Raises `FormatError` when the file is no checkpoint.
    """
    head = source.read_at(0, 2)
    if head == b"PK":
        archive = open_archive(source)
        facts = _member_facts(archive, data_pickle(archive), LIMITS)
    else:
        facts = read_pickles(source, _LEGACY_PICKLES)
    values = [pickle.value for pickle in facts.pickles if isinstance(pickle.value, Call)]
    state = next((value.state for value in values if isinstance(value.state, Dict)), None)
    if state is None:
        raise FormatError(f"{source.path} holds no object with attributes")
    return {k: plain for k, v in state.pairs if isinstance(k, str) and (plain := _plain(v)) is not None}


def _plain(value: Any) -> Any:
    """Return a scalar, or the value of an enum's member; None for anything else."""
    if isinstance(value, Call) and isinstance(value.arguments, tuple) and len(value.arguments) == 1:
        value = value.arguments[0]
    return value if isinstance(value, str | int | float | bool) else None


def _member_facts(archive: Archive, name: str, limits: Limits) -> PickleFacts:
    member = archive.find(name)
    if member is None:
        raise FormatError("the archive holds no data.pkl")
    return read_pickles(archive.open(member), 1, limits)


def _inspect_zip(source: ByteSource, limits: Limits) -> Inspection:
    archive = open_archive(source, limits)
    name = data_pickle(archive)
    facts = _member_facts(archive, name, limits)
    value = facts.pickles[0].value if facts.pickles else None
    inventory, metadata = inventory_of(value)
    folder = name.removesuffix("data.pkl")
    problems = [*archive.problems, *facts.problems, *_check_storages(archive, folder, inventory.found)]
    version = archive.find(f"{folder}version")
    versions = (
        {"torch-archive": archive.read(version, _VERSION_BYTES).decode("ascii", "replace").strip()} if version else {}
    )
    return _inspection(source, Format.PYTORCH_ZIP, inventory, facts, metadata, versions, problems)


def inventory_of(
    value: Any, elsewhere: Callable[[Call | Persistent], Found | None] | None = None
) -> tuple[Inventory, dict[str, Any]]:
    """Return the tensors of the model that a checkpoint's value holds, and what is plain beside it."""
    model, beside = model_part(value)
    inventory = Inventory(elsewhere=elsewhere)
    inventory.walk(model)
    metadata: dict[str, Any] = {"beside": beside} if beside else {}
    if isinstance(value, Dict):
        metadata["keys"] = [k for k, _ in value.pairs[:50] if isinstance(k, str)]
    if isinstance(value, Call) and isinstance(value.function, Global):
        metadata["class"] = value.path
    return inventory, metadata


def _check_storages(archive: Archive, folder: str, found: list[Found]) -> list[Problem]:
    """Tell storages that are not there, or not as long as the tensors in them need."""
    problems: dict[str, Problem] = {}
    for entry in found:
        storage = entry.storage
        if storage is None or storage.key in problems:
            continue
        member = archive.find(f"{folder}data/{storage.key}")
        needed = int(storage.elements * DTYPE_BITS[storage.dtype] // 8)
        if member is None:
            problems[storage.key] = Problem(f"the storage of {entry.tensor.name} is not there", f"data/{storage.key}")
        elif member.size < needed:
            message = f"the storage of {entry.tensor.name} has {member.size:,} bytes of {needed:,}"
            problems[storage.key] = Problem(message, f"data/{storage.key}")
    return list(problems.values())


def _inspect_tar(source: ByteSource, limits: Limits) -> Inspection:
    parts = parts_of(source)
    if not parts:
        raise FormatError(f"{source.path} is a tar without a checkpoint's parts", where="0x0")
    checkpoint = TarCheckpoint(parts, limits)
    facts = checkpoint.facts
    value = facts.pickles[0].value if facts.pickles else None
    inventory, metadata = inventory_of(value, checkpoint.tensor)
    problems = [*checkpoint.problems, *facts.problems]
    return _inspection(source, Format.PYTORCH_LEGACY, inventory, facts, metadata | {"layout": "tar"}, {}, problems)


def _inspect_legacy(source: ByteSource, limits: Limits) -> Inspection:
    facts = read_pickles(source, _LEGACY_PICKLES, limits)
    if len(facts.pickles) < _LEGACY_PICKLES:
        reason = facts.problems[0].message if facts.problems else "ended early"
        raise FormatError(f"{source.path} has {len(facts.pickles)} of its {_LEGACY_PICKLES} pickles: {reason}")
    value, keys = facts.pickles[3].value, facts.pickles[4].value
    inventory, metadata = inventory_of(value)
    problems = list(facts.problems)
    storages = {entry.storage.key: entry.storage for entry in inventory.found if entry.storage}
    spans: dict[str, Span] = {}
    if isinstance(keys, list):
        problems += _check_tail(source, facts.end, [str(key) for key in keys], storages, spans)
    inventory.found = [
        msgspec.structs.replace(entry, tensor=tensor)
        for entry, tensor in zip(inventory.found, placed(inventory.found, spans), strict=True)
    ]
    return _inspection(source, Format.PYTORCH_LEGACY, inventory, facts, metadata, {}, problems)


def _check_tail(
    source: ByteSource, offset: int, keys: list[str], storages: dict[str, Storage], spans: dict[str, Span]
) -> list[Problem]:
    """Step over the storages behind the pickles, and note their places: each is its number of elements and its data."""
    cursor = Cursor(source, offset, block=64)
    for key in keys:
        storage = storages.get(key)
        if storage is None:
            return []  # a storage of what is no part of the model: its width is not known
        try:
            elements = cursor.u64()
            spans[key] = Span(cursor.offset, int(elements * DTYPE_BITS[storage.dtype] // 8))
            cursor.skip(spans[key].size, "storage")
        except FormatError as error:
            return [Problem(f"storage {key}: {error.message}", error.where)]
    if cursor.remaining:
        return [Problem(f"{cursor.remaining:,} bytes after the last storage", f"{cursor.offset:#x}")]
    return []


def _inspection(
    source: ByteSource,
    form: Format,
    inventory: Inventory,
    facts: PickleFacts,
    metadata: dict[str, Any],
    versions: dict[str, str],
    problems: list[Problem],
) -> Inspection:
    tensors: tuple[Tensor, ...] = tuple(found.tensor for found in inventory.found)
    parameters = inventory.parameters()
    is_tied = parameters != sum(tensor.elements for tensor in tensors)
    return Inspection(
        source.path,
        form,
        source.size,
        tensors,
        tame(metadata, LIMITS),
        producer="PyTorch",
        versions=versions,
        problems=tuple(problems),
        complete=facts.complete and facts.kept_whole and inventory.complete and bool(facts.pickles),
        stated_parameters=parameters if is_tied else None,
    )
