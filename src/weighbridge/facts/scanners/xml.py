"""XML models (PMML, OpenVINO): entities that read files, and code or libraries that the model names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weighbridge.errors import FormatError
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject
from weighbridge.model import Format, Location

# Looked for in the text, not in a parse: what a parser does with a document type is the very question.
_DOCTYPE = re.compile(r"<!DOCTYPE\s+([\w.:-]+)([^>\[]*)(\[)?", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\s+(%\s+)?([\w.:-]+)\s+(SYSTEM|PUBLIC)?\s*([^>]{0,300})>?", re.IGNORECASE)
_LIBRARY = re.compile(r"""\blibrary\s*=\s*["']([^"']{1,500})["']""", re.IGNORECASE)
_CODE = re.compile(
    r"java\.lang\.|Runtime\.getRuntime|ProcessBuilder|<script\b|javascript:|os\.system|subprocess|\beval\s*\(|\bexec\s*\(",
    re.IGNORECASE,
)
_INCLUDE = re.compile(r"<xi:include\b[^>]*", re.IGNORECASE)
_STYLE = re.compile(r"<\?xml-stylesheet\b[^>]*", re.IGNORECASE)
_PROSE = frozenset({"html", "svg", "plist"})
_FEW = 50
_ENCODING = re.compile(r"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""", re.IGNORECASE)
_PLAIN_ENCODINGS = (
    "utf-8",
    "utf8",
    "utf-16",
    "us-ascii",
    "ascii",
    "iso-8859",
    "windows-125",
    "latin",
    "cp125",
    "gb",
    "shift",
    "euc",
)


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield entities, libraries and code that the document names. Raises `LimitExceeded` for one that is too long."""
    text = subject.text()
    doctype = _DOCTYPE.search(text)
    root = doctype[1].lower() if doctype else ""
    if doctype and (doctype[3] or root not in _PROSE):
        yield from _entities(subject, text, doctype)
    if root == "html" or subject.suffix in {".html", ".htm", ".svg"}:
        return
    encoding = _ENCODING.match(text)
    if encoding and not encoding[1].lower().startswith(_PLAIN_ENCODINGS):
        told = f"the encoding {encoding[1]}, in which a document type would not be seen"
        yield subject.observe("xml.encoding", encoding[1], told)
    for match in list(_LIBRARY.finditer(text))[:_FEW]:
        yield subject.observe("xml.library", match[1], f"loading opens the library {match[1]!r}", _at(subject, match))
    for match in list(_CODE.finditer(text))[:_FEW]:
        yield subject.observe("xml.code", "code", f"the document holds {match[0]!r}", _at(subject, match))
    for match in list(_INCLUDE.finditer(text))[:_FEW]:
        yield subject.observe("xml.entity", "include", f"reading includes {match[0][:100]!r}", _at(subject, match))
    if subject.format is Format.OPENVINO:
        yield from _custom(subject)


def _entities(subject: Subject, text: str, doctype: re.Match[str]) -> Iterator[Observation]:
    declared = list(_ENTITY.finditer(text))[:_FEW]
    for match in declared:
        kind = "xml.entity" if match[3] else "xml.internal-entity"
        verb = "reads" if match[3] else "stands for"
        told = f"the entity {match[2]} {verb} {match[4].strip()[:200]}"
        yield subject.observe(kind, match[2], told, _at(subject, match))
    if not declared:
        text = f"a document type {doctype[0][:100]!r}"
        yield subject.observe("xml.doctype", doctype[1], text, _at(subject, doctype))


def _custom(subject: Subject) -> Iterator[Observation]:
    try:
        found = subject.inspect().metadata
    except FormatError as error:
        subject.job.tell(error.message)
        return
    for name in found.get("custom_operators", {}):
        yield subject.observe("openvino.custom", name, f"runs the operator {name} of an extension")


def _at(subject: Subject, match: re.Match[str]) -> Location:
    return subject.where(line=match.string.count("\n", 0, match.start()) + 1)
