"""The description that a Python package carries: its METADATA, which stands in for a card where there is none."""

from __future__ import annotations

from email.errors import MessageError
from email.parser import HeaderParser

import msgspec

from weighbridge.errors import FormatError, SourceError
from weighbridge.facts.engine import Facts, Unreadable
from weighbridge.facts.manifest import Manifest
from weighbridge.model import Location, RepoFile

_SUFFIX = ".dist-info/METADATA"
_VALUE = 200


class Distribution(msgspec.Struct, frozen=True):
    """A package's METADATA: its fields (lower case, each as often as given) and its long description.

    `body` is the description, preceded by as many empty lines as the fields take, so that line numbers are the file's.
    `path` is empty where there is no such package.
    """

    path: str = ""
    fields: dict[str, tuple[str, ...]] = {}
    body: str = ""

    @property
    def licences(self) -> tuple[str, ...]:
        """The licence as an expression, or as a short text; a whole licence text in the field is left to the licence files."""
        found = self.fields.get("license-expression") or self.fields.get("license", ())
        return tuple(value for value in found if value and "\n" not in value and len(value) <= _VALUE)

    @property
    def requirements(self) -> tuple[str, ...]:
        """What installing the package installs too, without what extras would add."""
        return tuple(value for value in self.fields.get("requires-dist", ()) if "extra ==" not in value)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the project says that it is at home: its named addresses, and its home page."""
        named = tuple(value.rpartition(",")[2].strip() for value in self.fields.get("project-url", ()))
        return named + self.fields.get("home-page", ())

    def where(self) -> Location:
        """Return the file's place."""
        return Location(self.path, line=1)


def metadata_file(manifest: Manifest) -> RepoFile | None:
    """Return a package's METADATA, listed beside its files."""
    return next((file for file in manifest.files if file.path.endswith(_SUFFIX) and file.path.count("/") == 1), None)


def parse_metadata(path: str, text: str) -> Distribution:
    """Read METADATA (PEP 566, 643): fields as in e-mail, an empty line, and the description."""
    head, _, body = text.partition("\n\n")
    try:
        message = HeaderParser().parsestr(head + "\n\n")
    except MessageError:
        return Distribution(path, {}, text)
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in message.items():
        fields[name.lower()] = (*fields.get(name.lower(), ()), str(value).strip())
    return Distribution(path, fields, "\n" * (head.count("\n") + 2) + body)


def read_distribution(facts: Facts) -> Distribution:
    """Read the package's METADATA; an empty one where there is none. Raises `Unreadable`."""
    listed = metadata_file(facts.need(Manifest))
    if listed is None:
        return Distribution()
    try:
        text = facts.repository.read(listed.path).decode("utf-8", "replace")
    except (SourceError, FormatError) as error:
        raise Unreadable(f"{listed.path} could not be read: {error.message}") from error
    return parse_metadata(listed.path, text.replace("\r\n", "\n"))
