from __future__ import annotations

import socket
import threading
import time
import traceback

import msgspec
import pytest
from huggingface_hub import constants

from tests.hub.faults import Fault
from tests.hub.server import LoopbackHub
from weighbridge.errors import (
    AccessDenied,
    ConnectionLost,
    OfflineError,
    RateLimited,
    RepositoryDisabled,
    RepositoryNotFound,
    RevisionNotFound,
    SourceError,
    UsageError,
)
from weighbridge.sources.hub import HubRepository
from weighbridge.sources.options import SourceOptions

FILES = {"README.md": "# Tiny", "model.safetensors": b"weights" * 100}
API = "/api/models/acme/tiny"


def fail(
    options: SourceOptions, kind: type[SourceError], name: str = "acme/tiny", revision: str | None = None
) -> SourceError:
    with pytest.raises(kind) as raised:
        HubRepository(name, revision, options)
    return raised.value


@pytest.mark.parametrize("token", [None, "hf_known"])
def test_a_missing_repository(hub: LoopbackHub, options: SourceOptions, token: str | None) -> None:
    hub.tokens.add("hf_known")
    error = fail(msgspec.structs.replace(options, token=token), RepositoryNotFound, "acme/absent")
    assert "acme/absent" in error.message
    assert "HF_TOKEN" in error.hint


def test_a_private_repository_looks_like_a_missing_one(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES, private=True)
    assert "private" in fail(options, RepositoryNotFound).message


