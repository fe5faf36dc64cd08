"""The loopback Hub is one to the real client."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import (
    DisabledRepoError,
    GatedRepoError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from tests.hub.server import LoopbackHub

FILES = {"README.md": "# Tiny", "model.safetensors": b"weights" * 100}


def test_the_real_client_reads_everything(hub: LoopbackHub, tmp_path: Path) -> None:
    model = hub.add("acme/tiny", FILES, discussions=(2, 11))
    api = HfApi(endpoint=hub.endpoint, token=False)
    info = api.model_info("acme/tiny", files_metadata=True, securityStatus=True)
    assert info.sha == model.commit
    assert {s.rfilename: s.size for s in info.siblings or ()} == {"README.md": 6, "model.safetensors": 700}
    assert api.model_info("acme/tiny", expand=["downloadsAllTime"]).downloads_all_time == 4242
    assert [c.commit_id for c in api.list_repo_commits("acme/tiny")] == [model.commit]
    assert api.list_repo_refs("acme/tiny").branches[0].target_commit == model.commit
    assert len(list(api.get_repo_discussions("acme/tiny"))) == 13
    assert api.get_organization_overview("acme").is_verified is False
    folder = Path(api.snapshot_download("acme/tiny", cache_dir=tmp_path))
    assert (folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert hub.leaks == []


def test_the_real_client_understands_every_refusal(hub: LoopbackHub, tmp_path: Path) -> None:
    hub.add("acme/tiny", FILES)
    hub.add("acme/gated", FILES, gated="auto")
    hub.add("acme/off", FILES, disabled=True)
    api = HfApi(endpoint=hub.endpoint, token=False)
    with pytest.raises(RepositoryNotFoundError):
        api.model_info("acme/absent")
    with pytest.raises(RevisionNotFoundError):
        api.model_info("acme/tiny", revision="v9")
    with pytest.raises(DisabledRepoError):
        api.model_info("acme/off")
    with pytest.raises(GatedRepoError):
        api.hf_hub_download("acme/gated", "README.md", cache_dir=tmp_path)
    with pytest.raises(RemoteEntryNotFoundError):
        api.hf_hub_download("acme/tiny", "absent.txt", cache_dir=tmp_path)
