"""Python parsed but never run: what a piece of code imports, which classes it names, which models it loads."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from typing import NamedTuple

SOURCE_LENGTH = 400_000
# Nested brackets cost Python's parser stack; no code that people write comes near.
BRACKET_DEPTH = 90
NAME_LIMIT = 500

# Calls whose first text names a model, by the last part of what is called.
_LOADERS = frozenset(
    {"from_pretrained", "pipeline", "SentenceTransformer", "CrossEncoder", "SparseEncoder", "snapshot_download", "hf_hub_download",
     "load_from_hub", "from_hparams", "from_pretrained_keras", "from_pretrained_fastai", "create_model", "create_model_and_transforms",
     "create_model_from_pretrained", "get_tokenizer", "load_model", "LLM", "from_hub", "load_from_hf_hub", "load_adapter", "load_lora_weights",
     "load_ip_adapter", "WhisperModel", "Interface", "load", "from_single_file", "load_model_ensemble_and_task_from_hf_hub", "INSTRUCTOR",
     "FlagModel", "BGEM3FlagModel", "Model", "Llama", "model_from_pretrained", "load_checkpoint"}
)  # fmt: skip
# The words under which those calls take a model by keyword.
_KEYWORDS = frozenset(
    {
        "model",
        "repo_id",
        "pretrained_model_name_or_path",
        "model_name_or_path",
        "model_id",
        "source",
        "model_name",
        "base_model",
        "name",
        "hf_hub_id",
    }
)
_TAKES_TASK_FIRST = frozenset({"pipeline"})
# These words are also called for other things, so their text must look like `owner/name`.
_VAGUE = frozenset(
    {
        "create_model",
        "load_model",
        "load",
        "Interface",
        "Model",
        "get_tokenizer",
        "from_hub",
        "LLM",
        "create_model_and_transforms",
        "load_checkpoint",
    }
)
_OWNED = re.compile(
    r"(?:hf[-_]hub:|hf://|models/|huggingface/)?([A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})(?:@[\w.-]{1,64})?"
)
_BARE = re.compile(r"[A-Za-z0-9][\w.-]{0,95}")
_LEAVES = frozenset({ast.Name, ast.Constant, ast.Pass, ast.Break, ast.Continue})
_PATHS = ("./", "/", "../", "~", "path/", "path_to", "your", "<", "output", "results")


class Parsed(NamedTuple):
    """What a piece of Python holds; `problem` is the syntax error, empty when it parses."""

    models: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    problem: str = ""
    remote_code: bool = False


def parse_python(text: str) -> Parsed:
    """Parse a piece of Python, its prompts and notebook commands taken out."""
    if len(text) > SOURCE_LENGTH:
        return Parsed(problem=f"longer than {SOURCE_LENGTH:,} characters; not parsed")
    clean = without_prompts(text)
    if _is_deep(clean):
        return Parsed(problem=f"brackets nested deeper than {BRACKET_DEPTH}; not parsed")
    try:
        tree = syntax_tree(clean)
    except SyntaxError as error:
        return Parsed(problem=f"line {error.lineno}: {error.msg}"[:300])
    except (ValueError, RecursionError, MemoryError) as error:
        return Parsed(problem=str(error)[:300] or type(error).__name__)
    return _Reading(tree).result()


def syntax_tree(text: str) -> ast.Module:
    """Parse Python of a stranger; what its parser has to remark is not for our users. Raises what `ast.parse` does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _nodes(tree: ast.Module) -> list[ast.AST]:
    """Return the nodes that hold something to tell, in the order of `ast.walk`."""
    nodes: list[ast.AST] = [tree]
    for node in nodes:
        if type(node) in _LEAVES:
            continue
        for name in node._fields:
            held = getattr(node, name, None)
            if type(held) is list:
                nodes += [item for item in held if isinstance(item, ast.AST)]
            elif isinstance(held, ast.AST) and name != "ctx":
                nodes.append(held)
    return nodes


