"""What a name means in a pickle: harmless, to be reviewed, dangerous, malicious. Decided by lists of what is *good*.

The standard library is finite, so whatever of it is not known to be harmless runs, opens or imports something; no list of bad
names has to keep up with attackers. The lists are data files beside this module; installed packages never change a verdict.
"""

# ruff: noqa: SIM905 - long lists of quoted names are harder to read and to keep

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from enum import IntEnum
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from weighbridge.checks.security.judging import DANGEROUS, MALICIOUS, REVIEW
from weighbridge.checks.security.stdlib import STDLIB
from weighbridge.checks.security.targets import LIBRARIES, danger_of
from weighbridge.model import Severity


class Level(IntEnum):
    """How bad a name is where it stands."""

    HARMLESS = 0
    REVIEW = 1
    DANGEROUS = 2
    MALICIOUS = 3


# What a level means in a report; the harmless is not reported.
SEVERITIES: dict[Level, Severity | None] = {
    Level.HARMLESS: None,
    Level.REVIEW: REVIEW,
    Level.DANGEROUS: DANGEROUS,
    Level.MALICIOUS: MALICIOUS,
}


class Ruling(NamedTuple):
    """A level with its reason, in words that follow the name."""

    level: Level
    reason: str = ""


class _Lists(NamedTuple):
    """The data files: names by what may be done with them, packages, and their versions."""

    called: frozenset[str]
    referenced: frozenset[str]
    wrapping: frozenset[str]
    chooser: frozenset[str]
    libraries: frozenset[str]
    standard: frozenset[str]
    version: str


HARMLESS = Ruling(Level.HARMLESS)
# Not of the standard library, but in nearly every environment, and made to install or to run code.
_INSTALLERS = frozenset(
    [
        "pip",
        "setuptools",
        "pkg_resources",
        "_distutils_hack",
        "sitecustomize",
        "usercustomize",
        "test",
        "_winreg",
        "wheel",
    ]
)
_CLASS = re.compile(r"_*[A-Z]\w*\Z")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# Verbs of functions that run, load, open, fetch or change something, wherever they come from.
_VERBS = frozenset(
    """
    load loads loader unpickle unpickles deserialize exec execute exe eval evaluate system run runs runner runstring popen spawn
    spawnv call shell command cmd open import imports compile build install download urlopen fetch request get read write save
    dump remove delete rmtree unlink copy move rename chmod extract extractall unpack connect launch start invoke apply patch
    inject register hook reload getattr setattr resolve source script subprocess process executor debug trace interpret
    inline decode instantiate locate sympify savetxt tofile fromfile memmap
    """.split()
)
# What classes are called that read, run or fetch something as soon as they are constructed with a name.
_AGENTS = frozenset(
    """
    importer loader reader writer opener downloader fetcher launcher runner executor interpreter shell server client session
    process popen subprocess command console memorized lazy
    """.split()
)
_RUNNING = frozenset(
    """
    popen shell command cmd subprocess interpreter executor exec eval compiler compilation writer server client downloader
    session crawler
    """.split()
)
# Modules that libraries import for themselves, reachable as attributes of the library.
_BORROWED = frozenset(
    """
    os sys subprocess builtins importlib shutil socket ctypes pty runpy posix nt pickle cPickle marshal commands code codeop pdb
    tempfile urllib webbrowser multiprocessing threading asyncio operator inspect imp pkgutil tarfile zipfile
    """.split()
)
# Classes of libraries that open what they are constructed with, and whose names do not say so.
_OPENERS = frozenset({"numpy.DataSource", "numpy.lib.npyio.DataSource", "numpy.lib._datasource.DataSource", "ultralytics.YOLO",
                      "ultralytics.models.yolo.model.YOLO", "tensorflow.raw_ops.WriteFile", "tensorflow.raw_ops.ReadFile"})  # fmt: skip
