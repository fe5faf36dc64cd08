"""The report for programs: JSON with a versioned schema that is shipped beside this module."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from weighbridge.model import Audit
from weighbridge.model.audit import SCHEMA_VERSION
from weighbridge.render.text import redact
from weighbridge.scoring.record import encode, schema

SCHEMA_PATH = Path(__file__).parent / "schemas" / f"audit-{SCHEMA_VERSION}.schema.json"


def render_json(audits: Audit | Iterable[Audit]) -> str:
    """Return one audit as a JSON object, several as a JSON array."""
    return redact(encode(audits).decode("ascii"))


def schema_text() -> str:
    """Return the schema's text as the shipped file has to have it."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    SCHEMA_PATH.write_text(schema_text(), encoding="utf-8")
