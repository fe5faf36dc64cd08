"""Where candidates come from: targets and folders that the task names, a registry's snapshot, the Hub's own search."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from weighbridge.decide.session import Session
from weighbridge.decide.task import Search, Task
from weighbridge.errors import WeighbridgeError
from weighbridge.sources.http import HubClient
from weighbridge.sources.names import is_model_id

_MARKS = ("config.json", "modules.json", "model.safetensors", "README.md", "model.onnx")
_LISTED = 200
_SHOWN = 10


def targets(session: Session, base: Path) -> list[str]:
    """Return the candidates' targets: those named, then those that the search finds. A search that fails is on record, and no more."""
    found = named(session.task, base)
    if session.task.search is not None:
        try:
            found += _searched(session, session.task.search, base)
        except WeighbridgeError as error:
            session.say(2, "search", f"found nothing: {error.message}")
    return list(dict.fromkeys(found))


def named(task: Task, base: Path) -> list[str]:
    """Return the targets that the task names: a folder that holds models stands for them."""
    found = []
    for target in task.candidates:
        place = base / target
        if place.is_dir() and not any((place / mark).exists() for mark in _MARKS):
            inside = sorted(child for child in place.iterdir() if child.is_dir() and not child.name.startswith("."))
            found += [str(child) for child in inside[:_LISTED]]
        else:
            found.append(str(place) if place.exists() else target)
    return found


def _searched(session: Session, asked: Search, base: Path) -> list[str]:
    names, said = _in_snapshot(asked, base / asked.registry) if asked.registry else _on_hub(asked, session)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    session.say(2, "search", f"{said}: {', '.join(names[:_SHOWN]) or 'none'}{more}")
    return names


def _in_snapshot(asked: Search, folder: Path) -> tuple[list[str], str]:
    """Return the best-scored models of a snapshot that fit the words."""
    from weighbridge.registry.query import open_dataset
    from weighbridge.registry.search import search
    from weighbridge.registry.wanted import understand

    found = search(open_dataset(folder), understand(asked.words), limit=asked.limit)
    unclear = (
        f", {', '.join(word.text for word in found.wanted.unclear)} not understood" if found.wanted.unclear else ""
    )
    said = (
        f"{found.matches:,} of {found.models:,} models in the snapshot of {found.snapshot} fit {asked.words!r}{unclear}"
    )
    return [hit.id for hit in found.hits], said


def _on_hub(asked: Search, session: Session) -> tuple[list[str], str]:
    """Return the models most downloaded of those that the Hub finds and that hold weights in safetensors."""
    client = HubClient(session.sources)
    params: dict[str, Any] = {"search": asked.words, "filter": "safetensors", "sort": "downloads", "limit": asked.limit}
    listed, _ = client.json("/api/models", params)
    names = [row.get("id") for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    held = [name for name in names if isinstance(name, str) and is_model_id(name)][: asked.limit]
    return held, f"{client.endpoint} finds {len(held)} models by {asked.words!r}"
