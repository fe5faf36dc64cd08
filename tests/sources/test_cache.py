from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from huggingface_hub import HfApi, snapshot_download

from tests.hub.server import LoopbackHub
from weighbridge.errors import OfflineError, RevisionNotFound, SourceError
from weighbridge.model import Origin
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.target import open_repository

FILES = {"README.md": "# Tiny", "sub/config.json": "{}", "model.safetensors": b"weights"}


@pytest.fixture
def offline(hub: LoopbackHub, options: SourceOptions) -> SourceOptions:
    """A cache that holds a model whole, and no network."""
    hub.add("acme/tiny", FILES)
    HfApi(endpoint=hub.endpoint, token=False).snapshot_download("acme/tiny", cache_dir=options.cache)
    hub.log.clear()
    return msgspec.structs.replace(options, offline=True)


def test_offline_the_cache_is_read(hub: LoopbackHub, offline: SourceOptions) -> None:
    repository = open_repository("acme/tiny", offline)
    assert (repository.ref.origin, repository.ref.name) == (Origin.CACHE, "acme/tiny")
    assert repository.ref.commit == hub.models["acme/tiny"].commit
    assert [file.path for file in repository.files or ()] == sorted(FILES)
    assert repository.read("model.safetensors") == b"weights"
    assert not hub.log


def test_hashes_are_those_that_the_hub_gave(hub: LoopbackHub, offline: SourceOptions) -> None:
    files = {file.path: file for file in open_repository("acme/tiny", offline).files or ()}
    model = hub.models["acme/tiny"]
    assert files["model.safetensors"].sha256 == model.files["model.safetensors"].sha256
    assert files["model.safetensors"].is_lfs
    assert files["README.md"].blob_id == model.etag("README.md")


def test_a_whole_snapshot_lacks_nothing(offline: SourceOptions) -> None:
    assert list(open_repository("acme/tiny", offline).skipped) == []


def test_what_an_incomplete_snapshot_lacks_is_named(offline: SourceOptions) -> None:
    snapshot = next((offline.cache or Path()).glob("models--acme--tiny/snapshots/*"))
    (snapshot / "model.safetensors").unlink()
    assert [skip.path for skip in open_repository("acme/tiny", offline).skipped] == ["model.safetensors"]


def test_without_a_recorded_listing_nobody_knows_what_is_missing(offline: SourceOptions) -> None:
    for record in (offline.cache or Path()).glob("models--acme--tiny/trees/*"):
        record.write_text("{")
    assert [skip.path for skip in open_repository("acme/tiny", offline).skipped] == ["."]


def test_a_commit_can_be_named(hub: LoopbackHub, offline: SourceOptions) -> None:
    commit = hub.models["acme/tiny"].commit
    assert open_repository(f"acme/tiny@{commit}", offline).ref.commit == commit


@pytest.mark.parametrize("target", ["acme/other", "acme/tiny@v9", "acme/tiny@" + "f" * 40])
def test_what_the_cache_has_not_is_an_offline_error(offline: SourceOptions, target: str) -> None:
    with pytest.raises(OfflineError) as raised:
        open_repository(target, offline)
    assert raised.value.hint


def test_a_folder_of_the_cache_is_known_as_what_it_is(hub: LoopbackHub, offline: SourceOptions) -> None:
    root = (offline.cache or Path()) / "models--acme--tiny"
    for place in (root, next(root.glob("snapshots/*"))):
        repository = open_repository(str(place), offline)
        assert repository.ref.name == "acme/tiny"
        assert repository.ref.commit == hub.models["acme/tiny"].commit
        assert repository.read("README.md") == b"# Tiny"
    with pytest.raises(RevisionNotFound):
        open_repository(str(root), msgspec.structs.replace(offline, revision="v9"))


@pytest.mark.parametrize("reference", ["../../../../etc", "f" * 40, "", "x" * 5000])
def test_a_reference_that_leads_nowhere_is_no_revision(offline: SourceOptions, reference: str) -> None:
    ((offline.cache or Path()) / "models--acme--tiny" / "refs" / "main").write_text(reference)
    with pytest.raises(OfflineError):
        open_repository("acme/tiny", offline)


def test_blobs_that_lead_out_of_the_cache_are_not_followed(offline: SourceOptions) -> None:
    root = (offline.cache or Path()) / "models--acme--tiny"
    blob = next(root.glob("snapshots/*/README.md")).resolve()
    blob.unlink()
    blob.symlink_to("/etc/hostname")
    repository = open_repository("acme/tiny", offline)
    assert "README.md" in [skip.path for skip in repository.skipped]
    with pytest.raises(SourceError):
        repository.open("README.md")


def test_blobs_in_the_store_that_models_share_are_followed(offline: SourceOptions) -> None:
    cache = offline.cache or Path()
    blob = next(cache.glob("models--acme--tiny/snapshots/*/model.safetensors")).resolve()
    shared = cache / "blobs" / "ab" / ("ab" * 32)
    shared.parent.mkdir(parents=True)
    blob.rename(shared)
    blob.symlink_to(shared)
    repository = open_repository("acme/tiny", offline)
    assert repository.read("model.safetensors") == b"weights"
    assert list(repository.skipped) == []


def test_a_download_into_a_folder_keeps_its_commit(hub: LoopbackHub, tmp_path: Path) -> None:
    model = hub.add("acme/tiny", FILES)
    snapshot_download("acme/tiny", local_dir=tmp_path / "here", endpoint=hub.endpoint, token=False)
    repository = open_repository(str(tmp_path / "here"))
    assert repository.ref.commit == model.commit
    assert [file.path for file in repository.files or ()] == sorted(FILES)
