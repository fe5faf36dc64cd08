"""HDF5: groups, datasets with their shapes and types, attributes, and what leads out of the file."""

from __future__ import annotations

from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats import hdf5_file as messages
from weighbridge.formats.binary import Limits, Siblings
from weighbridge.formats.hdf5_file import SIGNATURE, Fields, Hdf5File, LinkTo, Message
from weighbridge.formats.hdf5_types import Element, Layout, read_attribute, read_element, read_layout, read_shape
from weighbridge.formats.metadata import ENTRIES, tame
from weighbridge.model import ByteSource, Format, Inspection, Problem, Tensor

_NAME = 4096
_PLACES = (0, 512, 1024, 2048)


class Contents(msgspec.Struct):
    """An HDF5 file, walked: datasets by path, the root's attributes, the others' by `path@name`, and what was wrong.

    Names are joined with `/`; a chunked or compressed dataset's `nbytes` is what its elements take once unpacked.
    """

    version: int
    tensors: list[Tensor] = []
    attributes: dict[str, Any] = {}
    inner_attributes: dict[str, Any] = {}
    references: list[str] = []
    problems: list[Problem] = []
    complete: bool = True

    def fail(self, message: str, where: str) -> None:
        """Tell what could not be read."""
        self.problems.append(Problem(message, where))
        self.complete = False


class _Hdf5Reader:
    """The reader of HDF5 files that are no Keras models."""

    formats = (Format.HDF5,)
    suffixes = (".h5", ".hdf5")

    def recognise(self, head: bytes, _source: ByteSource) -> Format | None:
        """Return `HDF5` for the signature, at the begin or behind a user block."""
        return Format.HDF5 if starts_as_hdf5(head) else None

    def inspect(self, source: ByteSource, _siblings: Siblings, limits: Limits) -> Inspection:
        """Return the datasets in the order of the groups and every attribute, cut to sane lengths."""
        return to_inspection(source, Format.HDF5, read_contents(source, limits), limits)


READER = _Hdf5Reader()


def starts_as_hdf5(head: bytes) -> bool:
    """Whether the signature stands where a reader looks for it within the first 4 KiB."""
    return any(head.startswith(SIGNATURE, place) for place in _PLACES)


def to_inspection(source: ByteSource, kind: Format, contents: Contents, limits: Limits) -> Inspection:
    """Return what was read, in the common shape."""
    attributes = {**contents.attributes, **contents.inner_attributes}
    return Inspection(
        source.path,
        kind,
        source.size,
        tuple(contents.tensors),
        tame(dict(list(attributes.items())[:ENTRIES]), limits),
        versions={"hdf5 superblock": str(contents.version)},
        references=tuple(dict.fromkeys(contents.references)),
        problems=tuple(contents.problems),
        complete=contents.complete,
    )


def read_contents(source: ByteSource, limits: Limits) -> Contents:
    """Walk the file from its root. Raises `FormatError` when there is no root group to be read."""
    file = Hdf5File(source, limits)
    contents = Contents(file.version)
    if file.end is not None and file.end > source.size:
        contents.fail(
            f"the file is cut off: it should have {file.end:,} bytes and has {source.size:,}", f"{source.size:#x}"
        )
    if file.start:
        contents.problems.append(Problem(f"{file.start:,} bytes stand before the file's own begin", "0x0"))
    _walk(file, contents)
    return contents


def root_names(source: ByteSource, limits: Limits) -> tuple[set[str], set[str]]:
    """Return the names of the root group's attributes and of its entries. Raises `FormatError`."""
    file = Hdf5File(source, limits)
    found = file.messages(file.root)
    attributes = {read_attribute(file, at)[0] for at in _attribute_places(file, found)}
    return attributes, {link.name for link in file.links(found)}


def _walk(file: Hdf5File, contents: Contents) -> None:
    waiting = [("", file.root)]
    seen = set()
    while waiting:
        path, address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        file.spend()
        try:
            found = file.messages(address)
            _take_attributes(file, found, path, contents)
            waiting += reversed(_take_object(file, found, path, contents))
        except LimitExceeded:
            raise
        except FormatError as error:
            if not path:
                raise
            contents.fail(f"{path} cannot be read: {error.message}", error.where or path)


