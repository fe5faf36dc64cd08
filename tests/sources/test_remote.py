from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hub.content import Synthetic
from tests.hub.faults import Fault
from tests.hub.server import LoopbackHub
from weighbridge.errors import ConnectionLost, SourceError
from weighbridge.sources.hub import HubRepository
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.remote import BLOCK, BlockCache, RemoteFile

MIB = 1024 * 1024
DATA = random.Random(7).randbytes(3 * MIB + 77)


@pytest.fixture
def repository(hub: LoopbackHub, options: SourceOptions) -> HubRepository:
    hub.add(
        "acme/tiny", {"model.safetensors": DATA, "text.json": DATA[:100_000], "huge.bin": Synthetic(1 << 40, b"head")}
    )
    return HubRepository("acme/tiny", None, options)


@pytest.fixture(scope="module")
def source() -> Iterator[RemoteFile]:
    """A file to read from in a thousand ways."""
    with LoopbackHub() as hub:
        hub.add("acme/tiny", {"model.safetensors": DATA})
        options = SourceOptions(endpoint=hub.endpoint, token="", max_wait=0.0)
        source = HubRepository("acme/tiny", None, options).open("model.safetensors")
        assert isinstance(source, RemoteFile)
        yield source


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offset=st.integers(-5, len(DATA) + 5), length=st.integers(-5, 2 * MIB))
def test_any_read_gives_the_files_bytes(source: RemoteFile, offset: int, length: int) -> None:
    assert source.read_at(offset, length) == (DATA[offset : offset + length] if offset >= 0 < length else b"")


def test_reading_on_in_sequence_takes_ever_larger_steps(hub: LoopbackHub, repository: HubRepository) -> None:
    source = repository.open("model.safetensors")
    before = len(hub.requests(server="storage"))
    read = b"".join(source.read_at(offset, BLOCK) for offset in range(0, len(DATA), BLOCK))
    assert read == DATA
    assert len(hub.requests(server="storage")) - before < 10


def test_jumping_about_reads_little(repository: HubRepository) -> None:
    source = repository.open("huge.bin")
    before = repository.traffic.bytes
    for offset in (0, 1 << 39, 5, (1 << 40) - 10, 1 << 38):
        source.read_at(offset, 8)
    assert repository.traffic.bytes - before <= 4 * 2 * BLOCK
    assert source.read_at(0, 4) == b"head"


def test_the_redirect_is_asked_for_once(hub: LoopbackHub, repository: HubRepository) -> None:
    source = repository.open("huge.bin")
    for number in range(5):
        source.read_at(number << 30, 8)
    assert len(hub.requests("/resolve/", server="hub")) == 1
    assert len(hub.requests(server="storage")) == 5


def test_an_expired_address_is_asked_for_again(hub: LoopbackHub, repository: HubRepository) -> None:
    source = repository.open("huge.bin")
    source.read_at(0, 8)
    hub.faults.add(Fault.STATUS, on="storage", times=1, status=403, body=b"<Error>Request has expired</Error>")
    assert source.read_at(1 << 30, 8) == bytes(8)
    assert len(hub.requests("/resolve/", server="hub")) == 2


def test_a_storage_that_keeps_refusing_is_told_with_the_repositorys_name(
    hub: LoopbackHub, repository: HubRepository
) -> None:
    hub.faults.add(Fault.STATUS, on="storage", status=403)
    with pytest.raises(SourceError, match="acme/tiny"):
        repository.open("huge.bin").read_at(0, 8)


@pytest.mark.parametrize("server", ["hub", "storage"])
def test_a_body_that_breaks_off_is_fetched_again(hub: LoopbackHub, repository: HubRepository, server: str) -> None:
    path = "text.json" if server == "hub" else "model.safetensors"
    hub.faults.add(Fault.CUT, path, on=server, times=1)
    assert repository.open(path).read_at(0, 5000) == DATA[:5000]


