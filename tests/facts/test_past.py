"""Past states and the present files, of real clones and of a Hub on the loopback device."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tests.clones import commit, git, new
from tests.hub.model import commit_entry
from tests.hub.server import LoopbackHub
from weighbridge.api import audit
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.checkout import Checkout
from weighbridge.facts.engine import Facts, Gap
from weighbridge.facts.history import History
from weighbridge.facts.past import OldSecrets
from weighbridge.facts.registry import Registry
from weighbridge.model import Depth, Past, State
from weighbridge.scoring.policy import Policy
from weighbridge.sources.folder import FolderRepository
from weighbridge.sources.hub import HubRepository
from weighbridge.sources.lookup import HubLookup
from weighbridge.sources.options import SourceOptions

TODAY = datetime.date(2026, 1, 1)
TOKEN = "ghp_" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1b2C"


def facts_of(folder: Path, depth: Depth = Depth.FULL, lookup: HubLookup | None = None) -> Facts:
    return Facts(FolderRepository(folder), READERS, depth=depth, as_of=TODAY, lookup=lookup)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return new(tmp_path / "clone")


def test_a_deleted_secret_is_found_with_its_commit(clone: Path) -> None:
    commit(clone, "one", README_md="# Model")
    brought = commit(clone, "two", train_py=f"x = 1\nTOKEN = '{TOKEN}'\n")
    commit(clone, "three", train_py="x = 1\n")
    found = facts_of(clone).need(OldSecrets)
    (secret,) = found.secrets
    assert brought in secret.text
    assert TOKEN not in secret.text
    assert str(secret.where) == "train.py:2"


def test_a_secret_that_is_still_there_is_not_the_historys(clone: Path) -> None:
    commit(clone, "one", train_py=f"TOKEN = '{TOKEN}'\n")
    assert facts_of(clone).need(OldSecrets) == OldSecrets(True)


def checkout(clone: Path) -> Checkout:
    return facts_of(clone).need(Checkout)


def test_a_fresh_checkout_agrees_and_every_change_is_told(clone: Path) -> None:
    commit(clone, "one", config_json="{}", model_bin="abc", README_md="# Model")
    assert checkout(clone) == Checkout(True, 3)
    (clone / "config.json").write_text("[]")
    (clone / "modeling.py").write_text("import os")
    (clone / "README.md").unlink()
    assert checkout(clone) == Checkout(True, 1, ("config.json",), ("README.md",), ("modeling.py",))


def test_links_and_other_repositories_are_not_called_added(clone: Path, tmp_path: Path) -> None:
    commit(clone, "one", config_json="{}")
    (clone / "link.json").symlink_to("config.json")
    commit(new(tmp_path / "other"), "one", a_py="x")
    git(clone, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(tmp_path / "other"), "sub")
    commit(clone, "two")
    assert checkout(clone) == Checkout(True, 2, unread=("link.json", "sub"))


def test_a_shallow_clone_says_that_it_is(clone: Path, tmp_path: Path) -> None:
    commit(clone, "one", a_txt="x")
    commit(clone, "two", a_txt="y")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{clone}", "shallow")
    assert facts_of(clone).need(OldSecrets) == OldSecrets(True, (), 1)
    assert facts_of(tmp_path / "shallow").need(OldSecrets) == OldSecrets(True, is_shallow=True)


def test_large_files_are_held_against_their_pointers(clone: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 3\n"
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of "abc"
    commit(clone, "one", model_bin=pointer.format(sha256))
    assert checkout(clone) == Checkout(True, 1)
    (clone / "model.bin").write_text("abc")
    assert checkout(clone) == Checkout(True, 1)
    (clone / "model.bin").write_text("abd")
    assert checkout(clone).changed == ("model.bin",)


def test_files_are_compared_only_where_every_byte_is_read(clone: Path, tmp_path: Path) -> None:
    commit(clone, "one", config_json="{}")
    gap = facts_of(clone, Depth.HEADERS).get(Checkout)
    assert isinstance(gap, Gap)
    assert gap.depth is Depth.FULL
    (tmp_path / "plain").mkdir()
    assert facts_of(tmp_path / "plain", Depth.HEADERS).need(Checkout) == Checkout()


def options(hub: LoopbackHub, tmp_path: Path) -> SourceOptions:
    return SourceOptions(endpoint=hub.endpoint, cache=tmp_path / "cache")


def entry(commit_id: str) -> dict[str, object]:
    return commit_entry(commit_id, "change", "2025-01-02T03:04:05.000Z", "ann")


def test_a_clone_is_held_against_the_registrys_history(clone: Path, hub: LoopbackHub, tmp_path: Path) -> None:
    head = commit(clone, "one", config_json="{}")
    git(clone, "remote", "add", "origin", "https://huggingface.co/acme/model")
    model = hub.add("acme/model", {"config.json": "{}"})
    for history, is_kept in (([head], None), ([model.commit, head], True), ([model.commit, "c" * 40], False)):
        model.history = [entry(commit_id) for commit_id in history]
        moves = facts_of(clone, lookup=HubLookup(options(hub, tmp_path))).need(Past).moves
        assert [move.is_kept for move in moves] == ([] if history == [head] else [is_kept])
    assert facts_of(clone).need(Past).moves == ()


def hub_facts(hub: LoopbackHub, tmp_path: Path) -> Facts:
    return Facts(HubRepository("acme/model", None, options(hub, tmp_path)), READERS, depth=Depth.CARD, as_of=TODAY)


def test_the_hubs_tags_tell_the_release_and_what_changed_since(hub: LoopbackHub, tmp_path: Path) -> None:
    model = hub.add("acme/model", {"config.json": "{}", "model.safetensors": b"new"})
    model.history = [entry(model.commit), entry("b" * 40), entry("a" * 40)]
    model.tags = {"v1": "b" * 40, "v0": "a" * 40, "elsewhere": "e" * 40}
    model.past = {"b" * 40: {"config.json": "{}", "model.safetensors": b"old"}}
    release = hub_facts(hub, tmp_path).need(Past).release
    assert release is not None
    assert (release.name, release.commits_since, release.changed) == ("v1", 1, ("model.safetensors",))
    model.tags = {"v1": model.commit}
    release = hub_facts(hub, tmp_path).need(Past).release
    assert release is not None
    assert release.changed == ()


def test_the_hub_is_asked_for_its_commits_once(hub: LoopbackHub, tmp_path: Path) -> None:
    hub.add("acme/model", {"config.json": "{}"})
    facts = hub_facts(hub, tmp_path)
    facts.need(History)
    facts.need(Past)
    assert len(hub.requests("/commits/")) == 1


def test_the_cache_remembers_what_a_branch_was(hub: LoopbackHub, tmp_path: Path) -> None:
    model = hub.add("acme/model", {"config.json": "{}"})
    refs = tmp_path / "cache" / "models--acme--model" / "refs"
    refs.mkdir(parents=True)
    model.history = [entry(model.commit), entry("b" * 40)]
    for old, kept in ((model.commit, []), ("b" * 40, [True]), ("f" * 40, [False])):
        (refs / "main").write_text(old)
        assert [move.is_kept for move in hub_facts(hub, tmp_path).need(Past).moves] == kept


def test_the_hubs_scanners_are_asked_why_they_flag_a_file(hub: LoopbackHub, tmp_path: Path) -> None:
    flagged = {
        "scansDone": True,
        "filesWithIssues": [{"path": "a/model.bin", "level": "unsafe"}, {"path": "../x", "level": "unsafe"}],
    }
    model = hub.add("acme/model", {"config.json": "{}", "a/model.bin": b"x"}, record={"securityRepoStatus": flagged})
    model.history = [entry(model.commit)]
    assert hub_facts(hub, tmp_path).need(Registry).flag_reasons == {}
    imports = [
        {"module": "os", "name": "system", "safety": "dangerous"},
        {"module": "torch", "name": "x", "safety": "innocuous"},
    ]
    model.scans["a/model.bin"] = {
        "status": "unsafe",
        "avScan": {"status": "safe", "virusNames": None},
        "pickleImportScan": {"status": "unsafe", "pickleImports": imports},
        "virusTotalScan": {"status": "caution", "message": "1/72 engines"},
        "jFrogScan": {"status": "unscanned"},
        "odd": {"status": 3},
    }
    model.scans["config.json"] = {"status": "unsafe", "avScan": {"status": "unsafe"}}
    reasons = ("pickleImport: unsafe (os.system)", "virusTotal: caution (1/72 engines)")
    assert hub_facts(hub, tmp_path).need(Registry).flag_reasons == {"a/model.bin": reasons}
    found = audit("acme/model", policy=Policy(select=("SE040",)), sources=options(hub, tmp_path)).verdicts
    assert reasons[0] in found[0].evidence[0].text


def test_the_hub_tells_an_organisations_members(hub: LoopbackHub, tmp_path: Path) -> None:
    model = hub.add("acme/model", {"config.json": "{}"})
    model.history = [entry(model.commit)]
    hub.organisations["acme"] = True
    assert hub_facts(hub, tmp_path).need(Registry).members is None
    hub.members["acme"] = ["ann", "bob"]
    assert hub_facts(hub, tmp_path).need(Registry).members == ("ann", "bob")
    found = audit("acme/model", policy=Policy(select=("SE056",)), sources=options(hub, tmp_path)).verdicts
    assert [(v.state, v.grade) for v in found] == [(State.CLAIMED, 0.5)]
