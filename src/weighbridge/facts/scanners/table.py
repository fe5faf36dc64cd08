"""Which scanners a piece of content calls for: told by the content, by the name only where content leaves a choice."""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from weighbridge.errors import FormatError, LimitExceeded, SourceError
from weighbridge.facts.roles import Role, role_of
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners import magics
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.catalogue import LFS_POINTER
from weighbridge.model import Format

_log = logging.getLogger(__name__)

Scanner = Callable[[Subject], Iterable[Observation]]

_PICKLED = frozenset({Format.PICKLE, Format.JOBLIB, Format.PYTORCH_LEGACY})
_ZIPPED = frozenset({Format.PYTORCH_ZIP, Format.TORCHSCRIPT, Format.NUMPY_ZIP, Format.ARCHIVE})
_PLAIN = frozenset({Format.FLAX_MSGPACK, Format.TENSORFLOW_CHECKPOINT, Format.NUMPY})
_PICKLE_NAMES = frozenset(
    {".pkl", ".pickle", ".pck", ".pckl", ".p", ".dill", ".joblib", ".dat", ".data", ".pt", ".pth", ".bin", ".ckpt", ".npy",
     ".npz", ".model", ".th", ".pdparams", ".pdopt", ""}
)  # fmt: skip
_TEMPLATE_NAMES = frozenset({".jinja", ".jinja2", ".j2", ".template", ".tmpl", ".tpl"})
_JINJA_BEGINS = ("{%", "{{", "{#")
_PROSE = frozenset({".md", ".rst", ".html", ".tex", ".htm"})
_YAML_NAMES = frozenset({".yaml", ".yml"})
_MODEL_ROLES = frozenset({Role.WEIGHTS, Role.ARCHIVE, Role.TRAINING_STATE})
# A protocol 0 or 1 pickle begins like text; it ends with a full stop.
_TEXT_PICKLE = re.compile(rb"\A(?:c[\w.]+\n[\w.]+\n|\(|\]|\}|i[\w.]+\n|[SVUXTBC][^\n]{0,256}\n?[p(q]|[LFI][-\d.]+L?\n)")


class Row(NamedTuple):
    """A scanner: its module below this package, and for which content it is asked.

    Content that only scanners look at which understand nothing of it (they look for a disguise) was not looked at.
    """

    module: str
    applies: Callable[[Subject], bool]
    understands: bool = True


def is_model_by_name(path: str) -> bool:
    """Whether a loader would be pointed at a file of that name: weights, pickles, archives."""
    return role_of(path.replace("!", "/")) in _MODEL_ROLES


def _is_pickled(subject: Subject) -> bool:
    """Whether the content is, or could be taken by an unpickler for, a pickle."""
    if magics.kind_of(subject) == "compressed data":
        return False  # what it holds is asked about by itself
    if subject.format in _PICKLED or (subject.head[:1] == b"\x80" and subject.head[1:2] <= b"\x05"):
        return True
    if subject.format is Format.NUMPY:
        return magics.has_object_array(subject.head)
    if subject.format is not Format.UNRECOGNISED:
        return False
    if subject.looks_like_text:
        begins = _TEXT_PICKLE.match(subject.head) is not None
        return subject.suffix in _PICKLE_NAMES or (begins and subject.ends_as_pickle)
    return magics.kind_of(subject) == "" and subject.size > 0


def _is_archive(subject: Subject) -> bool:
    """Whether an unpacker would take the content for a zip; what stands behind tensors is looked at by their scanner."""
    if magics.kind_of(subject) == "tar archive" and not subject.head.startswith(b"PK"):
        return False  # its members, and what stands behind it, are looked at by themselves
    if subject.format in _ZIPPED:
        return True
    # Over a network, the tail of a file that is something else is not worth a request.
    is_something = subject.format not in (Format.UNRECOGNISED, Format.KERAS) and not subject.job.costs.is_thorough
    return subject.format is not Format.SAFETENSORS and not is_something and magics.holds_zip(subject)


def _is_document(subject: Subject) -> bool:
    """Whether the content is JSON or YAML."""
    if not subject.looks_like_text or subject.format is not Format.UNRECOGNISED:
        return False
    if subject.suffix in _YAML_NAMES or subject.name == "mlmodel":
        return True
    begins = subject.beginning[:2]
    is_json = begins[:1] in ("{", "[") and begins not in _JINJA_BEGINS and subject.suffix not in _TEMPLATE_NAMES
    return is_json or subject.suffix == ".json" or magics.has_yaml_tags(subject)


def _is_template(subject: Subject) -> bool:
    name = subject.name
    is_named = subject.suffix in _TEMPLATE_NAMES or ("template" in name and subject.suffix in {"", ".txt"})
    is_jinja = subject.beginning[:2] in _JINJA_BEGINS and subject.suffix not in _PROSE
    return subject.looks_like_text and (is_named or is_jinja)


def _is_xml(subject: Subject) -> bool:
    return subject.looks_like_text and magics.begins_as_xml(subject.beginning)


