"""A snapshot through the registry's own interface: page by page, each on the disk before the next is asked for.

The journal tells which page comes next. It is replaced only after its page has been written, so a crawl that is killed asks at most
one page twice and writes it over. The rows are taken into the dataset at the end, all at once.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from weighbridge.errors import ConnectionLost, FormatError, OfflineError, RateLimited, SourceError, UsageError
from weighbridge.registry.derivation import Scope
from weighbridge.registry.importing import Report, import_rows
from weighbridge.registry.lines import read_lines
from weighbridge.registry.rows import MAX_RECORD, Reject, Rows, batched
from weighbridge.registry.store import Store, exclusive, replace_file
from weighbridge.sources.http import Answer, HubClient
from weighbridge.sources.names import is_model_id
from weighbridge.sources.options import SourceOptions

# All that a listing gives of a model.
EXPANDED = (
    "author", "baseModels", "cardData", "childrenModelCount", "config", "createdAt", "disabled", "downloads",
    "downloadsAllTime", "gated", "gguf", "lastModified", "library_name", "likes", "model-index", "pipeline_tag", "private",
    "safetensors", "sha", "siblings", "spaces", "tags", "usedStorage",
)  # fmt: skip
SORTS = ("downloads", "likes", "createdAt", "lastModified", "trendingScore")
FOLDER = "crawl"
_LISTING = "/api/models"
_JOURNAL = "journal.json"
_LINK = re.compile(r'<([!-;=?-~]+)>\s*;\s*rel="?next"?')
_MAX_LINK = 8000
_CARDS_AT_ONCE = 8
_MAX_CARD = MAX_RECORD // 4
# After these the crawl is to be taken up later; any other refusal is of one card, and stays.
_PASSING = (ConnectionLost, OfflineError, RateLimited)
# So many pages in a row without a new model are a registry that walks in circles.
_BARREN = 20

Progress = Callable[[int, int], None]
# Commit and card of models by their names.
_Cards = Mapping[str, tuple[str | None, str | None]]


class Plan(msgspec.Struct, frozen=True):
    """What is asked of the registry. A limit of 0 means all models; `cards` costs a request a model."""

    snapshot: datetime.date
    endpoint: str
    limit: int = 0
    sort: str = "downloads"
    author: str = ""
    cards: bool = False
    page: int = 1000


class Journal(msgspec.Struct, frozen=True):
    """How far a crawl has come: the pages on the disk and the address of the next, empty once there is none.

    `announced` is how many models the registry says there are; it is told, never trusted.
    """

    plan: Plan
    following: str
    pages: int = 0
    models: int = 0
    announced: int | None = None
    is_done: bool = False
    fault: str = ""


class Crawled(msgspec.Struct, frozen=True):
    """What came of a crawl."""

    report: Report
    models: int
    announced: int | None
    fault: str


class Crawl:
    """One snapshot in the making, in a folder of its own within the dataset's."""

    def __init__(self, store: Store, client: HubClient, plan: Plan) -> None:
        self._store = store
        self._client = client
        self._folder = store.folder / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        self._plan = plan
        self._known = _Earlier(store, plan.snapshot) if plan.cards else None

    def run(self, progress: Progress | None = None) -> Crawled:
        """Ask for what is left, then take all of it into the dataset."""
        with exclusive(self._folder / ".lock", self._folder):
            journal = self._taken_up()
            seen = self._seen(journal)
            barren = 0
            while not journal.is_done:
                journal, new = self._next(journal, seen)
                barren = 0 if new else barren + 1
                if barren >= _BARREN and not journal.is_done:
                    journal = self._write(
                        msgspec.structs.replace(journal, is_done=True, fault="the listing walks in circles")
                    )
                if progress:
                    progress(journal.models, self._plan.limit or journal.announced or 0)
            report = self._take(journal)
            shutil.rmtree(
                self._folder, ignore_errors=True
            )  # with the lock held: the next one makes a folder of its own
        return Crawled(report, journal.models, journal.announced, journal.fault)

    def _taken_up(self) -> Journal:
        """Return the journal of the crawl that was interrupted here, or a new one. Raises `UsageError` for another plan's."""
        path = self._folder / _JOURNAL
        if not path.exists():
            return self._write(Journal(self._plan, self._first()))
        try:
            journal = msgspec.json.decode(path.read_bytes(), type=Journal)
        except (msgspec.DecodeError, OSError) as error:
            raise FormatError(
                f"{path} cannot be read: {error}", where=str(path), hint=f"Delete {self._folder}."
            ) from None
        if journal.plan != self._plan:
            raise UsageError(
                f"{self._folder} holds an unfinished snapshot of {journal.plan.snapshot} with other settings",
                hint=f"Finish it with its own settings, or delete {self._folder}.",
            )
        if not journal.is_done and not journal.following.startswith(_LISTING):
            # A dataset may come from a stranger: the token goes to the registry and to nobody else.
            raise FormatError(f"{path} does not go on with a listing", where=str(path), hint=f"Delete {self._folder}.")
        return journal

    def _first(self) -> str:
        limit = min(self._plan.page, self._plan.limit or self._plan.page)
        asked = [
            f"limit={limit}",
            f"sort={self._plan.sort}",
            "direction=-1",
            *(f"expand={quote(key)}" for key in EXPANDED),
        ]
        asked += [f"author={quote(self._plan.author, safe='')}"] if self._plan.author else []
        return f"{_LISTING}?" + "&".join(asked)

    def _seen(self, journal: Journal) -> set[str]:
        """Return the names on the pages that are there."""
        return {name for record in self._records(journal) if isinstance(name := record.get("id"), str)}

    def _next(self, journal: Journal, seen: set[str]) -> tuple[Journal, int]:
        """Fetch a page, have it on the disk, then tell the journal; returns also how many of its models are new."""
        found, answer = self._client.json(journal.following)
        if not isinstance(found, list):
            raise SourceError(f"{self._client.endpoint} does not list models as a Hub does")
        new = self._new(found, seen)
        if self._plan.limit:
            new = new[: self._plan.limit - journal.models]
        if self._known is not None:
            new = self._with_cards(new)
        replace_file(self._page(journal.pages), b"".join(msgspec.json.encode(item) + b"\n" for item in new))
        seen.update(str(item.get("id")) for item in new if isinstance(item, dict))
        models = journal.models + len(new)
        following, fault = self._following(answer, journal.following)
        is_full = bool(self._plan.limit) and models >= self._plan.limit
        return self._write(
            msgspec.structs.replace(
                journal,
                following=following,
                pages=journal.pages + 1,
                models=models,
                announced=_announced(answer, journal.announced),
                is_done=not following or is_full or bool(fault),
                fault=fault,
            )
        ), len(new)

    def _new(self, found: list[Any], seen: set[str]) -> list[Any]:
        """Return what was not listed before: models that move up while a listing is read come twice."""
        new: list[Any] = []
        names: set[str] = set()
        for item in found:
            name = item.get("id") if isinstance(item, dict) else None
            if isinstance(name, str) and (name in seen or name in names):
                continue
            names.add(name) if isinstance(name, str) else None
            new.append(item)
        return new

    def _following(self, answer: Answer, current: str) -> tuple[str, str]:
        """Return the next page's path, and what is wrong with it: only the same registry's is followed."""
        told = answer.headers.get("link", "")
        match = _LINK.search(told[:_MAX_LINK])
        if match is None:
            is_end = "next" not in told and len(told) <= _MAX_LINK
            return "", "" if is_end else "the next page's address cannot be read"
        path = match[1].removeprefix(self._client.endpoint)
        if not path.startswith(f"{_LISTING}?"):
            return "", "the next page is said to be elsewhere"
        return (path, "") if path != current else ("", "a page leads to itself")

    def _page(self, number: int) -> Path:
        return self._folder / f"page-{number:06d}.jsonl"

    def _write(self, journal: Journal) -> Journal:
        replace_file(self._folder / _JOURNAL, msgspec.json.encode(journal))
        return journal

    def _records(self, journal: Journal) -> Iterator[Mapping[str, Any]]:
        for number in range(journal.pages):
            page = self._page(number)
            try:
                with page.open("rb") as file:
                    for line in file:
                        record = msgspec.json.decode(line)
                        yield record if isinstance(record, dict) else {}
            except (OSError, UnicodeDecodeError, msgspec.DecodeError, RecursionError):
                raise FormatError(
                    f"{page} is not as it was written", where=str(page), hint=f"Delete {self._folder} and begin anew."
                ) from None

    def _take(self, journal: Journal) -> Report:
        def rows() -> Iterator[Rows]:
            for number in range(journal.pages):
                yield from read_lines(self._page(number))
            if journal.fault:
                yield from batched([Reject(0, f"the registry's listing ended early: {journal.fault}")])

        scope = Scope(self._plan.snapshot, "huggingface", self._client.endpoint)
        return import_rows(self._store, rows(), scope, verb="snapshot")

    def _with_cards(self, records: list[Any]) -> list[Any]:
        """Add the cards' texts; one that the registry refuses is left out."""
        asked = [record["id"] for record in records if _may_have_card(record)]
        known = self._known.of(asked) if self._known else {}
        with ThreadPoolExecutor(_CARDS_AT_ONCE) as pool:
            return list(pool.map(lambda record: self._with_card(record, known), records))

    def _with_card(self, record: Any, known: _Cards) -> Any:
        if not _may_have_card(record):
            return record
        name, sha = record["id"], record.get("sha")
        known_sha, text = known.get(name, (None, None))
        if text is None or known_sha is None or known_sha != sha:
            text = self._fetched(name, sha if isinstance(sha, str) else "main", text)
        return record if text is None else {**record, "card": text}

    def _fetched(self, name: str, revision: str, known: str | None) -> str | None:
        """Return a card, asking for it only if it is another than the known one; None if it is refused or too large."""
        headers = {"if-none-match": f'"{_blob(known)}"'} if known is not None else {}
        url = f"{self._client.endpoint}/{quote(name)}/resolve/{quote(revision, safe='')}/README.md"
        try:
            answer = self._client.get(url, limit=_MAX_CARD, headers=headers, about=name)
        except _PASSING:
            raise
        except SourceError:
            return None
        if answer.status == 304:
            return known
        return answer.body.decode("utf-8", "replace") if len(answer.body) < _MAX_CARD else None