def _take_object(file: Hdf5File, found: list[Message], path: str, contents: Contents) -> list[tuple[str, int]]:
    """Take in a dataset, or return a group's entries that are still to be walked."""
    kinds = {message.kind: message for message in found}
    if messages.LAYOUT in kinds and messages.DATATYPE in kinds and messages.DATASPACE in kinds:
        _take_dataset(file, kinds, path, contents)
        return []
    entries: list[tuple[str, int]] = []
    try:
        for link in file.links(found):
            name = f"{path}/{link.name}"[-_NAME:] if path else link.name[:_NAME]
            if link.address is not None:
                entries.append((name, link.address))
            else:
                _tell_link(link, name, contents)
    except LimitExceeded:
        raise
    except FormatError as error:
        contents.fail(f"the group {path or '/'} cannot be listed to its end: {error.message}", error.where or path)
    return entries


def _tell_link(link: LinkTo, name: str, contents: Contents) -> None:
    if link.file:
        contents.references.append(link.file)
        contents.fail(f"{name} lies in another file: {link.file}, at {link.soft}", name)
    else:
        contents.problems.append(Problem(f"{name} is a link to {link.soft}", name))


def _take_dataset(file: Hdf5File, kinds: dict[int, Message], path: str, contents: Contents) -> None:
    element = read_element(file, kinds[messages.DATATYPE])
    shape = read_shape(file, kinds[messages.DATASPACE].at)
    layout = read_layout(file, kinds[messages.LAYOUT].at)
    if shape is None:
        contents.tensors.append(Tensor(path, (0,), element.name, 0))
        return
    tensor = Tensor(path, shape, element.name, 0)
    needed = tensor.elements * element.width
    is_outside = messages.EXTERNAL_FILES in kinds
    if is_outside:
        _tell_external_files(file, kinds[messages.EXTERNAL_FILES], path, contents)
    elif layout.kind == "virtual":
        contents.fail(f"{path} is put together from parts of other datasets, which were not looked at", path)
    _check_span(file, layout, element, needed, path, contents)
    at = layout.address if layout.kind in ("compact", "contiguous") and not is_outside else None
    contents.tensors.append(msgspec.structs.replace(tensor, nbytes=needed, offset=at))


def _check_span(file: Hdf5File, layout: Layout, element: Element, needed: int, path: str, contents: Contents) -> None:
    if layout.kind == "contiguous" and layout.address is not None:
        if layout.stored is not None and layout.stored != needed and not element.is_variable_text:
            contents.problems.append(Problem(f"{path} needs {needed:,} bytes, {layout.stored:,} are kept for it", path))
        if layout.address + needed > file.source.size:
            contents.fail(f"{path} would reach beyond the end of the file", path)


def _tell_external_files(file: Hdf5File, message: Message, path: str, contents: Contents) -> None:
    fields = Fields(file, message.at)
    fields.skip(6)
    count, heap = fields.u16(), fields.address()
    names = []
    for _ in range(count):
        file.spend()
        names.append(file.heap_text(heap, fields.length()) if heap is not None else "?")
        fields.skip(2 * file.length_width)
    contents.references += names
    shown = ", ".join(names[:5])
    contents.fail(f"the numbers of {path} lie outside this file, in {shown}", path)


def _take_attributes(file: Hdf5File, found: list[Message], path: str, contents: Contents) -> None:
    for at in _attribute_places(file, found):
        try:
            name, value = read_attribute(file, at)
        except LimitExceeded:
            raise
        except FormatError as error:
            contents.fail(f"an attribute of {path or '/'} cannot be read: {error.message}", error.where or path)
            continue
        if not path:
            contents.attributes[name] = value
        elif len(contents.inner_attributes) < ENTRIES:
            contents.inner_attributes[f"{path}@{name}"] = tame(value, file.limits)


def _attribute_places(file: Hdf5File, found: list[Message]) -> list[int]:
    places = []
    for message in found:
        if message.kind == messages.ATTRIBUTE and not message.is_shared:
            places.append(message.at)
        elif message.kind == messages.ATTRIBUTE_INFO:
            fields = Fields(file, message.at)
            fields.skip(1)
            fields.skip(2 if fields.u8() & 1 else 0)
            places += file.dense_objects(fields)
    return places