def test_a_token_that_is_not_accepted(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    assert "token" in fail(msgspec.structs.replace(options, token="hf_expired"), AccessDenied).message


def test_a_revision_that_does_not_exist(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    assert "branches" in fail(options, RevisionNotFound, revision="v9").hint


def test_a_disabled_repository(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES, disabled=True)
    assert "disabled" in fail(options, RepositoryDisabled).message


@pytest.mark.parametrize("token", [None, "hf_stranger"])
def test_a_gated_repository_shows_its_record_and_not_its_files(
    hub: LoopbackHub, options: SourceOptions, token: str | None
) -> None:
    hub.tokens.add("hf_stranger")
    hub.add("acme/tiny", FILES, gated="manual")
    repository = HubRepository("acme/tiny", None, msgspec.structs.replace(options, token=token))
    with pytest.raises(AccessDenied, match="gated") as raised:
        repository.read("README.md")
    assert f"{hub.endpoint}/acme/tiny" in raised.value.hint


def test_a_gated_repository_is_open_to_its_readers(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.tokens.add("hf_reader")
    hub.add("acme/tiny", FILES, gated="auto", readers=frozenset({"hf_reader"}))
    repository = HubRepository("acme/tiny", None, msgspec.structs.replace(options, token="hf_reader"))
    assert repository.read("README.md") == b"# Tiny"


def test_a_file_that_the_registry_lists_and_has_not(hub: LoopbackHub, options: SourceOptions) -> None:
    model = hub.add("acme/tiny", FILES)
    repository = HubRepository("acme/tiny", None, options)
    model.branches["old"] = repository.ref.commit or ""
    del model.files["README.md"]
    with pytest.raises(SourceError, match=r"lists a file that .* does not have: README\.md"):
        repository.read("README.md")


def test_a_plain_refusal(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    hub.faults.add(Fault.STATUS, API, status=403)
    fail(options, AccessDenied)


def test_a_rate_limit_beyond_the_budget_tells_the_seconds(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    hub.faults.add(Fault.STATUS, API, status=429, Retry_After="250")
    error = fail(options, RateLimited)
    assert "250 seconds" in error.message
    assert "HF_TOKEN" in error.hint
    assert len(hub.log) == 1


def test_the_newer_header_for_rate_limits(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    hub.faults.add(Fault.STATUS, API, status=429, RateLimit='"api";r=0;t=55')
    assert "55 seconds" in fail(options, RateLimited).message


@pytest.mark.parametrize("status", [429, 503])
def test_a_short_wait_is_waited_for(hub: LoopbackHub, options: SourceOptions, status: int) -> None:
    hub.add("acme/tiny", FILES)
    hub.faults.add(Fault.STATUS, API, times=2, status=status, Retry_After="0")
    assert HubRepository("acme/tiny", None, options).ref.commit
    assert len(hub.requests("blobs")) == 3


@pytest.mark.parametrize("after", ["9" * 40, "²", "-1", "", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_no_registry_can_make_us_sleep(hub: LoopbackHub, options: SourceOptions, after: str) -> None:
    hub.add("acme/tiny", FILES)
    hub.faults.add(Fault.STATUS, API, status=503, Retry_After=after)
    fail(options, ConnectionLost)


def test_a_broken_server(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    hub.faults.add(Fault.STATUS, API, status=502, body=b"<html>" * 100_000)
    assert "502" in fail(options, ConnectionLost).message


def test_an_answer_that_is_no_json(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    hub.faults.add(Fault.BAD_JSON, API)
    assert "JSON" in fail(options, SourceError).message


def test_a_connection_that_closes_is_tried_again(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    hub.faults.add(Fault.SILENT, API, times=1)
    assert HubRepository("acme/tiny", None, options).ref.commit


def test_a_connection_that_keeps_closing_is_lost(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    hub.faults.add(Fault.SILENT, API)
    fail(options, ConnectionLost)


def test_nobody_listens(options: SourceOptions) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    error = fail(msgspec.structs.replace(options, endpoint=f"http://127.0.0.1:{port}"), ConnectionLost)
    assert "HF_ENDPOINT" in error.hint


def test_a_server_that_hangs_is_left(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    hub.faults.add(Fault.HANG, API, seconds=0.5)
    error = fail(msgspec.structs.replace(options, timeout=0.05), ConnectionLost)
    assert "within" in error.message


def test_a_registry_that_is_gone_is_not_asked_for_every_file(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", {f"{number}.bin": b"x" for number in range(50)})
    repository = HubRepository("acme/tiny", None, options)
    hub.faults.add(Fault.SILENT)
    before = len(hub.log)
    for file in repository.files:
        with pytest.raises(ConnectionLost):
            repository.read(file.path)
    assert len(hub.log) - before < 20


@pytest.mark.parametrize(
    "location", ["/api/models/acme/tiny", "file:///etc/passwd", "http://[", "http://x:99999999/", ""]
)
def test_redirects_that_lead_nowhere(hub: LoopbackHub, options: SourceOptions, location: str) -> None:
    hub.faults.add(Fault.ELSEWHERE, API, location=location)
    fail(options, SourceError)
    assert len(hub.log) < 10


def test_a_registry_that_drips_is_left(
    hub: LoopbackHub, options: SourceOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add("acme/tiny", FILES)
    ticks = iter(range(0, 1_000_000, 100))
    monkeypatch.setattr("weighbridge.sources.http.time.monotonic", lambda: float(next(ticks)))
    fail(options, ConnectionLost)


def test_offline_nobody_is_asked(hub: LoopbackHub, options: SourceOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add("acme/tiny", FILES)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    fail(options, OfflineError)
    assert hub.log == []


def test_tokens_stay_out_of_errors_and_tracebacks(hub: LoopbackHub, options: SourceOptions) -> None:
    secret = "hf_verysecret"
    hub.faults.add(Fault.STATUS, API, status=500, body=b'{"error": "Bearer hf_verysecret"}', X_Error_Message=secret)
    error = fail(msgspec.structs.replace(options, token=secret), SourceError)
    assert secret not in "".join(traceback.format_exception(error)) + error.hint


@pytest.mark.parametrize("token", ["hf_with\nnewline", "hf_ümlaut"])
def test_a_token_that_can_be_none_is_told_without_showing_it(options: SourceOptions, token: str) -> None:
    with pytest.raises(UsageError) as raised:
        HubRepository("acme/tiny", None, msgspec.structs.replace(options, token=token))
    assert "hf_" not in "".join(traceback.format_exception(raised.value))


def test_threads_share_a_client(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", {f"{number}.txt": str(number) for number in range(24)})
    repository = HubRepository("acme/tiny", None, options)
    read: dict[str, bytes] = {}
    threads = [
        threading.Thread(target=lambda path=file.path: read.__setitem__(path, repository.read(path)))
        for file in repository.files
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == {f"{number}.txt": str(number).encode() for number in range(24)}
    assert repository.traffic.requests == len(hub.log)
    assert time.monotonic() - begun < 30