class _Earlier:
    """The cards of the snapshot before, to be asked for only where the model has changed since."""

    def __init__(self, store: Store, snapshot: datetime.date) -> None:
        from weighbridge.registry.query import Dataset

        days = [day for day in store.snapshots if day < snapshot and store.parts("cards", day)]
        self._dataset = Dataset(store, days[-1]) if days else None

    def of(self, names: list[str]) -> _Cards:
        """Return the commits and the cards that some models had."""
        if self._dataset is None:
            return {}
        asked = (
            "SELECT id, sha, text FROM models JOIN cards USING (registry, id) "
            "WHERE registry = 'huggingface' AND id IN (SELECT unnest($names))"
        )
        return {row["id"]: (row["sha"], row["text"]) for row in self._dataset.query(asked, {"names": names}).rows()}


def snapshot(store: Store, options: SourceOptions, plan: Plan, progress: Progress | None = None) -> Crawled:
    """Take a snapshot of a registry, or go on with the one that was interrupted."""
    return Crawl(store, HubClient(options), plan).run(progress)


def unfinished(store: Store) -> Plan | None:
    """Return the plan of the snapshot that was interrupted, None where there is none."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode((store.folder / FOLDER / _JOURNAL).read_bytes(), type=Journal).plan
    return None


def _announced(answer: Answer, before: int | None) -> int | None:
    text = answer.headers.get("x-total-count", "")
    return int(text) if text.isdecimal() and len(text) < 12 else before


def _may_have_card(record: Any) -> bool:
    """Tell whether a record is of a model whose listed files, where any are, have a card among them."""
    if not isinstance(record, dict) or not is_model_id(record.get("id")):
        return False
    siblings = record.get("siblings")
    if not isinstance(siblings, list):
        return True
    return any(isinstance(item, dict) and item.get("rfilename") == "README.md" for item in siblings)


def _blob(text: str) -> str:
    """Return git's hash of a text, which is the Hub's tag of a small file."""
    data = text.encode("utf-8", "replace")
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
