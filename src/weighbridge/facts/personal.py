"""Personal data in shipped data files: told by structure and check digits, and shown only in part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from weighbridge.errors import FormatError, SourceError
from weighbridge.facts.engine import Facts
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.scanners.subject import decode_text
from weighbridge.model import Evidence, Location, RepoFile, Skip

FILE_LIMIT, FILE_BYTES = 100, 4 * 1024 * 1024
_FOUND, _SHOWN = 1000, 20
_TABLES = frozenset({".csv", ".tsv", ".jsonl", ".ndjson"})
_TEXTS = frozenset({".json", ".txt", ".text"})
# Beside the model, texts and JSON are its configuration and vocabulary; in these folders they are data.
_FOLDERS = re.compile(
    r"(?:^|/)(?:data|dataset|datasets|samples?|train|test|valid|validation|corpus|annotations|labels)(?:/|$)"
)
# Names and addresses that documents use because they are nobody's.
_NOBODY = re.compile(
    r"(?i)@(?:[\w.-]+\.)?(?:example|test|localhost|invalid|domain|email|company)\b|^(?:user|name|foo|noreply|no-reply|you)@"
)
_FICTION = re.compile(r"\+?1?[ .-]?\(?\d{3}\)?[ .-]555[ .-]01\d\d")


class Personal(msgspec.Struct, frozen=True):
    """What was found, by its kind, with the first places; how many files were read, and what was not."""

    counts: dict[str, int] = {}
    places: tuple[Evidence, ...] = ()
    files: int = 0
    skipped: tuple[Skip, ...] = ()


def read_personal(facts: Facts) -> Personal:
    """Read the data files for what identifies people. Raises `Unreadable` without a listing."""
    counts: dict[str, int] = {}
    places: list[Evidence] = []
    skipped: list[Skip] = []
    files = [file for file in facts.need(Manifest).files if is_data(file)]
    if len(files) > FILE_LIMIT:
        skipped.append(Skip(files[FILE_LIMIT].path, f"{len(files) - FILE_LIMIT:,} data files beyond {FILE_LIMIT}"))
    for file in files[:FILE_LIMIT]:
        try:
            source = facts.repository.open(file.path)
            text = decode_text(source.read_at(0, FILE_BYTES))
        except (SourceError, FormatError) as error:
            skipped.append(Skip(file.path, error.message))
            continue
        if source.size > FILE_BYTES:
            skipped.append(Skip(file.path, f"read to {FILE_BYTES:,} of {source.size:,} bytes"))
        for kind, shown, line in personal_in(text):
            counts[kind] = counts.get(kind, 0) + 1
            if len(places) < _SHOWN:
                places.append(Evidence(f"{kind}: {shown}", Location(file.path, line=line)))
    return Personal(dict(sorted(counts.items())), tuple(places), min(len(files), FILE_LIMIT), tuple(skipped))


def is_data(file: RepoFile) -> bool:
    """Whether a file holds records: a table, or a text in a folder of data."""
    if file.linked_to is not None or file.is_pointer:
        return False
    return file.suffix in _TABLES or (
        file.suffix in _TEXTS and _FOLDERS.search(file.path.rpartition("/")[0]) is not None
    )


def personal_in(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield what identifies a person: its kind, how it begins, its line; each value once."""
    seen: set[str] = set()
    for kind, shape, holds in _KINDS:
        for match in shape.finditer(text):
            value = match[0]
            if value in seen or not holds(value):
                continue
            seen.add(value)
            yield kind, masked(value), text.count("\n", 0, match.start()) + 1
            if len(seen) >= _FOUND:
                return


def masked(value: str) -> str:
    """Return how a value begins, and its length: `an… (15 characters)`."""
    return f"{value[:2]}… ({len(value)} characters)"


def _is_somebody(address: str) -> bool:
    return _NOBODY.search(address) is None


def _is_card(number: str) -> bool:
    """Luhn's check digit, and no row of equal digits."""
    digits = [int(d) for d in number if d.isdigit()]
    doubled = [d if at % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for at, d in enumerate(reversed(digits))]
    return len(set(digits)) > 3 and sum(doubled) % 10 == 0


def _is_account(number: str) -> bool:
    """ISO 13616: the number, turned and written in digits, leaves 1 when divided by 97."""
    plain = number.replace(" ", "")
    return 15 <= len(plain) <= 34 and int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _is_cpf(number: str) -> bool:
    """Brazil's two check digits."""
    digits = [int(d) for d in number if d.isdigit()]
    sums = [sum(d * (length + 1 - at) for at, d in enumerate(digits[:length])) * 10 % 11 % 10 for length in (9, 10)]
    return len(set(digits)) > 1 and sums == digits[9:]


def _is_dni(number: str) -> bool:
    """Spain's check letter."""
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number[:8]) % 23] == number[-1]


_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("e-mail address", re.compile(r"(?<![\w.+@/-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,12}(?![\w@])"),
     _is_somebody),
    ("telephone number", re.compile(r"(?<![\w.+-])\+[1-9]\d{0,2}(?:[ .-]\(?\d{2,4}\)?){2,4}(?![\w.-])"),
     lambda number: _FICTION.fullmatch(number) is None and sum(c.isdigit() for c in number) >= 9),
    ("payment card", re.compile(r"(?<![\w.-])(?:4\d{3}|5[1-5]\d{2}|3[47]\d{2}|6011)(?:[ -]\d{4}){3}(?![\w.-])"), _is_card),
    ("bank account", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), _is_account),
    ("identity number (Brazil)", re.compile(r"(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])"), _is_cpf),
    ("identity number (Spain)", re.compile(r"(?<![\w.-])\d{8}-?[A-Z](?![\w-])"), _is_dni),
)  # fmt: skip