# Of these it is the text that they are constructed with which they open; without one they hold a model in memory.
_READERS = frozenset(
    """
    lightgbm.Booster lightgbm.basic.Booster lightgbm.Dataset lightgbm.basic.Dataset xgboost.Booster xgboost.core.Booster
    xgboost.DMatrix xgboost.core.DMatrix xgboost.QuantileDMatrix xgboost.core.QuantileDMatrix catboost.Pool catboost.core.Pool
    sentencepiece.SentencePieceProcessor onnxruntime.InferenceSession openvino.Core kenlm.Model llama_cpp.Llama
    h5py.File h5py._hl.files.File tables.File safetensors.safe_open torch.utils.tensorboard.SummaryWriter
    numpy.memmap numpy.core.memmap.memmap numpy._core.memmap.memmap pandas.ExcelFile pandas.HDFStore PIL.ImageFont.FreeTypeFont
    torch.jit.RecursiveScriptModule gensim.models.word2vec.LineSentence gensim.corpora.MmCorpus tensorflow.train.Checkpoint
    tensorflow.data.TFRecordDataset tensorflow.data.TextLineDataset polars.LazyFrame torch.FileStore torch.distributed.FileStore
    """.split()
)
_TEXTS = re.compile(r"'((?:[^'\\]|\\.)*)'")
# What can only be the name of a file, or an address.
_PLACE = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*://|\\\\|[A-Za-z]:\\|~?/|\.\.?/)[^\s<>|]+"
    r"|(?:[\w.-]+/)*[\w-]+\.(?:pkl|pickle|joblib|bin|pt|pth|ckpt|npy|npz|h5|hdf5|json|ya?ml|txt|csv|so|dll|py|sh|zip|tar|gz|ubj|model)"
)
_MODULES = _BORROWED - {"operator", "inspect", "code", "threading", "asyncio", "tempfile", "multiprocessing"}
# What libraries call their reconstructors; a loader of files is called `unpickle`, without anything before or behind.
_REBUILDS = re.compile(
    r"_*rebuild_\w+|_*reconstruct\w*|__pyx_unpickle_\w+|_+unpickle_\w+|_\w+_unpickle|__\w+_unpickle|_new_\w+|newObj|__\w+_ctor"
)
_DUNDER = re.compile(r"__(?!pyx_unpickle_)\w+__")
_CODE = re.compile(
    r"(?:dill\.(?:_dill|dill)|cloudpickle(?:\.cloudpickle\w*)?|\w+(?:\.\w+)*\.cloudpickle(?:\.cloudpickle\w*)?)\.\w+"
    r"|torch\.fx\.graph_module\.reduce_\w*graph_module|types\.(?:CodeType|FunctionType)|builtins\.code|marshal\.loads|new\.(?:code|function)"
)
# How the types of Python's singletons are pickled.
_SINGLETON_TYPE = re.compile(
    r"(?:builtins|__builtin__)\.type\((?:None|(?:(?:builtins|__builtin__)\.)?(?:Ellipsis|NotImplemented))\)"
)
_LAST_TEXT = re.compile(r", '([^']*)'\)\Z")
_OWNER = re.compile(r"(?:builtins|__builtin__)\.getattr\(([A-Za-z_][\w.]*)")
_METHOD_CALL = re.compile(r"(?:builtins|__builtin__)\.getattr\(([A-Za-z_][\w.]*), '(\w+)'\)\(")
_PLAIN_CODECS = frozenset({"latin1", "latin-1", "latin_1", "iso-8859-1", "ascii", "utf-8", "utf8", "utf-16", "utf-32"})


@cache
def lists() -> _Lists:
    """Return the lists, read once."""
    functions, libraries = _read("pickle_functions"), _read("model_libraries")
    version = f"{functions['version']}.{libraries['version']}"
    called, referenced, wrapping, chooser = (
        _names(functions[kind]) for kind in ("called", "referenced", "wrapping", "chooser")
    )
    packages = _names(libraries["libraries"]) | LIBRARIES
    return _Lists(called, referenced, wrapping, chooser, packages, STDLIB | _INSTALLERS, version)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / "data" / f"{name}.toml").read_text("utf-8"))


