"""HDF5's element types, extents, layouts and attribute values."""

from __future__ import annotations

import struct
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.hdf5_file import DATATYPE, Fields, Hdf5File, Message

# A model's configuration is one attribute; it is kept whole up to this length.
VALUE_LIMIT = 4 * 1024 * 1024
_ITEMS = 4096
_RANK = 32

_FIXED, _FLOAT, _TEXT, _BITS, _OPAQUE, _COMPOUND, _REFERENCE, _ENUM, _VARIABLE, _ARRAY = 0, 1, 3, 4, 5, 6, 7, 8, 9, 10
_NAMED = {
    _TEXT: "TEXT",
    _BITS: "BITS",
    _OPAQUE: "OPAQUE",
    _COMPOUND: "RECORD",
    _REFERENCE: "REFERENCE",
    _ARRAY: "ARRAY",
}
_FLOATS = {
    (2, 5): "F16",
    (2, 8): "BF16",
    (4, 8): "F32",
    (8, 11): "F64",
    (1, 4): "F8_E4M3",
    (1, 5): "F8_E5M2",
    (16, 15): "F128",
}


class Element(msgspec.Struct, frozen=True):
    """An element type: the name used here, its width in bytes, and how one is read (`struct` layout, if plain)."""

    name: str
    width: int
    layout: str = ""
    is_variable_text: bool = False


class Layout(msgspec.Struct, frozen=True):
    """Where a dataset lies: `address` and `stored` bytes where it is in one piece; `kind` says how it is kept."""

    kind: str
    address: int | None = None
    stored: int | None = None


def read_element(file: Hdf5File, message: Message) -> Element:
    """Return the element type of a datatype message; a shared one is looked up where it is committed."""
    if not message.is_shared:
        return _element(Fields(file, message.at))
    fields = Fields(file, message.at)
    version = fields.u8()
    fields.skip(7 if version == 1 else 1)
    address = fields.address()
    if version == 3 or address is None:
        kind = Fields(file, message.at + 1).u8()
        if kind != 2 or address is None:
            return Element("SHARED", 0)
    for inner in file.messages(address):
        if inner.kind == DATATYPE and not inner.is_shared:
            return _element(Fields(file, inner.at))
    raise FormatError(f"{file.source.path} refers to a type that is none", where=f"{message.at:#x}")


def _element(fields: Fields) -> Element:
    kind = fields.u8() & 0x0F
    bits, width = fields.number(3), fields.u32()
    order = ">" if bits & 1 else "<"
    if kind == _FIXED:
        letter = {1: "b", 2: "h", 4: "i", 8: "q"}.get(width, "")
        letter = letter if bits & 8 else letter.upper()
        return Element(f"{'I' if bits & 8 else 'U'}{8 * width}", width, order + letter if letter else "")
    if kind == _FLOAT:
        fields.skip(5)
        name = _FLOATS.get((width, fields.u8()), f"FLOAT{8 * width}")
        letter = {"F16": "e", "F32": "f", "F64": "d"}.get(name, "")
        return Element(name, width, order + letter if letter else "")
    if kind == _ENUM:
        # h5py writes booleans as an enumeration over one byte.
        return Element("BOOL" if width == 1 else f"ENUM{8 * width}", width, "<b" if width == 1 else "")
    if kind == _VARIABLE:
        return Element("TEXT" if bits & 0x0F == 1 else "VARIABLE", width, is_variable_text=bits & 0x0F == 1)
    return Element(_complex(fields, bits, width) if kind == _COMPOUND else _NAMED.get(kind, f"CLASS{kind}"), width)


def _complex(fields: Fields, members: int, width: int) -> str:
    """h5py writes complex numbers as records of `r` and `i`."""
    is_complex = members & 0xFFFF == 2 and width in (8, 16) and fields.peek(2) == b"r\0"
    return f"C{8 * width}" if is_complex else "RECORD"


def read_shape(file: Hdf5File, at: int) -> tuple[int, ...] | None:
    """Return a dataspace's extents; None for the one that holds nothing."""
    fields = Fields(file, at)
    version, rank, _ = fields.u8(), fields.u8(), fields.u8()
    if version not in (1, 2) or rank > _RANK:
        raise FormatError(f"{file.source.path} has a dataspace of version {version}, rank {rank}", where=f"{at:#x}")
    kind = fields.u8()
    if version == 2 and kind == 2:
        return None
    fields.skip(4 if version == 1 else 0)
    return tuple([fields.length() for _ in range(rank)])


