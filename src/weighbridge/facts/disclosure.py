"""What the small text files give away that was not meant to be published."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from weighbridge.errors import FormatError, SourceError
from weighbridge.facts.engine import Facts
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.scanners.secrets import secrets_in
from weighbridge.facts.scanners.subject import decode_text
from weighbridge.model import Evidence, Location, RepoFile

FILE_LIMIT = 300
FILE_BYTES = 1024 * 1024
_KEPT = 100

_TEXTS = frozenset(
    """.json .yaml .yml .toml .cfg .ini .env .py .ipynb .sh .md .txt .log .pem .key .conf .js .properties .xml
    .jsonl""".split()  # noqa: SIM905
)
_NAMES = frozenset({"id_rsa", "id_ed25519", "id_ecdsa", ".env", ".netrc", ".npmrc", ".pypirc", "credentials", "token"})
_VOCABULARIES = frozenset({"tokenizer.json", "vocab.json", "vocab.txt", "merges.txt"})
_HOME = re.compile(
    r"(?:/home/|/Users/|[A-Z]:\\{1,2}Users\\{1,2})(?!user\b|runner\b|ubuntu\b|root\b|username\b)([\w.-]{2,40})[/\\]"
)


class Disclosure(msgspec.Struct, frozen=True):
    """Secrets (shown in part) and paths of somebody's machine, with their places; how many files were read."""

    secrets: tuple[Evidence, ...] = ()
    homes: tuple[Evidence, ...] = ()
    files: int = 0


def read_disclosure(facts: Facts) -> Disclosure:
    """Read the small text files for what they give away. Raises `Unreadable` without a listing."""
    manifest = facts.need(Manifest)
    secrets: list[Evidence] = []
    homes: list[Evidence] = []
    files = [file for file in manifest.files if _is_asked(file)][:FILE_LIMIT]
    for file in files:
        try:
            text = decode_text(facts.repository.read(file.path, FILE_BYTES))
        except (SourceError, FormatError):
            continue
        found = secrets_in(text)
        secrets += [Evidence(f"{s.kind}: {s.shown}", Location(file.path, line=s.line)) for s in found]
        if file.suffix in {".json", ".yaml", ".yml"}:
            homes += _homes(text, file.path)
    return Disclosure(tuple(secrets[:_KEPT]), tuple(homes[:_KEPT]), len(files))


def _is_asked(file: RepoFile) -> bool:
    return (file.size is None or file.size <= FILE_BYTES) and may_disclose(file.path)


@lru_cache(maxsize=8192)
def may_disclose(path: str) -> bool:
    """Tell whether a file of that name is one in which people leave secrets."""
    file = RepoFile(path)
    name = file.name.lower()
    return name not in _VOCABULARIES and (file.suffix in _TEXTS or name in _NAMES or name.startswith(".env"))


def _homes(text: str, path: str) -> list[Evidence]:
    match = _HOME.search(text)
    if match is None:
        return []
    return [Evidence(match[0], Location(path, line=text.count("\n", 0, match.start()) + 1))]
