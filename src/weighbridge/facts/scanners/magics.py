"""What content is by its first bytes and its structure, apart from the weight formats.

Kinds fall into four groups: containers, whose content has to be looked at; executables, which a machine runs as they are;
opaque formats, whose loaders run what the file says in a language that is not read here; and data in which nothing acts.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.roles import Role, role_of
from weighbridge.facts.scanners.executables import executable_kind
from weighbridge.facts.scanners.subject import HEAD, Subject
from weighbridge.formats.archive import open_archive
from weighbridge.formats.protobuf import BYTES, open_message
from weighbridge.model import Format

_UNPACKED = {
    b"\x1f\x8b\x08": "compressed data", b"BZh": "compressed data", b"\xfd7zXZ\x00": "compressed data",
    b"\x04\x22\x4d\x18": "compressed data", b"\x28\xb5\x2f\xfd": "compressed data", b"ZF0x": "compressed data",
    b"7z\xbc\xaf\x27\x1c": "7z archive", b"Rar!\x1a\x07": "rar archive", b"MSCF\0\0\0\0": "cabinet archive",
    b"!<arch>\n": "ar archive", b"hsqs": "squashfs image", b"070701": "cpio archive", b"xar!": "xar archive",
}  # fmt: skip
_OPAQUE = {
    b"ptrt": "TensorRT engine", b"ftrt": "TensorRT engine", b"RKNN": "RKNN model", b"\0asm": "WebAssembly module",
    b"\x1bLua": "Lua bytecode", b"\x1bLJ": "Lua bytecode", b"RDX2\n": "R workspace", b"RDX3\n": "R workspace",
    b"RDA2\n": "R workspace", b"RDA3\n": "R workspace", b"X\n\0\0\0\2": "R object", b"X\n\0\0\0\3": "R object",
    b"A\n2\n": "R object", b"A\n3\n": "R object", b"dex\n0": "Android bytecode", b"BC\xc0\xde": "LLVM bitcode",
    b"4\n1\n3\nV 1\n": "Torch7 object", b"\4\0\0\0\1\0\0\0\3\0\0\0V 1": "Torch7 object",
    b"B\0C\0N\0": "CNTK model", b"ML\xefR": "MLIR bytecode",
}  # fmt: skip
_HARMLESS = {
    b"\x89PNG\r\n\x1a\n": "image", b"\xff\xd8\xff": "image", b"GIF87a": "image", b"GIF89a": "image",
    b"II*\0": "image", b"MM\0*": "image", b"\0\0\1\0": "image", b"8BPS": "image", b"qoif": "image",
    b"%PDF-": "document", b"OggS": "sound", b"fLaC": "sound", b"ID3": "sound", b"MThd": "sound", b"\x1aE\xdf\xa3": "video",
    b"wOFF": "font", b"wOF2": "font", b"OTTO\0": "font", b"\0\1\0\0\0": "font", b"true\0": "font",
    b"PAR1": "table", b"ARROW1\0\0": "table", b"FEA1": "table", b"Obj\1": "table", b"SQLite format 3\0": "database",
    b"ggml": "GGML weights", b"lmgg": "GGML weights", b"fmgg": "GGML weights", b"tjgg": "GGML weights", b"ggla": "GGML weights",
    b"CBM1": "CatBoost model", b"lCRF": "CRF model", b"mmap lm http://kheafield.com": "KenLM language model",
    b"\xba\x16O/": "fastText model", b"IxF": "FAISS index", b"IwF": "FAISS index", b"IxM": "FAISS index", b"IHN": "FAISS index",
    b"binf": "XGBoost model",
}  # fmt: skip
CONTAINERS = frozenset({"zip archive", "tar archive", "self-extracting archive"} | set(_UNPACKED.values()))
OPAQUE = frozenset(_OPAQUE.values()) | {"Python bytecode", "Java class"}
_EXPECTED_ZIP_TAIL = 22
_OBJECTS = re.compile(rb"""['"]descr['"]\s*:\s*(?:['"][|<>=]?O|[\[(].*['"][|<>=]?O\d*['"])""", re.DOTALL)
_XML = re.compile(r"<(?:\?xml|!DOCTYPE|!--|[A-Za-z_][\w.:-]*(?:\s|>|/))")
_TEXT_GRAPH = re.compile(
    r"(?:node|layers?|saved_model_schema_version|meta_graphs|graph_def|versions|library|name)\s*[:{]"
)
_HDF5 = b"\x89HDF\r\n\x1a\n"
# Where readers of HDF5 look for its signature beyond the places where the format's own reader does.
_FAR_PLACES = tuple(4096 << power for power in range(12))
_TAG = re.compile(r"!!?python/|!<tag:|!!?%|^%TAG\s", re.MULTILINE)
_STREAMED = (b"\xff\xff\xff\xff", b"\x10\0\0\0")


def kind_of(subject: Subject) -> str:
    """Return what the content is by its first bytes; an empty text where they say nothing."""
    return subject.document(_kind)


def _kind(subject: Subject) -> str:
    head = subject.head
    for table in (_UNPACKED, _OPAQUE, _HARMLESS):
        for magic, kind in table.items():
            if head.startswith(magic):
                return kind
    return next((kind for test, kind in _TESTS if test(subject)), "")


def is_harmless(subject: Subject) -> bool:
    """Whether nothing in such content acts, whatever it says: prose, pictures, tables, raw numbers."""
    if kind_of(subject) in _DATA_KINDS:
        return True
    if subject.looks_like_text:
        return True
    return subject.format is Format.UNRECOGNISED and kind_of(subject) == "" and _is_raw_data(subject)


def _is_raw_data(subject: Subject) -> bool:
    """Whether the numbers are described by another file, or are a document of plain values."""
    path = subject.job.path
    if not subject.member and role_of(path) is Role.WEIGHT_DATA:
        return True
    stem, _, extension = path.rpartition("/")[2].rpartition(".")
    described = extension == "bin" and any(subject.siblings(f"{stem}{end}") is not None for end in (".xml", ".param"))
    return described or _is_msgpack(subject)


def executable(subject: Subject) -> str:
    """Return what kind of native executable, bytecode or script the content is; an empty text for none."""
    return executable_kind(subject.head, subject.size)


def holds_zip(subject: Subject) -> bool:
    """Whether an unpacker would find a zip archive in the content, at its beginning or at its end."""
    return subject.document(_holds_zip)


def _holds_zip(subject: Subject) -> bool:
    if subject.size < _EXPECTED_ZIP_TAIL:
        return False
    if not subject.head.startswith((b"PK\3\4", b"PK\5\6")):
        tail_at = max(0, subject.size - 66_000)
        if b"PK\5\6" not in subject.source.read_at(tail_at, subject.size - tail_at):
            return False
    try:
        return bool(open_archive(subject.source, subject.limits).members)
    except FormatError:
        return False


def has_object_array(head: bytes) -> bool:
    """Whether a NumPy header announces Python objects, which are a pickle."""
    return head.startswith(b"\x93NUMPY") and _OBJECTS.search(head) is not None


def begins_as_xml(text: str) -> bool:
    """Whether a text begins as XML does."""
    return _XML.match(text) is not None


def is_text_graph(subject: Subject) -> bool:
    """Whether the content is a TensorFlow or Caffe graph in protocol buffers' text format."""
    is_named = subject.suffix in {".pbtxt", ".prototxt", ".textproto"}
    return subject.looks_like_text and (is_named or _TEXT_GRAPH.match(subject.beginning) is not None)


def hidden_hdf5(subject: Subject) -> int | None:
    """Return where the signature of HDF5 stands behind something else, so far in that only HDF5's own library looks there."""
    is_candidate = subject.job.costs.is_thorough or subject.suffix in {".h5", ".hdf5", ".keras"}
    if not is_candidate or subject.format in (Format.KERAS, Format.HDF5) or subject.member:
        return None
    places = [place for place in _FAR_PLACES if place + len(_HDF5) <= subject.size]
    return next((place for place in places if subject.source.read_at(place, len(_HDF5)) == _HDF5), None)


def has_python_shebang(head: bytes) -> bool:
    """Whether the first line calls Python."""
    return head.startswith(b"#!") and b"python" in head.partition(b"\n")[0]


def has_yaml_tags(subject: Subject) -> bool:
    """Whether a small text without a telling name uses YAML's tags for Python objects."""
    is_candidate = subject.suffix not in {".md", ".py", ".rst", ".html", ".ipynb"} and subject.size <= 4 * 1024 * 1024
    return is_candidate and _TAG.search(subject.text()) is not None


def _is_tar(subject: Subject) -> bool:
    """Whether the first block's checksum is that of a tar header."""
    block = subject.head[:512]
    if len(block) < 512 or not block[0]:
        return False
    stated = block[148:156].strip(b"\0 ")
    total = sum(block) - sum(block[148:156]) + 8 * 32
    return stated.isdigit() and len(stated) <= 7 and not stated.strip(b"01234567") and int(stated, 8) == total


def _is_zlib(subject: Subject) -> bool:
    head = subject.head
    if len(head) < 8 or head[0] & 0x0F != 8 or head[0] >> 4 > 7 or (head[0] * 256 + head[1]) % 31 or head[1] & 0x20:
        return False
    try:
        unpacker = zlib.decompressobj()
        return bool(unpacker.decompress(head, 64)) or (unpacker.eof and subject.size < 16)
    except zlib.error:
        return False


def _is_lzma(subject: Subject) -> bool:
    head = subject.head
    if head[:1] != b"\x5d" or len(head) < 14:
        return False
    dictionary, size = int.from_bytes(head[1:5], "little"), int.from_bytes(head[5:13], "little")
    return dictionary & (dictionary - 1) == 0 and dictionary >= 4096 and (size == 2**64 - 1 or size < 2**40)


def _is_python_bytecode(subject: Subject) -> bool:
    head = subject.head
    return head[2:4] == b"\r\n" and 0x0A00 <= int.from_bytes(head[:2], "little") <= 0x0F00 and len(head) > 16


def _is_java_class(subject: Subject) -> bool:
    return subject.head.startswith(b"\xca\xfe\xba\xbe") and 43 <= int.from_bytes(subject.head[6:8], "big") <= 100


def _is_media(subject: Subject) -> bool:
    head = subject.head
    is_riff = head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE", b"AVI ")
    is_movie = head[4:8] == b"ftyp"
    is_sound = head[:1] == b"\xff" and len(head) > 4 and head[1] & 0xE6 in (0xE2, 0xE4) and head[2] >> 4 not in (0, 15)
    is_bitmap = head[:2] == b"BM" and int.from_bytes(head[2:6], "little") == subject.size
    return is_riff or is_movie or is_bitmap or (is_sound and subject.suffix == ".mp3")


def _is_arrow_stream(subject: Subject) -> bool:
    return subject.head.startswith(_STREAMED[0]) and subject.head[8:12] in (_STREAMED[1], b"\x0c\0\0\0", b"\x14\0\0\0")


def _is_event_log(subject: Subject) -> bool:
    return b"brain.Event:" in subject.head[12:64]


def _is_sentencepiece(subject: Subject) -> bool:
    """Whether the first fields are SentencePiece's: pieces, each a text with a score."""
    if subject.head[:1] != b"\x0a" or subject.format is not Format.UNRECOGNISED:
        return False
    try:
        message = open_message(subject.source, subject.limits)
        for number, field in enumerate(message):
            if field.number != 1 or field.kind != BYTES or number == 20:
                return number >= 3
            inner = message.inside(field)
            if not all((part.number, part.kind) in ((1, 2), (2, 5), (3, 0)) for part in inner):
                return False
    except FormatError:
        return False
    return False


def _is_fingerprint(subject: Subject) -> bool:
    """Whether the content is the fingerprint of a SavedModel: a few numbers and a text."""
    if subject.name != "fingerprint.pb" or subject.size > 1024:
        return False
    try:
        return all(
            field.number <= 8 and field.kind in (0, BYTES) for field in open_message(subject.source, subject.limits)
        )
    except FormatError:
        return False


def _is_msgpack(subject: Subject) -> bool:
    """Whether the whole content is one MessagePack map or list: values without any means to act."""
    first = subject.head[0]
    if not (0x80 <= first <= 0x9F or 0xDC <= first <= 0xDF) or subject.size > subject.job.costs.text_bytes:
        return False
    try:
        msgspec.msgpack.decode(subject.data())
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ValueError):
        return False
    return True


def _is_zip(subject: Subject) -> bool:
    return subject.head.startswith((b"PK\3\4", b"PK\5\6"))


_TESTS: tuple[tuple[Callable[[Subject], bool], str], ...] = (
    (_is_zip, "zip archive"),
    (_is_tar, "tar archive"),
    (_is_zlib, "compressed data"),
    (_is_lzma, "compressed data"),
    (_is_python_bytecode, "Python bytecode"),
    (_is_java_class, "Java class"),
    (_is_media, "media"),
    (_is_arrow_stream, "table"),
    (_is_event_log, "event log"),
    (_is_sentencepiece, "SentencePiece model"),
    (_is_fingerprint, "fingerprint"),
)
_DATA_KINDS = frozenset(_HARMLESS.values()) | {"media", "table", "event log", "SentencePiece model", "fingerprint"}
assert HEAD >= 512  # noqa: S101 - a tar header has to fit
