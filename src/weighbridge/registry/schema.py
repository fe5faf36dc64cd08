"""The tables of a registry's dataset. The documentation page, the Parquet files and the views of a query follow from here.

A column is only ever added, and then the minor number of `SCHEMA_VERSION` grows; anything else is a new major number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION = "1.0"


class Column(msgspec.Struct, frozen=True):
    """A column: its name, its type in SQL, and what it means. Every column but those of a key may be NULL: not said."""

    name: str
    type: str
    meaning: str


class Table(msgspec.Struct, frozen=True):
    """A table: what a row is, and the columns that tell its rows apart within a snapshot."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns in their order."""
        return tuple(column.name for column in self.columns)


_SNAPSHOT = Column("snapshot", "DATE", "the day for which the snapshot stands")
_REGISTRY = Column("registry", "VARCHAR", "the registry: `huggingface`, `timm`, `onnx-zoo` …")
_ID = Column("id", "VARCHAR", "the model's name in the registry: `owner/name`")
_MODEL = (_SNAPSHOT, _REGISTRY, _ID)
_DECLARED_IN = "where it is declared: a key of the record, or `tags`"

MODELS = Table(
    "models",
    "a model as the registry describes it",
    ("registry", "id"),
    (
        *_MODEL,
        Column("owner", "VARCHAR", "the person or organisation that publishes it"),
        Column("name", "VARCHAR", "the id without the owner"),
        Column("sha", "VARCHAR", "the commit that the record describes"),
        Column("created", "TIMESTAMP", "when the repository was made (UTC)"),
        Column("modified", "TIMESTAMP", "when it was last changed (UTC)"),
        Column("downloads", "BIGINT", "downloads over the registry's own period, on the Hub 30 days"),
        Column("downloads_all_time", "BIGINT", "downloads since ever"),
        Column("likes", "BIGINT", "likes, stars"),
        Column("task", "VARCHAR", "the task, in the Hub's words: `text-generation`"),
        Column("library", "VARCHAR", "the library that loads it"),
        Column("model_type", "VARCHAR", "the architecture's family as the configuration names it"),
        Column("architecture", "VARCHAR", "the first class that the configuration names"),
        Column("licence", "VARCHAR", "the first licence that the card's metadata or the tags name, in lower case"),
        Column("languages", "VARCHAR[]", "the languages that the card's metadata name"),
        Column("tags", "VARCHAR[]", "the registry's tags"),
        Column("parameters", "BIGINT", "parameters as the registry counted them"),
        Column("storage", "BIGINT", "bytes that the repository takes"),
        Column("gated", "VARCHAR", "`false`, `auto` or `manual`"),
        Column("is_private", "BOOLEAN", "whether only some may see it"),
        Column("is_disabled", "BOOLEAN", "whether the registry has taken it down"),
        Column(
            "has_card", "BOOLEAN", "whether there is a card: its text or a README.md; NULL where files are not listed"
        ),
        Column("has_metadata", "BOOLEAN", "whether the card has metadata (front matter)"),
        Column("co2", "DOUBLE", "grams of carbon dioxide declared for the training"),
        Column("source", "VARCHAR", "the name of the dump, or the address of the registry, that gave the record"),
        Column("record", "VARCHAR", "the record itself as JSON, without the card's text"),
    ),
)

FILES = Table(
    "files",
    "a file of a model",
    ("registry", "id", "path"),
    (
        *_MODEL,
        Column("path", "VARCHAR", "the path in the repository"),
        Column("extension", "VARCHAR", "what follows the last dot of the file's name, in lower case"),
        Column("size", "BIGINT", "bytes"),
        Column("sha256", "VARCHAR", "SHA-256 of a file in large-file storage"),
    ),
)

CARDS = Table(
    "cards",
    "the text of a model's card",
    ("registry", "id"),
    (
        *_MODEL,
        Column("characters", "BIGINT", "length of the text"),
        Column("text", "VARCHAR", "the card, with its front matter"),
    ),
)

COMMITS = Table(
    "commits",
    "a commit of a model's repository",
    ("registry", "id", "commit"),
    (
        *_MODEL,
        Column("commit", "VARCHAR", "the commit's hash"),
        Column("date", "TIMESTAMP", "when it was made (UTC)"),
        Column("authors", "VARCHAR[]", "the authors' names, as the registry or the commit has them"),
        Column("title", "VARCHAR", "the first line of the message, at most 200 characters"),
        Column("is_signed", "BOOLEAN", "whether it carries a signature; NULL where the source does not tell"),
    ),
)

OWNERS = Table(
    "owners",
    "what the registry says of a person or organisation that publishes models",
    ("registry", "owner"),
    (
        _SNAPSHOT,
        _REGISTRY,
        Column("owner", "VARCHAR", "the name"),
        Column("kind", "VARCHAR", "`organisation` or `person`"),
        Column("is_verified", "BOOLEAN", "whether the registry has verified the organisation"),
    ),
)

EDGES = Table(
    "edges",
    "a base model that a model declares",
    ("registry", "id", "parent", "declared_in"),
    (
        *_MODEL,
        Column("parent", "VARCHAR", "the base model's name as it is declared; it need not exist"),
        Column("relation", "VARCHAR", "`finetune`, `adapter`, `quantized`, `merge`; NULL where none is declared"),
        Column("declared_in", "VARCHAR", _DECLARED_IN),
    ),
)

DATASETS = Table(
    "datasets",
    "a dataset that a model declares it was trained on",
    ("registry", "id", "dataset", "declared_in"),
    (
        *_MODEL,
        Column("dataset", "VARCHAR", "the dataset's name as it is declared"),
        Column("declared_in", "VARCHAR", _DECLARED_IN),
    ),
)