def _names(groups: list[dict[str, str]]) -> frozenset[str]:
    return frozenset(name for group in groups for name in group["names"].split())


def holds_code(path: str) -> bool:
    """Whether a call of that name makes a function of code that the pickle carries."""
    return _CODE.fullmatch(path) is not None


def judge_call(path: str, passed: Sequence[str] = (), expression: str = "", opcode: str = "") -> Ruling:
    """Return what a call means: of a name, with names among its arguments, as an expression, by an opcode."""
    known = lists()
    if path in known.chooser:
        return _judge_encoding(expression) if path.endswith(".encode") else _judge_attribute(expression)
    if path == "builtins.type" and _SINGLETON_TYPE.fullmatch(expression):
        return HARMLESS
    if path in known.wrapping:
        # `copyreg` makes an instance of the class it is handed; the others call what they hold, sooner or later.
        judge = judge_instance if path.startswith("copyreg.") else _judge_held
        return _worst([judge(name) for name in passed])
    # Whatever is built may call what it is given.
    called = judge_instance(path) if opcode.startswith("NEWOBJ") else judge_bare_call(path)
    if called.level is Level.HARMLESS and not opcode.startswith("NEWOBJ") and path not in known.called:
        called = _judge_texts(path, expression)
    return _worst([called, *(judge_reference(name) for name in passed)])


def _judge_texts(path: str, expression: str) -> Ruling:
    """Judge the texts that a known class is constructed with: a constructor may open what they name."""
    texts = _TEXTS.findall(expression)
    if path in _READERS and any(texts):
        return Ruling(Level.DANGEROUS, "is constructed with a text, and opens the file of that name")
    if any(_PLACE.fullmatch(text) for text in texts):
        return Ruling(Level.REVIEW, "is constructed with the name of a file or an address, and may open it")
    return HARMLESS


def judge_instance(path: str) -> Ruling:
    """Return what it means that an instance is made without calling anything: only a class can be what is named."""
    is_known, last = path.partition(".")[0] in lists().libraries, path.rpartition(".")[2]
    is_function = not _CLASS.match(last) and not _words(last).isdisjoint(_VERBS) and path not in lists().called
    return HARMLESS if is_known and not is_function and not _leads_out(path) else judge_bare_call(path)


def _judge_held(path: str) -> Ruling:
    """Judge a name that is handed to what calls it later."""
    referenced, called = judge_reference(path), judge_bare_call(path)
    return called if called.level is Level.MALICIOUS and referenced.level is not Level.HARMLESS else referenced


def is_known_method_called(expression: str) -> bool:
    """Whether an expression calls a listed method of a class, looked up by `getattr` as old protocols write it."""
    found = _METHOD_CALL.match(expression)
    return found is not None and f"{found[1]}.{found[2]}" in lists().called


def judge_bare_call(path: str) -> Ruling:
    """Return what calling a name means, whatever it is given."""
    known = lists()
    if path in known.called or path in known.wrapping:
        return HARMLESS
    package, last = path.partition(".")[0], path.rpartition(".")[2]
    if package in known.standard:
        return Ruling(Level.MALICIOUS, "of the standard library is called, and builds no plain value")
    if _leads_out(path):
        return Ruling(Level.MALICIOUS, "reaches through a package for something else, and is called")
    if package == "__main__":
        return Ruling(Level.REVIEW, "comes from the program that wrote the file; what it does cannot be seen here")
    is_known, is_class = package in known.libraries, _CLASS.match(last) is not None
    if is_known and _REBUILDS.fullmatch(last):
        return HARMLESS
    if not is_class and _words(last) & _VERBS:
        return Ruling(Level.MALICIOUS, "is called, and its name says that it runs, loads or changes something")
    if _words(last) & _RUNNING or (danger_of(path) or REVIEW) >= DANGEROUS:
        return Ruling(Level.DANGEROUS, "is called, and runs, fetches or opens something")
    if is_known and is_class and not (_words(last) & _AGENTS or path in _OPENERS):
        return HARMLESS
    if is_known and is_class:
        return Ruling(Level.DANGEROUS, "is constructed, which reads, runs or fetches something")
    if is_known:
        return Ruling(Level.DANGEROUS, "is a function of a library that model files do not call")
    return Ruling(Level.REVIEW, "comes from a package that is not known to be of models")


