from __future__ import annotations

import socket
from pathlib import Path

import msgspec
import pytest
from huggingface_hub import HfApi

from tests.hub.faults import Fault
from tests.hub.server import LoopbackHub
from weighbridge.errors import AccessDenied, ConnectionLost, OfflineError, RevisionNotFound, SourceError
from weighbridge.model import Origin
from weighbridge.sources.lookup import HubLookup, Lookup
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.weblinks import LinkChecker, is_public, public_address

FILES = {"README.md": "# Base"}


def test_a_base_model_is_found_in_a_given_folder_first(
    hub: LoopbackHub, options: SourceOptions, tmp_path: Path
) -> None:
    hub.add("acme/base", FILES)
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "README.md").write_text("# Mine")
    lookup: Lookup = HubLookup(options, {"acme/base": tmp_path / "base"})
    found = lookup.model("acme/base")
    assert found is not None
    assert found.read("README.md") == b"# Mine"
    assert hub.log == []


def test_a_base_model_is_found_on_the_hub_and_remembered(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/base", FILES)
    lookup = HubLookup(options)
    found = lookup.model("acme/base")
    assert found is not None
    assert found.ref.origin is Origin.HUB
    before = len(hub.log)
    assert lookup.model("acme/base") is found
    assert len(hub.log) == before


@pytest.mark.parametrize("name", ["acme/absent", "../../etc", "a/b/c", "", "acme/x y"])
def test_an_absent_model_is_none(options: SourceOptions, name: str) -> None:
    assert HubLookup(options).model(name) is None


def test_what_cannot_be_told_is_an_error(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/base", FILES)
    with pytest.raises(RevisionNotFound):
        HubLookup(options).model("acme/base", "v9")
    hub.faults.add(Fault.STATUS, "acme/base", status=403)
    with pytest.raises(AccessDenied):
        HubLookup(options).model("acme/base")


def test_without_a_network_the_cache_answers(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/base", FILES)
    HfApi(endpoint=hub.endpoint, token=False).snapshot_download("acme/base", cache_dir=options.cache)
    hub.faults.add(Fault.SILENT)
    for settings in (options, msgspec.structs.replace(options, offline=True)):
        found = HubLookup(settings).model("acme/base")
        assert found is not None
        assert found.ref.origin is Origin.CACHE
    with pytest.raises(ConnectionLost):
        HubLookup(options).model("acme/other")
    with pytest.raises(OfflineError):
        HubLookup(msgspec.structs.replace(options, offline=True)).model("acme/other")


def test_datasets_exist_or_not(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.datasets |= {"acme/data", "squad"}
    lookup = HubLookup(options)
    asked = ["acme/data", "squad", "acme/absent", "../x", "acme/data"]
    assert [lookup.has_dataset(name) for name in asked] == [True, True, False, False, True]
    assert len(hub.log) == 3
    with pytest.raises(OfflineError):
        HubLookup(msgspec.structs.replace(options, offline=True)).has_dataset("acme/data")


def test_links_are_followed_only_when_asked_for(hub: LoopbackHub, options: SourceOptions) -> None:
    with pytest.raises(OfflineError):
        HubLookup(options).link_status(f"{hub.endpoint}/acme/tiny")
    with pytest.raises(OfflineError):
        HubLookup(msgspec.structs.replace(options, offline=True), check_links=True).link_status("https://example.org")
    assert hub.log == []


def test_links_to_the_registry_itself_are_asked(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    lookup = HubLookup(msgspec.structs.replace(options, token="hf_secret"), check_links=True)
    assert lookup.link_status(f"{hub.endpoint}/acme/tiny") == 200
    assert lookup.link_status(f"{hub.endpoint}/acme/absent") == 404
    assert {request.method for request in hub.log} == {"HEAD", "GET"}
    assert not any("authorization" in request.headers for request in hub.log)
    before = len(hub.log)
    assert lookup.link_status(f"{hub.endpoint}/acme/tiny") == 200
    assert len(hub.log) == before


def test_a_server_that_refuses_head_is_asked_plainly(hub: LoopbackHub) -> None:
    hub.add("acme/tiny", FILES)
    hub.faults.add(Fault.STATUS, "/acme/tiny", times=1, status=405)
    assert LinkChecker(hub.endpoint).status(f"{hub.endpoint}/acme/tiny") == 200
    assert [request.method for request in hub.log] == ["HEAD", "GET"]


def test_a_link_may_not_reach_into_the_local_network(hub: LoopbackHub) -> None:
    checker = LinkChecker(hub.endpoint)
    for url in (f"{hub.storage}/x", "http://localhost:1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/"):
        with pytest.raises(SourceError, match="private network"):
            checker.status(url)
    assert hub.log == []


def test_a_redirect_may_not_reach_into_the_local_network(hub: LoopbackHub) -> None:
    hub.faults.add(Fault.ELSEWHERE, "/away", location=f"{hub.storage}/secret")
    with pytest.raises(SourceError, match="private network"):
        LinkChecker(hub.endpoint).status(f"{hub.endpoint}/away")
    assert hub.requests(server="storage") == []


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/x", "file:///etc/passwd", "http://", "http://[", "javascript:1", "http://x:99999999/", "x"],
)
def test_what_is_no_web_address_is_not_asked(url: str) -> None:
    with pytest.raises(SourceError):
        LinkChecker().status(url)


def test_circles_end(hub: LoopbackHub) -> None:
    hub.faults.add(Fault.ELSEWHERE, "/round", location=f"{hub.endpoint}/round")
    with pytest.raises(SourceError, match="circle"):
        LinkChecker(hub.endpoint).status(f"{hub.endpoint}/round")
    assert len(hub.log) < 10


def test_a_name_is_resolved_once_and_connected_to_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.113.9" if len(asked) > 1 else "8.8.8.8", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert public_address("example.org", 443) == "8.8.8.8"
    with pytest.raises(SourceError, match="private"):
        public_address("example.org", 443)


def test_the_time_for_all_links_is_limited(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    checker = LinkChecker(hub.endpoint)
    monkeypatch.setattr(checker, "_spent", 1e9)
    with pytest.raises(SourceError, match="already"):
        checker.status(f"{hub.endpoint}/x")
    assert hub.log == []


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.5.5", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(address)