def _is_deep(text: str) -> bool:
    if text.count("(") + text.count("[") + text.count("{") <= BRACKET_DEPTH:
        return False
    depth = 0
    for letter in text:
        if letter in "([{":
            depth += 1
            if depth > BRACKET_DEPTH:
                return True
        elif letter in ")]}" and depth:
            depth -= 1
    return False


def without_prompts(text: str) -> str:
    """Return code without doctest prompts and their output, shell lines and notebook magics; lines keep their number."""
    lines = text.expandtabs(4).split("\n")
    if any(line.lstrip().startswith((">>> ", "In [")) for line in lines[:50]):
        lines = [_after_prompt(line) for line in lines]
    kept = [
        "" if line.lstrip().startswith(("!", "%", "$ ", "pip install", "conda install")) else line for line in lines
    ]
    return _dedented(kept)


def _after_prompt(line: str) -> str:
    stripped = line.lstrip()
    if stripped.startswith((">>> ", "... ")):
        return stripped[4:]
    if stripped.startswith("In [") and "]: " in stripped[:12]:
        return stripped.partition("]: ")[2]
    return ""


def _dedented(lines: list[str]) -> str:
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    indent = min(indents, default=0)
    return "\n".join([line[indent:] if line.strip() else "" for line in lines])


class _Reading:
    """One walk over a syntax tree."""

    def __init__(self, tree: ast.Module) -> None:
        self.models: dict[str, None] = {}
        self.imports: dict[str, None] = {}
        self.names: dict[str, None] = {}
        self.remote_code = False
        self._texts: dict[str, str] = {}
        nodes = _nodes(tree)
        for node in nodes:
            self._constant(node)
        for node in nodes:
            self._visit(node)

    def result(self) -> Parsed:
        kinds = (self.models, self.imports, self.names)
        models, imports, names = (tuple(list(kind)[:NAME_LIMIT]) for kind in kinds)
        return Parsed(models, imports, names, "", self.remote_code)

    def _constant(self, node: ast.AST) -> None:
        """Remember `name = "text"`, so that a loading call given the name can be told."""
        if (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    self._texts[target.id] = node.value.value

    def _visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            self.imports.update(dict.fromkeys(alias.name.partition(".")[0] for alias in node.names))
        elif isinstance(node, ast.ImportFrom):
            if node.module and not node.level:
                self.imports[node.module.partition(".")[0]] = None
            self.names.update(dict.fromkeys(alias.name for alias in node.names if alias.name != "*"))
        elif isinstance(node, ast.Call):
            self._call(node)

    def _call(self, node: ast.Call) -> None:
        called, owner = _called(node.func)
        if owner[:1].isupper():
            self.names[owner] = None
        for keyword in node.keywords:
            if (
                keyword.arg == "trust_remote_code"
                and isinstance(keyword.value, ast.Constant)
                and keyword.value.value is True
            ):
                self.remote_code = True
        if called in _LOADERS:
            for text in self._arguments(node, called):
                model = _model(text, called)
                if model:
                    self.models[model] = None

    def _arguments(self, node: ast.Call, called: str) -> Iterator[str]:
        positional = node.args[1:2] if called in _TAKES_TASK_FIRST else node.args[:1]
        keywords = [keyword.value for keyword in node.keywords if keyword.arg in _KEYWORDS]
        for value in [*positional, *keywords]:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value
            elif isinstance(value, ast.Name) and value.id in self._texts:
                yield self._texts[value.id]


def _called(function: ast.expr) -> tuple[str, str]:
    """Return the last part of what is called, and the class or module it belongs to."""
    if isinstance(function, ast.Name):
        return function.id, ""
    if isinstance(function, ast.Attribute):
        return function.attr, function.value.id if isinstance(function.value, ast.Name) else ""
    return "", ""


def _model(text: str, called: str) -> str:
    if len(text) > 250 or text.lower().startswith(_PATHS):
        return ""
    match = _OWNED.fullmatch(text)
    if match is not None:
        return match[1]
    return text if called not in _VAGUE and _BARE.fullmatch(text) else ""