def _is_python(subject: Subject) -> bool:
    is_named = subject.suffix in {".py", ".pyw", ".pyi"}
    is_python = subject.looks_like_text and (is_named or magics.has_python_shebang(subject.head))
    return is_python and not _is_torchscript(subject)


def _is_torchscript(subject: Subject) -> bool:
    """Whether the content is code that PyTorch compiles, not Python: it lies under `code/` of such an archive."""
    return subject.container == "torch" and subject.suffix == ".py" and "code/__torch__" in subject.member


def _is(*formats: Format) -> Callable[[Subject], bool]:
    wanted = frozenset(formats)
    return lambda subject: subject.format in wanted


def _is_kind(*kinds: str) -> Callable[[Subject], bool]:
    return lambda subject: magics.kind_of(subject) in kinds


# Every row whose condition holds is asked: content may be two things at once, and what disguises itself usually is.
TABLE: tuple[Row, ...] = (
    Row("pickles", _is_pickled),
    Row("archives", _is_archive),
    Row("tar", _is_kind("tar archive")),
    Row("compressed", _is_kind("compressed data")),
    Row("sevenzip", _is_kind("7z archive")),
    Row("keras", _is(Format.KERAS, Format.HDF5)),
    Row("hidden", lambda subject: magics.hidden_hdf5(subject) is not None, understands=False),
    Row("keras_metadata", lambda subject: subject.name == "keras_metadata.pb"),
    Row("tensorflow", _is(Format.SAVED_MODEL)),
    Row("text_graphs", magics.is_text_graph),
    Row("onnx", _is(Format.ONNX)),
    Row("tflite", _is(Format.TFLITE)),
    Row("coreml", _is(Format.COREML)),
    Row("safetensors", _is(Format.SAFETENSORS)),
    Row("gguf", _is(Format.GGUF)),
    Row("documents", _is_document),
    Row("chat_templates", _is_template),
    Row("ini", lambda subject: subject.suffix in {".cfg", ".ini"} and subject.looks_like_text),
    Row("xml", _is_xml),
    Row("python_files", _is_python),
    Row("torchscript", _is_torchscript),
    Row("executables", lambda subject: bool(magics.executable(subject))),
    Row("opaque", _is_kind(*magics.OPAQUE)),
    Row("plain", lambda subject: subject.format in _PLAIN or magics.is_harmless(subject)),
)


def dispatch(subject: Subject) -> None:
    """Scan content by every scanner that it calls for; what was observed and what was not looked at goes to its job."""
    job = subject.job
    if subject.size == 0:
        return _name_kind(subject, "empty file")
    if subject.head.startswith(LFS_POINTER):
        return job.tell(_at(subject, "a Git LFS pointer stands in the file's place"))
    understood = False
    for row in TABLE:
        understood |= _run(row, subject) and row.understands
    _name_kind(subject, _describe(subject))
    if not understood:
        job.tell(_at(subject, "its content is of no kind known here"))
    return None


def _run(row: Row, subject: Subject) -> bool:
    """Ask one scanner, if the content calls for it; return whether it did. What cannot be read is told."""
    job = subject.job
    try:
        if not row.applies(subject):
            return False
        scan = _load(row.module)
        if scan is None:
            job.tell(_at(subject, f"no scanner for {row.module} is there"))
            return True
        job.scanners[row.module] = None
        for observation in scan(subject):
            job.take(observation)
    except LimitExceeded as error:
        job.tell(_at(subject, error.message))
    except FormatError as error:
        job.tell(_at(subject, f"cannot be read: {error.message}"))
    except (SourceError, RecursionError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - a fault in one scanner must cost one file's answer, never all files'
        _log.exception("scanner %s failed on %s", row.module, job.path)
        job.tell(_at(subject, f"internal error in a scanner ({type(error).__name__}); please report it"))
    return True


def _load(module: str) -> Scanner | None:
    name = f"{__package__}.{module}"
    try:
        scanner: Scanner = importlib.import_module(name).scan
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None
    return scanner


def _describe(subject: Subject) -> str:
    if subject.format is not Format.UNRECOGNISED:
        return subject.format.value
    return magics.kind_of(subject) or ("text" if subject.looks_like_text else "unknown binary data")


def _name_kind(subject: Subject, kind: str) -> None:
    """Note what the file itself is, and whether anything in it is a model."""
    job = subject.job
    if not subject.member:
        job.kind = kind
    is_acting = subject.format is not Format.UNRECOGNISED or magics.kind_of(subject) in magics.CONTAINERS
    job.is_model |= is_acting


def _at(subject: Subject, reason: str) -> str:
    return f"{subject.member}: {reason}" if subject.member else reason


def scan_whole(subject: Subject) -> None:
    """Scan a file with everything in it. Raises `SourceError` alone: what cannot be looked at goes to the job."""
    job = subject.job
    try:
        dispatch(subject)
    except LimitExceeded as error:
        job.tell(error.message)
    except FormatError as error:
        job.tell(f"cannot be read: {error.message}")
    except (RecursionError, MemoryError) as error:
        job.tell(f"needs more than this machine's limits: {type(error).__name__}")
    job.is_model |= is_model_by_name(job.path)