LICENCES = Table(
    "licences",
    "a licence that a model declares",
    ("registry", "id", "licence", "declared_in"),
    (
        *_MODEL,
        Column("licence", "VARCHAR", "the licence as it is written"),
        Column("name", "VARCHAR", "`license_name`, for licences of the publisher's own"),
        Column("link", "VARCHAR", "`license_link`"),
        Column("declared_in", "VARCHAR", _DECLARED_IN),
    ),
)

CLAIMS = Table(
    "claims",
    "a metric that a model's metadata claims: one entry of `metrics` of one result",
    ("registry", "id", "position"),
    (
        *_MODEL,
        Column("position", "BIGINT", "the entry's number within the model, from 1"),
        Column("task", "VARCHAR", "the task's type"),
        Column("dataset", "VARCHAR", "the dataset's type, its id where it has one"),
        Column("dataset_name", "VARCHAR", "the dataset's name as it is shown"),
        Column("config", "VARCHAR", "the dataset's configuration"),
        Column("split", "VARCHAR", "the dataset's split"),
        Column("revision", "VARCHAR", "the dataset's revision"),
        Column("metric", "VARCHAR", "the metric's type"),
        Column("metric_name", "VARCHAR", "the metric's name as it is shown"),
        Column("value", "DOUBLE", "the value, where it is a number"),
        Column("written", "VARCHAR", "the value as it is written (JSON)"),
        Column("is_verified", "BOOLEAN", "whether the registry itself evaluated it"),
        Column("source", "VARCHAR", "where the value is said to come from"),
    ),
)

PACKAGES = Table(
    "packages",
    "a package of any registry with its downloads, to compare registries by",
    ("source", "registry", "rank"),
    (
        _SNAPSHOT,
        Column("registry", "VARCHAR", "`npm`, `pypi`, `huggingface` …"),
        Column("rank", "BIGINT", "the place by downloads within the dump, from 1"),
        Column("name", "VARCHAR", "the package's name, where the dump tells it"),
        Column("downloads", "BIGINT", "downloads over the dump's period"),
        Column("source", "VARCHAR", "the name of the dump"),
    ),
)

DEPENDENTS = Table(
    "dependents",
    "a source-code repository that uses a model",
    ("registry", "id", "repository"),
    (
        *_MODEL,
        Column("repository", "VARCHAR", "the repository that uses the model: `github.com/owner/name`"),
        Column("model_licence", "VARCHAR", "the model's licence as the dump tells it"),
    ),
)

REPOSITORIES = Table(
    "repositories",
    "a source-code repository with its licences",
    ("repository",),
    (
        _SNAPSHOT,
        Column("repository", "VARCHAR", "the repository: `github.com/owner/name`"),
        Column("licences", "VARCHAR[]", "the licences that its host found; empty: none"),
    ),
)

MEASUREMENTS = Table(
    "measurements",
    "a verdict on a model",
    ("registry", "id", "code", "subject"),
    (
        *_MODEL,
        Column("code", "VARCHAR", "the check: `PV014`"),
        Column("version", "INTEGER", "the check's version"),
        Column("state", "VARCHAR", "`verified`, `claimed`, `contradicted`, `missing`, `unknown` or `not_applicable`"),
        Column("severity", "VARCHAR", "how much a contradiction would matter: `info` to `critical`"),
        Column("subject", "VARCHAR", "what the verdict is about, where a check has several; empty otherwise"),
        Column("grade", "DOUBLE", "how much of a gradual quality is there, 0 to 1"),
        Column("message", "VARCHAR", "the verdict in a sentence, for contradictions"),
    ),
)

SCORES = Table(
    "scores",
    "an attribute's score of a model",
    ("registry", "id", "attribute"),
    (
        *_MODEL,
        Column("attribute", "VARCHAR", "`provenance`, `reproducibility` …"),
        Column("value", "DOUBLE", "0 to 100; NULL where no check applied"),
        Column("coverage", "DOUBLE", "the share of the weight that could be looked at, 0 to 1"),
        Column("best", "DOUBLE", "what the score would be if everything unknown turned out verified"),
    ),
)

REJECTS = Table(
    "rejects",
    "a row of a dump that was skipped, and why",
    ("source", "place", "reason"),
    (
        _SNAPSHOT,
        Column("source", "VARCHAR", "the name of the dump"),
        Column("place", "BIGINT", "the row's number in the dump, from 1; 0 where the dump as a whole is meant"),
        Column("id", "VARCHAR", "the model's name, where it could be read"),
        Column("reason", "VARCHAR", "why the row was skipped"),
        Column("excerpt", "VARCHAR", "the row's beginning, at most 200 characters"),
    ),
)

TABLES = (
    MODELS, FILES, CARDS, COMMITS, OWNERS, EDGES, DATASETS, LICENCES, CLAIMS, PACKAGES, DEPENDENTS, REPOSITORIES, MEASUREMENTS, SCORES, REJECTS,
)  # fmt: skip
BY_NAME = {table.name: table for table in TABLES}


def arrow_schema(table: Table) -> pa.Schema:
    """Return a table's schema as its Parquet files have it."""
    import pyarrow as pa

    kinds = {
        "VARCHAR": pa.string(), "VARCHAR[]": pa.list_(pa.string()), "BIGINT": pa.int64(), "INTEGER": pa.int32(),
        "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "DATE": pa.date32(), "TIMESTAMP": pa.timestamp("us"),
    }  # fmt: skip
    return pa.schema([pa.field(column.name, kinds[column.type]) for column in table.columns])
