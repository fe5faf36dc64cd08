"""A Hub on the loopback device: the routes, headers, redirects and error bodies of the real one.

    with LoopbackHub() as hub:
        hub.add("acme/tiny", {"README.md": "# Tiny", "model.safetensors": data})
        HfApi(endpoint=hub.endpoint).model_info("acme/tiny")

Large files are answered with a redirect to a second server, as the real Hub redirects to its storage; `hub.leaks` are
the requests that carried credentials there. `hub.log` has every request in order.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from tests.hub import githttp
from tests.hub.content import Content, content_of
from tests.hub.faults import Fault, Faults, Rule
from tests.hub.model import HubModel

_PIECE = 256 * 1024
_PAGE = 50


@dataclass(frozen=True)
class Request:
    """One request as it arrived; `server` is `hub` or `storage`."""

    server: str
    method: str
    path: str
    headers: Mapping[str, str]


class LoopbackHub:
    """A registry with models, datasets and organisations."""

    def __init__(self) -> None:
        self.models: dict[str, HubModel] = {}
        self.datasets: set[str] = set()
        self.organisations: dict[str, bool | None] = {}
        self.people: set[str] = set()
        self.odd_overviews: dict[str, object] = {}
        self.members: dict[str, list[str]] = {}
        self.tokens: set[str] = set()
        self.clones: Path | None = None
        self.listing_headers: dict[str, str] = {}
        self.listing_link: Callable[[int], str] | None = None
        self.faults = Faults()
        self.log: list[Request] = []
        self._servers = [_Server(self, "hub"), _Server(self, "storage")]

    def __enter__(self) -> LoopbackHub:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    @property
    def endpoint(self) -> str:
        """The address to give as `HF_ENDPOINT`."""
        return self._servers[0].address

    @property
    def storage(self) -> str:
        """The address of the large-file storage."""
        return self._servers[1].address

    @property
    def leaks(self) -> list[Request]:
        """Requests that carried credentials to the storage."""
        secret = {"authorization", "cookie"}
        return [r for r in self.log if r.server == "storage" and secret & set(r.headers)]

    def add(self, name: str, files: Mapping[str, Content | bytes | str | Path] | None = None, **model: Any) -> HubModel:
        """Publish a model; the keywords are those of `HubModel`."""
        contents = {path: content_of(value) for path, value in (files or {}).items()}
        self.models[name] = HubModel(name, contents, **model)
        self.organisations.setdefault(name.partition("/")[0], False)
        return self.models[name]

    def add_folder(self, name: str, folder: Path, **model: Any) -> HubModel:
        """Publish a folder's files as a model."""
        files = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file()}
        return self.add(name, files, **model)

    def requests(self, path: str = "", server: str = "") -> list[Request]:
        """Return the requests so far whose address contains `path`."""
        return [r for r in self.log if path in r.path and server in ("", r.server)]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, hub: LoopbackHub, kind: str) -> None:
        self.hub = hub
        self.kind = kind
        super().__init__(("127.0.0.1", 0), _HubHandler if kind == "hub" else _StorageHandler)
        self.address = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing about readers that hang up early: that is what range readers do."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.hub.log.append(Request(self.server.kind, self.command, self.path, headers))
        if not self._misbehave():
            self.route(urlsplit(self.path).path)
        self.wfile.flush()

    def do_POST(self) -> None:
        self.do_GET()

    do_HEAD = do_GET  # noqa: N815 - the base class looks for this name

    @property
    def hub(self) -> LoopbackHub:
        return self.server.hub

    def route(self, path: str) -> None:
        raise NotImplementedError

    def fault(self, *faults: Fault) -> Rule | None:
        return self.hub.faults.take(self.server.kind, self.path, *faults)

    def _misbehave(self) -> bool:
        if rule := self.fault(Fault.HANG):
            time.sleep(rule.details["seconds"])
        rule = self.fault(Fault.STATUS, Fault.SILENT, Fault.BAD_JSON, Fault.ELSEWHERE)
        if rule is None:
            return False
        if rule.fault is Fault.SILENT:
            self.close_connection = True
        elif rule.fault is Fault.BAD_JSON:
            self.answer(200, b"<html>It works!</html>")
        elif rule.fault is Fault.ELSEWHERE:
            self.answer(302, b"", Location=rule.details["location"])
        else:
            details = dict(rule.details)
            status = details.pop("status")
            self.answer(status, details.pop("body", b"{}"), **details)
        return True

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        """Send a whole answer; underscores in the names of headers stand for hyphens."""
        self.send_response(status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_json(self, value: Any, **headers: str) -> None:
        self.answer(200, json.dumps(value).encode(), **headers)

    def refuse(self, status: int, code: str, message: str) -> None:
        """Refuse as the Hub does: the reason stands in two headers and in the body."""
        named = {"X_Error_Code": code} if code else {}
        self.answer(status, json.dumps({"error": message}).encode(), X_Error_Message=message, **named)

    def send_content(self, content: Content, tag: str, **headers: str) -> None:
        """Send a file or the range of it that was asked for."""
        if rule := self.fault(Fault.OTHER_TAG):
            tag = rule.details["tag"]
        if self.headers.get("If-None-Match") == f'"{tag}"':
            self.answer(304, b"", ETag=f'"{tag}"')
            return
        start, end = 0, content.size
        asked = self.headers.get("Range") if not self.fault(Fault.IGNORE_RANGE) else None
        if asked:
            first, _, last = asked.removeprefix("bytes=").partition("-")
            start, end = int(first), min(content.size, int(last) + 1 if last else content.size)
            if start >= content.size:
                self.answer(416, b"", Content_Range=f"bytes */{content.size}")
                return
        self.send_response(206 if asked else 200)
        for name, value in self._content_headers(content, start, end, bool(asked), tag).items():
            self.send_header(name, value)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(content, start, end)

    def _content_headers(self, content: Content, start: int, end: int, is_range: bool, tag: str) -> dict[str, str]:
        total = content.size
        if rule := self.fault(Fault.OTHER_SIZE):
            total = rule.details["size"]
        shift = 1 if self.fault(Fault.WRONG_RANGE) else 0
        headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes", "ETag": f'"{tag}"'}
        headers["Content-Length"] = str(end - start if is_range else total)
        if is_range:
            headers["Content-Range"] = f"bytes {start + shift}-{end - 1 + shift}/{total}"
        if self.fault(Fault.ENCODED):
            headers["Content-Encoding"] = "gzip"
        return headers

    def _send_body(self, content: Content, start: int, end: int) -> None:
        rule = self.fault(Fault.CUT)
        stop = end if rule is None else min(end, start + rule.details.get("after", (end - start) // 2))
        while start < stop:
            data = content.read(start, min(_PIECE, stop - start))
            self.wfile.write(data)
            start += len(data)
        self.close_connection = self.close_connection or stop < end

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Keep the test's output clean."""


class _StorageHandler(_Handler):
    """The storage behind signed addresses: it knows nothing of models and must be shown no token."""

    def route(self, path: str) -> None:
        name, _, file = unquote(path).removeprefix("/").partition("//")
        model = self.hub.models.get(name)
        if model is None or file not in model.files or "X-Amz-Signature=" not in self.path:
            self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            return
        self.send_content(model.files[file], model.etag(file))


class _HubHandler(_Handler):
    """The Hub itself."""

    def route(self, path: str) -> None:
        parts = [unquote(part) for part in path.split("/") if part]
        if parts[:1] == ["api"]:
            self._api(parts[1:])
        elif self.hub.clones and path.endswith(("/info/refs", "/git-upload-pack")):
            self._git()
        elif "resolve" in parts[1:3]:
            at = parts.index("resolve")
            self._resolve("/".join(parts[:at]), parts[at + 1], "/".join(parts[at + 2 :]))
        else:
            self.answer(200 if "/".join(parts) in self.hub.models else 404, b"<html></html>")

    @property
    def token(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    def _api(self, parts: list[str]) -> None:
        kind, rest = (parts or [""])[0], parts[1:]
        if kind == "models" and rest:
            self._model(rest)
        elif kind == "models":
            self._list()
        elif kind == "datasets" and rest:
            name = "/".join(rest)
            known = name in self.hub.datasets
            self.send_json({"id": name, "sha": "d" * 40}) if known else self._refuse_unknown()
        elif kind in {"organizations", "users"} and rest[1:] == ["overview"] and rest[0] in self.hub.odd_overviews:
            self.send_json(self.hub.odd_overviews[rest[0]])
        elif kind == "users" and rest[1:] == ["overview"] and rest[0] in self.hub.people:
            self.send_json({"user": rest[0], "fullname": rest[0], "type": "user"})
        elif kind == "organizations" and rest[1:] == ["overview"] and rest[0] in self.hub.organisations:
            self.send_json({"name": rest[0], "fullname": rest[0], "isVerified": self.hub.organisations[rest[0]]})
        elif kind == "organizations" and rest[1:] == ["members"] and rest[0] in self.hub.members:
            self.send_json([{"user": name, "fullname": name, "type": "user"} for name in self.hub.members[rest[0]]])
        else:
            self.refuse(404, "", "Sorry, we can't find the page you are looking for.")

    def _git(self) -> None:
        """Let git answer for the repositories in a folder."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        assert self.hub.clones is not None
        status, told, content = githttp.served(self.hub.clones, self.command, self.path, headers, body)
        self.answer(status, content, **told)

    def _list(self) -> None:
        """List the models that everybody may see; the next page stands in a header, as a cursor."""
        asked = parse_qs(urlsplit(self.path).query)
        owner, limit = asked.get("author", [""])[0], int(asked.get("limit", ["1000"])[0])
        words = asked.get("search", [""])[0].lower()
        names = [name for name, model in self.hub.models.items() if not model.private and name.startswith(owner)]
        names = [name for name in names if words in name.lower()]
        start = int(asked.get("cursor", ["0"])[0])
        shown = [
            self.hub.models[name].info(blobs=False, security=False, expand=asked.get("expand", []))
            for name in names[start : start + limit]
        ]
        headers = dict(self.hub.listing_headers)
        if start + limit < len(names):
            query = urlencode(
                [(k, v) for k, values in asked.items() if k != "cursor" for v in values] + [("cursor", start + limit)]
            )
            headers.setdefault("Link", f'<{self.hub.endpoint}/api/models?{query}>; rel="next"')
        if self.hub.listing_link is not None:
            headers["Link"] = self.hub.listing_link(len(self.hub.log))
        self.send_json(shown, **headers)

    def _model(self, parts: list[str]) -> None:
        verbs = {"revision", "tree", "commits", "refs", "discussions"}
        at = next((i for i, part in enumerate(parts) if i and part in verbs), len(parts))
        name, verb, rest = "/".join(parts[:at]), "".join(parts[at : at + 1]), parts[at + 1 :]
        model = self.hub.models.get(name)
        if not self._may_see(model, is_content=False):
            return
        assert model is not None
        if model.moved_to:
            moved = self.path.replace(f"/api/models/{name}", f"/api/models/{model.moved_to}", 1)
            self.answer(307, b"", Location=moved)
            return
        if verb in {"revision", "tree", "commits"} and model.resolve(rest[0]) is None:
            self.refuse(404, "RevisionNotFound", f"Invalid rev id: {rest[0]}")
            return
        self._model_page(model, verb, rest)

    def _model_page(self, model: HubModel, verb: str, rest: list[str]) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        if verb in {"", "revision"}:
            expand = asked.get("expand", []) + asked.get("expand[]", [])
            flags = {key for key in ("blobs", "securityStatus") if asked.get(key, [""])[0].lower() in {"true", "1"}}
            info = model.info(blobs="blobs" in flags, security="securityStatus" in flags, expand=expand)
            if "sha" in info and rest:
                info["sha"] = model.record.get("sha", model.resolve(rest[0]))
            if rest and rest[0] in model.past:
                info["siblings"] = model.then(rest[0]).info(blobs="blobs" in flags, security=False, expand=())[
                    "siblings"
                ]
            self.send_json(info)
        elif verb == "tree":
            self.send_json(model.tree())
        elif verb == "commits":
            self._commits(model, rest[0], int(asked.get("p", ["0"])[0]))
        elif verb == "refs":
            names = {"main": model.commit, **model.branches}
            refs = [{"name": n, "ref": f"refs/heads/{n}", "targetCommit": c} for n, c in names.items()]
            tags = [{"name": n, "ref": f"refs/tags/{n}", "targetCommit": c} for n, c in model.tags.items()]
            self.send_json({"branches": refs, "converts": [], "tags": tags})
        else:
            self._discussions(model, asked.get("status", ["all"])[0], int(asked.get("p", ["0"])[0]))

    def _commits(self, model: HubModel, revision: str, page: int) -> None:
        entries = model.log()
        more = (page + 1) * _PAGE < len(entries)
        following = f"{self.hub.endpoint}/api/models/{model.name}/commits/{quote(revision, safe='')}?p={page + 1}"
        headers = {"X_Total_Count": str(len(entries))} | ({"Link": f'<{following}>; rel="next"'} if more else {})
        self.send_json(entries[page * _PAGE : (page + 1) * _PAGE], **headers)

    def _discussions(self, model: HubModel, status: str, page: int) -> None:
        opened, closed = model.discussions
        states = ["open"] * (opened if status != "closed" else 0) + ["closed"] * (closed if status != "open" else 0)
        entries = [
            {"num": number, "title": "A question", "status": state, "isPullRequest": False,
             "author": {"name": "user"}, "repo": {"name": model.name, "type": "model"},
             "createdAt": "2024-03-04T05:06:07.000Z"}
            for number, state in enumerate(states, 1)
        ]  # fmt: skip
        shown = entries[page * 10 : page * 10 + 10]
        self.send_json({"discussions": shown, "count": len(states), "start": page * 10, "numClosedDiscussions": closed})

    def _resolve(self, name: str, revision: str, path: str) -> None:
        model = self.hub.models.get(name)
        if model is not None and model.moved_to:
            self.answer(307, b"", Location=self.path.replace(f"/{name}/", f"/{model.moved_to}/", 1))
            return
        if not self._may_see(model, is_content=True):
            return
        assert model is not None
        commit = model.resolve(revision)
        if commit is None:
            self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        elif path not in model.files:
            self.refuse(404, "EntryNotFound", "Entry not found")
        elif model.is_large(path):
            self._redirect(model, path, commit)
        else:
            self.send_content(model.files[path], model.etag(path), X_Repo_Commit=commit)

    def _redirect(self, model: HubModel, path: str, commit: str) -> None:
        signed = f"{self.hub.storage}/{quote(model.name)}//{quote(path)}?X-Amz-Expires=3600&X-Amz-Signature=abc"
        content = model.files[path]
        self.answer(
            302, b"", Location=signed, X_Repo_Commit=commit, Accept_Ranges="bytes",
            X_Linked_Size=str(content.size), X_Linked_ETag=f'"{content.sha256}"', ETag=f'"{content.sha256}"',
        )  # fmt: skip

    def _may_see(self, model: HubModel | None, *, is_content: bool) -> bool:
        """Refuse as the Hub does: it does not tell a private repository from a missing one."""
        token = self.token
        if token and token not in self.hub.tokens:
            self.refuse(401, "", "Invalid credentials in Authorization header")
        elif model is None or (model.private and token not in model.readers):
            self._refuse_unknown()
        elif model.disabled:
            self.refuse(403, "DisabledRepo", "Access to this resource is disabled.")
        elif is_content and model.gated and token not in model.readers:
            message = f"Access to model {model.name} is restricted."
            self.refuse(403 if token else 401, "GatedRepo", message)
        else:
            return True
        return False

    def _refuse_unknown(self) -> None:
        if self.token:
            self.refuse(404, "RepoNotFound", "Repository not found")
        else:
            self.refuse(401, "RepoNotFound", "Invalid username or password.")
