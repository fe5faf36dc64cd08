"""The models that a Python file loads, told from its syntax tree."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from weighbridge.model import Confidence
from weighbridge.uses.loaders import Loader, by_call, by_import
from weighbridge.uses.naming import Named, in_repository, named
from weighbridge.uses.scopes import At, Called, Outline
from weighbridge.uses.use import Pin, Place, Unnamed, Use, pin_of
from weighbridge.uses.values import Value, Values, argument, last_name

# A line of the parsed text to the cell and line that people see.
Locate = Callable[[int], tuple[int, int]]

_SPACY_PACKAGE = re.compile(r"[a-z]{2,3}_(?:core|dep|ent|sent)_[a-z]+_(?:sm|md|lg|trf)")
_NO_MODELS = frozenset({"dataset", "datasets", "space", "spaces"})
_UNKNOWN = "its name is only known when it runs"


class Found(NamedTuple):
    """What a file's calls tell."""

    uses: list[Use]
    unnamed: list[Unnamed]


def parsed(text: str) -> ast.Module:
    """Return the syntax tree. Raises what `compile` raises for broken and hostile text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree = compile(text, "<source>", "exec", flags, dont_inherit=True)  # a syntax tree only: never run
    assert isinstance(tree, ast.Module)  # noqa: S101 - what the flags ask for
    return tree


def uses_in(text: str, path: str, locate: Locate = lambda line: (0, line)) -> Found:
    """Return the models that Python code loads. Raises `SyntaxError` and its kind where it cannot be parsed."""
    return _Reading(Outline(parsed(text)), path, locate, has_addresses="/resolve/" in text).found()


class _Match(NamedTuple):
    """A call that loads: how, what was called, and whether its library is sure."""

    loader: Loader
    call: str
    is_sure: bool


class _Reading:
    def __init__(self, outline: Outline, path: str, locate: Locate, *, has_addresses: bool) -> None:
        self._values = Values(outline)
        self._has_addresses = has_addresses
        self._outline, self._path, self._locate = outline, path, locate
        self._uses: dict[Use, None] = {}
        self._unnamed: dict[Unnamed, None] = {}

    def found(self) -> Found:
        """Return what all calls of the file load."""
        for called in self._outline.calls:
            match = self._match(called)
            if match is not None:
                _FORMS[match.loader.form](self, match, called)
            elif self._has_addresses:
                self._address(called)
        return Found(sorted(self._uses, key=lambda use: (use.place, use.model)), sorted(self._unnamed, key=_place))

    def _match(self, called: Called) -> _Match | None:
        function = called.node.func
        last = last_name(function)
        if not last:
            return None
        if last == "partial" and called.node.args:
            return self._partial(called)
        path = self._values.resolve(function) or last
        root, last = path.partition(".")[0], path.rpartition(".")[2]
        if last == "load" and (root in spacy_packages() or _SPACY_PACKAGE.fullmatch(root)) and path == f"{root}.load":
            return _Match(_PACKAGE, path, True)
        for loader in by_import().get(root, ()):
            if _fits(loader, path, last):
                return _Match(loader, path, True)
        return self._unsure(called, path, last)

    def _partial(self, called: Called) -> _Match | None:
        node = called.node
        inner = ast.Call(node.args[0], node.args[1:], node.keywords, lineno=node.lineno, col_offset=node.col_offset)
        match = self._match(Called(inner, called.at)) if last_name(node.args[0]) != "partial" else None
        if match is not None:
            _FORMS[match.loader.form](self, match, Called(inner, called.at))
        return None

    def _unsure(self, called: Called, path: str, last: str) -> _Match | None:
        """Match a method whose class the file does not tell, and functions that a star import brings."""
        stars = {star.partition(".")[0] for star in self._values.stars()}
        for loader in by_call().get(last, ()):
            if path == last and stars.intersection(loader.imports):
                return _Match(loader, path, True)
        if isinstance(called.node.func, ast.Name) and path == last and last not in _FREE:
            return None
        return next((_Match(loader, path, False) for loader in by_call().get(last, ()) if loader.distinct), None)

    def _place(self, called: Called) -> Place:
        cell, line = self._locate(called.node.lineno)
        return Place(self._path, line, cell, called.at.scope.qualified())

    def argument(self, match: _Match, called: Called) -> None:
        """Take a model that is named by an argument."""
        loader, given = match.loader, self._given(called)
        if not self._is_model(called, given) or not self._downloads(loader, called, given):
            return
        expressions = self._names(loader, called, given)
        is_named = False
        for expression in expressions:
            is_named |= self._take(match, called, given, self._values.texts(expression, called.at))
        if not is_named and match.is_sure:
            self._miss(match, called, expressions)

    def _names(self, loader: Loader, called: Called, given: dict[str, ast.expr]) -> list[ast.expr]:
        found = [given[keyword] for keyword in loader.keywords if keyword in given]
        placed = argument(called.node, loader.position, ())
        return [placed, *found] if placed is not None else found

    def _given(self, called: Called) -> dict[str, ast.expr]:
        """Return the keyword arguments, those of `**settings` among them where the file tells them."""
        found: dict[str, ast.expr] = {}
        for keyword in called.node.keywords:
            if keyword.arg is not None:
                found[keyword.arg] = keyword.value
            else:
                found |= self._values.items_of(keyword.value, called.at)
        return found

    def _is_model(self, called: Called, given: dict[str, ast.expr]) -> bool:
        kind = given.get("repo_type")
        return kind is None or not any(v.value in _NO_MODELS for v in self._values.texts(kind, called.at))

    def _downloads(self, loader: Loader, called: Called, given: dict[str, ast.expr]) -> bool:
        """Tell whether anything is downloaded: a network is also made with random weights."""
        if not loader.unless:
            return True
        placed = argument(called.node, loader.unless_position, ())
        asked = given.get(loader.unless, placed)
        first = argument(called.node, loader.position, loader.keywords)
        texts = self._values.texts(first, called.at) if first is not None else []
        if any(text.value.startswith(("hf_hub:", "hf-hub:")) for text in texts):
            return True
        return asked is not None and self._truth(asked, called.at) is not False

    def _truth(self, node: ast.expr, at: At) -> bool | None:
        """Return whether a value is true; None where that depends on the run."""
        answers = {bool(found.value) for found in self._values.values(node, at)}
        return answers.pop() if len(answers) == 1 else None

    def _take(self, match: _Match, called: Called, given: dict[str, ast.expr], texts: list[Value]) -> bool:
        is_taken = False
        for text in texts:
            model = named(text.value, match.loader)
            if model is None:
                is_taken |= match.is_sure
                continue
            self._add(match, called, given, model, text)
            is_taken = True
        return is_taken

    def _add(self, match: _Match, called: Called, given: dict[str, ast.expr], model: Named, text: Value) -> None:
        revision, pin = self._revision(match.loader, called, given)
        if model.revision and pin is Pin.NONE:
            revision, pin = model.revision, pin_of(model.revision)
        name = self._with_weights(match.loader, called, given, model.model)
        remote = match.loader.runs_code or self._trusts(called, given)
        sureness = Confidence.HIGH if match.is_sure and text.is_certain else Confidence.MEDIUM
        if not match.is_sure and not text.is_certain:
            sureness = Confidence.LOW
        use = Use(
            name, model.registry, self._place(called), match.call, match.loader.library, revision, pin, remote, sureness
        )
        self._uses[use] = None

    def _with_weights(self, loader: Loader, called: Called, given: dict[str, ast.expr], model: str) -> str:
        """Return `ViT-B-32/laion2b`, where the weights are named beside the architecture."""
        if not loader.weights:
            return model
        node = given.get(loader.weights, argument(called.node, loader.unless_position, ()))
        texts = self._values.texts(node, called.at) if node is not None else []
        return f"{model}/{texts[0].value}" if len(texts) == 1 else model

    def _trusts(self, called: Called, given: dict[str, ast.expr]) -> bool | None:
        node = given.get("trust_remote_code")
        return False if node is None else self._truth(node, called.at)

    def _revision(self, loader: Loader, called: Called, given: dict[str, ast.expr]) -> tuple[str, Pin]:
        node = next((given[keyword] for keyword in loader.revision if keyword in given), None)
        if node is None or (isinstance(node, ast.Constant) and node.value is None):
            return "", Pin.NONE
        texts = self._values.texts(node, called.at)
        nothing = any(found.value is None for found in self._values.values(node, called.at))
        if len(texts) != 1:
            return "", Pin.NONE if nothing and not texts else Pin.UNKNOWN
        return texts[0].value, Pin.UNKNOWN if nothing else pin_of(texts[0].value)

    def _miss(self, match: _Match, called: Called, expressions: list[ast.expr]) -> None:
        if not expressions and not match.loader.default:
            return
        reason = _UNKNOWN if expressions else match.loader.default
        unnamed = Unnamed(self._place(called), match.call, match.loader.library, reason)
        self._unnamed[unnamed] = None

    def torch_hub(self, match: _Match, called: Called) -> None:
        """Take `torch.hub.load("owner/repository:branch", "model")`."""
        given = self._given(called)
        source = given.get("source")
        if source is not None and any(v.value == "local" for v in self._values.texts(source, called.at)):
            return
        repository = argument(called.node, 0, ("repo_or_dir", "github"))
        model = argument(called.node, 1, ("model",))
        repositories = self._values.texts(repository, called.at) if repository is not None else []
        models = self._values.texts(model, called.at) if model is not None else []
        for where in repositories:
            name, _, tag = where.value.partition(":")
            if not re.fullmatch(r"[\w.-]{1,80}/[\w.-]{1,80}", name):
                continue
            for what in models or [Value("", False)]:
                full = f"{name}/{what.value}" if what.value else name
                self._add(match, called, given, Named("torch-hub", full, tag), what)
        if not repositories:
            self._miss(match, called, [called.node.func])

    def constructor(self, match: _Match, called: Called) -> None:
        """Take `torchvision.models.resnet50(weights="DEFAULT")`: without weights nothing is loaded."""
        given = self._given(called)
        placed = argument(called.node, 0, ())
        asked = given.get("weights", given.get("pretrained", placed))
        is_flag = isinstance(placed, ast.Constant) and placed.value is True
        if asked is None or (asked is placed and not is_flag) or self._truth(asked, called.at) is False:
            return
        name = match.call.rpartition(".")[2]
        is_shown = self._truth(asked, called.at) is True or isinstance(asked, ast.Attribute)
        self._add(match, called, given, Named(match.loader.registry, name), Value(name, is_shown))

    def bundle(self, match: _Match, called: Called) -> None:
        """Take `torchaudio.pipelines.WAV2VEC2_BASE.get_model()`."""
        name = match.call.split(".")[-2] if "." in match.call else ""
        if name.isupper():
            self._add(match, called, {}, Named(match.loader.registry, name), Value(name))

    def package(self, match: _Match, called: Called) -> None:
        """Take `en_core_web_sm.load()`, a model that is a package."""
        name = match.call.partition(".")[0]
        self._add(match, called, {}, Named("spacy", name), Value(name))

    def _address(self, called: Called) -> None:
        """Take the address of a model's file that any call is given, as downloads are."""
        for node in [*called.node.args[:3], *[keyword.value for keyword in called.node.keywords]]:
            is_text = isinstance(node, ast.Constant | ast.JoinedStr | ast.Name)
            for text in self._values.texts(node, called.at) if is_text else ():
                model = in_repository(text.value) if "/resolve/" in text.value else None
                if model is not None:
                    match = _Match(_ADDRESS, last_name(called.node.func) or "call", False)
                    self._add(match, called, {}, model, text)


