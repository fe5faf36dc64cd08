"""Requirements and images as environment files of many kinds name them. Files are parsed, never run."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.jsontext import parse_json
from weighbridge.facts.python import syntax_tree
from weighbridge.facts.yamltext import parse_yaml
from weighbridge.model import Evidence, Location

REQUIREMENT_LIMIT = 2000
LINE_LENGTH = 1000
IMAGE_LIMIT = 50

_EXACT = re.compile(r"===?\s*([0-9A-Za-z][0-9A-Za-z.+!_-]*)$")
_CONDA = re.compile(r"(?:[\w.-]+::)?(?P<name>[A-Za-z0-9][\w.-]{0,100})\s{0,3}(?P<rest>[=<>!~].{0,100})?$")
_FROM = re.compile(r"\s*FROM\s+(?:--\S+\s+)*(\S{1,300})(?:\s+AS\s+(\S{1,100}))?", re.IGNORECASE)
_EGG = re.compile(r"[#&]egg=([\w.-]{1,100})")
# `--index-url URL` and its like, as lines of requirements and as items of a list.
_INDEX = re.compile(r"\s*(?:-\s+[\"']?)?(?:--(?:extra-)?index-url|--find-links|-i|-f)[ =]+[\"']?([a-z+]+://[^\s\"']+)")
_INDEXES = 50


class Requirement(msgspec.Struct, frozen=True):
    """A Python requirement; `pin` is the exact version where one is fixed, `url` where it is fetched from elsewhere."""

    name: str
    specifier: str = ""
    pin: str = ""
    url: str = ""
    where: Location | None = None


def requirements_in(path: str, text: str) -> list[Requirement]:
    """Return the requirements in an environment file, by its name. Raises `FormatError` where it does not parse."""
    name = path.rpartition("/")[2].lower()
    found: list[Requirement] = []
    for requirement in _reader(name)(path, text):
        found.append(requirement)
        if len(found) >= REQUIREMENT_LIMIT:
            break
    return found


def images_in(text: str) -> list[str]:
    """Return the base images that a Docker file names, without its own stages."""
    stages: set[str] = set()
    found: dict[str, None] = {}
    for line in text.split("\n"):
        match = _FROM.match(line[:LINE_LENGTH])
        if match is None:
            continue
        if match[1] not in stages and match[1].lower() != "scratch":
            found[match[1]] = None
        if match[2]:
            stages.add(match[2])
    return list(found)[:IMAGE_LIMIT]


def requirement(text: str, where: Location | None) -> Requirement | None:
    """Return one requirement as pip takes it (PEP 508), None where the text is none."""
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed

    text = text.strip()[:LINE_LENGTH]
    try:
        parsed = Parsed(text)
    except (InvalidRequirement, ValueError, RecursionError):
        url = text if "://" in text else ""
        named = _EGG.search(text)
        stem = url.partition("#")[0].rstrip("/").rpartition("/")[2].partition("@")[0].removesuffix(".git")
        return Requirement(named[1] if named else stem, "", "", url, where) if url and (named or stem) else None
    specifier = str(parsed.specifier)
    return Requirement(parsed.name, specifier, _pin(specifier), parsed.url or "", where)


def _pin(specifier: str) -> str:
    match = _EXACT.fullmatch(specifier.strip())
    return match[1] if match else ""


def _reader(name: str) -> Callable[[str, str], Iterator[Requirement]]:
    by_name: dict[str, Callable[[str, str], Iterator[Requirement]]] = {
        "pyproject.toml": _pyproject, "pipfile": _pipfile, "poetry.lock": _locked, "uv.lock": _locked, "pdm.lock": _locked,
        "setup.cfg": _setup_cfg, "setup.py": _setup_py, "pipfile.lock": _pipfile_lock, "conda-lock.yml": _nothing,
    }  # fmt: skip
    if name in by_name:
        return by_name[name]
    if name.endswith((".yml", ".yaml")):
        return _nothing if "compose" in name else _conda
    if name.startswith(("requirements", "constraints")) and name.endswith((".txt", ".in")):
        return _plain
    return _nothing


def indexes_in(path: str, text: str) -> list[Evidence]:
    """Return where pip is told to take packages from beside the index, in what it reads line by line and in conda's `pip` lists."""
    found: list[Evidence] = []
    for number, line in enumerate(text.split("\n"), start=1):
        match = _INDEX.match(line[:LINE_LENGTH])
        if match is not None and len(found) < _INDEXES:
            found.append(Evidence(match[1], Location(path, line=number)))
    return found


def _nothing(_path: str, _text: str) -> Iterator[Requirement]:
    return iter(())


