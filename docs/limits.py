"""Every limit that a module of the sources, facts and formats keeps as a constant, found in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_SOURCE = Path(__file__).parents[1] / "src" / "weighbridge"
_PACKAGES = ("sources", "formats", "facts")
_NAME = re.compile(
    r"_?([A-Z_]*?_?(LIMIT|BYTES|LENGTH|DEPTH|PAGES|REDIRECTS|ATTEMPTS|SECONDS|BUDGET|RANK|ITERATIONS|STEPS|SHARDS))"
)
# Sizes of blocks and fields, not limits.
_NO_LIMITS = {"_ADAM_BYTES", "_VARINT_LENGTH", "EDGE_BYTES"}

# What a constant limits; without an entry the constant's own name is shown.
_WORDS = {
    ("sources.repository", "TEXT_LIMIT"): "bytes of a small text file read whole",
    ("sources.http", "_JSON_BYTES"): "bytes of one JSON answer of a registry",
    ("sources.http", "_REDIRECTS"): "redirects followed",
    ("sources.http", "_ATTEMPTS"): "times a request is sent when the registry is in trouble",
    ("sources.http", "_BODY_SECONDS"): "seconds for one body, and one more for every 16 KiB",
    ("sources.hub", "_COMMIT_PAGES"): "pages of the commit list read",
    ("sources.listing", "_DEPTH"): "levels of folders entered",
    ("sources.lookup", "_ANSWER_BYTES"): "bytes of one answer about a dataset",
    ("sources.target", "_RECORD_BYTES"): "bytes of a registry record in a file",
    ("sources.trust", "_LIMIT"): "bytes of a file of keys that you trust",
    ("sources.cache", "_TREE_BYTES"): "bytes of the cache's own listing",
    ("sources.git_past", "FILE_LIMIT"): "files of past commits looked at",
    ("sources.git_past", "FILE_BYTES"): "bytes of one file of a past commit",
    ("sources.git_past", "ALL_BYTES"): "bytes of all files of past commits",
    ("sources.git_signatures", "COMMIT_LIMIT"): "commits whose signatures are verified",
    ("sources.git_signatures", "TAG_LIMIT"): "tags whose signatures are verified",
    ("sources.git_run", "_SECONDS"): "seconds for reading a clone's history",
    ("sources.git_run", "_OUTPUT_BYTES"): "bytes of a clone's history",
    ("sources.weblinks", "_REDIRECTS"): "redirects followed from a card's link",
    ("sources.weblinks", "_SECONDS"): "seconds for one link of a card",
    ("sources.weblinks", "_BUDGET"): "seconds for all links of a run",
    (
        "facts.processes",
        "_SECONDS",
    ): "seconds of a processor for one file, after which the system ends the process that scans it",
    (
        "facts.processes",
        "_MEMORY_BYTES",
    ): "bytes of memory that the scan of one file may take, beside the program's own",
    ("facts.scan_cache", "FILE_BYTES"): "bytes of a file whose scan is kept with `--cache`",
    ("facts.scan_cache", "TOTAL_BYTES"): "bytes of all kept scans; the oldest go",
    ("facts.scan_cache", "ENTRY_BYTES"): "bytes of one kept scan",
    ("formats.pickle.core", "_SECONDS"): "seconds of a processor for the pickles of a file",
    (
        "formats.pickle.__init__",
        "STEPS",
    ): "bytes of opcodes interpreted in a file's pickles, long texts and bytes not counted",
    ("facts.card", "CARD_LIMIT"): "bytes of a card; the rest is not read, and the report says so",
    ("facts.yamltext", "TEXT_LIMIT"): "characters of a YAML document",
    ("facts.yamltext", "NODE_LIMIT"): "values in a YAML document",
    ("facts.yamltext", "DEPTH_LIMIT"): "levels of nesting in YAML",
    ("facts.yamltext", "ALIASED_LIMIT"): "values that YAML aliases may stand for",
    ("facts.jsontext", "TEXT_LIMIT"): "bytes of a JSON document",
    ("facts.jsontext", "DEPTH_LIMIT"): "levels of nesting in JSON",
    ("facts.config", "SIZE_LIMIT"): "bytes of a configuration file",
    ("facts.config", "DOCUMENT_LIMIT"): "configuration files read",
    ("facts.weights", "FILE_LIMIT"): "weight files inspected; the others are listed as skipped",
    ("facts.shards", "INDEX_LIMIT"): "bytes of a shard index",
    ("facts.vocabulary", "SIZE_LIMIT"): "bytes of a vocabulary or tokenizer file",
    ("facts.history", "COMMIT_LIMIT"): "commits read, the newest first",
    ("facts.code", "FILE_LIMIT"): "Python files and notebooks read",
    ("facts.code", "FILE_BYTES"): "bytes of one of them",
    ("facts.code", "SNIPPET_LIMIT"): "code blocks of the card parsed",
    ("facts.python", "SOURCE_LENGTH"): "characters of Python parsed",
    ("facts.python", "BRACKET_DEPTH"): "levels of brackets in Python",
    ("facts.licence", "FILE_BYTES"): "bytes of a licence text",
    ("facts.licence", "FILE_LIMIT"): "licence texts read",
    ("facts.tokenizer", "TEMPLATE_LIMIT"): "characters of a chat template",
    ("facts.surroundings", "PARENT_LIMIT"): "base models looked up",
    ("facts.surroundings", "DATASET_LIMIT"): "datasets looked up",
    ("facts.surroundings", "LINK_LIMIT"): "links of the card followed with `--check-links`",
    ("facts.environment", "FILE_BYTES"): "bytes of a requirements, conda or Docker file",
    ("facts.links", "LINK_LIMIT"): "links of the card listed",
    ("formats.safetensors", "HEADER_LIMIT"): "bytes of a safetensors header, as the format itself has it",
    (
        "formats.gguf",
        "TEMPLATE_LIMIT",
    ): "bytes of a chat template in GGUF; longer ones are cut, and the file counts as not read to its end",
    ("formats.numpy", "HEADER_LIMIT"): "bytes of an array's header, as NumPy itself has it",
    ("formats.safetensors", "RECHECK_LIMIT"): "bytes of a header that is checked for names standing in it twice",
    ("formats.hdf5_types", "VALUE_LIMIT"): "bytes of an attribute's value",
    ("formats.hdf5_file", "_STEPS"): "nodes, messages and links followed in an HDF5 file",
    ("formats.tensorflow_bundle", "_SHARDS"): "data files of a checkpoint",
    ("formats.metadata", "_DEPTH"): "levels of a metadata value kept",
    ("facts.ancestry", "PARENT_LIMIT"): "base models listed",
    ("facts.claims_prose", "CLAIM_LIMIT"): "figures read from sentences",
    ("facts.claims_prose", "LINE_LENGTH"): "characters of a line in which figures are looked for",
    ("facts.claims_structured", "CLAIM_LIMIT"): "figures read from `model-index` and result files",
    ("facts.claims_structured", "FILE_BYTES"): "bytes of a result file",
    ("facts.claims_structured", "FILE_LIMIT"): "result files read",
    ("facts.claims_tables", "CLAIM_LIMIT"): "figures read from tables",
    ("facts.code", "DEMO_LIMIT"): "demos listed",
    ("facts.code", "REMOTE_LIMIT"): "places listed in which a configuration names code",
    ("facts.compute", "MENTION_LIMIT"): "mentions of hardware, times and energies listed, of each kind",
    ("facts.environment", "FILE_LIMIT"): "environment files read",
    ("facts.hyperparameters", "SETTING_LIMIT"): "training settings listed",
    ("facts.licence", "TERM_LIMIT"): "licence names listed",
    ("facts.licence_texts", "TEXT_LIMIT"): "characters of a licence text compared",
    ("facts.lineage", "NAME_LIMIT"): "datasets, papers and repositories listed",
    ("facts.markdown", "CELL_LIMIT"): "cells of tables in a card",
    ("facts.markdown", "CODE_LIMIT"): "code blocks of a card listed",
    ("facts.markdown", "SECTION_LIMIT"): "sections of a card",
    ("facts.markdown", "TABLE_LIMIT"): "tables of a card",
    ("facts.requirements", "REQUIREMENT_LIMIT"): "requirements read from a file",
    ("facts.tables", "ROW_LIMIT"): "rows of a table",
    ("facts.tables", "COLUMN_LIMIT"): "columns of a table",
    ("facts.training", "PATH_LIMIT"): "logs, checkpoints and scripts listed",
    ("facts.training_files", "EVENT_FILE_LIMIT"): "TensorBoard files read",
    ("facts.training_files", "FILE_LIMIT"): "training files read",
    (
        "facts.training_files",
        "STATE_BYTES",
    ): "bytes of a `trainer_state.json` read whole; of a longer one, its beginning and end",
}


def limit_rows() -> Iterator[tuple[str, str, int | float]]:
    """Yield module, what is limited, and the limit, sorted."""
    for package in _PACKAGES:
        for path in sorted((_SOURCE / package).rglob("*.py")):
            module = ".".join(path.relative_to(_SOURCE).with_suffix("").parts)
            for name, value in sorted(_constants(path)):
                yield module, _WORDS.get((module, name), f"`{name}`"), value


def _constants(path: Path) -> Iterator[tuple[str, int | float]]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            value = _number(node.value) if _NAME.fullmatch(name) and name not in _NO_LIMITS else None
            if value is not None:
                yield name, value


def _number(node: ast.expr) -> int | float | None:
    """Return the value of a number or of a product of numbers."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        left, right = _number(node.left), _number(node.right)
        return left * right if left is not None and right is not None else None
    return None
