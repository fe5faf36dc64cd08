"""What the model needs around it to run."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from weighbridge.errors import FormatError, SourceError
from weighbridge.facts.card import Card
from weighbridge.facts.config import Config
from weighbridge.facts.distribution import Distribution
from weighbridge.facts.engine import Facts
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.requirements import (
    REQUIREMENT_LIMIT,
    Requirement,
    images_in,
    indexes_in,
    requirement,
    requirements_in,
)
from weighbridge.facts.weights import Weights
from weighbridge.model import Depth, Evidence, Problem

__all__ = ["Environment", "Requirement", "read_environment"]

FILE_LIMIT = 50
FILE_BYTES = 4 * 1024 * 1024
VERSION_LIMIT = 100

# Keys of configurations that name the version of a library, and that library.
_KEYS = {
    "transformers_version": "transformers",
    "_diffusers_version": "diffusers",
    "peft_version": "peft",
    "_sklearn_version": "scikit-learn",
    "spacy_version": "spacy",
    "keras_version": "keras",
    "sb3_version": "stable-baselines3",
    "timm_version": "timm",
    "mlx_version": "mlx",
}
_USUAL = {
    "pytorch": "torch",
    "sentence transformers": "sentence-transformers",
    "tf": "tensorflow",
    "pytorch lightning": "lightning",
    "sklearn": "scikit-learn",
}
_VERSION = re.compile(r"v?\d{1,5}(?:\.\d{1,8}){0,4}[\w.+-]{0,40}")
_ITEM = re.compile(
    r"\s{0,4}[-*+]\s{1,3}[*`]{0,2}(?P<name>[A-Za-z][\w .-]{1,40}?)[*`]{0,2}\s{0,2}(?::|==|\s)[*`]{0,2}\s{0,3}[*`]{0,2}(?P<version>v?\d[\w.+-]{0,60})[*`]{0,2}\s*"
)


class Environment(msgspec.Struct, frozen=True):
    """Environment files and the versions that files and card name.

    `files` are requirements, lock, conda, Docker and package files, before them a package's METADATA that names requirements;
    `images` the base images Docker files name; `indexes` the other indexes or pages that pip is told to take packages from; `versions` maps a library to the version with which the model was made (`transformers_version`, "Framework
    versions" of the card, file producers).
    """

    files: tuple[str, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    images: tuple[str, ...] = ()
    versions: dict[str, str] = {}
    problems: tuple[Problem, ...] = ()
    indexes: tuple[Evidence, ...] = ()


def read_environment(facts: Facts) -> Environment:
    """Read environment files and stated versions. Raises `Unreadable` where the card was not read."""
    card = facts.need(Card)
    versions = _in_card(card)
    config = facts.maybe(Config)
    if config is not None:
        _in_config(config, versions)
    weights = facts.maybe(Weights) if facts.depth >= Depth.HEADERS else None
    for inspection in weights.inspections if weights is not None else ():
        for name, version in inspection.versions.items():
            if len(versions) < VERSION_LIMIT:
                versions.setdefault(_usual(name), str(version)[:100])
    manifest, package = facts.maybe(Manifest), facts.maybe(Distribution)
    of_package = _in_package(package) if package is not None and package.path else []
    if manifest is None or not (manifest.environments or of_package):
        return Environment(versions=versions)
    return _with_files(facts, manifest, versions, of_package)


def _in_package(package: Distribution) -> list[Requirement]:
    """Return what a Python package asks for beside itself."""
    found = [requirement(text, package.where()) for text in package.requirements[:REQUIREMENT_LIMIT]]
    return [asked for asked in found if asked is not None]


def _with_files(
    facts: Facts, manifest: Manifest, versions: dict[str, str], of_package: list[Requirement]
) -> Environment:
    requirements = list(of_package)
    images: list[str] = []
    problems: list[Problem] = []
    indexes: list[Evidence] = []
    for file in manifest.environments[:FILE_LIMIT]:
        try:
            text = facts.repository.read(file.path, FILE_BYTES).decode(errors="replace").replace("\r\n", "\n")
            if "dockerfile" in file.name.lower() or file.name.lower() == "containerfile":
                images += images_in(text)
            else:
                requirements += requirements_in(file.path, text)
                indexes += indexes_in(file.path, text)
        except (FormatError, SourceError) as error:
            problems.append(Problem(error.message, file.path))
    paths = [asked.where.path for asked in of_package[:1] if asked.where is not None]
    paths += [file.path for file in manifest.environments]
    return Environment(
        tuple(paths), tuple(requirements), tuple(dict.fromkeys(images)), versions, tuple(problems), tuple(indexes)
    )


def _in_config(config: Config, versions: dict[str, str]) -> None:
    for document in config.documents.values():
        if not isinstance(document.value, dict):
            continue
        for key, library in _KEYS.items():
            if key in document.value:
                _keep(versions, library, document.value[key])
        held = document.value.get("__version__")
        for name, version in held.items() if isinstance(held, dict) else ():
            _keep(versions, _usual(str(name)), version)


def _keep(versions: dict[str, str], library: str, version: Any) -> None:
    if isinstance(version, str) and _VERSION.fullmatch(version) and len(versions) < VERSION_LIMIT:
        versions.setdefault(library, version)


def _in_card(card: Card) -> dict[str, str]:
    """The list that trainers write below "Framework versions", and its like."""
    versions: dict[str, str] = {}
    for section in card.sections:
        title = section.title.lower()
        if "version" in title and ("framework" in title or "librar" in title or "software" in title):
            for line in section.text.split("\n")[:100]:
                match = _ITEM.fullmatch(line[:300])
                if match is not None:
                    _keep(versions, _usual(match["name"]), match["version"])
    return versions


def _usual(name: str) -> str:
    lowered = name.strip().lower()[:100]
    return _USUAL.get(lowered, lowered.replace(" ", "-").replace("_", "-"))
