"""What the model needs around it to run."""

from __future__ import annotations

import msgspec

from weighbridge.model import Location, Problem


class Requirement(msgspec.Struct, frozen=True):
    """A Python requirement; `pin` is the exact version where one is fixed, `url` where it is fetched from elsewhere."""

    name: str
    specifier: str = ""
    pin: str = ""
    url: str = ""
    where: Location | None = None


class Environment(msgspec.Struct, frozen=True):
    """Environment files and the versions that files and card name.

    `files` are requirements, lock, conda, Docker and package files; `images` the base images Docker files name;
    `versions` maps a library to the version with which the model was made (`transformers_version`, "Framework
    versions" of the card, file producers).
    """

    files: tuple[str, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    images: tuple[str, ...] = ()
    versions: dict[str, str] = {}
    problems: tuple[Problem, ...] = ()