_ADDRESS = Loader("address", (), ())
_PACKAGE = Loader("spacy", (), (), form="package")
# Functions that mean the Hub whoever imported them.
_FREE = frozenset({"hf_hub_download", "snapshot_download"})
_FORMS: dict[str, Callable[[_Reading, _Match, Called], None]] = {
    "argument": _Reading.argument,
    "torch-hub": _Reading.torch_hub,
    "constructor": _Reading.constructor,
    "bundle": _Reading.bundle,
    "package": _Reading.package,
}


def _fits(loader: Loader, path: str, last: str) -> bool:
    if loader.form == "constructor":
        parts = path.split(".")
        return (
            len(parts) > 2
            and parts[1] == "models"
            and parts[-1].islower()
            and parts[-1] not in {"get_model", "list_models"}
        )
    if loader.except_from and path.startswith(loader.except_from):
        return False
    if last not in {call.rpartition(".")[2] for call in loader.calls}:
        return False
    return any(path == call or path.endswith(f".{call}") for call in loader.calls)


@lru_cache(maxsize=1)
def spacy_packages() -> frozenset[str]:
    """Return the names of models that are published as Python packages."""
    text = resources.files("weighbridge.uses").joinpath("data/spacy_packages.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def _place(unnamed: Unnamed) -> Place:
    return unnamed.place
