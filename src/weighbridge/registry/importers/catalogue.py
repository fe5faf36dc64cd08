"""The importers, and which of them a dump is for."""

from __future__ import annotations

from pathlib import Path

from weighbridge.errors import UsageError
from weighbridge.registry.importers import hub_records, mappings, pages, parquet, peatmoss, tables, yamlfiles
from weighbridge.registry.importers.contract import Head, Importer
from weighbridge.registry.lines import open_text

_HEAD = 64 * 1024

# Asked in this order: the more particular shapes first.
IMPORTERS: tuple[Importer, ...] = (
    *parquet.IMPORTERS,
    *peatmoss.IMPORTERS,
    *tables.IMPORTERS,
    *pages.IMPORTERS,
    *yamlfiles.IMPORTERS,
    *mappings.IMPORTERS,
    hub_records.LINES,
    hub_records.ARRAY,
)


def importer_for(path: Path, name: str | None = None) -> Importer:
    """Return the importer of that name, or the first that a dump fits. Raises `UsageError` where none does."""
    if name is not None:
        found = next((importer for importer in IMPORTERS if importer.name == name), None)
    else:
        head = Head(path, _head(path))
        found = next((importer for importer in IMPORTERS if importer.fits(head)), None)
    if found is None:
        listed = ", ".join(importer.name for importer in IMPORTERS)
        raise UsageError(f"{path} is of no shape that is known here", hint=f"Name one with --shape: {listed}.")
    return found


def _head(path: Path) -> bytes:
    if path.is_dir():
        return b""
    with open_text(path) as file:
        try:
            return bytes(file.read(_HEAD))
        except OSError:
            return b""