def judge_reference(path: str) -> Ruling:
    """Return what it means that a name is imported and handed on, without being called here."""
    known = lists()
    if any(path in names for names in (known.called, known.wrapping, known.referenced, known.chooser)):
        return HARMLESS
    package, last = path.partition(".")[0], path.rpartition(".")[2]
    if package in known.standard:
        return Ruling(
            Level.DANGEROUS, "of the standard library is handed to whoever loads the file, and is no plain value"
        )
    if _leads_out(path) or last in _MODULES:
        return Ruling(Level.DANGEROUS, "reaches through a package for something else")
    if package == "__main__":
        return Ruling(Level.REVIEW, "comes from the program that wrote the file")
    if package not in known.libraries:
        return Ruling(Level.REVIEW, "comes from a package that is not known to be of models")
    if not _CLASS.match(last) and _words(last) & _VERBS:
        return Ruling(Level.REVIEW, "is handed over, and its name says that it runs, loads or changes something")
    return HARMLESS


def _judge_encoding(expression: str) -> Ruling:
    """Judge a change of encoding: how protocol 2 keeps byte strings, and how names are hidden."""
    found = _LAST_TEXT.search(expression)
    if expression.endswith("…") or (found and found[1].lower() in _PLAIN_CODECS):
        return HARMLESS
    return Ruling(Level.DANGEROUS, "changes a text by a rule that hides what it says")


def _judge_attribute(expression: str) -> Ruling:
    """Judge a lookup of an attribute: harmless for a public one of what is harmless, as a bound method is written."""
    owner, chosen = _OWNER.match(expression), _LAST_TEXT.search(expression)
    if expression.endswith("…") and owner:
        return max(judge_bare_call(owner[1]), Ruling(Level.REVIEW, "looks up an attribute of a large object"))
    if not owner or not chosen or not re.fullmatch(r"(?!__)[A-Za-z_]\w*", chosen[1]):
        return Ruling(Level.MALICIOUS, "looks up an attribute that is hidden, put together, or of what is not known")
    return judge_instance(owner[1])


def judge_dotted(path: str, name: str) -> Ruling:
    """Return what it means that a name has a dot in it: an attribute is taken from what a module holds."""
    known = lists()
    if path in known.called or path in known.wrapping or path in known.referenced:
        return HARMLESS
    parts = name.split(".")
    is_known = path.partition(".")[0] in known.libraries and not _leads_out(path) and parts[0] not in known.standard
    if is_known and all(_CLASS.match(part) for part in parts):
        return HARMLESS
    if is_known and len(parts) == 2 and judge_reference(path).level is not Level.DANGEROUS:
        is_method = _CLASS.match(parts[0]) is not None and not _words(parts[1]) & _VERBS
        return (
            HARMLESS if is_method else Ruling(Level.REVIEW, "is taken from something that may be a class or a module")
        )
    return Ruling(Level.MALICIOUS, "reaches through a module for something else")


def _leads_out(path: str) -> bool:
    """Whether a path leads through a module that a library only imported for itself, or into an object's inside."""
    parts = path.split(".")
    return not _BORROWED.isdisjoint(parts[1:-1]) or any(_DUNDER.fullmatch(part) for part in parts[1:])


def _words(name: str) -> set[str]:
    return {word.lower() for part in name.split("_") for word in _WORDS.findall(part)} | {name.lower()}


def _worst(rulings: Sequence[Ruling]) -> Ruling:
    return max(rulings, key=lambda ruling: ruling.level, default=HARMLESS)
