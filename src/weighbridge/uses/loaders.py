"""The table of loading calls: which libraries' calls load models, and where they are told which."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Literal

import msgspec

Form = Literal["argument", "torch-hub", "constructor", "bundle", "package"]
Names = Literal["hub", "owned", "named", "bare", "prefixed", "url", "checkpoint", "fairseq"]


class Loader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One library's way to load a model; the fields are told in `data/loaders.toml`."""

    library: str
    imports: tuple[str, ...]
    calls: tuple[str, ...]
    form: Form = "argument"
    position: int = 0
    keywords: tuple[str, ...] = ()
    revision: tuple[str, ...] = ("revision",)
    names: Names = "hub"
    registry: str = "huggingface"
    owner: str = ""
    unless: str = ""
    unless_position: int = -1
    weights: str = ""
    default: str = ""
    distinct: bool = False
    runs_code: bool = False
    except_from: str = ""


class Keys(msgspec.Struct, frozen=True):
    """Keys of configuration files that name models, and revisions."""

    sure: frozenset[str]
    vague: frozenset[str]
    revision: frozenset[str]
    hosted: tuple[str, ...]


class Options(msgspec.Struct, frozen=True):
    """Options of command lines that name models, and revisions."""

    sure: frozenset[str]
    bare: frozenset[str]
    revision: frozenset[str]


class Table(msgspec.Struct, frozen=True):
    """All of it."""

    loader: tuple[Loader, ...]
    keys: Keys
    options: Options


@lru_cache(maxsize=1)
def table() -> Table:
    """Return the table that is shipped."""
    text = resources.files("weighbridge.uses").joinpath("data/loaders.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Table)


@lru_cache(maxsize=1)
def by_call() -> dict[str, tuple[Loader, ...]]:
    """Return the loaders by the last part of what is called."""
    found: dict[str, list[Loader]] = {}
    for loader in table().loader:
        for call in loader.calls:
            found.setdefault(call.rpartition(".")[2], []).append(loader)
    return {call: tuple(loaders) for call, loaders in found.items()}


@lru_cache(maxsize=1)
def by_import() -> dict[str, tuple[Loader, ...]]:
    """Return the loaders by the root package of their library."""
    found: dict[str, list[Loader]] = {}
    for loader in table().loader:
        for root in loader.imports:
            found.setdefault(root, []).append(loader)
    return {root: tuple(loaders) for root, loaders in found.items()}