def _plain(path: str, text: str) -> Iterator[Requirement]:
    """One requirement a line, as `pip install -r` takes it."""
    held, first = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        first = first if held else number
        held += line[:LINE_LENGTH]
        if held.endswith("\\") and len(held) < LINE_LENGTH:
            held = held[:-1]
            continue
        written, held = _without_options(held), ""
        if written:
            found = requirement(written, Location(path, line=first))
            if found is not None:
                yield found


def _without_options(line: str) -> str:
    line = line.strip()
    if line.startswith(("-e ", "--editable ")):
        line = line.partition(" ")[2].strip()
    if not line or line.startswith(("#", "-")):
        return ""
    return line.partition(" #")[0].partition(" --")[0].strip()


def _conda(path: str, text: str) -> Iterator[Requirement]:
    parsed = parse_yaml(text)
    held = parsed.value.get("dependencies") if isinstance(parsed.value, dict) else None
    for index, item in enumerate(held if isinstance(held, list) else ()):
        where = Location(path, parsed.lines.get(f"/dependencies/{index}"), pointer=f"/dependencies/{index}")
        if isinstance(item, str):
            match = _CONDA.match(item.strip())
            if match is not None:
                yield _conda_requirement(match["name"], (match["rest"] or "").strip(), where)
        elif isinstance(item, dict) and isinstance(item.get("pip"), list):
            yield from _each(item["pip"], where)


def _conda_requirement(name: str, rest: str, where: Location) -> Requirement:
    # conda's `name=1.2=build` is exact for all but the build; `name=1.2.*` and `>=` are not.
    version = rest.lstrip("=").partition("=")[0]
    is_exact = rest.startswith("=") and bool(version) and not set(version) & set("*<>|,")
    return Requirement(name, rest, version if is_exact else "", "", where)


def _each(items: Any, where: Location) -> Iterator[Requirement]:
    for item in items if isinstance(items, list) else ():
        found = requirement(_without_options(item), where) if isinstance(item, str) and item.strip() else None
        if found is not None:
            yield found


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"not TOML: {str(error)[:200]}") from None


def _inside(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _pyproject(path: str, text: str) -> Iterator[Requirement]:
    values = _toml(text)
    yield from _each(_inside(values, "project", "dependencies"), Location(path, pointer="/project/dependencies"))
    yield from _versions(
        _inside(values, "tool", "poetry", "dependencies"), Location(path, pointer="/tool/poetry/dependencies")
    )


def _pipfile(path: str, text: str) -> Iterator[Requirement]:
    return _versions(_toml(text).get("packages"), Location(path, pointer="/packages"))


def _versions(held: Any, where: Location) -> Iterator[Requirement]:
    """A mapping of names to versions, or to objects that hold one."""
    for name, value in held.items() if isinstance(held, dict) else ():
        version = value.get("version") if isinstance(value, dict) else value
        url = value.get("git") or value.get("url") if isinstance(value, dict) else ""
        specifier = version if isinstance(version, str) and version != "*" else ""
        # Poetry takes a bare version for exact, and `^1.2` for a range.
        pin = _pin(specifier) or (specifier if re.fullmatch(r"\d[\w.+!-]*", specifier) else "")
        yield Requirement(str(name)[:200], specifier[:200], pin[:100], url if isinstance(url, str) else "", where)


def _locked(path: str, text: str) -> Iterator[Requirement]:
    packages = _toml(text).get("package")
    for index, package in enumerate(packages if isinstance(packages, list) else ()):
        name, version = _inside(package, "name"), _inside(package, "version")
        if isinstance(name, str) and isinstance(version, str):
            yield Requirement(
                name[:200], f"=={version}"[:200], version[:100], "", Location(path, pointer=f"/package/{index}")
            )


def _pipfile_lock(path: str, text: str) -> Iterator[Requirement]:
    value = parse_json(text.encode(errors="replace")).value
    return _versions(_inside(value, "default"), Location(path, pointer="/default"))


def _setup_cfg(path: str, text: str) -> Iterator[Requirement]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
        listed = parser.get("options", "install_requires", fallback="") or ""
    except (configparser.Error, ValueError) as error:
        raise FormatError(f"not a configuration: {str(error)[:200]}") from None
    return _each(listed.split("\n"), Location(path))


def _setup_py(path: str, text: str) -> Iterator[Requirement]:
    """The literal list given to `install_requires`; what is computed stays unknown."""
    try:
        tree = syntax_tree(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormatError(f"not Python: {str(error)[:200]}") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "install_requires" and isinstance(node.value, ast.List):
            items = [item.value for item in node.value.elts if isinstance(item, ast.Constant)]
            yield from _each(items, Location(path, line=node.value.lineno))