def read_layout(file: Hdf5File, at: int) -> Layout:
    """Return how a dataset is kept."""
    fields = Fields(file, at)
    version = fields.u8()
    if version in (1, 2):
        fields.skip(1)
        kind = fields.u8()
        fields.skip(5)
        return Layout(
            ("compact", "contiguous", "chunked")[kind] if kind < 3 else "unknown", fields.address() if kind else at
        )
    kind = fields.u8()
    if version not in (3, 4, 5) or kind > 3:
        raise FormatError(f"{file.source.path} keeps a dataset in a way not known here", where=f"{at:#x}")
    if kind == 0:
        size = fields.u16()
        return Layout("compact", fields.offset, size)
    if kind == 1:
        return Layout("contiguous", fields.address(), fields.length())
    return Layout("chunked" if kind == 2 else "virtual")


def read_attribute(file: Hdf5File, at: int) -> tuple[str, Any]:
    """Return an attribute's name and value; what is neither number nor text is told by its type."""
    fields = Fields(file, at)
    version, flags = fields.u8(), fields.u8()
    if version not in (1, 2, 3):
        raise FormatError(f"{file.source.path} has an attribute of version {version}", where=f"{at:#x}")
    sizes = [fields.u16(), fields.u16(), fields.u16()]
    fields.skip(1 if version == 3 else 0)
    steps = [-(-size // 8) * 8 if version == 1 else size for size in sizes]
    name = fields.take(steps[0], "attribute name").partition(b"\0")[0].decode("utf-8", "replace")
    type_at = fields.offset
    fields.skip(steps[1] + steps[2], "attribute type")
    element = read_element(file, Message(DATATYPE, type_at, sizes[1], bool(flags & 1 and version > 1)))
    shape = read_shape(file, type_at + steps[1])
    return name, None if shape is None else _value(fields, element, shape, file)


def _value(fields: Fields, element: Element, shape: tuple[int, ...], file: Hdf5File) -> Any:
    count = 1
    for extent in shape:
        count *= extent
    if element.width == 0 or count * element.width > fields.remaining:
        return f"({count:,} of {element.name})"
    file.spend(min(count, _ITEMS))
    limit = VALUE_LIMIT if shape == () else file.limits.text
    values = [_item(fields, element, file, limit) for _ in range(min(count, _ITEMS))]
    return values[0] if shape == () and values else values


def _item(fields: Fields, element: Element, file: Hdf5File, limit: int) -> Any:
    if element.is_variable_text:
        return _global_text(fields, element, file, limit)
    raw = fields.take(min(element.width, limit), "attribute")
    fields.skip(element.width - len(raw))
    if element.layout:
        value = struct.unpack(element.layout, raw)[0]
        return bool(value) if element.name == "BOOL" else value
    if element.name == "TEXT":
        return raw.partition(b"\0")[0].decode("utf-8", "replace")
    return f"({element.name})"


def _global_text(fields: Fields, element: Element, file: Hdf5File, limit: int) -> str:
    start = fields.offset
    length, collection, index = fields.u32(), fields.address(), fields.u32()
    fields.skip(max(0, element.width - (fields.offset - start)))
    if collection is None or index == 0 or length == 0:
        return ""
    if collection not in file.collections:
        file.collections[collection] = _read_collection(file, collection)
    if index not in file.collections[collection]:
        raise FormatError(f"{file.source.path} has an attribute whose text is not there", where=f"{collection:#x}")
    at, size = file.collections[collection][index]
    return Fields(file, at).take(min(length, size, limit), "text").decode("utf-8", "replace").rstrip("\0")


def _read_collection(file: Hdf5File, at: int) -> dict[int, tuple[int, int]]:
    """Return where each object of a global heap collection stands, and its size."""
    heap = Fields(file, at)
    heap.expect(b"GCOL")
    heap.skip(4)
    end = at + heap.length()
    objects: dict[int, tuple[int, int]] = {}
    while heap.offset + 8 + file.length_width <= end:
        file.spend()
        number = heap.u16()
        heap.skip(6)
        size = heap.length()
        if number == 0:
            break
        objects[number] = (heap.offset, size)
        heap.skip(-(-size // 8) * 8, "heap object")
    return objects