def test_a_body_that_keeps_breaking_off_is_a_lost_connection(hub: LoopbackHub, repository: HubRepository) -> None:
    hub.faults.add(Fault.CUT, "model", on="storage")
    with pytest.raises(ConnectionLost):
        repository.open("model.safetensors").read_at(0, 5000)


@pytest.mark.parametrize(
    ("fault", "details", "told"),
    [
        (Fault.WRONG_RANGE, {}, "another range"),
        (Fault.OTHER_SIZE, {"size": 99_999_999}, "registry lists"),
        (Fault.ENCODED, {}, "compressed"),
    ],
)
def test_a_server_that_contradicts_itself_is_not_believed(
    hub: LoopbackHub, repository: HubRepository, fault: Fault, details: dict[str, int], told: str
) -> None:
    hub.faults.add(fault, "model", on="storage", **details)
    with pytest.raises(SourceError, match=told):
        repository.open("model.safetensors").read_at(0, 5000)


def test_a_file_that_changes_while_it_is_read_is_told(hub: LoopbackHub, repository: HubRepository) -> None:
    source = repository.open("model.safetensors")
    source.read_at(0, 8)
    hub.faults.add(Fault.OTHER_TAG, "model", on="storage", tag="another")
    with pytest.raises(SourceError, match="changed"):
        source.read_at(2 * MIB, 8)


def test_a_server_without_ranges_is_read_from_the_beginning_and_not_beyond_reason(
    hub: LoopbackHub, repository: HubRepository
) -> None:
    hub.faults.add(Fault.IGNORE_RANGE, on="storage")
    source = repository.open("model.safetensors")
    assert source.read_at(2 * MIB, 100) == DATA[2 * MIB :][:100]
    assert source.read_at(8, 100) == DATA[8:108]
    assert b"".join(source.read_at(at, BLOCK) for at in range(0, len(DATA), BLOCK)) == DATA
    assert len(hub.requests(server="storage")) <= 4
    huge = repository.open("huge.bin")
    assert huge.read_at(0, 4) == b"head"
    before = repository.traffic.bytes
    with pytest.raises(SourceError, match="ignores ranges"):
        huge.read_at(1 << 39, 8)
    assert repository.traffic.bytes - before < 40 * MIB


def test_what_is_held_is_bounded_over_all_files() -> None:
    cache = BlockCache(limit=10 * BLOCK)
    for file in range(50):
        for number in range(5):
            cache.put(f"{file}", number, bytes(BLOCK))
    held = [(file, number) for file in range(50) for number in range(5) if cache.get(f"{file}", number)]
    assert held == [(file, number) for file in (48, 49) for number in range(5)]


def test_a_file_forgotten_is_fetched_again(repository: HubRepository) -> None:
    source = repository.open("model.safetensors")
    first = source.read_at(0, 100)
    repository._blocks._blocks.clear()
    assert source.read_at(0, 100) == first


def test_a_long_read_is_one_request_and_is_not_held(hub: LoopbackHub, repository: HubRepository) -> None:
    source = repository.open("model.safetensors")
    assert source.read_at(8, 2 * MIB) == DATA[8 : 8 + 2 * MIB]
    assert len(hub.requests(server="storage")) == 1
    assert not repository._blocks._blocks


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, 2 * BLOCK, 2 * BLOCK + 1, 5 * BLOCK])
@pytest.mark.parametrize("is_listed", [True, False])
def test_lengths_at_the_edges(hub: LoopbackHub, options: SourceOptions, size: int, is_listed: bool) -> None:
    changes = {} if is_listed else {"record": {"siblings": [{"rfilename": "model.bin"}]}}
    hub.add("acme/edge", {"model.bin": DATA[:size]}, **changes)
    source = HubRepository("acme/edge", None, options).open("model.bin")
    assert source.size == size
    assert source.read_at(0, size + 1) == DATA[:size]
    assert source.read_at(max(0, size - 1), 9) == DATA[max(0, size - 1) : size]
