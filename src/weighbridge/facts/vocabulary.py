"""How many tokens a tokenizer knows: counted from its files without building the tokenizer."""

from __future__ import annotations

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.manifest import Manifest
from weighbridge.sources.repository import Repository

# Vocabularies of 256,000 tokens with their merges reach some 35 MB of JSON.
SIZE_LIMIT = 128 * 1024 * 1024
_TOKEN = 64


class Vocabulary(msgspec.Struct, frozen=True):
    """The number of distinct token ids and the file that tells; 0 and empty where none does."""

    size: int = 0
    path: str = ""


class _AddedToken(msgspec.Struct):
    id: int
    content: str = ""


class _Model(msgspec.Struct):
    vocab: dict[str, int] | list[tuple[str, float]] | None = None


class _TokenizerFile(msgspec.Struct):
    """The parts of `tokenizer.json` that name tokens; all else is skipped by the decoder."""

    model: _Model | None = None
    added_tokens: list[_AddedToken] | None = None


_WHOLE = msgspec.json.Decoder(_TokenizerFile)
_IDS = msgspec.json.Decoder(dict[str, int])


def read_vocabulary(repository: Repository, manifest: Manifest, folder: str = "") -> Vocabulary:
    """Count the token ids that the files of a folder name. Raises `FormatError`, `SourceError`."""
    path = f"{folder}tokenizer.json"
    if path in manifest:
        return Vocabulary(_count_whole(repository.read(path, SIZE_LIMIT), path), path)
    added = _added(repository, manifest, f"{folder}added_tokens.json")
    for name, count in (("vocab.json", _count_json), ("vocab.txt", _count_lines)):
        path = folder + name
        if path in manifest:
            return Vocabulary(len(count(repository.read(path, SIZE_LIMIT), path) | added), path)
    return Vocabulary()


def tokens_of(repository: Repository, manifest: Manifest, ids: frozenset[int]) -> dict[int, str]:
    """Return the tokens of some ids, as far as `tokenizer.json` or `vocab.txt` name them. Raises `FormatError`, `SourceError`."""
    if "tokenizer.json" in manifest:
        parsed = _parse(repository.read("tokenizer.json", SIZE_LIMIT), "tokenizer.json")
        vocab = parsed.model.vocab if parsed.model else None
        pairs = vocab.items() if isinstance(vocab, dict) else [(entry[0], at) for at, entry in enumerate(vocab or ())]
        found = {number: token[:_TOKEN] for token, number in pairs if number in ids}
        return found | {token.id: token.content[:_TOKEN] for token in parsed.added_tokens or () if token.id in ids}
    if "vocab.txt" in manifest:
        lines = repository.read("vocab.txt", SIZE_LIMIT).split(b"\n")
        return {number: lines[number].decode("utf-8", "replace")[:_TOKEN] for number in ids if number < len(lines)}
    return {}


def _parse(data: bytes, path: str) -> _TokenizerFile:
    try:
        return _WHOLE.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise FormatError(f"{path} is no tokenizer: {str(error)[:200]}", where=path) from None


def _count_whole(data: bytes, path: str) -> int:
    parsed = _parse(data, path)
    vocab = parsed.model.vocab if parsed.model else None
    ids = set(vocab.values()) if isinstance(vocab, dict) else set(range(len(vocab or ())))
    return len(ids.union(token.id for token in parsed.added_tokens or ()))


def _count_json(data: bytes, path: str) -> set[int]:
    try:
        return set(_IDS.decode(data).values())
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise FormatError(f"{path} maps no tokens to ids: {str(error)[:200]}", where=path) from None


def _count_lines(data: bytes, _path: str) -> set[int]:
    """In `vocab.txt` every line is a token and its number the id."""
    return set(range(data.count(b"\n") + (bool(data) and not data.endswith(b"\n"))))


def _added(repository: Repository, manifest: Manifest, path: str) -> set[int]:
    return _count_json(repository.read(path, SIZE_LIMIT), path) if path in manifest else set()
